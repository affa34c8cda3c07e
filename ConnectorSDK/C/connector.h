/* The ABI's everyday part for connectors in C: one include, one macro, and a function for each operation.
 *
 *   static void hello(const pbc_call *call) { … pbc_succeed(call->id, &output); }
 *   PBC_CONNECTOR({"hello", hello})
 *
 * What an operation is given is borrowed until its function returns; it ends its call once, by pbc_succeed or pbc_fail, then or
 * later and from any thread. Everything here is static: include it in one file. `patchbay connector build` gives the names
 * PBC_ID, PBC_VERSION and PBC_MANIFEST_FILE (the manifest's declared part, as numbers between commas). Not part of the ABI.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_CONNECTOR_H
#define PATCHBAY_CONNECTOR_H

#include "patchbay.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pbc_call {
  pb_call id;
  pb_bytes input;    /* JSON object that the operation's input schema describes */
  pb_bytes settings; /* JSON object */
  pb_bytes credential;
  pb_bytes idempotency_key;
} pbc_call;

typedef struct pbc_operation {
  const char *id;
  void (*run)(const pbc_call *call);
} pbc_operation;

/* A text that grows. Begin with {0}; pbc_succeed frees it. Once memory has run out it takes nothing more. */
typedef struct pbc_text {
  char *data;
  size_t size, room;
  int has_failed;
} pbc_text;

/* One of both is not NULL; borrowed until the function returns. */
typedef void (*pbc_reply_fn)(pb_call call, const pb_http_response *response, const pb_error *error);

typedef struct pbc_request {
  const char *method, *url;
  const char *headers; /* lines of "Name: value\n", or NULL */
  pb_bytes body;
  pbc_reply_fn reply;
} pbc_request;

/* What is under way: a call, and its last request. */
typedef struct pbc_running {
  pb_call call;
  pb_request request;
  struct pbc_running *next;
} pbc_running;

static const pb_host *pbc_host;
static const pb_http *pbc_http;
static pthread_mutex_t pbc_lock = PTHREAD_MUTEX_INITIALIZER;
static pbc_running *pbc_calls;
static pb_drained_fn pbc_drained;
static void *pbc_drained_user;
static int pbc_is_draining;

#define PBC_UNUSED __attribute__((unused))

static inline pb_bytes pbc_bytes(const char *text) {
  pb_bytes slice = {(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
  return slice;
}

/* --- Text ------------------------------------------------------------------------------------------------------------ */

PBC_UNUSED static void pbc_append(pbc_text *text, const char *data, size_t size) {
  if (text->has_failed) return;
  if (text->room - text->size < size + 1) {
    size_t room = (text->size + size + 1) * 2;
    char *grown = realloc(text->data, room);
    if (grown == NULL) {
      text->has_failed = 1;
      return;
    }
    text->data = grown;
    text->room = room;
  }
  memcpy(text->data + text->size, data, size);
  text->size += size;
  text->data[text->size] = 0;
}

PBC_UNUSED static void pbc_add(pbc_text *text, const char *more) { pbc_append(text, more, strlen(more)); }

/* Adds one JSON string: the parts, the last of which is NULL, one behind the other, with what must be escaped. */
PBC_UNUSED static void pbc_add_string(pbc_text *text, const char *const parts[]) {
  pbc_add(text, "\"");
  for (size_t part = 0; parts[part] != NULL; part++) {
    for (const char *at = parts[part]; *at != 0; at++) {
      char escape[8];
      if (*at == '"' || *at == '\\') {
        escape[0] = '\\', escape[1] = *at, escape[2] = 0;
        pbc_add(text, escape);
      } else if ((unsigned char)*at < 0x20) {
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*at);
        pbc_add(text, escape);
      } else {
        pbc_append(text, at, 1);
      }
    }
  }
  pbc_add(text, "\"");
}

/* --- Reading JSON that the host has checked -------------------------------------------------------------------------- */

static inline const uint8_t *pbc_skip_space(const uint8_t *at, const uint8_t *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

/* Behind the string that begins at `at`. */
static inline const uint8_t *pbc_skip_string(const uint8_t *at, const uint8_t *end) {
  for (at++; at < end && *at != '"'; at++) {
    if (*at == '\\') at++;
  }
  return at < end ? at + 1 : end;
}

static inline const uint8_t *pbc_skip_value(const uint8_t *at, const uint8_t *end) {
  size_t depth = 0;
  while (at < end) {
    if (*at == '"') {
      at = pbc_skip_string(at, end);
    } else {
      if (*at == '{' || *at == '[') depth++;
      if (*at == '}' || *at == ']') {
        if (depth == 0) return at;
        depth--;
      }
      if (*at == ',' && depth == 0) return at;
      at++;
    }
  }
  return end;
}

/* The value of an object's member as it stands there; empty when there is none. Names with escapes are not found. */
PBC_UNUSED static pb_bytes pbc_value(pb_bytes object, const char *name) {
  pb_bytes none = {NULL, 0};
  const uint8_t *end = object.data + object.size, *at = pbc_skip_space(object.data, end);
  if (at == end || *at != '{') return none;
  at = pbc_skip_space(at + 1, end);
  while (at < end && *at == '"') {
    const uint8_t *key = at + 1;
    at = pbc_skip_string(at, end);
    size_t length = (size_t)(at - key) - 1;
    at = pbc_skip_space(at, end);
    if (at == end || *at != ':') return none;
    const uint8_t *value = pbc_skip_space(at + 1, end);
    at = pbc_skip_value(value, end);
    if (length == strlen(name) && memcmp(key, name, length) == 0) {
      pb_bytes found = {value, (uint64_t)(at - value)};
      while (found.size > 0 && strchr(" \t\r\n", found.data[found.size - 1]) != NULL) found.size--;
      return found;
    }
    if (at < end && *at == ',') at = pbc_skip_space(at + 1, end);
  }
  return none;
}

static inline unsigned pbc_hexadecimal(const uint8_t *digits) {
  char text[5] = {(char)digits[0], (char)digits[1], (char)digits[2], (char)digits[3], 0};
  return (unsigned)strtoul(text, NULL, 16);
}

static inline size_t pbc_encode(unsigned scalar, char *out) {
  if (scalar < 0x80) return out[0] = (char)scalar, 1;
  if (scalar < 0x800) return out[0] = (char)(0xC0 | scalar >> 6), out[1] = (char)(0x80 | (scalar & 63)), 2;
  if (scalar < 0x10000) {
    out[0] = (char)(0xE0 | scalar >> 12), out[1] = (char)(0x80 | (scalar >> 6 & 63));
    return out[2] = (char)(0x80 | (scalar & 63)), 3;
  }
  out[0] = (char)(0xF0 | scalar >> 18), out[1] = (char)(0x80 | (scalar >> 12 & 63));
  return out[2] = (char)(0x80 | (scalar >> 6 & 63)), out[3] = (char)(0x80 | (scalar & 63)), 4;
}

/* Reads a text member, NUL-terminated UTF-8. 0 when there is none, it is no text, or it does not fit into `room`. */
PBC_UNUSED static int pbc_member(pb_bytes object, const char *name, char *out, size_t room) {
  pb_bytes value = pbc_value(object, name);
  if (value.size < 2 || value.data[0] != '"') return 0;
  size_t size = 0;
  for (const uint8_t *at = value.data + 1, *end = value.data + value.size - 1; at < end;) {
    char piece[4];
    size_t count = 1;
    if (*at != '\\') {
      piece[0] = (char)*at++;
    } else if (at[1] == 'u' && end - at >= 6) {
      unsigned scalar = pbc_hexadecimal(at + 2);
      at += 6;
      if (scalar >= 0xD800 && scalar < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        scalar = 0x10000 + ((scalar - 0xD800) << 10) + (pbc_hexadecimal(at + 2) - 0xDC00);
        at += 6;
      }
      count = pbc_encode(scalar, piece);
    } else {
      const char *letters = "bfnrt", *found = strchr(letters, at[1]);
      piece[0] = found == NULL ? (char)at[1] : "\b\f\n\r\t"[found - letters];
      at += 2;
    }
    if (size + count + 1 > room) return 0;
    memcpy(out + size, piece, count);
    size += count;
  }
  out[size] = 0;
  return 1;
}

/* --- Ending a call --------------------------------------------------------------------------------------------------- */

static void pbc_ended(pb_call call) {
  pthread_mutex_lock(&pbc_lock);
  for (pbc_running **at = &pbc_calls; *at != NULL; at = &(*at)->next) {
    if ((*at)->call != call) continue;
    pbc_running *gone = *at;
    *at = gone->next;
    free(gone);
    break;
  }
  pb_drained_fn drained = pbc_is_draining && pbc_calls == NULL ? pbc_drained : NULL;
  if (drained != NULL) pbc_drained = NULL;
  pthread_mutex_unlock(&pbc_lock);
  if (drained != NULL) drained(pbc_drained_user);
}

/* Ends the call with an error; the codes stand in patchbay/status.h. `pointer` may be NULL: the input's member at fault. */
PBC_UNUSED static void pbc_fail(pb_call call, int32_t code, const char *message, const char *pointer) {
  pb_error error = {.size = sizeof error, .code = code, .retry_after_ms = -1};
  error.effect = code == PB_CODE_INVALID_INPUT ? PB_EFFECT_NONE : PB_EFFECT_UNKNOWN;
  error.message = pbc_bytes(message);
  error.pointer = pbc_bytes(pointer);
  pbc_host->complete(pbc_host, call, NULL, &error);
  pbc_ended(call);
}

/* Ends the call with an output, which is freed. */
PBC_UNUSED static void pbc_succeed(pb_call call, pbc_text *output) {
  if (output->has_failed) {
    pbc_fail(call, PB_CODE_INTERNAL, "There was no memory for the output.", NULL);
  } else {
    pb_result result = {.size = sizeof result};
    result.output = pbc_bytes(output->size == 0 ? "{}" : output->data);
    pbc_host->complete(pbc_host, call, &result, NULL);
    pbc_ended(call);
  }
  free(output->data);
  memset(output, 0, sizeof *output);
}

PBC_UNUSED static void pbc_log(pb_call call, int32_t level, const char *message) {
  pbc_host->log(pbc_host, call, level, pbc_bytes(message), pbc_bytes(NULL));
}

/* --- HTTP ------------------------------------------------------------------------------------------------------------ */

typedef struct pbc_waiting {
  pb_call call;
  pbc_reply_fn reply;
} pbc_waiting;

static void pbc_replied(void *user, pb_request request, const pb_http_response *response, const pb_error *error) {
  (void)request;
  pbc_waiting waiting = *(pbc_waiting *)user;
  free(user);
  waiting.reply(waiting.call, response, error);
}

/* Sends a request with the call's credential; its reply function ends the call, or sends another. When the request cannot be
 * sent, this ends the call with an error. */
PBC_UNUSED static void pbc_send(const pbc_call *call, const pbc_request *request) {
  pbc_waiting *waiting = pbc_http == NULL ? NULL : malloc(sizeof *waiting);
  if (waiting == NULL) {
    pbc_fail(call->id, PB_CODE_UNSUPPORTED, "The host offers no HTTP, or there is no memory.", NULL);
    return;
  }
  waiting->call = call->id;
  waiting->reply = request->reply;
  pb_http_request raw = {.size = sizeof raw};
  raw.method = pbc_bytes(request->method);
  raw.url = pbc_bytes(request->url);
  raw.headers = pbc_bytes(request->headers);
  raw.body = request->body;
  raw.credential = call->credential;
  /* Under the lock, so that the reply cannot end the call before its request is known. */
  pthread_mutex_lock(&pbc_lock);
  pb_request id = 0;
  int32_t status = pbc_http->send(pbc_host, call->id, &raw, pbc_replied, waiting, &id);
  for (pbc_running *at = pbc_calls; at != NULL; at = at->next) {
    if (at->call == call->id) at->request = id;
  }
  pthread_mutex_unlock(&pbc_lock);
  if (status == PB_OK) return;
  free(waiting);
  const int is_denied = status == PB_DENIED;
  pbc_fail(call->id, is_denied ? PB_CODE_CONFIG : PB_CODE_UNAVAILABLE,
           is_denied ? "The host refuses the request; the step's log says why." : "The host takes no request now.", NULL);
}

/* Ends the call as an unwelcome reply says: an error of the transport, or a status of 400 and above. 0 when it is welcome. */
PBC_UNUSED static int pbc_failed(pb_call call, const pb_http_response *response, const pb_error *error) {
  if (error != NULL) {
    pbc_host->complete(pbc_host, call, NULL, error);
    pbc_ended(call);
    return 1;
  }
  if (response->status < 400) return 0;
  char message[80];
  snprintf(message, sizeof message, "The server answered with status %d.", response->status);
  const int32_t status = response->status;
  pb_error failure = {.size = sizeof failure, .retry_after_ms = -1, .http_status = status};
  failure.code = status == 401 || status == 403 ? PB_CODE_AUTH_DENIED
                 : status == 404                ? PB_CODE_NOT_FOUND
                 : status == 409                ? PB_CODE_CONFLICT
                 : status == 429                ? PB_CODE_RATE_LIMITED
                 : status >= 500                ? PB_CODE_UNAVAILABLE
                                                : PB_CODE_INVALID_INPUT;
  failure.effect = status < 500 ? PB_EFFECT_NONE : PB_EFFECT_UNKNOWN;
  failure.message = pbc_bytes(message);
  pbc_host->complete(pbc_host, call, NULL, &failure);
  pbc_ended(call);
  return 1;
}

/* --- The module ------------------------------------------------------------------------------------------------------ */

/* Set by the entry function. */
static const pbc_operation *pbc_operations;
static size_t pbc_operation_count;

static const uint8_t pbc_manifest_bytes[] = {
#include PBC_MANIFEST_FILE
};

static pb_bytes pbc_manifest(void *context) {
  (void)context;
  pb_bytes slice = {pbc_manifest_bytes, sizeof pbc_manifest_bytes};
  return slice;
}

static int32_t pbc_start(void *context, const pb_host *host) {
  (void)context;
  pbc_host = host;
  pbc_http = (const pb_http *)host->extension(host, PB_HTTP_ID);
  return PB_OK;
}

static int32_t pbc_invoke(void *context, const pb_invocation *raw) {
  (void)context;
  for (size_t index = 0; index < pbc_operation_count; index++) {
    const pbc_operation *operation = &pbc_operations[index];
    if (strlen(operation->id) != raw->operation.size) continue;
    if (memcmp(operation->id, raw->operation.data, raw->operation.size) != 0) continue;
    pbc_running *running = malloc(sizeof *running);
    if (running == NULL) return PB_BUSY;
    running->call = raw->call;
    running->request = 0;
    pthread_mutex_lock(&pbc_lock);
    const int is_closing = pbc_is_draining;
    running->next = pbc_calls;
    if (!is_closing) pbc_calls = running;
    pthread_mutex_unlock(&pbc_lock);
    if (is_closing) {
      free(running);
      return PB_CLOSING;
    }
    pbc_call call = {raw->call, raw->input, raw->settings, raw->credential, raw->idempotency_key};
    operation->run(&call);
    return PB_OK;
  }
  return PB_UNSUPPORTED;
}

static void pbc_cancel(void *context, pb_call call, int32_t reason) {
  (void)context;
  (void)reason;
  pb_request request = 0;
  pthread_mutex_lock(&pbc_lock);
  for (pbc_running *at = pbc_calls; at != NULL; at = at->next) {
    if (at->call == call) request = at->request;
  }
  pthread_mutex_unlock(&pbc_lock);
  /* Its reply, which comes soon, ends the call. */
  if (request != 0) pbc_http->abort(pbc_host, request);
}

static void pbc_drain(void *context, pb_drained_fn done, void *user) {
  (void)context;
  pthread_mutex_lock(&pbc_lock);
  pbc_is_draining = 1;
  const int is_empty = pbc_calls == NULL;
  pbc_drained = is_empty ? NULL : done;
  pbc_drained_user = user;
  pthread_mutex_unlock(&pbc_lock);
  if (is_empty) done(user);
}

static int32_t pbc_enter(pb_module *out) {
  pb_module module = {.size = sizeof module};
  module.id = pbc_bytes(PBC_ID);
  module.version = pbc_bytes(PBC_VERSION);
  module.manifest = pbc_manifest;
  module.start = pbc_start;
  module.invoke = pbc_invoke;
  module.cancel = pbc_cancel;
  module.drain = pbc_drain;
  if (out->size < module.size) module.size = out->size;
  memcpy(out, &module, module.size);
  return PB_OK;
}

/* Names the operations, {"id", function} each, and exports the module. */
#define PBC_CONNECTOR(...)                                                                            \
  PB_EXPORT int32_t patchbay_connector_v1(uint32_t minor, pb_module *out, char *why, uint32_t room) { \
    static const pbc_operation operations[] = {__VA_ARGS__};                                          \
    (void)minor, (void)why, (void)room;                                                               \
    pbc_operations = operations;                                                                      \
    pbc_operation_count = sizeof operations / sizeof operations[0];                                   \
    return pbc_enter(out);                                                                            \
  }

#endif /* PATCHBAY_CONNECTOR_H */
