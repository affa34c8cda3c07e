/* Ends a cancelled call long after that, as if it had not been cancelled.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

static void *much_later(void *argument);
#define ON_CANCEL                                                        \
  pthread_t thread;                                                      \
  pthread_create(&thread, NULL, much_later, (void *)(uintptr_t)call);    \
  pthread_detach(thread)
#include "hostile.h"

static void *much_later(void *argument) {
  usleep(3000000);
  succeed((pb_call)(uintptr_t)argument, "{\"late\":true}");
  return NULL;
}

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  return PB_OK;
}
