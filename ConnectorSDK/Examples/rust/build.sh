#!/bin/sh
# Builds libacme_rust.so into a folder (the working directory otherwise). A panic ends the process, since nothing may unwind across
# the border; the one exported symbol is the entry.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rustc --edition 2021 --crate-type cdylib -C panic=abort -C opt-level=3 -C strip=symbols \
  -C link-arg=-Wl,-z,noexecstack -o "${1:-.}/libacme_rust.so" "$here/acme.rs"
