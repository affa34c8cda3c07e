/* Says that its result is smaller than the first release's, and its error too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  pb_result result = {4, 0, bytes("{}")};
  pb_error error = {.size = 8};
  int32_t first = host->complete(host, in->call, &result, NULL);
  int32_t second = host->complete(host, in->call, NULL, &error);
  char json[64];
  snprintf(json, sizeof json, "{\"first\":%d,\"second\":%d}", first, second);
  succeed(in->call, json);
  return PB_OK;
}
