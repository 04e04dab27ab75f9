/* What the load generator is asked to do. */
#pragma once
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int port, users, pid, at_a_time = 100, senders, window, number, rate,
           patience = 60; /* seconds */
static const char *mode = "idle", *name = "u%05d", *login = "", *ready = "", *stage = NULL, *stage_of = "all",
                  *stage_ready = "", *message = "%m\n", *mark = "`";

static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  exit(2);
}

static void options(int argc, char **argv) {
  struct { const char *name; int *number; const char **text; } known[] = {
      {"port", &port, 0},       {"users", &users, 0},       {"pid", &pid, 0},         {"at-a-time", &at_a_time, 0},
      {"senders", &senders, 0}, {"window", &window, 0},     {"number", &number, 0},   {"rate", &rate, 0},
      {"mode", 0, &mode},       {"name", 0, &name},         {"login", 0, &login},     {"ready", 0, &ready},
      {"stage", 0, &stage},     {"stage-of", 0, &stage_of}, {"stage-ready", 0, &stage_ready}, {"message", 0, &message},
      {"mark", 0, &mark},       {"patience", &patience, 0},
  };
  for (int i = 1; i < argc; i += 2) {
    size_t k = 0;
    while (k < sizeof known / sizeof *known && (strncmp(argv[i], "--", 2) || strcmp(argv[i] + 2, known[k].name))) k++;
    if (k == sizeof known / sizeof *known || i + 1 == argc) die("no such option, or nothing behind it: %s", argv[i]);
    if (known[k].number) *known[k].number = atoi(argv[i + 1]);
    else *known[k].text = argv[i + 1];
    char last = *argv[i + 1] ? argv[i + 1][strlen(argv[i + 1]) - 1] : 0;
    if (strlen(argv[i + 1]) > 200 || last == '%' || last == '\\') die("too long, or cut off: %s", argv[i + 1]);
  }
  if (!port || users < 1) die("--port and --users are needed");
  if (senders * (strcmp(mode, "pairs") ? 1 : 2) > users) die("more senders than users");
}
