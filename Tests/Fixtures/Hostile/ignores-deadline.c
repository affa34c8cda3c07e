/* Ends a call that somebody cancels, and none whose time is over.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_CANCEL \
  if (reason != PB_CANCEL_DEADLINE) fail(call, PB_CODE_CANCELLED, "cancelled")
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return (void)in, PB_OK; }
