/* Asks for another process, with a thread left behind that never ends; `late` in the input completes the call before it asks,
 * `crash` ends the process with the call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <pthread.h>
#include <unistd.h>

static void *spin(void *unused) {
  (void)unused;
  for (volatile unsigned long turns = 0;; turns++) {}
  return NULL;
}

static int has(const pb_invocation *in, const char *word) {
  return memmem(in->input.data, in->input.size, word, strlen(word)) != NULL;
}

static int32_t misbehave(const pb_invocation *in) {
  const pb_process *process = host->extension(host, PB_PROCESS_ID);
  if (process == NULL) return fail(in->call, PB_CODE_UNSUPPORTED, "no process of its own") == PB_OK ? PB_OK : PB_INVALID;
  pthread_t thread;
  pthread_create(&thread, NULL, spin, NULL);
  char output[64];
  snprintf(output, sizeof output, "{\"pid\":%d}", (int)getpid());
  if (has(in, "late")) {
    succeed(in->call, output);
    return process->retire(host);
  }
  int32_t status = process->retire(host);
  if (has(in, "crash")) abort();
  succeed(in->call, output);
  return status;
}
