/* A connector as its author would like it to be: every check finds it in order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "connector.h"

static void greet(const pbc_call *call) {
  pbc_text output = {0};
  pbc_add(&output, "{\"greeting\":\"hello\"}");
  pbc_succeed(call->id, &output);
}

static void fetched(pb_call call, const pb_http_response *response, const pb_error *error) {
  if (pbc_failed(call, response, error)) return;
  pbc_text output = {0};
  char size[40];
  snprintf(size, sizeof size, "{\"size\":%llu}", (unsigned long long)response->body.size);
  pbc_add(&output, size);
  pbc_succeed(call, &output);
}

static void fetch(const pbc_call *call) {
  pbc_request request = {.method = "GET", .url = "https://api.acme.example/things", .reply = fetched};
  pbc_send(call, &request);
}

PBC_CONNECTOR({"greet", greet}, {"fetch", fetch})
