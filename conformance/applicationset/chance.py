"""Platforms made up by chance: in each, an app differs in its environments in all kinds of values, texts that break
templates among them. As an ApplicationSet it must give the Applications that it is without one.

usage: chance.py SAILPLAN COMPARE FOLDER COUNT
"""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

PARTS = [
    "{{", "}}", "{", "}", "{{ .name }}", '{{"{{"}}', "{{/*", '"', "'", "\\", "\n", "\t", " ", "-", "$", "%", "<&>",
    "1", "true", "a", "é", "\u2028", "\u0085", "\x7f",
]  # fmt: skip


def text(chance):
    found = "".join(chance.choice(PARTS) for _ in range(chance.randint(0, 5)))
    # In what applies to several apps this is an expression.
    return found.replace("${{", "$ {{")


def value(chance, depth=0):
    kind = chance.randint(0, 6 if depth < 3 else 3)
    if kind == 0:
        return text(chance)
    if kind == 1:
        return chance.choice([True, False])
    if kind == 2:
        return chance.randint(-(2**53), 2**53)
    if kind == 3:
        return chance.choice([0.5, 1.5, -2.25, 1e-7, 3.0])
    if kind == 4:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return {chance.choice(["a", "b", text(chance)]): value(chance, depth + 1) for _ in range(chance.randint(0, 3))}


def difference(chance):
    helm = {
        "values": {chance.choice("ab"): value(chance) for _ in range(chance.randint(0, 2))},
        "parameters": {"p": text(chance)},
    }
    found = {
        "source": {"helm": helm},
        "annotations": {chance.choice("ab"): text(chance) for _ in range(chance.randint(0, 2))},
        "info": [{"name": text(chance), "value": text(chance)} for _ in range(chance.randint(0, 2))],
        "finalizer": chance.choice(["foreground", "background", "none"]),
        "sync": {"automated": chance.choice([True, False, {"prune": True}])},
        "destinationBy": chance.choice(["server", "name"]),
    }
    if chance.random() < 0.5:
        found["revisionHistoryLimit"] = chance.randint(1, 3)
    return found


def platform(form, differences):
    names = [f"e{number}" for number in range(len(differences))]
    helm = {"repo": "https://charts.example.com", "chart": "shop", "version": "1.2.0"}
    app = {
        "category": "web",
        "as": form,
        "environments": names,
        "clusterResources": [],
        "sync": {"options": {"CreateNamespace": True}},
        "source": {"helm": helm},
    }
    return {
        "apiVersion": "sailplan.dev/v1alpha1",
        "kind": "Platform",
        "platform": {"name": "acme", "repo": {"url": "https://git.example.com/platform.git"}},
        "environments": {name: {"cluster": "in-cluster", "namespace": f"n-{name}"} for name in names},
        "categories": {"web": {}},
        "overrides": [{"when": {"environment": name}, "set": of} for name, of in zip(names, differences)],
        "apps": {"shop": app},
    }


def main():
    program, compare, folder, count = sys.argv[1:]
    for seed in range(int(count)):
        chance = random.Random(seed)
        differences = [difference(chance) for _ in range(chance.randint(1, 3))]
        outs = []
        for form in ("applicationSet", "applications"):
            here = Path(folder, form)
            shutil.rmtree(here, ignore_errors=True)
            here.mkdir(parents=True)
            spec, out = here / "platform.yaml", here / "out"
            spec.write_text(json.dumps(platform(form, differences)), encoding="utf-8")
            subprocess.run([program, "render", "-f", spec, "-o", out], check=True, capture_output=True)
            outs.append(out)
        done = subprocess.run([compare, *outs], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"seed {seed}: {done.stdout}{done.stderr}")
    print(f"{count} platforms made up by chance: the same")


main()
