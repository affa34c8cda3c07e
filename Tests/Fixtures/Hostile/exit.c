/* Leaves the process as if all were well.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  exit(0);
}
