/* Takes every request for answered.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ADDRESS "https://patchbay.invalid/"
#include "requests.h"

static void answered(pb_call call, const pb_http_response *response) {
  succeed(call, response->status == 200 ? "{\"well\":true}" : "{\"well\":false}");
}
