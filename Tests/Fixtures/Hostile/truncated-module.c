/* Says that its module is smaller than the first release's.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define MODULE_SIZE 40
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"); }
