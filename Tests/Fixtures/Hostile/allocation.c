/* Fills ten gigabytes of memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  for (int piece = 0; piece < 640; piece++) {
    char *memory = malloc(16 << 20);
    if (memory == NULL) {
      fail(in->call, PB_CODE_INTERNAL, "no memory");
      return PB_OK;
    }
    memset(memory, piece + 1, 16 << 20);
  }
  succeed(in->call, "{}");
  return PB_OK;
}
