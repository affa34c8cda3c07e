/* Changes what belongs to the whole process: locale, working folder, file mode mask, signals.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <locale.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static int32_t misbehave(const pb_invocation *in) {
  setlocale(LC_ALL, "tr_TR.UTF-8");
  int moved = chdir("/");
  umask(0);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGTERM, SIG_IGN);
  succeed(in->call, moved == 0 ? "{\"moved\":true}" : "{\"moved\":false}");
  return PB_OK;
}
