"""Holds what Renovate found against what is there.

usage: check.py EXPECTED LOG            exactly these dependencies
       check.py --charts FOLDER LOG     as many charts as the spec in FOLDER has, each with repository and version
"""

import json
import pathlib
import re
import sys

KEYS = ["depName", "currentValue", "currentDigest", "datasource", "versioning", "registryUrls", "depType"]


def found(log):
    """The dependencies in the log, each as a dictionary."""
    for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        for file in entry.get("packageFiles", {}).get("jsonata", []):
            for dep in file["deps"]:
                yield {"file": file["packageFile"]} | {key: dep[key] for key in KEYS if key in dep}


def exactly(expected, deps):
    wanted = json.loads(pathlib.Path(expected).read_text(encoding="utf-8"))
    missing = [dep for dep in wanted if dep not in deps]
    extra = [dep for dep in deps if dep not in wanted]
    yield from (f"not found: {json.dumps(dep)}" for dep in missing)
    yield from (f"not wanted: {json.dumps(dep)}" for dep in extra)
    if len(deps) != len(wanted):
        yield f"{len(deps)} found, {len(wanted)} wanted"


def charts(folder, deps):
    texts = [path.read_text(encoding="utf-8") for path in pathlib.Path(folder, "parts", "apps").glob("*.yaml")]
    wanted = sorted(name for text in texts for name in re.findall(r"\bchart: ([\w-]+)", text))
    of_charts = [dep for dep in deps if dep["depType"] == "chart"]
    named = sorted(dep["depName"].rsplit("/", 1)[-1] for dep in of_charts)
    if not wanted or wanted != named:
        yield f"charts {named} found, {wanted} wanted"
    for dep in of_charts:
        if not dep.get("currentValue") or (dep["datasource"] == "helm") != bool(dep.get("registryUrls")):
            yield f"incomplete: {json.dumps(dep)}"


def main():
    charts_of = sys.argv[1] == "--charts"
    deps = list(found(sys.argv[-1]))
    faults = list((charts if charts_of else exactly)(sys.argv[-2], deps))
    print(*faults, sep="\n", file=sys.stderr, end="\n" if faults else "")
    print(f"{len(deps)} versions found by Renovate")
    sys.exit(bool(faults) or not deps)


main()
