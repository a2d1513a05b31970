"""Checks the JSON Schema of the spec from outside: with another validator than our own.

usage: check.py SCHEMA SPEC

The spec is joined with its includes, map by map, as the program does; the schema must accept the whole, and
refuse it after each of the typos below.
"""

import copy
import json
import pathlib
import sys

import yaml
from jsonschema import Draft202012Validator

# (path of keys; the last one is set to the value). Each must be refused.
TYPOS = [
    (("aps",), {}),
    (("platform", "domian"), "example.com"),
    (("platform", "argocd", "namespce"), "argocd"),
    (("platform", "repo", "url"), 1),
    (("categories", "security", "descripton"), "x"),
    (("categories", "Not A Name"), {}),
    (("defaults", "app", "sync", "automatd"), {}),
    (("apps", "harbor", "categry"), "automation"),
    (("apps", "harbor", "dependsOn"), "redis"),
    (("apps", "harbor", "source", "helm", "versoin"), "1"),
    (("apps", "backstage", "source", "kustomize", "image"), {}),
    (("kustomizations",), "some"),
    (("apiVersion",), "sailplan.dev/v2"),
    (("kind",), "platform"),
]
MISSING = ["apiVersion", "kind", "platform"]


def join(spec, part, at=""):
    """Adds the maps of an included file. A name given twice is an error."""
    for name, value in part.items():
        if name in ("apiVersion", "kind") and at == "":
            continue
        if isinstance(value, dict) and isinstance(spec.get(name), dict) and at == "":
            join(spec[name], value, name)
        elif name in spec:
            raise SystemExit(f"{at}.{name} is given twice")
        else:
            spec[name] = value


def errors(validator, spec):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"[:300] for e in validator.iter_errors(spec)]


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    path = pathlib.Path(sys.argv[2])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = sorted(p for glob in spec.get("include", []) for p in path.parent.glob(glob))
    for part in parts:
        join(spec, yaml.safe_load(part.read_text(encoding="utf-8")))
    faults = [f"refused: {e}" for e in errors(validator, spec)]
    for keys, value in TYPOS:
        wrong = copy.deepcopy(spec)
        at = wrong
        for k in keys[:-1]:
            at = at[k]
        at[keys[-1]] = value
        if not errors(validator, wrong):
            faults.append(f"accepted: {'.'.join(keys)}: {value!r}")
    for name in MISSING:
        if not errors(validator, {k: v for k, v in spec.items() if k != name}):
            faults.append(f"accepted without {name}")
    for fault in faults:
        print(fault)
    print(f"{len(parts)} includes, {len(spec['apps'])} apps, {len(TYPOS) + len(MISSING)} wrong specs, {len(faults)} faults")
    return 1 if faults or not parts else 0


if __name__ == "__main__":
    sys.exit(main())
