#!/usr/bin/env python3
"""Checks the project's JSON Schemas against the contracts they were written from.

usage: check_schemas.py CRD_FOLDER [--schemas DIR] [--samples DIR] [-v]

1. every schema is valid 2020-12, sits where its $id says, and every $ref resolves
2. each kind has the same property paths, types and required fields as the newest CRD of the folder
   that serves that version, and x-since stands exactly where the older CRD lacks the field
3. the same against the strict schemas of the PyPI package kubernetes-validate (built-in kinds)
4. the samples: `valid` ones pass, `invalid` ones fail where they say; valid ones pass the CRD too

Needs jsonschema, referencing and pyyaml; kubernetes-validate when step 3 is wanted:
    python3 -m venv /tmp/v && /tmp/v/bin/pip install jsonschema pyyaml kubernetes-validate
"""
import argparse
import copy
import json
import re
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

sys.dont_write_bytecode = True
from allowed import ALLOWED, NO_CONTRACT  # noqa: E402

BASE = "https://sailplan.dev/schemas/"
HERE = Path(__file__).resolve().parent
# What is no object of Kubernetes has a folder of its own, and for some of it a contract of another form is stored.
DOCUMENTS = {"port": {}, "conductor": {"task": "conductor_TaskDef.v3.32.1.json", "workflow": "conductor_WorkflowDef.v3.32.1.json"}}
BUILTIN = {"", "apps", "batch", "policy", "autoscaling", "networking.k8s.io", "rbac.authorization.k8s.io"}
LAYERS = ("if", "then", "else", "not")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Report:
    def __init__(self):
        self.failures, self.used, self.counts = [], set(), {}

    def fail(self, text):
        self.failures.append(text)

    def count(self, what, n=1):
        self.counts[what] = self.counts.get(what, 0) + n

    def differ(self, kind, what, path, detail=""):
        """A difference from the contract: allowed for a reason, or a failure."""
        for i, (kinds, whats, pattern, _) in enumerate(ALLOWED):
            if re.fullmatch(kinds, kind) and what in whats.split() and matches(pattern, path):
                self.used.add(i)
                return
        self.fail(f"{kind}: {what}: {path} {detail}".rstrip())


def matches(pattern, path):
    """`*` is one path segment, `**` any number of them."""
    rx = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", r"[^.]*")
    return re.fullmatch(rx, path)


# --- our schemas -------------------------------------------------------------------------------------------

class Ours:
    def __init__(self, folder, report):
        self.docs, self.kinds, self.documents = {}, {}, {}
        for f in sorted(folder.rglob("*.json")):
            if f.name == "platform.schema.json":
                continue
            doc = json.loads(f.read_text())
            rel = f.relative_to(folder).as_posix()
            Draft202012Validator.check_schema(doc)
            if doc.get("$id") != BASE + rel:
                report.fail(f"{rel}: $id is {doc.get('$id')}")
            self.docs[doc["$id"]] = doc
            if rel.split("/")[0] in DOCUMENTS:
                self.documents[f.parent.name, f.stem] = doc
            elif not rel.startswith("common/"):
                self.add_kind(rel, doc, report)
        self.registry = Registry().with_resources((i, Resource.from_contents(d)) for i, d in self.docs.items())
        for uri, doc in self.docs.items():
            for ref in find_refs(doc):
                report.count("references")
                try:
                    self.registry.resolver(uri).lookup(ref)
                except Unresolvable as e:
                    report.fail(f"{uri}: unresolved {ref}: {e}")
        report.count("schemas", len(self.docs))

    def add_kind(self, rel, doc, report):
        p = doc["properties"]
        version, kind = p["apiVersion"]["const"], p["kind"]["const"]
        group = version.rpartition("/")[0]
        want = f"{group or 'core'}/{kind.lower()}_{version.rpartition('/')[2]}.json"
        if rel != want or doc["title"] != kind:
            report.fail(f"{rel}: holds {version} {kind}, title {doc['title']}")
        scopes = ("None",) if group == "kustomize.config.k8s.io" else ("Namespaced", "Cluster")
        if doc.get("x-scope") not in scopes:
            report.fail(f"{rel}: x-scope is {doc.get('x-scope')}")
        self.kinds[(version, kind)] = doc
        report.count("kinds")

    def validator(self, doc):
        return Draft202012Validator(doc, registry=self.registry)

    def expand(self, frags):
        """[(schema, uri)] -> (parts that define, parts that only constrain), with $ref and allOf followed."""
        define, layer, todo = [], [], list(frags)
        while todo:
            s, uri = todo.pop(0)
            if not isinstance(s, dict):
                define.append((s, uri))
                continue
            define.append((s, uri))
            if "$ref" in s:
                r = self.registry.resolver(uri).lookup(s["$ref"])
                todo.append((r.contents, r.resolver._base_uri))
            todo += [(x, uri) for x in s.get("allOf", [])]
            layer += constraints(s, uri)
        seen = []
        for f in layer:
            seen += [f] + constraints(*f, deep=True)
        return define, seen


def constraints(s, uri, deep=False):
    out = []
    if isinstance(s, dict):
        out += [(s[k], uri) for k in LAYERS if k in s]
        out += [(x, uri) for k in ("oneOf", "anyOf") for x in s.get(k, [])]
        out += [(x, uri) for x in s.get("dependentSchemas", {}).values()]
        if deep:
            out += [(x, uri) for x in s.get("allOf", [])]
            out += [y for x in list(out) for y in constraints(*x, deep=True)]
    return out


def find_refs(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for v in node.values():
            yield from find_refs(v)
    elif isinstance(node, list):
        for v in node:
            yield from find_refs(v)


def view(define):
    """What a list of schema parts says together."""
    v = {"props": {}, "closed": False, "map": [], "items": [], "types": set(), "required": set(), "enum": None,
         "never": False, "since": None}
    dicts = [(s, u) for s, u in define if isinstance(s, dict)]
    v["never"] = any(s is False or s == {"not": {}} or (isinstance(s, dict) and s.get("not") == {}) for s, _ in define)
    v["closed"] = any(s.get("additionalProperties") is False for s, _ in dicts)
    v["outside"] = set()
    for s, u in dicts:
        for k, x in s.get("properties", {}).items():
            v["props"].setdefault(k, []).append((x, u))
        if isinstance(s.get("additionalProperties"), (dict,)) or s.get("additionalProperties") is True:
            v["map"].append((s["additionalProperties"], u))
        if "items" in s:
            v["items"].append((s["items"], u))
        t = s.get("type")
        v["types"] |= set(t if isinstance(t, list) else [t] if t else [])
        v["required"] |= set(s.get("required", []))
        v["since"] = v["since"] or s.get("x-since")
        e = s.get("enum", [s["const"]] if "const" in s else None)
        if e is not None:
            v["enum"] = set(map(str, e)) & v["enum"] if v["enum"] is not None else set(map(str, e))
    if v["closed"]:
        known = {k for s, _ in dicts if s.get("additionalProperties") is False for k in s.get("properties", {})}
        v["outside"] = set(v["props"]) - known
    return v


# --- the contracts -----------------------------------------------------------------------------------------

class Theirs:
    """A CRD, kubernetes-validate or draft-07 schema as the same kind of view."""

    def __init__(self, root, defs=None):
        self.root, self.defs = root, defs or {}
        self.structural = defs is None  # a CRD: an object without properties takes no field

    def resolve(self, s):
        while "$ref" in s:
            name = s["$ref"].rsplit("/", 1)[1]
            s = {**self.defs[name], **{k: x for k, x in s.items() if k == "default"}}
        return s

    def view(self, s):
        s = self.resolve(s)
        v = {"props": dict(s.get("properties", {})), "map": None, "items": s.get("items"), "types": set(),
             "required": set(s.get("required", [])), "enum": set(map(str, s["enum"])) if s.get("enum") else None,
             "open": bool(s.get("x-kubernetes-preserve-unknown-fields")), "default": "default" in s}
        if isinstance(s.get("additionalProperties"), dict):
            v["map"] = s["additionalProperties"]
        t = s.get("type")
        v["types"] |= set(t if isinstance(t, list) else [t] if t else []) - {"null"}
        if s.get("x-kubernetes-int-or-string"):
            v["types"] = {"integer", "string"}
        elif not v["types"] or not v["props"]:
            self.merge_alternatives(s, v)
        if s.get("enum") and not v["types"]:
            v["types"] = {"string"}
        return v

    def merge_alternatives(self, s, v):
        for alt in s.get("oneOf", []) + s.get("anyOf", []):
            a = self.view(alt)
            v["types"] |= a["types"]
            v["props"].update({k: x for k, x in a["props"].items() if k not in v["props"]})
            v["items"] = v["items"] or a["items"]


def load_crds(folder):
    """{(apiVersion, kind): [(sort key, served, openAPIV3Schema)]}, newest last."""
    out = {}
    for f in sorted(folder.glob("*.yaml")):
        m = re.search(r"\.v(\d+)\.(\d+)\.(\d+)\.yaml$", f.name)
        release = tuple(map(int, m.groups())) if m else (0, 0, 0)
        for doc in yaml.load_all(f.read_text(), Loader=LOADER):
            if not doc or doc.get("kind") != "CustomResourceDefinition":
                continue
            spec = doc["spec"]
            for v in spec["versions"]:
                key = (f"{spec['group']}/{v['name']}", spec["names"]["kind"])
                out.setdefault(key, []).append((release, v["served"], v["schema"]["openAPIV3Schema"], spec["scope"]))
    return {k: sorted(v, key=lambda x: (x[1], x[0])) for k, v in out.items()}


def load_builtin():
    try:
        import kubernetes_validate
    except ImportError:
        return None, None
    folders = Path(kubernetes_validate.__file__).parent.glob("kubernetes-json-schema/v1.*-strict")
    newest = max(folders, key=lambda p: tuple(map(int, re.findall(r"\d+", p.name)[:3])))
    return newest, json.loads((newest / "_definitions.json").read_text())["$defs"]


def builtin_schema(folder, version, kind):
    group, _, v = version.rpartition("/")
    parts = [x for x in (kind.lower(), group.split(".")[0], v) if x]
    return json.loads((folder / ("-".join(parts) + ".json")).read_text())


# --- comparing ---------------------------------------------------------------------------------------------

class Compare:
    def __init__(self, ours, theirs, older, kind, report):
        self.ours, self.theirs, self.older, self.kind, self.report = ours, theirs, older, kind, report
        self.inside = []

    def say(self, what, path, detail=""):
        self.report.differ(self.kind, what, path, detail)

    def run(self, frags, layers, node, old, path, skip=()):
        define, layer = self.ours.expand(frags)
        at = (node.get("$ref"), {id(s) for s, _ in define})
        if at in self.inside:
            return  # the contract and ours hold themselves here, and are compared further up
        self.inside.append(at)
        self.pairs(define, layer, layers, node, old, path, skip)
        self.inside.pop()

    def pairs(self, define, layer, layers, node, old, path, skip):
        deeper = [x for f in layers for x in [f] + constraints(*f, deep=True)]
        # constraint parts may reach further definitions through $ref
        layer = layer + deeper
        a, b = view(define), self.theirs.view(node)
        if a["never"]:
            self.say("refused", path)
            return
        if b["props"] and not b["map"]:
            self.objects(a, b, layer, old, path, skip)
        elif b["map"] is not None:
            self.maps(a, b, layer, old, path)
        elif "array" in b["types"] or b["items"] is not None:
            self.arrays(a, b, layer, old, path)
        elif b["open"] or b["types"] in (set(), {"object"}):
            empty = b["types"] == {"object"} and not b["open"] and self.theirs.structural
            if empty and not (a["closed"] and not a["props"]):
                self.say("open", path, "(the contract knows no field here)")
            elif not empty and (a["closed"] or (a["props"] and not a["map"])):
                self.say("closed", path)
        else:
            self.scalars(a, b, path)

    def objects(self, a, b, layer, old, path, skip):
        self.report.count("objects")
        if not a["closed"]:
            self.say("open", path)
            return
        for k in sorted(a["outside"]):
            self.report.fail(f"{self.kind}: constraint on unknown property {path}.{k}")
        if b["open"]:
            self.say("closed", path)
        o = self.older.view(old) if old is not None else None
        for k in sorted(set(a["props"]) | set(b["props"])):
            p = f"{path}.{k}".lstrip(".")
            if k in skip:
                continue
            if k not in b["props"]:
                self.say("extra", p)
            elif k not in a["props"]:
                self.say("missing", p)
            else:
                self.report.count("properties")
                sub = [(x["properties"][k], u) for x, u in layer
                       if isinstance(x, dict) and k in x.get("properties", {})]
                self.since(a["props"][k], o, k, p)
                known_old = o["props"].get(k) if o else None
                self.run(a["props"][k], [s for s in sub if s[0] is not False], b["props"][k], known_old, p)
        for x, _ in layer:
            for k in (x.get("properties", {}) if isinstance(x, dict) else {}):
                if k not in a["props"]:
                    self.report.fail(f"{self.kind}: constraint on unknown property {path}.{k}")
        for k in sorted(b["required"] - a["required"]):
            if k in b["props"] and k not in skip and not self.theirs.view(b["props"][k])["default"]:
                self.say("required", f"{path}.{k}".lstrip("."))

    def since(self, frags, old, k, path):
        if self.older is None:
            return
        marked = view(frags)["since"]
        if old is not None and old["props"]:
            if k not in old["props"] and not marked:
                self.say("unmarked", path, "(the older CRD lacks it: x-since)")
            if k in old["props"] and marked:
                self.say("marked", path, f"(x-since {marked}, but the older CRD has it)")

    def maps(self, a, b, layer, old, path):
        if a["closed"] and not a["map"] and not a["props"]:
            self.say("closed", path)
        elif a["map"]:
            o = self.older.view(old)["map"] if old is not None else None
            self.run(a["map"], [], b["map"], o, path + "<>")
        elif self.theirs.view(b["map"])["types"]:
            self.say("open", path)

    def arrays(self, a, b, layer, old, path):
        if "array" not in a["types"]:
            self.say("type", path, f"(ours {sorted(a['types'])}, theirs array)")
        elif b["items"] is not None and not a["items"]:
            self.say("open", path)
        elif b["items"] is not None:
            sub = [(x["items"], u) for x, u in layer if isinstance(x, dict) and "items" in x]
            o = self.older.view(old)["items"] if old is not None else None
            self.run(a["items"], sub, b["items"], o, path + "[]")

    def scalars(self, a, b, path):
        wide = {"integer" if t == "number" and "integer" in a["types"] else t for t in a["types"]}
        mine, yours = wide, {"integer" if t == "number" and "integer" in wide else t for t in b["types"]}
        if mine != yours:
            self.say("type", path, f"(ours {sorted(mine)}, theirs {sorted(yours)})")
        if b["enum"] is not None and a["enum"] is None:
            self.say("enum", path, "(the contract lists values)")
        elif b["enum"] is not None and a["enum"] != b["enum"]:
            self.say("enum", path, f"(differ in {sorted(a['enum'] ^ b['enum'])})")


def compare_documents(ours, folder, report):
    for area, contracts in DOCUMENTS.items():
        for name, file in contracts.items():
            doc = ours.documents.get((area, name))
            if doc is None:
                report.fail(f"{area}/{name}.json: missing")
                continue
            contract = json.loads((folder / file).read_text())
            report.count("documents compared")
            theirs = Theirs(contract, contract["definitions"])
            Compare(ours, theirs, None, f"{area} {name}", report).run([(doc, doc["$id"])], [], contract, None, "")


def compare_all(ours, crds, folder, report):
    compare_documents(ours, folder, report)
    strict, defs = load_builtin()
    if strict is None:
        print("kubernetes-validate is not installed: built-in kinds not compared")
    for (version, kind), doc in sorted(ours.kinds.items()):
        group = version.rpartition("/")[0]
        name, older, old, skip = f"{version} {kind}", None, None, ("apiVersion", "kind")
        if (version, kind) in crds:
            *past, (_, _, newest, scope) = crds[(version, kind)]
            theirs, skip = Theirs(newest), ("apiVersion", "kind", "metadata")
            if scope != doc["x-scope"]:
                report.fail(f"{name}: x-scope {doc['x-scope']}, the CRD says {scope}")
            if past and "beta" not in version:
                older, old = Theirs(past[0][2]), past[0][2]
        elif group in BUILTIN and strict:
            theirs = Theirs(builtin_schema(strict, version, kind), defs)
        elif group == "kustomize.config.k8s.io":
            s = json.loads((folder / "schemastore_kustomization.json").read_text())
            theirs = Theirs({"$ref": s["$ref"]}, s["definitions"])
        else:
            if group not in BUILTIN and (version, kind) not in NO_CONTRACT:
                report.fail(f"{name}: no contract to compare with")
            continue
        report.count("kinds compared")
        Compare(ours, theirs, older, name, report).run([(doc, doc["$id"])], [], theirs.root, old, "", skip)
    for i, (kinds, whats, pattern, _) in enumerate(ALLOWED):
        if i not in report.used and strict:
            report.fail(f"allowed.py: unused entry {kinds} {whats} {pattern}")


# --- samples -----------------------------------------------------------------------------------------------

def edited(obj, edit):
    """The object with the JSON pointers of `set` given values and those of `remove` removed."""
    obj = copy.deepcopy(obj)
    for pointer in edit.get("remove", []):
        at, last = walk(obj, pointer)
        del at[last]
    for pointer, value in edit.get("set", {}).items():
        at, last = walk(obj, pointer, create=True)
        if isinstance(at, list) and (last == "-" or last == len(at)):
            at.append(value)
        else:
            at[last] = value
    return obj


def walk(obj, pointer, create=False):
    parts = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
    for p in parts[:-1]:
        if isinstance(obj, list):
            obj = obj[int(p)]
        else:
            obj = obj.setdefault(p, {}) if create else obj[p]
    last = parts[-1]
    return obj, int(last) if isinstance(obj, list) and last != "-" else last


def texts(errors):
    for e in errors:
        yield "/".join(map(str, e.absolute_path)) + ": " + e.message + " " + str(
            (e.schema if isinstance(e.schema, dict) else {}).get("description", ""))
        yield from texts(e.context or [])


def crd_strict(s):
    """The CRD as a JSON Schema: no unknown fields, int-or-string without type, defaults not required."""
    if isinstance(s, list):
        return [crd_strict(x) for x in s]
    if not isinstance(s, dict):
        return s
    out = {k: crd_strict(v) for k, v in s.items() if k not in ("default", "format") or isinstance(v, dict)}
    if s.get("x-kubernetes-int-or-string"):
        out.pop("type", None)
    props = s.get("properties")
    if isinstance(props, dict) and "type" in s:
        out["required"] = [r for r in s.get("required", []) if "default" not in props.get(r, {})]
        if not s.get("additionalProperties") and not s.get("x-kubernetes-preserve-unknown-fields"):
            out["additionalProperties"] = False
    return out


def check_samples(ours, crds, folder, report):
    seen = {k: {"valid": 0, "invalid": 0} for k in ours.kinds}
    strict = {}
    for f in sorted(folder.glob("*.yaml")):
        for n, doc in enumerate(yaml.load_all(f.read_text(), Loader=LOADER)):
            where = f"{f.name} #{n + 1} {doc.get('name', '')}"
            obj = doc["object"]
            key = (obj["apiVersion"], obj["kind"])
            if key not in ours.kinds:
                report.fail(f"{where}: no schema for {key}")
                continue
            check, count = ours.validator(ours.kinds[key]), seen[key]
            goods = [("", obj)] + [(f"valid {i + 1}", edited(obj, e)) for i, e in enumerate(doc.get("valid", []))]
            for label, good in goods:
                count["valid"] += 1
                for e in check.iter_errors(good):
                    report.fail(f"{where} {label}: refused: {next(texts([e]))[:300]}")
                if key in crds:
                    if key not in strict:
                        s = crd_strict(crds[key][-1][2])
                        s["properties"]["metadata"] = {"type": "object"}
                        strict[key] = Draft202012Validator(s)
                    for e in strict[key].iter_errors(good):
                        report.fail(f"{where} {label}: the CRD refuses it: {next(texts([e]))[:300]}")
            for i, e in enumerate(doc.get("invalid", [])):
                count["invalid"] += 1
                found = list(texts(check.iter_errors(edited(obj, e))))
                if not found:
                    report.fail(f"{where} invalid {i + 1}: accepted: {json.dumps(e)}")
                elif not any(e["error"] in t for t in found):
                    report.fail(f"{where} invalid {i + 1}: no error names {e['error']!r}: {found[:3]}")
    for (version, kind), c in seen.items():
        report.count("valid samples", c["valid"])
        report.count("invalid samples", c["invalid"])
        if not c["valid"] or not c["invalid"]:
            report.fail(f"{version} {kind}: {c['valid']} valid and {c['invalid']} invalid samples, both need one")


def main():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("crds", type=Path)
    a.add_argument("--schemas", type=Path, default=HERE.parent.parent / "schemas")
    a.add_argument("--samples", type=Path, default=HERE / "samples")
    args = a.parse_args()
    report = Report()
    ours = Ours(args.schemas, report)
    crds = load_crds(args.crds)
    if not report.failures:
        compare_all(ours, crds, args.crds, report)
        check_samples(ours, crds, args.samples, report)
    for line in report.failures:
        print(line)
    print(", ".join(f"{n} {what}" for what, n in report.counts.items()), f"{len(ALLOWED)} allowed differences", sep=", ")
    print("FAILED:" if report.failures else "ok", len(report.failures) or "")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
