/* Patchbay connector ABI: capability "patchbay.process/1", offered where the module has a process of its own.
 *
 * For modules that run what they cannot stop: code of others, libraries that wait for ever.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_PROCESS_H
#define PATCHBAY_PROCESS_H

#include "core.h"
#include "host.h"
#include "status.h"

#define PB_PROCESS_ID "patchbay.process/1"

typedef struct pb_process {
  uint32_t size;
  uint32_t reserved; /* 0 */

  /* [any-thread] [non-blocking] From now on this process gets no more calls; later ones go to a new one. It is ended,
   * threads and all, as soon as the calls that it has are completed, and that counts as no fault. PB_OK. */
  int32_t (*retire)(const pb_host *host) PB_SENDABLE;
} pb_process;

#endif /* PATCHBAY_PROCESS_H */
