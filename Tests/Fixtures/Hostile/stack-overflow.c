/* Calls itself until the stack ends.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int deeper(volatile int *depth) {
  volatile int here[1024];
  here[0] = *depth + 1;
  /* Never so, but the compiler need not know. */
  return here[0] < 0 ? 0 : deeper(here) + here[0];
}

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  volatile int depth = 0;
  return deeper(&depth);
}
