/* The place in the generic library that a declarative connector's document is written into.
 *
 * `patchbay connector build` copies the library, looks for the mark, and writes the document's size and bytes behind it. The
 * layout is fixed: the mark (32 bytes), the capacity and the size (64 bits each, little-endian), the document, then zeros.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_SLOT_H
#define PATCHBAY_SLOT_H

#include <stdint.h>

/* Bytes of the largest document. */
#define PATCHBAY_SLOT_CAPACITY (1u << 20)

/* Bytes of the document; 0 in the generic library itself. */
uint64_t patchbay_slot_size(void);

/* The document: JSON, UTF-8. Lives until the process ends. */
const char *patchbay_slot_document(void);

#endif /* PATCHBAY_SLOT_H */
