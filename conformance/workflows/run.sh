#!/usr/bin/env bash
# Argo Workflows' own code takes the objects that builds make, and sees broken ones. It is built from its Go modules, which
# go.sum pins.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
program
go_with 25

mkdir "$work/go"
export GOPATH="$work/go/path" GOCACHE="$work/go/cache" GOTOOLCHAIN=local GOFLAGS="-modcacherw -mod=readonly -buildvcs=false"
export CGO_ENABLED=0
lint=$work/go/lint
(cd "$here" && "$go" build -ldflags '-s -w' -o "$lint" .)
"$go" clean -cache -modcache

example example
fixture builds
find "$work/example/out" "$work/builds/out" -name 'build-*.yaml' -exec "$lint" {} +

# broken SED: a template with this change is not taken.
broken() {
    sed "$1" "$work/example/out/argocd/workflows/build-backstage-workflow.yaml" >"$work/broken.yaml"
    if cmp -s "$work/example/out/argocd/workflows/build-backstage-workflow.yaml" "$work/broken.yaml"; then
        echo "$0: nothing for $1" >&2
        return 1
    fi
    if "$lint" "$work/broken.yaml" >"$work/said" 2>&1; then
        echo "$0: not seen: $1" >&2
        return 1
    fi
}
broken 's/depends: clone$/depends: clon/'
broken 's/template: set-tag/template: set-tga/'
broken 's/inputs.parameters.repo/inputs.parameters.rpo/'
broken 's/podGC:/podsGC:/'
