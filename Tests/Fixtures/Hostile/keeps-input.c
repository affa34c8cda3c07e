/* Reads its input when it was taken back long ago.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "hostile.h"

static const uint8_t *input;

static void *answer(void *call) {
  usleep(1000);
  succeed((pb_call)(uintptr_t)call, *input == '{' ? "{}" : "{\"well\":false}");
  return NULL;
}

static int32_t misbehave(const pb_invocation *in) {
  pthread_t thread;
  if (in->input.size == 0) return PB_INVALID;
  input = in->input.data;
  if (pthread_create(&thread, NULL, answer, (void *)(uintptr_t)in->call)) return PB_BUSY;
  pthread_detach(thread);
  return PB_OK;
}
