/* Takes calls on and forgets them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define ON_CANCEL
#include "hostile.h"

static int32_t misbehave(const pb_invocation *in) {
  (void)in;
  return PB_OK;
}
