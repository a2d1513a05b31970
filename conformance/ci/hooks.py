"""Lets pre-commit run our hooks in a scratch repository: a clean commit passes, a stale tree is refused with the diff, and an
edit that is not staged confuses nobody.

usage: hooks.py FOLDER
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = pathlib.Path(sys.argv[1])
SPEC = """\
apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: "https://git.example.com/platform.git" } }
categories: { web: {} }
apps:
  shop:
    category: web
    namespace: shop
    source: { helm: { repo: "https://charts.example.com", chart: shop, version: 1.0.0 } }
    clusterResources: []
    sync: { options: { CreateNamespace: true } }
"""
CONFIG = """\
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: sailplan-check
      - id: sailplan-diff
"""
# The program is built as a user of the hooks builds it, only faster.
ENVIRONMENT = os.environ | {
    "PRE_COMMIT_HOME": str(FOLDER / "home"),
    "CARGO_TARGET_DIR": str(FOLDER / "target"),
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
}
faults = []


def check(what, holds, said=""):
    if not holds:
        faults.append(what)
        print(f"not so: {what}: {said}")


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def must(*command, cwd):
    code, said = run(*command, cwd=cwd)
    assert code == 0, f"{command}: {said}"
    return said.strip()


def commit(repo, *args):
    return run("git", "commit", "-m", "x", *args, cwd=repo)


FOLDER.mkdir(parents=True)
repo = FOLDER / "platform"
repo.mkdir()
must("git", "init", "-q", "-b", "main", cwd=repo)
spec = repo / "platform.yaml"
spec.write_text(SPEC)

# try-repo, as somebody who looks at the hooks for the first time: nothing is rendered yet, so the hook that renders has to
# refuse, and leaves the tree to be staged.
must("git", "add", ".", cwd=repo)
code, said = run("pre-commit", "try-repo", str(ROOT), "sailplan-render", "--verbose", cwd=repo)
check("try-repo renders", code == 1 and "files were modified by this hook" in said or "written" in said, said)
check("the tree is there", (repo / ".sailplan" / "tree.json").exists(), said)
must("git", "add", ".", cwd=repo)
(program,) = (FOLDER / "target").glob("release/sailplan")

# The hooks of a repository that uses them.
(repo / ".pre-commit-config.yaml").write_text(CONFIG.format(url=ROOT, rev=must("git", "rev-parse", "HEAD", cwd=ROOT)))
must("git", "add", ".", cwd=repo)
must("pre-commit", "install", cwd=repo)
code, said = commit(repo)
check("a clean commit passes", code == 0, said)

spec.write_text(SPEC.replace("1.0.0", "1.1.0"))
must("git", "add", ".", cwd=repo)
code, said = commit(repo)
check("a stale tree is refused", code == 1 and "sailplan diff" in said and "Failed" in said, said)
check("with the diff", "1.0.0" in said and "1.1.0" in said and "targetRevision" in said, said)

# Staged is a spec with its tree, and then the spec is edited further.
must(str(program), "render", cwd=repo)
must("git", "add", ".", cwd=repo)
spec.write_text(SPEC.replace("1.0.0", "1.2.0").replace("category: web\n", "category: wbe\n"))
code, said = commit(repo)
check("an edit that is not staged confuses nobody", code == 0, said)
check("and it is still there", "1.2.0" in spec.read_text() and "wbe" in spec.read_text())
check("what was staged was committed", "1.1.0" in must("git", "show", "HEAD:platform.yaml", cwd=repo))

# The same with commit -a, whose index is another one.
spec.write_text(SPEC.replace("category: web\n", "category: wbe\n"))
code, said = commit(repo, "-a")
check("a broken spec is refused at its place", code == 1 and "platform.yaml:7" in said and "did you mean `web`?" in said, said)

# Nothing of the spec: nothing is run.
must("git", "checkout", "-q", "platform.yaml", cwd=repo)
(repo / "NOTES.txt").write_text("x")
must("git", "add", "NOTES.txt", cwd=repo)
code, said = commit(repo)
check("hooks are passed over", code == 0 and said.count("Skipped") == 2, said)

print(f"hooks: {len(faults)} faults")
sys.exit(bool(faults))
