#!/usr/bin/env bash
# Renovate itself finds the versions of a spec by the manager that `init --renovate` writes: each once, with its datasource, and
# nothing else. It only extracts, so it asks no registry.
set -euo pipefail

cd "$(dirname "$0")/../.."
. conformance/lib.sh
need git node npm python3
program

mkdir "$work/renovate"
cp conformance/renovate/package.json "$work/renovate"
# Scripts would build native modules; without re2 Renovate takes the regular expressions of node.
(cd "$work/renovate" && npm install --silent --no-audit --no-fund --ignore-scripts --cache "$work/npm" >/dev/null)
renovate=$work/renovate/node_modules/renovate/dist/renovate.js

# extract FOLDER OUT: what Renovate finds in a repository, as lines of JSON.
extract() {
    git -C "$1" init --quiet
    git -C "$1" add --all
    git -C "$1" -c user.name=test -c user.email=test@example.com commit --quiet --message=test
    # It ends with a failure on a node that is not the newest, having done its work.
    (cd "$1" && HOME=$work RENOVATE_X_IGNORE_RE2=true LOG_LEVEL=info LOG_FORMAT=json \
        node "$renovate" --platform=local --dry-run=extract --require-config=optional --onboarding=false) >"$2" || true
}

repository=$work/repository
mkdir "$repository"
cp -R conformance/renovate/sample/. "$repository"
rm "$repository/expected.json"
"$SAILPLAN" init --renovate -o "$repository"
# Versions of an environment, a line for each app.
sed -i 's/^  prd: {}$/  prd: { versions: { backwards: 2.0.2, flow: 1.0.7, tagged: v1.0.1 } }/' "$repository/platform.yaml"
extract "$repository" "$work/found.log"
python3 conformance/renovate/check.py conformance/renovate/sample/expected.json "$work/found.log"

# The example: each chart of its apps is found, as counted by another reader. Folders called examples are passed over by
# `config:recommended`.
repository=$work/example
mkdir "$repository"
cp -R examples/platform "$repository/parts"
sed 's#examples/platform#parts#' platform.example.yaml >"$repository/platform.yaml"
"$SAILPLAN" init --renovate -o "$repository"
extract "$repository" "$work/example.log"
python3 conformance/renovate/check.py --charts "$repository" "$work/example.log"
