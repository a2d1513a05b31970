#!/usr/bin/env bash
# Runs each setup.sh below TREE/vault against a real server, and holds what it lets read against what the objects of
# the tree read. The sample beside this script is judged first. Of everything, broken copies are judged too.
#
# usage: run.sh [--granted FILE] TREE...
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
granted=$here/granted
if [ "${1:-}" = --granted ]; then
    granted=$(realpath "$2")
    shift 2
fi
[ $# -gt 0 ] || { echo "usage: $0 [--granted FILE] TREE..." >&2; exit 2; }
trees=()
for tree in "$@"; do
    [ -d "$tree/vault" ] || { echo "$0: $tree/vault: no Vault artifacts" >&2; exit 1; }
    trees+=("$(realpath "$tree")")
done

cd "$here/../.."
. conformance/lib.sh
need openssl unshare setpriv
python_with "$here/requirements.txt"
server=$("$here/get.sh" "$work")
chmod +x "$server"
"$server" version

TMPDIR=$work PYTHONDONTWRITEBYTECODE=1 "$python" "$here/check.py" --broken "$server" "$here/sample/granted" "$here/sample"
TMPDIR=$work PYTHONDONTWRITEBYTECODE=1 "$python" "$here/check.py" --broken "$server" "$granted" "${trees[@]}"

# A platform with each way to sign in and each delivery, on two clusters.
program
fixture secrets
TMPDIR=$work "$python" "$here/check.py" "$server" "$here/granted-secrets" "$work/secrets/out"
