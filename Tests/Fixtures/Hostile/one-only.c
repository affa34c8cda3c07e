/* Wants to be alone in its process.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_START \
  if (getenv("HOSTILE_ONE_ONLY")) return PB_CLOSING; \
  setenv("HOSTILE_ONE_ONLY", "1", 1)
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
