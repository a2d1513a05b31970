"""Has argocd-source-lint look at a tree as a repository of its own, and judges what it says.

usage: lint.py PROGRAM TREE WORK
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

# What it says without being right; README.md says why.
WRONG = {("missing-ignore-diff", "warning")}


def git(folder, *arguments):
    """Runs git with a name of its own."""
    who = ["-c", "user.name=tree", "-c", "user.email=tree@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def main():
    program, tree, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]) / "repository"
    shutil.copytree(tree, work, ignore=shutil.ignore_patterns(".git"))
    texts = [path.read_text() for path in work.rglob("*.yaml")]
    urls = collections.Counter(url for text in texts for url in re.findall(r"repoURL: (\S+\.git)", text))
    git(work, "init", "--quiet")
    # It takes all other repositories for foreign, and says nothing about them.
    git(work, "remote", "add", "origin", urls.most_common(1)[0][0])
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "tree")
    done = subprocess.run([program, ".", "--format", "json"], cwd=work, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["findings"]
    counts = collections.Counter((one["rule_id"], one["severity"]) for one in found)
    foreign = [key for key in counts if key[1] == "info"]
    wrong = [one for one in found if (one["rule_id"], one["severity"]) not in WRONG]
    for one in wrong:
        print(f"{one['file']}:{one.get('line')}: {one['rule_id']} ({one['severity']}): {one['message']}")
    listed = ", ".join(f"{count} {rule} ({severity})" for (rule, severity), count in sorted(counts.items()))
    print(f"argocd-source-lint: {listed or 'nothing'}; {len(wrong)} of it to be mended")
    return 1 if wrong or foreign else 0


if __name__ == "__main__":
    sys.exit(main())
