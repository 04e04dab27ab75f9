/* A load generator for line-based chat servers: logs users in, has some of them send, and checks every message.
 *
 * Each message has a token in it: a mark, its sender, its number, when it was sent, and a semicolon; the rest of its
 * 64 bytes is padding. So a server that hands the text on as it came can be measured, and it is seen whether each reader
 * gets each message once and in order. Prints one object of JSON. Linux only (epoll, /proc).
 *
 * Templates: %n is the user's own name, %p that of the partner (users 0 and 1 are partners, 2 and 3, ...), %m the
 * message; \r and \n are what they are in C.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "figures.h"
#include "options.h"

enum { TOKEN = 27, MESSAGE = 64, READ = 1 << 18, LINE = 4096, SOURCES = 8, QUIET_MS = 300, MOST_QUIET_MS = 2000 };
typedef enum { CONNECTING, LOGIN, STAGE, READY } state;

typedef struct {
  int fd, number, dirty, writing;
  state state;
  char *out;                      /* what the socket did not take yet */
  size_t waiting, room;
  char half[TOKEN];               /* the end of what was read, which may be the beginning of what is looked for */
  size_t half_length;
  uint32_t sent, done;            /* messages of this sender, and how many of them arrived everywhere */
} user;

/* What is measured. */
static uint64_t delivered;
static uint64_t ahead, again, strange; /* came before an earlier one; twice or after a later one; not from this run */
static uint32_t *expected, *arrived;  /* by reader and sender: the next number; by sender and number: readers so far */
static uint32_t ring;
static user *all, **dirty_users;
static int poller, dirty_count, in_state, measuring;
static int pairs;        /* is the mode */
static uint64_t wanted;  /* deliveries of all messages together */
static uint64_t start, last_read, last_progress;
static char buffer[TOKEN + READ]; /* what is read, behind what was kept */

static void watch(user *u) {
  struct epoll_event e = {.events = EPOLLIN | (u->writing ? EPOLLOUT : 0), .data.u32 = u->number};
  epoll_ctl(poller, EPOLL_CTL_MOD, u->fd, &e);
}

static void flush(user *u) {
  size_t taken = 0;
  while (taken < u->waiting) {
    ssize_t n = send(u->fd, u->out + taken, u->waiting - taken, MSG_NOSIGNAL);
    if (n <= 0) break;
    taken += n;
  }
  memmove(u->out, u->out + taken, u->waiting -= taken);
  if (u->writing != (u->waiting > 0)) {
    u->writing = !u->writing;
    watch(u);
  }
}

static void put(user *u, const char *template, uint32_t message_number, uint64_t when) {
  if (u->waiting + LINE > u->room) u->out = realloc(u->out, u->room = 2 * u->room + LINE);
  if (!u->out) die("no memory");
  char *to = u->out + u->waiting;
  for (const char *t = template; *t; t++) {
    if (*t == '\\') *to++ = *++t == 'r' ? '\r' : '\n';
    else if (*t != '%') *to++ = *t;
    else if (*++t != 'm') to += sprintf(to, name, *t == 'n' ? u->number : u->number ^ 1);
    else {
      to += sprintf(to, "%c%05x%08x%012" PRIx64 ";", *mark, u->number, message_number, when - start);
      memset(to, 'x', MESSAGE - TOKEN);
      to += MESSAGE - TOKEN;
    }
  }
  u->waiting = to - u->out;
}

static void is_dirty(user *u) { /* there is something to be sent, once all that arrived is handled */
  if (!u->dirty) dirty_users[dirty_count++] = u;
  u->dirty = 1;
}

static void keep(user *u, const char *end, size_t n) { memcpy(u->half, end - n, u->half_length = n); }

/* Logging in, and the stage that comes before the messages. */

static void connect_user(user *u) {
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(port)};
  from.sin_addr.s_addr = htonl(0x7f000101 + u->number % SOURCES);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int one = 1, fd = u->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (fd < 0 || bind(fd, (void *)&from, sizeof from)) die("user %d: %s", u->number, strerror(errno));
  if (connect(fd, (void *)&to, sizeof to) && errno != EINPROGRESS) die("connect: %s", strerror(errno));
  struct epoll_event e = {.events = EPOLLOUT, .data.u32 = u->number};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
}

static void answered(user *u, const char *data, size_t n) {
  const char *wanted = u->state == LOGIN ? ready : stage_ready;
  if (memmem(data, n, wanted, strlen(wanted))) {
    u->state = READY;
    in_state--;
    last_progress = now();
  } else keep(u, data + n, n < TOKEN ? n : TOKEN);
}

/* Messages. */

static uint64_t hex(const char *digits, int n) {
  uint64_t value = 0;
  for (; n--; digits++) value = value << 4 | (*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
  return value;
}

static void arrive(user *u, const char *token, uint64_t at) {
  uint32_t from = hex(token + 1, 5), what = hex(token + 6, 8);
  uint64_t when = hex(token + 14, 12) + start;
  if (token[TOKEN - 1] != ';' || !measuring || (pairs ? from != (u->number ^ 1u) : from >= (uint32_t)senders)) {
    strange++;
    return;
  }
  uint32_t *next = &expected[pairs ? u->number : u->number * senders + (int)from];
  if (what < *next) {
    again++;
    return;
  }
  ahead += what > *next;
  *next = what + 1;
  delivered++;
  if (pairs && u->number & 1) put(u, message, what, when); /* sent back as it came */
  else count_latency(at - when);
  if (pairs) {
    u->done++;
    is_dirty(u);
  } else if (++arrived[from * ring + what % ring] == (uint32_t)users - 1) {
    arrived[from * ring + what % ring] = 0;
    all[from].done++;
    is_dirty(&all[from]);
  }
}

static void scan(user *u, const char *data, size_t n) {
  uint64_t at = last_read = now();
  const char *end = data + n;
  for (; data < end && (data = memchr(data, *mark, end - data)); data += TOKEN) {
    if (end - data < TOKEN) return keep(u, end, end - data);
    arrive(u, data, at);
  }
}

static void wait_for_events(int64_t ns) {
  static struct epoll_event events[1024];
  struct timespec most = {ns / 1000000000, ns % 1000000000};
  int n = epoll_pwait2(poller, events, 1024, &most, NULL);
  for (int i = 0; i < n; i++) {
    user *u = &all[events[i].data.u32];
    if (u->state == CONNECTING) {
      u->state = LOGIN;
      put(u, login, 0, 0);
      watch(u);
    }
    if (u->waiting) flush(u);
    if (!(events[i].events & ~EPOLLOUT)) continue;
    ssize_t got = recv(u->fd, buffer + TOKEN, READ, 0);
    if (got > 0) {
      char *data = memcpy(buffer + TOKEN - u->half_length, u->half, u->half_length);
      got += u->half_length;
      u->half_length = 0;
      (u->state == READY ? scan : answered)(u, data, got);
    } else if (got == 0 || errno != EAGAIN) die("user %d lost the connection: %s", u->number, strerror(errno));
  }
}

static void all_through(void (*begin)(user *), int step) { /* `at_a_time` of them at once */
  last_progress = now();
  for (int i = 0; i < users || in_state;) {
    for (; i < users && in_state < at_a_time; i += step) {
      in_state++;
      begin(&all[i]);
    }
    wait_for_events(100000000);
    if (now() - last_progress > patience * 1000000000ull) die("%d users are still waiting", in_state);
  }
}

static void begin_stage(user *u) {
  u->state = STAGE;
  put(u, stage, 0, 0);
  flush(u);
}

static void be_quiet(void) { /* until nothing comes any more, or only what others say */
  uint64_t begin = last_read = now(), t = begin;
  for (; t - last_read < QUIET_MS * 1000000ull && t - begin < MOST_QUIET_MS * 1000000ull; t = now())
    wait_for_events(20000000);
}

static void send_messages(void) {
  int step = pairs ? 2 : 1;
  uint64_t total = (uint64_t)senders * number, opened = 0;
  uint64_t begin = now(), end = begin + patience * 1000000000ull;
  for (int i = 0; i < senders && !rate; i++) is_dirty(&all[i * step]);
  while (delivered < wanted && now() < end) {
    uint64_t t = now(), due = t;
    for (; rate && opened < total && (due = begin + opened * 1000000000ull / rate) <= t; opened++) {
      user *u = &all[opened % senders * step];
      put(u, message, u->sent++, due); /* what is sent late counts from when it was due */
      is_dirty(u);
    }
    for (int i = 0; i < dirty_count; i++) {
      user *u = dirty_users[i];
      int sends = !rate && !(pairs && u->number & 1);
      for (u->dirty = 0; sends && u->sent < (uint32_t)number && u->sent - u->done < (uint32_t)window;)
        put(u, message, u->sent++, t);
      flush(u);
    }
    dirty_count = 0;
    wait_for_events(rate && due > t ? (int64_t)(due - t) : 100000000);
  }
}

int main(int argc, char **argv) {
  options(argc, argv);
  pairs = !strcmp(mode, "pairs");
  wanted = (uint64_t)senders * number * (pairs ? 2 : users - 1);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  ring = rate ? number : window + 1;
  all = calloc(users, sizeof *all);
  dirty_users = calloc(users, sizeof *dirty_users);
  expected = calloc((size_t)users * (senders + 1), sizeof *expected);
  arrived = calloc((size_t)senders * ring + 1, sizeof *arrived);
  if (!all || !dirty_users || !expected || !arrived) die("no memory");
  for (int i = 0; i < users; i++) all[i].number = i;
  poller = epoll_create1(0);
  start = now();

  double memory = server_memory();
  all_through(connect_user, 1);
  double login_seconds = (now() - start) / 1e9;
  be_quiet();
  memory = server_memory() - memory;
  if (stage) all_through(begin_stage, strcmp(stage_of, "even") ? 1 : 2);
  be_quiet();

  fputs("ready\n", stderr);
  double cpu = server_cpu();
  uint64_t begin = now();
  measuring = 1;
  if (strcmp(mode, "idle")) send_messages();
  double seconds = (now() - begin) / 1e9;
  cpu = server_cpu() - cpu;
  be_quiet();
  printf("{\"users\": %d, \"login_seconds\": %.4f, \"bytes_a_user\": %.0f, \"server_bytes\": %.0f, \"delivered\": %" PRIu64
         ", \"seconds\": %.4f, \"cpu_seconds\": %.4f, \"p99_us\": %.0f, \"lost\": %" PRId64 ", \"ahead\": %" PRIu64
         ", \"again\": %" PRIu64 ", \"strange\": %" PRIu64 "}\n",
         users, login_seconds, memory / users, server_memory(), delivered, seconds, cpu, quantile_us(.99),
         (int64_t)(wanted - delivered), ahead, again, strange);
  return 0;
}
