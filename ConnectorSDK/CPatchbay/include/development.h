/* For builds that are only tried out; not part of the ABI. See development.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_DEVELOPMENT_H
#define PATCHBAY_DEVELOPMENT_H

#include <stdint.h>

/* The number that `patchbay connector dev` gave this build; 0 in every other one. */
uint32_t pb_development_number(void);

#endif /* PATCHBAY_DEVELOPMENT_H */
