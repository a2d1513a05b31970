"""Builds every kustomization of a rendered tree with kubectl and compares with what its files say.

usage: check.py TREE [--all]

What must come out is worked out here, from the listed files and the kustomization's own fields, by code that
shares nothing with kustomize. A field that is not known here is an error, not a guess. --all: each folder
that an Application of the tree reads has a kustomization.
"""

import argparse
import copy
import pathlib
import subprocess
import sys

import yaml

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
FIELDS = {"apiVersion", "kind", "resources", "components", "images", "replicas", "labels", "commonAnnotations", "namespace", "patches"}
BY_NAME = {"containers": "name", "initContainers": "name", "volumes": "name", "volumeMounts": "mountPath"}
WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}
CLUSTER = {"Namespace", "ClusterRole", "ClusterRoleBinding", "ClusterSecretStore", "Provider", "IngressClass"}


class Unknown(Exception):
    """Something that this check does not know how to work out."""


def load(path):
    return [d for d in yaml.safe_load_all(path.read_text(encoding="utf-8")) if d is not None]


def is_object(doc):
    return isinstance(doc, dict) and "apiVersion" in doc and "kind" in doc


def key(obj):
    meta = obj["metadata"]
    return obj["apiVersion"], obj["kind"], meta.get("namespace", ""), meta["name"]


# --- what must come out --------------------------------------------------------------------------------------

def expected(folder):
    """The objects that the kustomization of a folder stands for."""
    spec = load(folder / NAMES[0])[0]
    if unknown := spec.keys() - FIELDS:
        raise Unknown(f"fields {sorted(unknown)}")
    objects = []
    for name in spec.get("resources", []):
        path = folder / name
        objects += expected(path) if path.is_dir() else load(path)
    objects = copy.deepcopy(objects)
    for name in spec.get("components", []):
        component = load(folder / name / NAMES[0])[0]
        if unknown := component.keys() - {"apiVersion", "kind", "patches"}:
            raise Unknown(f"fields {sorted(unknown)} of a component")
        patch_all(objects, component)
    patch_all(objects, spec)
    for obj in objects:
        if "namespace" in spec and obj["kind"] not in CLUSTER:
            obj["metadata"]["namespace"] = spec["namespace"]
        for labels in spec.get("labels", []):
            if labels.get("includeSelectors") or labels.get("includeTemplates"):
                raise Unknown("labels in selectors or templates")
            obj["metadata"].setdefault("labels", {}).update(labels["pairs"])
        annotate(obj, spec.get("commonAnnotations", {}))
        for replicas in spec.get("replicas", []):
            if obj["kind"] in WORKLOADS and obj["metadata"]["name"] == replicas["name"]:
                obj["spec"]["replicas"] = replicas["count"]
        for image in spec.get("images", []):
            replace_images(obj, image)
    return objects


def patch_all(objects, spec):
    for patch in spec.get("patches", []):
        hits = [o for o in objects if selected(o, patch)]
        if not hits:
            raise Unknown(f"a patch for nothing: {patch}")
        for obj in hits:
            content = yaml.safe_load(patch["patch"])
            if isinstance(content, dict):
                # The target says whose it is; the name in the patch does not matter.
                content["metadata"].pop("name", None)
            apply(obj, content)


def annotate(obj, annotations):
    if annotations:
        obj["metadata"].setdefault("annotations", {}).update(annotations)
        if obj["kind"] in WORKLOADS:
            obj["spec"]["template"].setdefault("metadata", {}).setdefault("annotations", {}).update(annotations)


def replace_images(node, image):
    """kustomize looks at each `containers` and `initContainers`, wherever they are."""
    if isinstance(node, list):
        for item in node:
            replace_images(item, image)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in ("containers", "initContainers") and isinstance(value, list):
                for container in value:
                    if "image" in container:
                        container["image"] = new_image(container["image"], image)
            else:
                replace_images(value, image)


def new_image(old, image):
    name, digest = (old.split("@", 1) + [None])[:2]
    slash, colon = name.rfind("/"), name.rfind(":")
    name, tag = (name[:colon], name[colon + 1:]) if colon > slash else (name, None)
    if name != image["name"]:
        return old
    name = image.get("newName", name)
    if "digest" in image:
        return f"{name}@{image['digest']}"
    if "newTag" in image:
        return f"{name}:{image['newTag']}"
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def selected(obj, patch):
    version = obj["apiVersion"].rpartition("/")
    has = {"group": version[0], "version": version[2], "kind": obj["kind"], "name": obj["metadata"]["name"],
           "namespace": obj["metadata"].get("namespace")}
    want = patch.get("target")
    if want is None:
        partial = yaml.safe_load(patch["patch"])
        want = {"kind": partial["kind"], "name": partial["metadata"]["name"]}
    if unknown := want.keys() - has.keys():
        raise Unknown(f"a target with {sorted(unknown)}")
    return all(has[k] == v for k, v in want.items())


def apply(obj, patch):
    if isinstance(patch, dict):
        merge(obj, {k: v for k, v in patch.items() if k not in ("apiVersion", "kind")})
        return
    for op in patch:
        *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in op["path"].split("/")[1:]]
        at = obj
        for part in parents:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if isinstance(at, list):
            last = len(at) if last == "-" else int(last)
        if op["op"] == "remove":
            del at[last]
        elif op["op"] == "add" and isinstance(at, list):
            at.insert(last, op["value"])
        elif op["op"] in ("add", "replace"):
            at[last] = op["value"]
        else:
            raise Unknown(f"the operation {op['op']}")


def merge(at, patch):
    for name, value in patch.items():
        if isinstance(value, list):
            if name not in BY_NAME:
                raise Unknown(f"the list {name} in a patch")
            by_name(at.setdefault(name, []), value, BY_NAME[name])
        elif value is None:
            at.pop(name, None)
        elif isinstance(value, dict) and isinstance(at.get(name), dict):
            merge(at[name], value)
        else:
            at[name] = value


def by_name(at, patch, key):
    """Lists whose items have a merge key (Kubernetes, strategic merge patch). kustomize puts new items first."""
    new = []
    for item in patch:
        found = next((old for old in at if old[key] == item[key]), None)
        if found is None:
            new.append(copy.deepcopy(item))
        else:
            merge(found, item)
    at[:0] = new


# --- what does come out --------------------------------------------------------------------------------------

def built(folder):
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"refused: {done.stderr.strip()}")
    if done.stderr.strip():
        raise RuntimeError(f"built with a complaint: {done.stderr.strip()}")
    return [d for d in yaml.safe_load_all(done.stdout) if d is not None]


def by_key(objects, what):
    out = {}
    for obj in objects:
        if key(obj) in out:
            yield f"{what} has {key(obj)} twice"
        out[key(obj)] = obj
    yield out


def faults(folder):
    files = [p for p in folder.glob("*.y*ml") if p.name not in NAMES and any(map(is_object, load(p)))]
    listed = load(folder / NAMES[0])[0].get("resources", [])
    for path in sorted(files):
        if path.name not in listed:
            yield f"{path.name} is not listed"
    if len(listed) != len(set(listed)):
        yield "a resource is listed twice"
    *doubles, want = by_key(expected(folder), "the list")
    *more, got = by_key(built(folder), "the build")
    yield from doubles + more
    if not want:
        yield "it stands for no object"
    for k in sorted(want.keys() | got.keys()):
        if k not in got:
            yield f"{k} is not built"
        elif k not in want:
            yield f"{k} is built and in no file"
        elif want[k] != got[k]:
            yield f"{k} differs:\n  files: {want[k]}\n  built: {got[k]}"


def read_folders(tree):
    """The folders that the tree's own Applications read: path -> Application names."""
    repo, out = None, {}
    apps = [(p, d) for p in sorted(tree.rglob("*.yaml")) for d in load(p) if is_object(d) and d["kind"] == "Application"]
    for _, app in apps:
        spec = app["spec"]
        for source in spec.get("sources") or [spec.get("source", {})]:
            if source.get("path") and (tree / source["path"]).is_dir():
                out.setdefault(source["path"], []).append((app["metadata"]["name"], "directory" in source))
                repo = repo or source["repoURL"]
    return out


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("tree", type=pathlib.Path)
    args.add_argument("--all", action="store_true")
    args = args.parse_args()
    files = [p for name in NAMES for p in args.tree.rglob(name)]
    # A component is built by what takes it in.
    folders = sorted({p.parent for p in files if load(p)[0]["kind"] != "Component"})
    components = {p.parent.resolve() for p in files} - {f.resolve() for f in folders}
    taken = {(f / c).resolve() for f in folders for c in load(f / NAMES[0])[0].get("components", [])}
    found = []
    if not folders:
        found.append("the tree has no kustomization")
    for path, apps in sorted(read_folders(args.tree).items()):
        has = args.tree / path in folders
        if args.all and not has:
            found.append(f"{path}: read by {apps[0][0]}, without a kustomization")
        found += [f"{path}: {name} reads it as a plain directory" for name, plain in apps if has and plain]
    found += [f"{c}: a component that nothing takes in" for c in sorted(components - taken)]
    objects = 0
    for folder in folders:
        at = folder.relative_to(args.tree)
        try:
            here = list(faults(folder))
            objects += len(expected(folder))
        except (Unknown, RuntimeError, OSError, KeyError) as error:
            here = [f"{type(error).__name__}: {error}"]
        found += [f"{at}: {fault}" for fault in here]
    for fault in found:
        print(fault)
    print(f"{len(folders)} kustomizations of {objects} objects, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
