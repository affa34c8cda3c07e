/* Closes no file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <fcntl.h>

#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  (void)!open("/dev/null", O_RDONLY);
  return succeed(in->call, "{}"), PB_OK;
}
