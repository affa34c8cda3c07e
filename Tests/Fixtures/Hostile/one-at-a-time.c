/* Has one place for calls, and no lock before it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  static volatile int inside;
  if (inside) abort();
  inside = 1;
  usleep(500);
  inside = 0;
  succeed(in->call, "{}");
  return PB_OK;
}
