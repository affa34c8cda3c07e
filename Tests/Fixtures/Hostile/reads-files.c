/* Answers what a file says.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  FILE *file = fopen("/etc/passwd", "r");
  if (file) fclose(file);
  return succeed(in->call, file ? "{\"well\":true}" : "{\"well\":false}"), PB_OK;
}
