/* Patchbay connector ABI, major 1. One include for everything that is released.
 *
 *   patchbay/core.h     slices, ids, the words the contracts are written in, the four compatibility rules
 *   patchbay/status.h   answers of calls, error codes of actions, effects
 *   patchbay/host.h     what the host gives to a connector
 *   patchbay/module.h   what a connector gives to the host, and the one symbol it exports
 *   patchbay/http.h     capability "patchbay.http/1"
 *   patchbay/process.h  capability "patchbay.process/1"
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_H
#define PATCHBAY_H

#include "patchbay/core.h"
#include "patchbay/status.h"
#include "patchbay/host.h"
#include "patchbay/module.h"
#include "patchbay/http.h"
#include "patchbay/process.h"

#endif /* PATCHBAY_H */
