/* Works with its own host only.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_ENTRY if (host_minor != PB_ABI_MINOR) return PB_UNSUPPORTED
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
