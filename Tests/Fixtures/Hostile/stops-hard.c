/* Gives up when it is stopped while a call runs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic int running;
#define ON_CANCEL \
  if (running) running--; \
  fail(call, PB_CODE_CANCELLED, "cancelled")
#define ON_STOP \
  if (running) abort()
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) { return (void)in, running++, PB_OK; }
