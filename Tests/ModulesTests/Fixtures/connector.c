/* A connector for tests: good by default, bad in the way that a -D says. MANIFEST, ID and VERSION come from the test.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "patchbay.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const pb_host *the_host;
static const pb_http *the_http;
static pb_call last_ended;

static pb_bytes bytes(const char *text) {
  pb_bytes slice = {(const uint8_t *)text, strlen(text)};
  return slice;
}

static int is(pb_bytes slice, const char *text) {
  return slice.size == strlen(text) && memcmp(slice.data, text, slice.size) == 0;
}

static char *copy(pb_bytes slice) {
  char *text = malloc(slice.size + 1);
  memcpy(text, slice.data, slice.size);
  text[slice.size] = 0;
  return text;
}

/* True in the host, false in the runner that probes. */
static int in_host(void) {
  char name[64] = "";
  FILE *file = fopen("/proc/self/comm", "r");
  if (file == NULL) return 0;
  if (fgets(name, sizeof name, file) == NULL) name[0] = 0;
  fclose(file);
  return strncmp(name, "patchbay-runner", 15) != 0;
}

static int32_t succeed(pb_call call, const char *json) {
  pb_result result = {sizeof result, 0, bytes(json)};
  last_ended = call;
  return the_host->complete(the_host, call, &result, NULL);
}

static int32_t fail(pb_call call, int32_t code, const char *message) {
  pb_error error = {.size = sizeof error, .code = code, .retry_after_ms = -1, .message = bytes(message)};
  last_ended = call;
  return the_host->complete(the_host, call, NULL, &error);
}

/* A call that another thread ends. */
typedef struct later {
  pb_call call;
  char *json;
} later;

static void *end_later(void *argument) {
  later *work = argument;
  succeed(work->call, work->json);
  free(work->json);
  free(work);
  return NULL;
}

static void in_thread(pb_call call, pb_bytes json) {
  later *work = malloc(sizeof *work);
  work->call = call;
  work->json = copy(json);
  pthread_t thread;
  pthread_create(&thread, NULL, end_later, work);
  pthread_detach(thread);
}

/* Reads the text member `name` of the input; good enough for inputs that a test wrote. */
static char *member(pb_bytes input, const char *name) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  char *text = copy(input);
  char *start = strstr(text, key);
  if (start == NULL) {
    text[0] = 0;
    return text;
  }
  start += strlen(key);
  char *end = strchr(start, '"');
  char *value = strndup(start, end == NULL ? 0 : (size_t)(end - start));
  free(text);
  return value;
}

static void replied(void *user, pb_request request, const pb_http_response *response, const pb_error *error) {
  (void)request;
  pb_call call = (pb_call)(uintptr_t)user;
  if (response != NULL && response->status == 498) {
    /* What some vendors answer to a token that is over. */
    pb_error expired = {.size = sizeof expired, .code = PB_CODE_AUTH_EXPIRED, .retry_after_ms = -1};
    expired.effect = PB_EFFECT_NONE;
    expired.message = bytes("The token is over.");
    last_ended = call;
    the_host->complete(the_host, call, NULL, &expired);
  } else if (response != NULL) {
    char head[64];
    int length = snprintf(head, sizeof head, "{\"status\":%d,\"body\":\"", response->status);
    char *body = copy(response->body);
    char *json = malloc((size_t)length + strlen(body) + 3);
    sprintf(json, "%s%s\"}", head, body);
    succeed(call, json);
    free(body);
    free(json);
  } else {
    char *message = copy(error->message);
    fail(call, error->code, message);
    free(message);
  }
}

static void request(const pb_invocation *in, int should_abort) {
  char *url = member(in->input, "url"), *slot = member(in->input, "slot"), *headers = member(in->input, "headers");
  pb_http_request http = {.size = sizeof http, .method = bytes("GET"), .url = bytes(url), .headers = bytes(headers)};
  http.credential = bytes(slot);
  pb_request id = 0;
  int32_t status = the_http->send(the_host, in->call, &http, replied, (void *)(uintptr_t)in->call, &id);
  if (status != PB_OK) {
    char text[64];
    snprintf(text, sizeof text, "send answered %d", status);
    fail(in->call, PB_CODE_CONFIG, text);
  } else if (should_abort) {
    the_http->abort(the_host, id);
  }
  free(url);
  free(slot);
  free(headers);
}

static void log_much(pb_call call) {
  for (int line = 0; line < 1500; line++) the_host->log(the_host, call, PB_LOG_INFO, bytes("a line"), bytes(""));
  succeed(call, "{}");
}

static void log_all_sorts(pb_call call, pb_bytes input) {
  char *secret = member(input, "secret");
  char line[256];
  snprintf(line, sizeof line, "the token is %s", secret);
  the_host->log(the_host, call, PB_LOG_DEBUG, bytes("debug"), bytes("{\"n\":1}"));
  the_host->log(the_host, call, 77, bytes(line), bytes(""));
  static char big[40 << 10];
  memset(big, 'x', sizeof big - 1);
  the_host->log(the_host, call, PB_LOG_ERROR, bytes(big), bytes(""));
  int32_t bad = the_host->log(the_host, call, PB_LOG_INFO, bytes("bad"), bytes("[1]"));
  int32_t progress = the_host->progress(the_host, call, bytes("{\"fraction\":0.5}"));
  int32_t bad_progress = the_host->progress(the_host, call, bytes("half"));
  char fields[256];
  snprintf(fields, sizeof fields, "{\"seen\":\"%s\"}", secret);
  the_host->log(the_host, 0, PB_LOG_WARNING, bytes(line), bytes(fields));
  char json[512];
  snprintf(json, sizeof json, "{\"bad\":%d,\"progress\":%d,\"bad_progress\":%d,\"echo\":\"%s\"}", bad, progress,
           bad_progress, secret);
  succeed(call, json);
  free(secret);
}

/* What the host answers to nonsense, as the call's output. */
static void break_rules(pb_call call) {
  pb_result result = {sizeof result, 0, bytes("{}")};
  pb_result small = {4, 0, bytes("{}")};
  pb_error error = {.size = sizeof error};
  int32_t both = the_host->complete(the_host, call, &result, &error);
  int32_t neither = the_host->complete(the_host, call, NULL, NULL);
  int32_t truncated = the_host->complete(the_host, call, &small, NULL);
  int32_t unknown = the_host->complete(the_host, 12345, &result, NULL);
  int32_t stale = the_host->complete(the_host, last_ended, &result, NULL);
  int32_t stale_log = the_host->log(the_host, 12345, PB_LOG_INFO, bytes("x"), bytes(""));
  int32_t stale_progress = the_host->progress(the_host, 12345, bytes("{}"));
  int32_t stale_cancel = the_host->is_cancelled(the_host, 12345);
  int32_t live = the_host->is_cancelled(the_host, call);
  int32_t stale_abort = the_http->abort(the_host, 12345);
  int32_t null_send = the_http->send(the_host, call, NULL, replied, NULL, NULL);
  int unknown_extension = the_host->extension(the_host, "patchbay.http/1x") != NULL;
  char json[512];
  snprintf(json, sizeof json,
           "{\"both\":%d,\"neither\":%d,\"truncated\":%d,\"unknown\":%d,\"stale\":%d,\"stale_log\":%d,"
           "\"stale_progress\":%d,\"stale_cancel\":%d,\"live\":%d,\"stale_abort\":%d,\"null_send\":%d,"
           "\"unknown_extension\":%d}",
           both, neither, truncated, unknown, stale, stale_log, stale_progress, stale_cancel, live, stale_abort,
           null_send, unknown_extension);
  succeed(call, json);
}

static void fail_in_detail(pb_call call, pb_bytes input) {
  char *secret = member(input, "secret");
  pb_error error = {.size = sizeof error, .code = 999, .retry = PB_RETRY_YES, .effect = PB_EFFECT_NONE};
  error.retry_after_ms = 1500;
  error.http_status = 429;
  error.vendor_code = bytes("slow_down");
  error.message = bytes(secret);
  error.detail = bytes("{\"limit\":7}");
  error.pointer = bytes("/text");
  last_ended = call;
  the_host->complete(the_host, call, NULL, &error);
  free(secret);
}

static void describe(const pb_invocation *in) {
  char *settings = copy(in->settings), *slot = copy(in->credential), *key = copy(in->idempotency_key);
  char *json = malloc(strlen(settings) + strlen(slot) + strlen(key) + 256);
  sprintf(json, "{\"version\":\"%s\",\"settings\":%s,\"slot\":\"%s\",\"key\":\"%s\",\"attempt\":%u,\"deadline\":%lld}",
          VERSION, settings, slot, key, in->attempt, (long long)in->deadline_ms);
  succeed(in->call, json);
  free(settings);
  free(slot);
  free(key);
  free(json);
}

static void huge(pb_call call) {
  size_t size = (32u << 20) + 1;
  char *json = malloc(size + 1);
  memset(json, ' ', size);
  json[size] = 0;
  succeed(call, json);
  free(json);
}

static pb_call never_ending;

static int32_t invoke(void *context, const pb_invocation *in) {
  (void)context;
  if (is(in->operation, "echo")) {
    char *json = copy(in->input);
    succeed(in->call, json);
    free(json);
  } else if (is(in->operation, "echo_in_thread")) {
    in_thread(in->call, in->input);
  } else if (is(in->operation, "twice")) {
    int32_t first = succeed(in->call, "{\"n\":1}");
    int32_t second = succeed(in->call, "{\"n\":2}");
    if (first != PB_OK || second != PB_STALE) abort();
  } else if (is(in->operation, "complete_and_refuse")) {
    succeed(in->call, "{\"n\":1}");
    return PB_BUSY;
  } else if (is(in->operation, "never")) {
    never_ending = in->call;
  } else if (is(in->operation, "come_late")) {
    /* Ends the call that was never ended, and then its own. */
    int32_t status = succeed(never_ending, "{}");
    char json[64];
    snprintf(json, sizeof json, "{\"late\":%d}", status);
    succeed(in->call, json);
  } else if (is(in->operation, "until_cancelled")) {
    /* `cancel` ends it. */
  } else if (is(in->operation, "log_much")) {
    log_much(in->call);
  } else if (is(in->operation, "log_all_sorts") || is(in->operation, "log_with_credential")) {
    log_all_sorts(in->call, in->input);
  } else if (is(in->operation, "break_rules")) {
    break_rules(in->call);
  } else if (is(in->operation, "fail")) {
    fail(in->call, PB_CODE_NOT_FOUND, "There is no such thing.");
  } else if (is(in->operation, "fail_without_words")) {
    fail(in->call, PB_CODE_UPSTREAM, "");
  } else if (is(in->operation, "fail_in_detail")) {
    fail_in_detail(in->call, in->input);
  } else if (is(in->operation, "describe") || is(in->operation, "describe_with_credential")) {
    describe(in);
  } else if (is(in->operation, "nonsense")) {
    succeed(in->call, "{nonsense");
  } else if (is(in->operation, "huge")) {
    huge(in->call);
  } else if (is(in->operation, "busy")) {
    return PB_BUSY;
  } else if (is(in->operation, "closing")) {
    return PB_CLOSING;
  } else if (is(in->operation, "denied")) {
    return PB_DENIED;
  } else if (is(in->operation, "unreadable")) {
    return PB_INVALID;
  } else if (is(in->operation, "request") || is(in->operation, "request_with_credential")) {
    request(in, 0);
  } else if (is(in->operation, "request_and_abort")) {
    request(in, 1);
  } else if (is(in->operation, "request_and_leave")) {
    request(in, 0);
    succeed(in->call, "{\"left\":true}");
  } else {
    return PB_UNSUPPORTED;
  }
  return PB_OK;
}

static void cancel(void *context, pb_call call, int32_t reason) {
  (void)context;
  if (call == never_ending) return;
  char text[64];
  int cancelled = the_host->is_cancelled(the_host, call);
  snprintf(text, sizeof text, "cancelled %d because of %d", cancelled, reason);
  the_host->log(the_host, call, PB_LOG_INFO, bytes(text), bytes(""));
  fail(call, PB_CODE_CANCELLED, text);
}

static pb_bytes manifest(void *context) {
  (void)context;
#ifdef BAD_MANIFEST
  return bytes("{");
#else
  static const char text[] =
#include MANIFEST
      ;
  return bytes(text);
#endif
}

static int32_t start(void *context, const pb_host *host) {
  (void)context;
#ifdef START_FAILS
  return PB_UNSUPPORTED;
#endif
#ifdef START_FAILS_IN_HOST
  if (in_host()) return PB_BUSY;
#endif
#ifdef START_HANGS_IN_HOST
  while (in_host()) pause();
#endif
  the_host = host;
  the_http = host->extension(host, PB_HTTP_ID);
  return PB_OK;
}

static void drain(void *context, pb_drained_fn done, void *user) {
  (void)context;
#ifdef NEVER_DRAINS
  (void)done;
  (void)user;
#else
  done(user);
#endif
}

static void stop(void *context) {
  (void)context;
#ifdef STOPPED
  FILE *file = fopen(STOPPED, "a");
  if (file != NULL && in_host()) fputs("stopped\n", file);
  if (file != NULL) fclose(file);
#endif
}

#if defined(NEWER_MAJOR)
#define ENTRY patchbay_connector_v2
#elif defined(NO_ENTRY)
#define ENTRY something_else
#else
#define ENTRY patchbay_connector_v1
#endif

#ifdef EXTRA_SYMBOL
PB_EXPORT int extra_symbol(void) { return 1; }
#endif

#ifdef CRASH_WHEN_OPENED
__attribute__((constructor)) static void crash(void) { raise(SIGSEGV); }
#endif

PB_EXPORT int32_t ENTRY(uint32_t host_minor, pb_module *out, char *why, uint32_t why_capacity) {
  (void)host_minor;
#ifdef CRASH_IN_ENTRY
  abort();
#endif
#ifdef EXIT_IN_ENTRY
  fputs("last words\n", stderr);
  exit(3);
#endif
#ifdef HANG_IN_ENTRY
  if (fork() == 0) pause();
  for (;;) pause();
#endif
#ifdef CHATTER_IN_ENTRY
  puts("{\"probe\":1,\"abi\":\"1.0\",\"index\":0,\"outcome\":\"refused\",\"stage\":\"start\",\"why\":\"forged\"}");
  fflush(stdout);
#endif
#ifdef REFUSE
  snprintf(why, why_capacity, "%s", "needs ABI 1.7, this host has 1.0");
  return PB_UNSUPPORTED;
#endif
#ifdef REFUSE_IN_HOST
  if (in_host()) {
    snprintf(why, why_capacity, "%s", "only in runners");
    return PB_DENIED;
  }
#endif
#ifdef REFUSE_SILENTLY_IN_HOST
  if (in_host()) return PB_DENIED;
#endif
  (void)why;
  (void)why_capacity;
  (void)in_host;
  pb_module module = {.size = sizeof module, .id = bytes(ID), .version = bytes(VERSION)};
#ifdef LEAST_MINOR
  module.least_minor = LEAST_MINOR;
#endif
#ifdef OTHER_IN_HOST
  if (in_host()) module.id = bytes("somebody-else");
#endif
  module.manifest = manifest;
  module.start = start;
  module.invoke = invoke;
#ifndef NO_CANCEL
  module.cancel = cancel;
#endif
#ifndef NO_DRAIN
  module.drain = drain;
  module.stop = stop;
#endif
#ifdef SMALL_MODULE
  module.size = 40;
#endif
  if (out->size < module.size) module.size = out->size;
  memcpy(out, &module, module.size);
  return PB_OK;
}
