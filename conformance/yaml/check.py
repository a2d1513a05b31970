"""Compares how other YAML readers read our files with what the files must say.

usage: check.py WRITTEN READ

WRITTEN holds what our writer emitted (*.yaml) and what must come back (*.json): PyYAML, ruamel.yaml and
kubectl read it. READ holds texts written by hand, and our own reading of them: only kubectl is asked,
since the Python readers resolve plain scalars differently.
"""

import io
import json
import math
import pathlib
import subprocess
import sys

import ruamel.yaml
import yaml


def pyyaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def pyyaml_c(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def ruamel_safe(path):
    return ruamel.yaml.YAML(typ="safe").load(io.StringIO(path.read_text(encoding="utf-8")))


def ruamel_pure(path):
    return ruamel.yaml.YAML(typ="safe", pure=True).load(io.StringIO(path.read_text(encoding="utf-8")))


def kubectl(path):
    command = ["kubectl", "annotate", "--local", "-f", str(path), "conformance=yes", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    value = json.loads(done.stdout)
    del value["metadata"]["annotations"]
    return value


def differences(want, got, exact, at=""):
    """The paths at which two values differ. `exact` tells 1 and 1.0 apart; JSON from kubectl can't."""
    number = (int, float)
    if isinstance(want, dict) and isinstance(got, dict):
        for key in want.keys() | got.keys():
            where = f"{at}/{key!r}"
            if key not in got:
                yield f"{where}: lost"
            elif key not in want:
                yield f"{where}: not expected"
            else:
                yield from differences(want[key], got[key], exact, where)
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            yield f"{at}: {len(want)} items expected, {len(got)} found"
        for i, (a, b) in enumerate(zip(want, got)):
            yield from differences(a, b, exact, f"{at}/{i}")
    elif not exact and type(want) in number and type(got) in number:
        if not math.isclose(want, got, rel_tol=1e-15):
            yield f"{at}: {want!r} expected, {got!r} found"
    elif type(want) is not type(got) or want != got:
        yield f"{at}: {want!r} expected, {got!r} found"


def compare(folder, readers):
    faults = 0
    files = sorted(pathlib.Path(folder).glob("*.yaml"))
    if not files:
        print(f"{folder}: no files")
        return 1
    for path in files:
        want = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        for reader in readers:
            try:
                found = list(differences(want, reader(path), exact=reader is not kubectl))
            except Exception as error:  # Whatever a reader throws is a finding about the file.
                found = [f"refused: {error}"]
            faults += len(found)
            for fault in found:
                print(f"{path.name} {reader.__name__} {fault}"[:400])
        print(f"{path.name}: read by {', '.join(r.__name__ for r in readers)}")
    return faults


def main():
    written, read = sys.argv[1:]
    faults = compare(written, [pyyaml, pyyaml_c, ruamel_safe, ruamel_pure, kubectl]) + compare(read, [kubectl])
    print(f"{faults} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
