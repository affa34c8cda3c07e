/* Needs a host that does not exist yet.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define LEAST_MINOR 999
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"); }
