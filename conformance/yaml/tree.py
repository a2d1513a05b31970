"""Has every YAML reader read each file of a rendered tree, and compares what they read.

usage: tree.py TREE

kubectl reads with the same Go code as the API server and Helm. It takes objects only: a file of Helm values is
put into one first, indented as it is.
"""

import json
import pathlib
import subprocess
import sys

import yaml

from check import differences, pyyaml_c, ruamel_pure, ruamel_safe

WRAP = "apiVersion: v1\nkind: Values\nmetadata: {name: values}\nspec:\n"


def pyyaml(path):
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def kubectl(text):
    command = ["kubectl", "annotate", "--local", "-f", "-", "conformance=yes", "-o", "json"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    decoder, rest, out = json.JSONDecoder(), done.stdout.strip(), []
    while rest:
        value, end = decoder.raw_decode(rest)
        annotations = value["metadata"]["annotations"]
        del annotations["conformance"]
        out.append(value)
        rest = rest[end:].strip()
    return out


def tidy(obj):
    """kubectl leaves empty mappings where it took its own annotation away."""
    meta = obj.get("metadata", {})
    if not meta.get("annotations", True):
        del meta["annotations"]
    if not obj.get("metadata", True):
        del obj["metadata"]
    return obj


def read_all(path):
    """(reader, documents) for each reader."""
    want = pyyaml(path)
    single = len(want) == 1
    for reader in (pyyaml_c, ruamel_safe, ruamel_pure) if single else ():
        yield reader.__name__, want, [reader(path)], True
    text = path.read_text(encoding="utf-8")
    if all(isinstance(d, dict) and "apiVersion" in d and "kind" in d for d in want):
        yield "kubectl", [tidy(d) for d in want], [tidy(d) for d in kubectl(text)], False
    elif single:
        wrapped = WRAP + "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))
        yield "kubectl", want, [kubectl(wrapped)[0]["spec"]], False
    else:
        raise RuntimeError("several documents, and not all are objects")


def main():
    tree = pathlib.Path(sys.argv[1])
    files, faults = sorted(tree.rglob("*.y*ml")), 0
    for path in files:
        try:
            found = [f"{name}{d}" for name, want, got, exact in read_all(path) for d in differences(want, got, exact)]
        except Exception as error:  # Whatever a reader throws is a finding about the file.
            found = [f"refused: {error}"]
        faults += len(found)
        for fault in found:
            print(f"{path.relative_to(tree)} {fault}"[:400])
    print(f"{len(files)} files of the tree, {faults} differences")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
