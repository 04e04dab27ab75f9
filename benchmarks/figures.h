/* What the load generator measures: times, and what the server takes. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "options.h"

/* Latencies are counted in buckets, 64 to each power of two: right to 1.6 %. */
static uint64_t buckets[64 * 60], counted;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static inline void count_latency(uint64_t ns) {
  int power = ns < 64 ? 5 : 63 - __builtin_clzll(ns);
  buckets[ns < 64 ? ns : (power - 5) * 64 + ((ns >> (power - 6)) & 63)]++;
  counted++;
}

static double quantile_us(double q) {
  uint64_t wanted = q * (counted ? counted - 1 : 0), seen = 0;
  for (int i = 0; i < 64 * 60; i++)
    if ((seen += buckets[i]) > wanted)
      return (i < 64 ? i : ((64 + i % 64 + 0.5) * (1ull << (i / 64 - 1)))) / 1e3;
  return 0;
}

static double server(const char *file, const char *format) { /* the first number that `format` finds in /proc */
  char path[64];
  double value = 0;
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  FILE *f = pid ? fopen(path, "r") : NULL;
  if (f && fscanf(f, format, &value) != 1) value = 0;
  if (f) fclose(f);
  return value;
}
/* Of the main thread: none of the servers has another one that works. */
static double server_cpu(void) { return server("schedstat", "%lf") / 1e9; }
static double server_memory(void) { return server("statm", "%*d %lf") * sysconf(_SC_PAGESIZE); }
