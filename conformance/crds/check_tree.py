#!/usr/bin/env python3
"""Checks every object of a rendered tree against the contract of its kind.

usage: check_tree.py CRD_FOLDER TREE [--argocd RELEASE]...

A kind with a stored CRD is checked against the newest release that serves its apiVersion, read strictly: no
field that the CRD does not have. --argocd names the releases that Argo CD's own kinds must satisfy, all of them;
without it the newest. Built-in kinds go by kubernetes-validate, strict, as does the metadata of every object.
An object whose kind has no contract here is a fault, and so is one that holds secret data.

What Port reads goes by our own schemas; what only GitHub and sailplan read is left out.
"""
import argparse
import json
import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

sys.dont_write_bytecode = True
from allowed import NO_CONTRACT  # noqa: E402
from check_schemas import LOADER, Ours, Report, crd_strict, load_builtin, texts  # noqa: E402

# Folders of the tree that no cluster reads: path pattern, the schema of ours, or None.
DOCUMENTS = [
    (r"port/actions/[^/]+", "action"), (r"port/permissions/[^/]+", "permissions"), (r"port/blueprints/[^/]+", "blueprint"),
    (r"port/[^/]+-mapping\.yaml", "mapping"), (r"\.github/workflows/[^/]+", None), (r"\.sailplan/external\.yaml", None),
]
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def crds(folder):
    """(release, served, apiVersion, kind, scope, schema) of each version of each CRD."""
    for f in sorted(folder.glob("*.yaml")):
        release = tuple(map(int, re.search(r"\.v(\d+)\.(\d+)\.(\d+)\.yaml$", f.name).groups()))
        for doc in yaml.load_all(f.read_text(), Loader=LOADER):
            if doc and doc.get("kind") == "CustomResourceDefinition":
                spec = doc["spec"]
                for v in spec["versions"]:
                    yield (release, v["served"], f"{spec['group']}/{v['name']}", spec["names"]["kind"], spec["scope"],
                           v["schema"]["openAPIV3Schema"])


class Contracts:
    def __init__(self, folder, argocd):
        self.crds, self.argocd, self.made = {}, argocd, {}
        for release, served, version, kind, scope, schema in crds(folder):
            if served:
                self.crds.setdefault((version, kind), {})[release] = (scope, schema)
        kustomization = json.loads((folder / "schemastore_kustomization.json").read_text())
        self.kustomization = Draft7Validator(kustomization)
        self.builtin, defs = load_builtin()
        self.release = re.search(r"v(\d[\d.]*)", self.builtin.name)[1]
        self.ours = Ours(Path(__file__).resolve().parent.parent.parent / "schemas", Report())
        self.meta = Draft202012Validator({**defs[META], "$defs": defs})

    def releases(self, key):
        have = self.crds[key]
        if key[0].startswith("argoproj.io/") and key[1] in ("Application", "ApplicationSet", "AppProject"):
            return self.argocd or [max(have)]
        return [max(have)]

    def strict(self, key, release):
        if (key, release) not in self.made:
            schema = crd_strict(self.crds[key][release][1])
            schema["properties"]["metadata"] = {"type": "object"}
            self.made[(key, release)] = Draft202012Validator(schema)
        return self.made[(key, release)]

    def check(self, obj):
        """(contract, faults) for each contract that the object must meet."""
        key = (obj["apiVersion"], obj["kind"])
        if key[0].startswith("kustomize.config.k8s.io/"):
            yield "schemastore", [next(texts([e])) for e in self.kustomization.iter_errors(obj)]
            return
        if key in self.crds:
            for release in self.releases(key):
                name = "CRD v" + ".".join(map(str, release))
                if release not in self.crds[key]:
                    yield name, ["not served there"]
                    continue
                yield name, [next(texts([e])) for e in self.strict(key, release).iter_errors(obj)]
                if self.crds[key][release][0] == "Cluster" and "namespace" in obj["metadata"]:
                    yield name, ["cluster-scoped, with a namespace"]
        elif key in NO_CONTRACT:
            check = self.ours.validator(self.ours.kinds[key])
            yield "our own schema", [next(texts([e])) for e in check.iter_errors(obj)]
        else:
            yield "Kubernetes " + self.release, self.check_builtin(obj)
        yield "metadata", [next(texts([e])) for e in self.meta.iter_errors(obj["metadata"])]
        if not obj["metadata"].get("name"):
            yield "metadata", ["no name"]

    def document(self, path, obj):
        """Whether no cluster reads the file; and then its faults, by the schema if it has one."""
        for pattern, name in DOCUMENTS:
            if re.fullmatch(pattern, path.as_posix()):
                check = name and self.ours.validator(self.ours.documents["port", name])
                return True, [next(texts([e])) for e in check.iter_errors(obj)] if check else []
        return False, []

    def check_builtin(self, obj):
        if obj["kind"] == "Secret" and (obj.get("data") or obj.get("stringData")):
            return ["secret data"]
        try:
            kubernetes_validate.validate(obj, self.release, strict=True)
        except kubernetes_validate.ValidationError as error:
            return ["/".join(map(str, error.path)) + ": " + error.message]
        except Exception as error:  # No schema of this kind, among others.
            return [f"no contract for {obj['apiVersion']} {obj['kind']}: {error}"]
        return []


def objects(tree):
    """(path, document) of everything but Helm values, which are no objects."""
    for path in sorted([*tree.rglob("*.yaml"), *tree.rglob("*.yml")]):
        if "helm-values" not in path.relative_to(tree).parts:
            for doc in yaml.load_all(path.read_text(), Loader=LOADER):
                yield path.relative_to(tree), doc


def main():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("crds", type=Path)
    a.add_argument("tree", type=Path)
    a.add_argument("--argocd", action="append", default=[])
    args = a.parse_args()
    contracts = Contracts(args.crds, [tuple(map(int, r.split("."))) for r in args.argocd])
    faults, used, count = 0, {}, 0
    for path, obj in objects(args.tree):
        count += 1
        other, found = contracts.document(path, obj)
        if other:
            used["readers other than a cluster"] = used.get("readers other than a cluster", 0) + 1
            faults += len(found)
            for fault in found:
                print(f"{path}: {fault}"[:500])
            continue
        if not isinstance(obj, dict) or not {"apiVersion", "kind", "metadata"} <= obj.keys() | (
                {"metadata"} if str(obj.get("apiVersion", "")).startswith("kustomize.") else set()):
            print(f"{path}: no Kubernetes object")
            faults += 1
            continue
        for contract, found in contracts.check(obj):
            used[contract] = used.get(contract, 0) + 1
            faults += len(found)
            for fault in found:
                print(f"{path}: {obj['kind']}: {contract}: {fault}"[:500])
    print(f"{count} objects; " + ", ".join(f"{n} by {c}" for c, n in sorted(used.items())) + f"; {faults} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
