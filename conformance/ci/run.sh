#!/usr/bin/env bash
# Where the program runs: action.yml, workflows and hooks fit their schemas, zizmor finds nothing in them, the steps of the action
# do what they say, and pre-commit runs the hooks.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=conformance/lib.sh
. conformance/lib.sh
need git jq shellcheck sha256sum cargo
program
python_with conformance/ci/requirements.txt
schemas=$(shared crds)
bin=$work/venv/bin

"$bin/check-jsonschema" --schemafile "$schemas/schemastore_github-action.json" action.yml
"$bin/check-jsonschema" --schemafile "$schemas/schemastore_pre-commit-hooks.json" .pre-commit-hooks.yaml
"$bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/examples/*.yml
"$bin/zizmor" --offline --no-progress --min-severity low . docs/examples/*.yml
shellcheck action/*.sh

"$python" conformance/ci/action.py "$SAILPLAN"
PATH=$bin:$PATH "$python" conformance/ci/hooks.py "$work/hooks"
