#!/usr/bin/env bash
# Trees that no spec made: the faulty snippets of the seeds show their defects, and the example's own tree has none.
# See README.md here.
#
# usage: run.sh OUT, the folder that the example was rendered into
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=conformance/lib.sh
source conformance/lib.sh
need python3 kubectl git
program
seeds=$(shared seeds)

"$SAILPLAN" check --tree "$1" --fail-on warning
mkdir "$work/trees"
python3 conformance/tree/score.py "$SAILPLAN" "$seeds" "$work/trees"
python_with conformance/tree/requirements.txt
"$python" conformance/tree/lint.py "$work/venv/bin/argocd-source-lint" "$1" "$work"
