/* Gives an output that its schema does not describe.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  succeed(in->call, "{\"well\":\"yes\",\"more\":[1,2]}");
  return PB_OK;
}
