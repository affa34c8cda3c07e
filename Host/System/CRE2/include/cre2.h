/* RE2 by C functions: regular expressions in time linear in the text. No exception leaves; no pointer to a text is kept.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_CRE2_H
#define PATCHBAY_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A compiled expression. Never changes, so any thread may use it, several at once. */
typedef struct cre2_pattern cre2_pattern;

typedef struct cre2_options {
  /* Bytes for the compiled program and for what matching caches, together. */
  int64_t memory;
  bool ignore_case;
  /* `.` matches a line feed too. */
  bool dot_matches_newline;
  /* Of matches that begin at one place the longest counts, not the one that alternatives prefer. */
  bool longest_match;
} cre2_options;

/* Why an expression was refused. */
typedef struct cre2_failure {
  /* As a phrase, such as `missing )`. NUL-terminated, cut where it is too long. */
  char message[128];
  /* The part of the expression that is wrong; empty when RE2 does not tell. Not terminated. */
  char fragment[128];
  size_t fragment_length;
} cre2_failure;

/* Bytes of a text; both are SIZE_MAX for a group that took no part. */
typedef struct cre2_span {
  size_t start;
  size_t end;
} cre2_span;

typedef enum cre2_anchor { CRE2_ANYWHERE = 0, CRE2_AT_START = 1, CRE2_WHOLE = 2 } cre2_anchor;

/* The caller frees what is returned. NULL when it was refused; then `failure` tells why. */
cre2_pattern *cre2_compile(const char *source, size_t length, const cre2_options *options, cre2_failure *failure);
void cre2_free(cre2_pattern *pattern);

/* Number of capturing groups; the whole match is none of them. */
int cre2_group_count(const cre2_pattern *pattern);

/* The name of a group from 1 on; NULL when it has none. Lives as long as the pattern. */
const char *cre2_group_name(const cre2_pattern *pattern, int group);

/* Instructions of the compiled program, at least 1. */
int cre2_program_size(const cre2_pattern *pattern);

/* About how many places of the expression may be looked at for one byte of text when no cache helps: as the program's size,
   but a class of characters counts as little as one character. Found out when first asked. At least 1. */
int cre2_weight(const cre2_pattern *pattern);

/* Looks for a match that begins at `from` or later; `^` and `\b` see the text before. Fills `count` spans: the whole match,
   then the groups. */
bool cre2_match(const cre2_pattern *pattern, const char *text, size_t length, size_t from, cre2_anchor anchor,
                cre2_span *spans, int count);

#ifdef __cplusplus
}
#endif

#endif /* PATCHBAY_CRE2_H */
