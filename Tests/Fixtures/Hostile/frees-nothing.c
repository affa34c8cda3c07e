/* Keeps four megabytes of each call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  char *memory = malloc(4 << 20);
  if (memory != NULL) memset(memory, 1, 4 << 20);
  succeed(in->call, "{}");
  return PB_OK;
}
