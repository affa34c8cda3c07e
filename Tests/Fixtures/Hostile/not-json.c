/* Gives an output that is no JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  succeed(in->call, "{\"well\": tru");
  return PB_OK;
}
