#!/usr/bin/env bash
# Builds and runs all tests, then says what of the deciders, the loader and the JSON module they cover.
# The last line is `N passed, N failed`.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log
if [ ! -d "${PATCHBAY_SHARED:-../shared}" ]; then
  echo "NOTE: no conformance suites and vendor descriptions beside this folder (PATCHBAY_SHARED); their tests are skipped." >&2
fi

# Before anything is built, because this needs the network.
Host/Setup/servers.sh .build/servers || exit 1

# Built first, and whole: tests load the connectors' libraries and start the executables. The compiler leaves folders in
# the temporary one.
TMPDIR=$work swift build --build-tests --enable-code-coverage || exit 1

# So many tests at a time that the processors are busy, and no more: those that have limits of time would wait for hundreds of
# others.
width=$(($(nproc) * 4))

# run_tests ARGUMENT… runs some of them, and remembers what they said and whether one failed.
status=0
run_tests() {
  swift test --skip-build --experimental-maximum-parallelization-width "$width" "$@" 2>&1 | tee -a "$log" | grep -vE '^◇|started\.$| passed after [0-9.]+ seconds\.$'
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then status=1; fi
}

# By themselves and one after the other, because each keeps the machine busy, and other tests have limits of time. What they
# cover is of no interest.
width=1 LLVM_PROFILE_FILE=/dev/null run_tests --filter ChaosTests
# The conformance and fuzz tests compute without a pause, and would keep others waiting for a processor.
computing='ExpressionsTests|SchemasTests|FuzzTests'
LLVM_PROFILE_FILE=/dev/null run_tests --filter "$computing"
# These call compilers, which have both processors for a minute.
run_tests --enable-code-coverage --skip "ChaosTests|$computing|AuthoringTests"
LLVM_PROFILE_FILE=/dev/null run_tests --filter AuthoringTests
# Once more, with every connector in a process of its own.
PATCHBAY_ISOLATION=runner LLVM_PROFILE_FILE=/dev/null run_tests --filter ConnectorsTests

total=$(grep -oE 'Test run with [0-9]+ test' "$log" | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }')
failed=$(grep -cE '^✘ Test "?[^r].* failed after' "$log")
skipped=$(grep -cE '^➜ Test .* skipped' "$log")

report=.build/debug/codecov/patchbay.json
if [ "$status" -eq 0 ]; then
  python3 Host/Setup/coverage.py "$report" || status=1
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
if [ "$total" -eq 0 ]; then
  echo "No test was run." >&2
  exit 1
fi
# Once more at the end, where whoever reads only the last lines finds what failed.
grep -E '^✘ (Test|Suite) .* (failed after|recorded an issue)' "$log" | sort -u | tail -n 100
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
exit "$status"
