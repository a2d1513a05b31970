"""Holds the outputs of a plan against the facts of the platform.

usage: check.py FACTS PLAN
"""

import json
import sys


def faults(facts, made):
    secrets, subjects = made["secrets"], made["subjects"]
    for fact in facts["secrets"]:
        found = secrets.get(f"{fact['keyVault']}/{fact['name']}", {})
        if (found.get("cluster"), found.get("output")) != (fact["cluster"], fact["output"]):
            yield f"secret {fact['name']} is filled by {found}"
    for fact in facts["keyVaults"]:
        if fact["name"] not in made["key_vaults_used"]:
            yield f"Key Vault {fact['name']} is not looked up"
    for fact in facts["federatedCredentials"]:
        wanted = fact["serviceAccounts"] + [a for a in [fact.get("withApplicationSets")] if a]
        wanted = sorted("system:serviceaccount:" + a.replace("/", ":") for a in wanted)
        found = sorted(s["subject"] for s in subjects.values() if s["purpose"] == fact["purpose"])
        if wanted != found:
            yield f"{fact['purpose']} lets in {found}, not {wanted}"
    for fact in facts["roleAssignments"]:
        found = [g for g in made["role_assignments"].values() if all(g[k] == fact[k] for k in fact)]
        if len(found) != 1:
            yield f"{len(found)} role assignments are {fact}"
    names = list(made["subject_names"].values())
    if len(set(names)) != len(subjects) or any(len(name) > 120 for name in names):
        yield f"names of federated credentials are not unique, or too long: {names}"


def main():
    facts, plan = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    made = {name: output["value"] for name, output in plan["planned_values"]["outputs"].items()}
    found = list(faults(facts, made))
    print(*found, sep="\n", file=sys.stderr, end="\n" if found else "")
    count = sum(len(entries) for entries in facts.values())
    print(f"{count - len(found)} of {count} facts found by Terraform")
    sys.exit(bool(found))


main()
