/* Has no fault.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{\"well\":true}"), PB_OK; }
