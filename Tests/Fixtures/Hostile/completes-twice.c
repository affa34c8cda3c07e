/* Ends one call two times, first well and then with an error.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  succeed(in->call, "{\"time\":1}");
  fail(in->call, PB_CODE_INTERNAL, "the second time");
  return PB_OK;
}
