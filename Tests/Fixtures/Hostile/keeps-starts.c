/* Keeps a file, a thread and a megabyte of each start.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void begin(void);
#define ON_START begin()
#define ON_STOP (void)0
#include "hostile.h"

static void *wait_for_ever(void *nothing) {
  for (;;) pause();
  return nothing;
}

static void *volatile kept;

static void begin(void) {
  pthread_t thread;
  kept = calloc(1, 1 << 20);
  pthread_create(&thread, NULL, wait_for_ever, NULL);
  (void)!open("/dev/null", O_RDONLY);
}

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
