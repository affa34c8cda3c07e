/* Keeps 16 bytes of each call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static void *volatile kept;

static int32_t misbehave(const pb_invocation *in) {
  kept = malloc(16);
  return succeed(in->call, "{}"), PB_OK;
}
