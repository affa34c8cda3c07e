/* Takes the id of a call for a pointer.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_CANCEL *(volatile char *)(uintptr_t)call = 1
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
