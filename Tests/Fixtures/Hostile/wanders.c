/* Asks a host that its manifest does not name.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ADDRESS "https://elsewhere.example/"
#include "requests.h"

static void answered(pb_call call, const pb_http_response *response) {
  if (response) succeed(call, "{}");
  else fail(call, PB_CODE_UNAVAILABLE, "nobody there");
}
