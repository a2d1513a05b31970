"""Judges the Vault artifacts of rendered trees against a real server.

usage: check.py [--broken] SERVER GRANTED TREE...

SERVER is the program, GRANTED the list of what is granted by hand. With --broken, broken copies of each tree are
judged too, and each has to fail.
"""

import collections
import concurrent.futures
import contextlib
import os
import pathlib
import sys
import tempfile

import policies
from broken import BREAKS
from cluster import Cluster
from judge import Judge
from objects import NotUnderstood
from readers import readers
from server import Server
from setup_script import role_files

SHOWN = 40


def assigned(tree, reads):
    """{folder of vault/*: its reads}. Which server an address means is told by the roles that are asked for there."""
    folders = sorted(path for path in (tree / "vault").glob("*") if path.is_dir())
    if not folders:
        raise SystemExit(f"{tree}/vault: no Vault artifacts")
    for folder in folders:
        if not (folder / "setup.sh").is_file():
            raise SystemExit(f"{folder}: no setup.sh")
    if len(folders) == 1:
        return {folders[0]: reads}
    groups, found = collections.defaultdict(list), {folder: [] for folder in folders}
    for read in reads:
        groups[read.server].append(read)
    for server, group in groups.items():
        roles = {(r.login.mount, r.login.role) for r in group if r.login and r.login.method != "approle"}
        mounts = {r.login.mount for r in group if r.login}
        fitting = [
            folder
            for folder in folders
            if roles <= set(role_files(folder)) and mounts <= {mount for mount, _ in role_files(folder)}
            if mounts or not role_files(folder)
        ]
        if len(fitting) != 1:
            raise SystemExit(f"{tree}: {len(fitting)} of vault/* have all roles that {server} is asked for: {roles}")
        found[fitting[0]] += group
    return found


@contextlib.contextmanager
def judged(program, folder, reads, grants, *how):
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        with Cluster(work / "cluster") as cluster, Server(program, work / "server", cluster) as server:
            yield Judge(folder, reads, grants, server, cluster, work).judge(*how)


def report(folder, judge):
    """Prints the verdict and gives how many faults there are."""
    for kind, text in judge.faults[:SHOWN]:
        print(f"  {kind}: {text}"[:600])
    if len(judge.faults) > SHOWN:
        print(f"  and {len(judge.faults) - SHOWN} more")
    allowed = sum(count for name, count in judge.counts.items() if name.startswith("reads allowed"))
    if not allowed:
        print("  not one read was proven")
    counts = ", ".join(f"{count} {name}" for name, count in judge.counts.items())
    print(f"{folder}: {len(judge.roles)} roles, {counts}; {len(judge.faults)} faults", flush=True)
    return len(judge.faults) + (not allowed)


def check_broken(program, folder, reads, grants):
    """Judges broken copies. One that passes, or that fails for another reason than its own, is a fault of the judge."""

    def found(breaking):
        name, wanted, change = breaking
        with tempfile.TemporaryDirectory() as work:
            copy = pathlib.Path(work) / folder.name
            if not change(folder, copy, reads):
                return name, None, set()
            with judged(program, copy, reads, grants, False, "setup" in wanted) as judge:
                kinds = {kind for kind, _ in judge.faults}
        return name, wanted <= kinds, kinds

    verdicts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, seen, kinds in pool.map(found, BREAKS):
            verdicts[seen] += 1
            if seen is None:
                print(f"  broken copy: {name}: nothing to break here")
            elif not seen:
                print(f"  broken copy: {name}: not found out, only {sorted(kinds)}")
    print(f"{folder}: {verdicts[True] + verdicts[False]} broken copies, {verdicts[True]} found out", flush=True)
    return verdicts[False] + (not verdicts[True])


def check(program, granted, tree, with_broken):
    grants, faults = policies.grants(granted), 0
    reads = readers(tree)
    for folder, group in assigned(tree, reads).items():
        with judged(program, folder, group, grants) as judge:
            wrong = report(folder, judge)
        faults += wrong
        if with_broken and not wrong:
            faults += check_broken(program, folder, group, grants)
    for grant in grants:
        if not (tree / "vault" / grant.vault).is_dir():
            print(f"  {granted}: {tree} has no vault/{grant.vault}")
            faults += 1
    return faults


def main(arguments):
    with_broken = arguments[:1] == ["--broken"]
    program, granted, *trees = arguments[1 if with_broken else 0 :]
    faults = 0
    for tree in trees:
        try:
            faults += check(program, pathlib.Path(granted), pathlib.Path(tree), with_broken)
        except NotUnderstood as error:
            print(f"  {error}")
            faults += 1
    return 1 if faults or not trees else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
