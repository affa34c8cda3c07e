/* The number of a build that is only tried out comes from the linker (--defsym), so that a new number compiles nothing anew.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "development.h"

/* Its address is the number. */
extern const char patchbay_development_number[] __attribute__((weak));

uint32_t pb_development_number(void) { return (uint32_t)(uintptr_t)patchbay_development_number; }
