/* For connectors that go wrong with requests: `misbehave` sends one to ADDRESS and hands the answer, NULL when there is none,
 * to `answered`.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static void answered(pb_call call, const pb_http_response *response);

static void reply(void *user, pb_request request, const pb_http_response *response, const pb_error *error) {
  (void)request;
  (void)error;
  answered((pb_call)(uintptr_t)user, response);
}

static int32_t misbehave(const pb_invocation *in) {
  const pb_http *http = host->extension(host, PB_HTTP_ID);
  if (!http) return PB_UNSUPPORTED;
  pb_http_request request = {.size = sizeof request, .method = bytes("GET"), .url = bytes(ADDRESS)};
  pb_request id;
  return http->send(host, in->call, &request, reply, (void *)(uintptr_t)in->call, &id);
}
