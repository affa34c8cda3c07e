/* Logs without end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  for (int line = 0; line < 3000000; line++) host->log(host, in->call, PB_LOG_INFO, bytes("again"), bytes(""));
  succeed(in->call, "{}");
  return PB_OK;
}
