/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

struct slot {
  char mark[32];
  uint64_t capacity;
  uint64_t size;
  char document[PATCHBAY_SLOT_CAPACITY];
};

/* In a section and on pages of its own. The mark stands once in the library. */
__attribute__((section("patchbay_document"), used, aligned(4096))) static const struct slot slot = {
    .mark = "patchbay:declarative:document:1",
    .capacity = PATCHBAY_SLOT_CAPACITY,
};

/* Read as volatile: what stands in the file is not what the compiler saw. */
uint64_t patchbay_slot_size(void) { return *(const volatile uint64_t *)&slot.size; }

const char *patchbay_slot_document(void) {
  const char *volatile place = slot.document;
  return place;
}
