/* Gives an output of 50 megabytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  size_t size = 50u << 20;
  char *json = malloc(size + 1);
  memset(json, ' ', size);
  json[size] = 0;
  succeed(in->call, json);
  free(json);
  return PB_OK;
}
