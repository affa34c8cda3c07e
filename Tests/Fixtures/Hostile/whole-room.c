/* Fills a whole module, whatever room there is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ROOM sizeof module
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return succeed(in->call, "{}"), PB_OK; }
