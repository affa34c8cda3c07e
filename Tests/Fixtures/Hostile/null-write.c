/* Writes to memory that is not there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  *(volatile int *)0 = 1;
  return PB_OK;
}
