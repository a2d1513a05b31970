"""The Kubernetes objects of a rendered tree."""

import pathlib
import re
from dataclasses import dataclass, field

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEMPLATED = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Rollout"}


class NotUnderstood(Exception):
    """Something reads Vault in a way that the judge can't follow. Better no verdict than a wrong one."""

    def __init__(self, origin, what):
        super().__init__(f"{origin}: the judge does not understand {what}")


@dataclass
class Object:
    """One document of a file; also a kustomization or a file of values, whose kind may be empty."""

    body: dict
    file: str
    origin: str = field(init=False)

    def __post_init__(self):
        label = "/".join(part for part in (self.kind, self.namespace, self.name) if part)
        self.origin = f"{self.file}{': ' if label else ''}{label}"

    @property
    def kind(self):
        return str(self.body.get("kind", ""))

    @property
    def meta(self):
        found = self.body.get("metadata")
        return found if isinstance(found, dict) else {}

    @property
    def name(self):
        return str(self.meta.get("name", ""))

    @property
    def namespace(self):
        return self.meta.get("namespace")

    @property
    def template(self):
        """The pod template of a workload; a Pod is its own."""
        spec = self.body.get("spec") or {}
        if self.kind == "Pod":
            return self.body
        if self.kind == "CronJob":
            spec = (spec.get("jobTemplate") or {}).get("spec") or {}
        return (spec.get("template") or {}) if self.kind in TEMPLATED | {"CronJob"} else {}

    @property
    def pod(self):
        return self.template.get("spec") or {}


def destinations(item):
    """(pattern of a folder, cluster or None) for each folder that an Application or ApplicationSet deploys.

    A field that a generator fills stands for any text; a cluster that it fills is not known.
    """
    spec = item.body.get("spec") or {}
    spec = (spec.get("template") or {}).get("spec") or {} if item.kind == "ApplicationSet" else spec
    target = spec.get("destination") or {}
    cluster = target.get("server") or target.get("name")
    for source in [spec.get("source") or {}, *(spec.get("sources") or ())]:
        if source.get("path"):
            parts = re.split(r"\{\{.*?\}\}", source["path"].strip("/"))
            yield "[^/]*".join(map(re.escape, parts)), None if cluster and "{{" in cluster else cluster


class Tree:
    """All YAML documents of a rendered tree that are mappings."""

    def __init__(self, root):
        root, self.objects = pathlib.Path(root), []
        for path in sorted(root.rglob("*.y*ml")):
            if path.relative_to(root).parts[0] == "vault":
                continue
            for body in yaml.load_all(path.read_text(encoding="utf-8"), LOADER):
                if isinstance(body, dict):
                    self.objects.append(Object(body, str(path.relative_to(root))))
        kinds = ("Application", "ApplicationSet")
        self.folders = [found for item in self.objects if item.kind in kinds for found in destinations(item)]

    def cluster(self, item):
        """The cluster that the innermost folder of this object is deployed to, where that is known."""
        fitting = [(len(m[0]), cluster) for p, cluster in self.folders if (m := re.match(f"{p}(?=/)", item.file))]
        return max(fitting, key=lambda found: found[0], default=(0, None))[1]

    def find(self, kind, name, namespace=None, of=None):
        """Those of this kind and name; of any namespace where none is asked for, of the cluster of `of`."""
        home = self.cluster(of) if of else None
        return [
            item
            for item in self.objects
            if (item.kind, item.name) == (kind, name)
            and namespace in (None, item.namespace)
            and (home is None or self.cluster(item) in (None, home))
        ]

    def workloads(self):
        return [item for item in self.objects if item.template]
