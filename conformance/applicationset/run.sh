#!/usr/bin/env bash
# Argo CD's own code for ApplicationSets makes of an app with `as: applicationSet` what the tree holds without it. It is
# built from its Go modules, which go.sum pins.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
need python3
program
go_with 24

mkdir "$work/go"
export GOPATH="$work/go/path" GOCACHE="$work/go/cache" GOTOOLCHAIN=local GOFLAGS="-modcacherw -mod=readonly -buildvcs=false"
export CGO_ENABLED=0
compare=$work/go/compare
(cd "$here" && "$go" build -ldflags '-s -w' -o "$compare" .)
"$go" clean -cache -modcache

case=fixtures/render/as-applicationset
fixture as-applicationset
cp -R "$case" "$work/apps"
# The one patch of an ApplicationSet would hit nothing.
sed -i.before -e 's/as: applicationSet/as: applications/' -e '/target: { kind: ApplicationSet }/,+1d' \
    -e '/^    patches:$/d' "$work/apps/platform.yaml"
"$SAILPLAN" render -f "$work/apps/platform.yaml" -o "$work/apps/out"
"$compare" "$work/as-applicationset/out" "$work/apps/out"

# A brace that is not kept from the templates shows, and so does a value that differs.
broken() {
    rm -rf "$work/broken"
    cp -R "$work/as-applicationset/out" "$work/broken"
    find "$work/broken" -name '*.yaml' -exec sed -i "$1" {} +
    if diff -rq "$work/as-applicationset/out" "$work/broken" >/dev/null; then
        echo "$0: nothing for $1" >&2
        return 1
    fi
    if "$compare" "$work/broken" "$work/apps/out" >"$work/said" 2>&1; then
        echo "$0: not seen: $1" >&2
        return 1
    fi
}
broken 's/{{"{{"}}/{{/'
broken 's/port: 8080/port: 8081/'
broken 's/preserveResourcesOnDeletion: true/preserveResourcesOnDeletion: false/'

python3 "$here/chance.py" "$SAILPLAN" "$compare" "$work/chance" 100
