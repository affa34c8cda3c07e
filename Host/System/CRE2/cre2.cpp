// SPDX-License-Identifier: Apache-2.0
#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

struct cre2_pattern {
  std::unique_ptr<re2::RE2> expression;
  std::map<int, std::string> names;
  mutable std::once_flag weighed;
  mutable int weight = 1;
};

namespace {

const char *phrase(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape: return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass: return "invalid character class";
    case re2::RE2::ErrorBadCharRange: return "invalid range of characters";
    case re2::RE2::ErrorMissingBracket: return "missing ]";
    case re2::RE2::ErrorMissingParen: return "missing )";
    case re2::RE2::ErrorUnexpectedParen: return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash: return "a backslash at the end";
    case re2::RE2::ErrorRepeatArgument: return "nothing to repeat before the operator";
    case re2::RE2::ErrorRepeatSize: return "repeated too often, by itself or by repetitions around it";
    case re2::RE2::ErrorRepeatOp: return "one repetition directly after another";
    case re2::RE2::ErrorBadPerlOp: return "unknown or unsupported (? group";
    case re2::RE2::ErrorBadUTF8: return "text that is not UTF-8";
    case re2::RE2::ErrorBadNamedCapture: return "invalid name of a group";
    case re2::RE2::ErrorPatternTooLarge: return "the compiled expression is too large";
    default: return "the expression is invalid";
  }
}

void tell(cre2_failure *failure, const char *message, const std::string &fragment) {
  std::snprintf(failure->message, sizeof failure->message, "%s", message);
  failure->fragment_length = std::min(fragment.size(), sizeof failure->fragment);
  std::memcpy(failure->fragment, fragment.data(), failure->fragment_length);
}

// The whole match and the groups of all usual expressions, without memory of their own.
constexpr int usual_spans = 16;

}  // namespace

extern "C" {

cre2_pattern *cre2_compile(const char *source, size_t length, const cre2_options *options, cre2_failure *failure) {
  try {
    re2::RE2::Options chosen;
    chosen.set_log_errors(false);
    chosen.set_max_mem(options->memory);
    chosen.set_case_sensitive(!options->ignore_case);
    chosen.set_dot_nl(options->dot_matches_newline);
    chosen.set_longest_match(options->longest_match);
    auto pattern = std::make_unique<cre2_pattern>();
    pattern->expression = std::make_unique<re2::RE2>(re2::StringPiece(source, length), chosen);
    if (!pattern->expression->ok()) {
      tell(failure, phrase(pattern->expression->error_code()), pattern->expression->error_arg());
      return nullptr;
    }
    pattern->names = pattern->expression->CapturingGroupNames();
    return pattern.release();
  } catch (const std::bad_alloc &) {
    tell(failure, "there is no memory for it", std::string());
    return nullptr;
  }
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->expression->NumberOfCapturingGroups(); }

const char *cre2_group_name(const cre2_pattern *pattern, int group) {
  auto found = pattern->names.find(group);
  return found == pattern->names.end() ? nullptr : found->second.c_str();
}

int cre2_program_size(const cre2_pattern *pattern) { return std::max(1, pattern->expression->ProgramSize()); }

int cre2_weight(const cre2_pattern *pattern) {
  std::call_once(pattern->weighed, [pattern] {
    // In Latin-1 a class of characters is a few ranges of bytes; in UTF-8 `\pL` alone has a thousand instructions, of
    // which a byte meets one or two.
    re2::RE2::Options options;
    options.Copy(pattern->expression->options());
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    re2::RE2 narrow(pattern->expression->pattern(), options);
    pattern->weight = std::max(1, narrow.ok() ? narrow.ProgramSize() : pattern->expression->ProgramSize());
  });
  return pattern->weight;
}

bool cre2_match(const cre2_pattern *pattern, const char *text, size_t length, size_t from, cre2_anchor anchor,
                cre2_span *spans, int count) {
  re2::RE2::Anchor place = anchor == CRE2_WHOLE      ? re2::RE2::ANCHOR_BOTH
                           : anchor == CRE2_AT_START ? re2::RE2::ANCHOR_START
                                                     : re2::RE2::UNANCHORED;
  // RE2 takes a null pointer for "no text", which an empty buffer may have.
  const char *begin = text == nullptr ? "" : text;
  re2::StringPiece some[usual_spans];
  std::vector<re2::StringPiece> many;
  re2::StringPiece *pieces = some;
  if (count > usual_spans) {
    many.resize(static_cast<size_t>(count));
    pieces = many.data();
  }
  if (!pattern->expression->Match(re2::StringPiece(begin, length), from, length, place, pieces, count)) return false;
  for (int i = 0; i < count; i++) {
    if (pieces[i].data() == nullptr) {
      spans[i] = {SIZE_MAX, SIZE_MAX};
    } else {
      size_t start = static_cast<size_t>(pieces[i].data() - begin);
      spans[i] = {start, start + pieces[i].size()};
    }
  }
  return true;
}

}  // extern "C"
