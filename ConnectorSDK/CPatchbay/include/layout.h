/* For the test that guards the ABI; not part of it. See layout.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_LAYOUT_H
#define PATCHBAY_LAYOUT_H

#include "patchbay.h"

typedef struct pb_layout_row {
  const char *type;
  const char *member; /* "" in the row of the struct itself */
  uint64_t offset;
  uint64_t size;
} pb_layout_row;

/* The rows, as many as `count` then says; a function, because Swift does not import arrays without a size. */
const pb_layout_row *pb_layout(uint32_t *count);

#endif /* PATCHBAY_LAYOUT_H */
