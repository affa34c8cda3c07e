/* Ends a call when it is cancelled, and when its answer comes too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "hostile.h"

static void *answer(void *call) {
  usleep(100);
  succeed((pb_call)(uintptr_t)call, "{}");
  return NULL;
}

static int32_t misbehave(const pb_invocation *in) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, answer, (void *)(uintptr_t)in->call)) return PB_BUSY;
  pthread_detach(thread);
  return PB_OK;
}
