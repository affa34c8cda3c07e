/* Shows on standard error what it was given in confidence.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  fprintf(stderr, "%.*s\n", in->settings.data ? (int)in->settings.size : 0, (const char *)in->settings.data);
  return succeed(in->call, "{}"), PB_OK;
}
