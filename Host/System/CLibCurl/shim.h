/* libcurl, with one function per kind of argument where libcurl's own take any. */
#ifndef PATCHBAY_CLIBCURL_SHIM_H
#define PATCHBAY_CLIBCURL_SHIM_H

#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x075800
#error "libcurl 7.88.0 or newer is needed (Debian 12, Ubuntu 24.04)"
#endif

#if defined(__swift__)
/* A Swift closure given as such a function captures no isolated state. */
#define PB_CURL_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define PB_CURL_SENDABLE
#endif

typedef size_t (*pb_curl_data_fn)(char *data, size_t size, size_t count, void *user) PB_CURL_SENDABLE;
typedef curl_socket_t (*pb_curl_socket_fn)(void *user, curlsocktype purpose,
                                           struct curl_sockaddr *address) PB_CURL_SENDABLE;
typedef int (*pb_curl_before_request_fn)(void *user, char *address, char *own_address, int port,
                                         int own_port) PB_CURL_SENDABLE;

static inline CURLcode pb_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode pb_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/* libcurl copies the text, except for CURLOPT_POSTFIELDS. */
static inline CURLcode pb_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

/* libcurl keeps the pointer, except for CURLOPT_COPYPOSTFIELDS. */
static inline CURLcode pb_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return curl_easy_setopt(easy, option, value);
}

/* libcurl keeps the list until the option is set anew or the handle ends. */
static inline CURLcode pb_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

/* libcurl copies the bytes. */
static inline CURLcode pb_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob);
}

static inline CURLcode pb_curl_set_data_function(CURL *easy, CURLoption option, pb_curl_data_fn function) {
  return curl_easy_setopt(easy, option, function);
}

static inline CURLcode pb_curl_set_socket_function(CURL *easy, CURLoption option, pb_curl_socket_fn function) {
  return curl_easy_setopt(easy, option, function);
}

static inline CURLcode pb_curl_set_before_request_function(CURL *easy, CURLoption option,
                                                           pb_curl_before_request_fn function) {
  return curl_easy_setopt(easy, option, function);
}

static inline CURLcode pb_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode pb_curl_get_socket(CURL *easy, CURLINFO info, curl_socket_t *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode pb_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/* The file of authorities that this libcurl was built to trust; NULL when there is none. It lives forever. */
static inline const char *pb_curl_usual_authorities(void) { return curl_version_info(CURLVERSION_NOW)->cainfo; }

/* The result of a CURLMSG_DONE message, whose union Swift would see as raw bytes. */
static inline CURLcode pb_curl_message_result(const CURLMsg *message) { return message->data.result; }

#endif /* PATCHBAY_CLIBCURL_SHIM_H */
