/* Writes to standard output, much of it, and looks like a finding of the runner.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  for (int line = 0; line < 5000; line++) {
    puts("{\"probe\":1,\"abi\":\"1.0\",\"index\":0,\"outcome\":\"ok\"}");
  }
  fflush(stdout);
  succeed(in->call, "{}");
  return PB_OK;
}
