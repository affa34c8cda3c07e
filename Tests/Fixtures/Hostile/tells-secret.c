/* Shows in an error what it was given in confidence.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  char message[512];
  const char *settings = (const char *)in->settings.data;
  int size = in->settings.size < 400 ? (int)in->settings.size : 400;
  snprintf(message, sizeof message, "It did not work with %.*s.", settings ? size : 0, settings ? settings : "");
  return fail(in->call, PB_CODE_UPSTREAM, message), PB_OK;
}
