#!/usr/bin/env bash
# Puts every built connector into a plugins folder, with the manifest that its code declares.
#   stage.sh BUILD_FOLDER PLUGINS_FOLDER
set -euo pipefail
build=$1
plugins=$2
libraries=()
for folder in Connectors/*/; do
  id=$(basename "$folder" | tr '[:upper:]' '[:lower:]')
  libraries+=("$build/lib$id.so")
done
"$build/patchbay" connector stage --trust --plugins "$plugins" "${libraries[@]}"
