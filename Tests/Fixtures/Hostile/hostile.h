/* What the connectors of this folder have in common: an entry, a manifest, and an operation that goes wrong. Each file beside
 * this one is a connector with one fault; it defines `misbehave` and, where the fault lies elsewhere, one of the names below
 * before it includes this.
 *
 *   ON_CANCEL      a statement that runs in `cancel` for `call`; without it cancelled calls end as cancelled
 *   ON_START       a statement that runs in `start`
 *   ON_ENTRY       a statement that runs first in the entry, for `host_minor`
 *   ON_DRAIN       a statement that runs in `drain`, for `done` and `user`; without it there is no `drain`
 *   ON_STOP        a statement that runs in `stop`; without it there is no `stop`
 *   ON_EXTENSION   what `extension` returns; without it there is no `extension`
 *   ROOM           how many bytes the entry takes its room to have
 *   MODULE_SIZE    what the entry says that its module's size is
 *   LEAST_MINOR    the least minor of the ABI that it says it needs
 *
 * MANIFEST (a file with the manifest as a C string), ID and VERSION come from the compiler's command line.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef HOSTILE_H
#define HOSTILE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "patchbay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const pb_host *host;

static pb_bytes bytes(const char *text) {
  pb_bytes slice = {(const uint8_t *)text, strlen(text)};
  return slice;
}

static int32_t succeed(pb_call call, const char *json) {
  pb_result result = {sizeof result, 0, bytes(json)};
  return host->complete(host, call, &result, NULL);
}

static int32_t fail(pb_call call, int32_t code, const char *message) {
  pb_error error = {.size = sizeof error, .code = code, .retry_after_ms = -1, .message = bytes(message)};
  return host->complete(host, call, NULL, &error);
}

/* The fault. PB_OK: the call goes on, or has ended. */
static int32_t misbehave(const pb_invocation *in);

static int32_t invoke(void *context, const pb_invocation *in) {
  (void)context;
  (void)fail;
  if (in->operation.size == 6 && memcmp(in->operation.data, "behave", 6) == 0) {
    succeed(in->call, "{\"well\":true}");
    return PB_OK;
  }
  return misbehave(in);
}

static void cancel(void *context, pb_call call, int32_t reason) {
  (void)context;
  (void)reason;
  (void)call;
#ifdef ON_CANCEL
  ON_CANCEL;
#else
  fail(call, PB_CODE_CANCELLED, "cancelled");
#endif
}

static pb_bytes manifest(void *context) {
  (void)context;
  static const char text[] =
#include MANIFEST
      ;
  return bytes(text);
}

static int32_t start(void *context, const pb_host *given) {
  (void)context;
  host = given;
#ifdef ON_START
  ON_START;
#endif
  return PB_OK;
}

#ifdef ON_DRAIN
static void drain(void *context, pb_drained_fn done, void *user) {
  (void)context;
  (void)done;
  (void)user;
  ON_DRAIN;
}
#endif

#ifdef ON_STOP
static void stop(void *context) {
  (void)context;
  ON_STOP;
}
#endif

#ifdef ON_EXTENSION
static const void *extension(void *context, const char *id) {
  (void)context;
  (void)id;
  return ON_EXTENSION;
}
#endif

PB_EXPORT int32_t patchbay_connector_v1(uint32_t host_minor, pb_module *out, char *why, uint32_t why_capacity) {
  (void)host_minor;
  (void)why;
  (void)why_capacity;
  pb_module module = {.size = sizeof module, .id = bytes(ID), .version = bytes(VERSION)};
  module.manifest = manifest;
  module.start = start;
  module.invoke = invoke;
  module.cancel = cancel;
#ifdef ON_ENTRY
  ON_ENTRY;
#endif
#ifdef ON_DRAIN
  module.drain = drain;
#endif
#ifdef ON_STOP
  module.stop = stop;
#endif
#ifdef ON_EXTENSION
  module.extension = extension;
#endif
#ifdef LEAST_MINOR
  module.least_minor = LEAST_MINOR;
#endif
#ifdef MODULE_SIZE
  module.size = MODULE_SIZE;
#endif
#ifndef ROOM
#define ROOM out->size
#endif
  const uint32_t room = ROOM;
  memcpy(out, &module, room < sizeof module ? room : sizeof module);
  if (room < module.size) out->size = room;
  return PB_OK;
}

#endif /* HOSTILE_H */
