/* Has every capability that it is asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_EXTENSION "yes"
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
