#!/usr/bin/env bash
# Registers the workflows and task definitions of a tree with a real Conductor server and plays the scenarios of
# fixtures/conductor with it, by the worker's own program, against servers that answer by a script.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
crds=$(shared crds)
need mvn
program
python_with "$here/requirements.txt"
version=3.32.1
get=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get
# All that Maven fetches goes with the temporary folder. A second try asks again for what failed in the first.
fetched() {
    mvn --quiet --batch-mode "$@" "$get" -Dmaven.repo.local="$work/maven" -Dtransitive=false \
        -Dartifact="org.conductoross:conductor-server:$version:jar:boot"
}
fetched || fetched --update-snapshots
jar=$work/maven/org/conductoross/conductor-server/$version/conductor-server-$version-boot.jar
fixture self-service
"$python" "$here/play.py" "$crds" "$jar" "$work/self-service/out" fixtures/conductor/scenarios.json
