"""Our cases of RBAC are those that we were given: the same policies, requests, answers and lines.

usage: cases.py GIVEN OURS
"""

import json
import sys

# What is wrong with a line: as they say it, as we name it.
FOUND = {
    "ok": "",
    "error: action not valid for resource": "unknown-action",
    "error: action takes no path": "no-path",
    "error: effect": "effect",
    "error: g needs 3 fields": "fields",
    "error: object must be <project>/...": "policy-object",
    "error: p needs 6 fields": "fields",
    "error: resource not allowed in a project role": "policy-resource",
    "error: subject of a project role": "policy-subject",
    "error: unknown resource": "unknown-resource",
    "warn: action path has three parts": "action-path",
    "warn: action without path never matches": "path-missing",
    "warn: object lacks project/": "project-missing",
    "warn: use four slashes": "resource-path",
}


def asked(case):
    """What a given case asks, in our form."""
    if case["kind"] == "app-resource":
        resource = [case["group"], case["kindName"], case["namespace"], case["name"]]
        return {"on": {"app": case["app"], "verb": case["verb"], "resource": resource, "inheritance": case["inheritance"]}}
    if case["kind"] == "all-of":
        return {"all": [[resource, action, object_] for action, resource, object_ in case["queries"]]}
    return {"all": [[case["resource"], case["action"], case["object"]]]}


def request(case):
    who = {"claims": case["user"]} if "user" in case else {"who": case["subject"]}
    projects = {"projects": True} if case.get("projects") else {}
    return {"id": case["id"], "policy": case["policy"], **who, **asked(case), **projects, "answer": case["expected"]}


def line(case):
    role = {"role": f"{case['project']}:{case['role']}"} if "project" in case else {}
    return {"id": case["id"], "line": case["line"], "found": FOUND[case["expected"]], **role}


def main(given_path, ours_path):
    with open(given_path, encoding="utf-8") as file:
        given = json.load(file)
    with open(ours_path, encoding="utf-8") as file:
        ours = json.load(file)
    texts = {
        name: {key: "\n".join(value) if isinstance(value, list) else value for key, value in data.items()}
        for name, data in ours["policies"].items()
    }
    bare = [{key: value for key, value in each.items() if key not in ("by", "why")} for each in ours["requests"]]
    pairs = [
        ("policies", given["policies"], texts),
        ("projects", given["projects"], ours["projects"]),
        ("requests", [request(case) for case in given["cases"]], bare),
        ("lines", [line(case) for case in given["validation"]], ours["lines"]),
    ]
    wrong = [name for name, theirs, own in pairs if theirs != own]
    for name, theirs, own in pairs:
        if name in wrong:
            differ = [pair for pair in zip(theirs, own) if pair[0] != pair[1]] if isinstance(theirs, list) else []
            print(f"{name} differ: {differ[:3] or (len(theirs), len(own))}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{len(bare)} requests and {len(ours['lines'])} lines are those that were given")


main(*sys.argv[1:])
