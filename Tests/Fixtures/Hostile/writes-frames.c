/* Writes to the socket of the runner around it, as if it were the runner.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <sys/socket.h>

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  unsigned char nonsense[48];
  memset(nonsense, 0xAB, sizeof nonsense);
  send(3, nonsense, sizeof nonsense, 0);
  return PB_OK;
}
