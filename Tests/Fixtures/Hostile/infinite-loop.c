/* Never returns.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  volatile unsigned long turns = 0;
  for (;;) turns += in->attempt;
}
