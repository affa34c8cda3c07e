/* Completes from a signal handler.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <pthread.h>
#include <signal.h>

static volatile pb_call the_call;

static void handle(int signal) {
  (void)signal;
  succeed(the_call, "{\"from\":\"a signal handler\"}");
}

static void *raise_it(void *unused) {
  (void)unused;
  struct sigaction action = {.sa_handler = handle};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  return NULL;
}

static int32_t misbehave(const pb_invocation *in) {
  the_call = in->call;
  pthread_t thread;
  pthread_create(&thread, NULL, raise_it, NULL);
  pthread_detach(thread);
  return PB_OK;
}
