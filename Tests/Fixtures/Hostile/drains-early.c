/* Says that it is drained while calls run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_DRAIN done(user)
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return (void)in, PB_OK; }
