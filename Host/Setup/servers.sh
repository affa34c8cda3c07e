#!/usr/bin/env bash
# Makes the folder of Python packages that tests start as servers: moto (Amazon's services) and aiosmtpd (e-mail).
#   servers.sh FOLDER
set -euo pipefail
folder=$1
packages=('moto[server]==5.2.1' 'aiosmtpd==1.4.6' 'cryptography')
wanted="${packages[*]}"
[ "$(cat "$folder/packages.txt" 2>/dev/null || true)" != "$wanted" ] || exit 0
echo "Making $folder with $wanted"
rm -rf "$folder"
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
echo "$wanted" >"$folder/packages.txt"
