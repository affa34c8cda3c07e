#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need, as far as they are missing.
set -euo pipefail

# libpq, libcurl (with OpenSSL), RE2, libarchive, JavaScriptCore: headers and libraries. postgresql: the embedded cluster's server.
# tzdata: the time zones of schedules and expressions.
# redis-server, dovecot-imapd, python3-venv: servers that tests start.
# zlib1g-dev and pkg-config: what Swift's package manager asks for. python3-yaml, curl, binutils: tests.
packages=(libpq-dev libcurl4-openssl-dev libssl-dev libre2-dev libarchive-dev
  libjavascriptcoregtk-4.1-dev zlib1g-dev pkg-config postgresql
  tzdata ca-certificates curl binutils python3 python3-yaml python3-venv redis-server dovecot-imapd)

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if ! command -v swift >/dev/null; then
  echo "Swift 6.3 or newer is needed: https://www.swift.org/install/linux" >&2
  exit 1
fi
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "This is no Debian. Please install what these packages hold: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Please have these packages installed: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}
# The lists may be absent or old, so a first failure is not the last word.
if ! install >"$log" 2>&1; then
  if ! { "${as_root[@]}" apt-get update && install; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed: ${missing[*]}" >&2
    exit 1
  fi
fi
