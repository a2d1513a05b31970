"""Compares what kustomize builds of overlays with the same objects written as manifests.

usage: overlays.py BUILT_FOLDER DIRECT_FOLDER

The first is a folder with a kustomization, the second one with a manifest for each object. Each object that the second
holds must come out of the first, equal byte by byte once both are written by one writer with sorted keys; no further
object of these kinds may come out.
"""

import pathlib
import subprocess
import sys

import yaml


def text(obj):
    return yaml.safe_dump(obj, sort_keys=True, allow_unicode=True)


def key(obj):
    meta = obj["metadata"]
    return obj["apiVersion"], obj["kind"], meta.get("namespace", ""), meta["name"]


def documents(content):
    return [doc for doc in yaml.safe_load_all(content) if isinstance(doc, dict) and "kind" in doc]


def main():
    folder, direct = (pathlib.Path(arg) for arg in sys.argv[1:3])
    build = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True)
    written = [doc for path in sorted(direct.glob("*-secret.yaml")) for doc in documents(path.read_text(encoding="utf-8"))]
    want = {key(doc): text(doc) for doc in written}
    kinds = {k[1] for k in want}
    got = {key(doc): text(doc) for doc in documents(build.stdout) if doc["kind"] in kinds}
    faults = [f"{k}: not built" for k in want.keys() - got.keys()]
    faults += [f"{k}: built, but no manifest" for k in got.keys() - want.keys()]
    faults += [f"{k}: differs\nmanifest:\n{want[k]}\nbuilt:\n{got[k]}" for k in want.keys() & got.keys() if want[k] != got[k]]
    print(*sorted(faults), sep="\n", end="\n" if faults else "")
    print(f"{len(want)} objects of overlays, {len(faults)} faults")
    return 1 if faults or not want else 0


if __name__ == "__main__":
    sys.exit(main())
