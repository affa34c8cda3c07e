/* Writes to standard error what it was given in confidence, logs it outside of the call, and ends.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  host->log(host, 0, PB_LOG_INFO, in->settings, bytes(""));
  fprintf(stderr, "%.*s\n", in->settings.data ? (int)in->settings.size : 0, (const char *)in->settings.data);
  fflush(stderr);
  abort();
}
