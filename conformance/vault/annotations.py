"""Annotations of the Vault Agent Injector: on workloads, in patches of any form, in Helm values."""

from dataclasses import dataclass

import yaml

from objects import LOADER, TEMPLATED

ROLE = "vault.hashicorp.com/role"
KINDS = TEMPLATED | {"CronJob", "Pod"}


@dataclass
class Injected:
    """A set of annotations that names a role, and whom they are put on. What nothing tells is None."""

    notes: dict
    namespace: str | None
    account: tuple | None
    origin: str


def json_patch(ops):
    """The annotations that the operations of an RFC 6902 patch add or replace."""
    notes = {}
    for op in ops:
        if not isinstance(op, dict) or op.get("op") not in ("add", "replace"):
            continue
        steps = [step.replace("~1", "/").replace("~0", "~") for step in str(op.get("path", "")).split("/")]
        if steps[-1] == "annotations" and isinstance(op.get("value"), dict):
            notes.update(op["value"])
        elif len(steps) > 1 and steps[-2] == "annotations":
            notes[steps[-1]] = op.get("value")
    return notes


def embedded(text):
    """What a text holds that is YAML itself: a patch in a string, or values."""
    if ROLE not in text and ROLE.replace("/", "~1") not in text:
        return []
    try:
        return list(yaml.load_all(text, LOADER))
    except yaml.YAMLError:
        return []


def walk(node, patch_of):
    """(annotations, target) for each set that names a role. The target is what a patch says it is for."""
    if isinstance(node, str):
        for inner in embedded(node):
            yield from walk(inner, patch_of)
    elif isinstance(node, list):
        notes = json_patch(node)
        if ROLE in notes:
            yield notes, patch_of
            return
        for inner in node:
            yield from walk(inner, patch_of)
    elif isinstance(node, dict):
        if ROLE in node:
            yield node, patch_of
            return
        if node.get("kind") in KINDS and isinstance(node.get("metadata"), dict):
            patch_of = {"kind": node["kind"], **node["metadata"], "body": node}
        elif isinstance(node.get("target"), dict) and "patch" in node:
            patch_of = node["target"]
        for inner in node.values():
            yield from walk(inner, patch_of)


def whom(tree, item, target):
    """(namespace, account) of the workload that a patch is for, as far as the tree holds it."""
    namespace = target.get("namespace") or item.namespace
    if item.kind == "Application":
        namespace = item.body["spec"]["destination"].get("namespace")
    elif item.kind == "Kustomization" and item.body.get("namespace"):
        namespace = item.body["namespace"]
    same = [item] if item.template else []
    same += tree.find(target.get("kind"), target.get("name"), namespace)
    for workload in (found for found in same if found.template):
        namespace = namespace or workload.namespace
        if workload.pod.get("serviceAccountName") or "containers" in workload.pod:
            return namespace, (namespace, workload.pod.get("serviceAccountName", "default"))
    return namespace, None


def injected(tree):
    for item in tree.objects:
        for notes, target in walk(item.body, {}):
            namespace, account = whom(tree, item, target)
            yield Injected(notes, namespace, account, item.origin)
