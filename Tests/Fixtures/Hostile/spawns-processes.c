/* Starts processes that outlive the call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <spawn.h>
#include <unistd.h>

static int32_t misbehave(const pb_invocation *in) {
  int started = 0;
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  started += child > 0;
  char *const argv[] = {"/bin/sleep", "1000", NULL}, *const envp[] = {NULL};
  started += posix_spawn(&child, argv[0], NULL, NULL, argv, envp) == 0;
  char json[32];
  snprintf(json, sizeof json, "{\"started\":%d}", started);
  succeed(in->call, json);
  return PB_OK;
}
