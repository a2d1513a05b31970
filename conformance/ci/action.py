"""Runs the steps of action.yml as GitHub does, with a repository of its own, and looks at what they leave.

usage: action.py SAILPLAN

`gh` is a program of this test that keeps comments in a file. Nothing goes over the network.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import hashlib

import yaml

PROGRAM = os.path.realpath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
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
GH = """\
#!/usr/bin/env python3
import json, os, pathlib, shutil, sys
args, store = sys.argv[1:], pathlib.Path(os.environ["FAKE_GH"])
comments = json.loads((store / "comments.json").read_text())
def option(name):
    return args[args.index(name) + 1] if name in args else None
if args[0] == "release":
    folder = store / "release"
    if args[2] != "v0.1.0" or not folder.is_dir():
        sys.exit(1)
    for file in folder.iterdir():
        shutil.copy(file, option("--dir"))
elif args[:2] == ["api", "user"]:
    # The token of a job belongs to no user.
    if not os.environ.get("FAKE_USER"):
        sys.exit(1)
    print(os.environ["FAKE_USER"])
elif args[0] == "api":
    path = next(a for a in args if a.startswith("repos/"))
    assert os.environ["GH_TOKEN"] == "token-of-the-job"
    field = option("--field")
    body = pathlib.Path(field.removeprefix("body=@")).read_text() if field else None
    method = option("--method") or "GET"
    if method == "GET":
        assert path == "repos/acme/platform/issues/7/comments?per_page=100", path
        print(json.dumps(comments[:1])); print(json.dumps(comments[1:]))
    elif method == "POST":
        assert path == "repos/acme/platform/issues/7/comments", path
        user = os.environ.get("FAKE_USER")
        author = {"login": user, "type": "User"} if user else {"login": "github-actions[bot]", "type": "Bot"}
        comments.append({"id": 100 + len(comments), "body": body, "user": author})
    elif method == "PATCH":
        number = int(path.removeprefix("repos/acme/platform/issues/comments/"))
        next(c for c in comments if c["id"] == number)["body"] = body
    (store / "comments.json").write_text(json.dumps(comments))
"""
faults = []


def check(what, holds, said=""):
    if not holds:
        faults.append(what)
        print(f"not so: {what}: {said}")


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


class Job:
    """A job of a workflow: its runner's folders, and what its steps leave."""

    def __init__(self, folder, **inputs):
        self.folder = folder
        self.inputs = {name: value.get("default", "") for name, value in ACTION["inputs"].items()} | inputs
        self.inputs["token"] = "token-of-the-job"
        self.user = self.inputs.pop("user", "")
        self.outputs, self.printed, self.code = {}, "", 0
        self.temp = folder / "runner"
        shutil.rmtree(self.temp, ignore_errors=True)
        self.temp.mkdir()

    def run(self, repo, event):
        for step in ACTION["runs"]["steps"]:
            if "uses" in step or not self.wanted(step.get("if", ""), event):
                continue
            self.step(step, repo, event)
        return self

    def wanted(self, condition, event):
        if "comment" in condition:
            return self.inputs["comment"] == "true" and self.inputs["command"] == "diff" and "number" in event
        return True

    def value(self, text, event):
        known = {"github.action_ref": "", "github.action_repository": "acme/sailplan"}
        known |= {"github.event.pull_request.number": str(event.get("number", ""))}
        known |= {f"inputs.{name}": value for name, value in self.inputs.items()}
        known |= {f"steps.run.outputs.{name}": value for name, value in self.outputs.items()}
        text = str(text)
        if not text.startswith("${{"):
            return text
        return known.get(text.removeprefix("${{").removesuffix("}}").strip(), "")

    def step(self, step, repo, event):
        environment = {
            "PATH": ":".join([*reversed(lines(self.temp / "path")), str(self.folder / "bin"), os.environ["PATH"]]),
            "HOME": str(self.folder),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_PATH": str(self.temp / "path"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_REPOSITORY": "acme/platform",
            "GITHUB_BASE_REF": event.get("base", ""),
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "FAKE_GH": str(self.folder),
            "FAKE_USER": self.user,
        } | {name: self.value(value, event) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=repo, env=environment, capture_output=True, text=True, check=False,
        )
        self.printed += done.stdout + done.stderr
        self.code = self.code or done.returncode
        for line in lines(self.temp / "output"):
            name, _, value = line.partition("=")
            self.outputs[name] = value

    def summary(self):
        path = self.temp / "summary"
        return path.read_text() if path.exists() else ""


def git(repo, *args):
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    subprocess.run(["git", *args], cwd=repo, check=True, capture_output=True, env=os.environ | who)


def render(repo):
    subprocess.run([PROGRAM, "render"], cwd=repo, check=True, capture_output=True)


def release(folder, right=True):
    shutil.rmtree(folder / "release", ignore_errors=True)
    (folder / "release").mkdir()
    machine = {"x86_64": "x86_64", "aarch64": "aarch64"}[os.uname().machine]
    archive = folder / "release" / f"sailplan-0.1.0-{machine}-unknown-linux-musl.tar.gz"
    with tarfile.open(archive, "w:gz", dereference=True) as tar:
        # As release.yml packs it.
        tar.add(PROGRAM, "./sailplan")
    digest = hashlib.sha256(archive.read_bytes() if right else b"other").hexdigest()
    (folder / "release" / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n")


def comments(folder):
    return json.loads((folder / "comments.json").read_text())


def run(folder):
    (folder / "bin").mkdir()
    (folder / "bin" / "gh").write_text(GH)
    (folder / "bin" / "gh").chmod(0o755)
    # Somebody who wants the report in a comment that he can change.
    foreign = {"id": 1, "body": "<!-- sailplan-diff -->\nof somebody", "user": {"login": "somebody", "type": "User"}}
    (folder / "comments.json").write_text(json.dumps([foreign]))
    repo = folder / "platform"
    repo.mkdir()
    (repo / "platform.yaml").write_text(SPEC)
    render(repo)
    git(repo, "init", "-q", "-b", "main")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "a")
    git(repo, "update-ref", "refs/remotes/origin/main", "HEAD")
    event = {"number": 7, "base": "main"}

    # The release, by its checksum.
    release(folder, right=False)
    job = Job(folder, version="0.1.0").run(repo, event)
    check("another checksum", job.code == 1 and "::error title=sailplan::the checksum" in job.printed, job.printed)
    job = Job(folder, version="9.9.9").run(repo, event)
    check("no such release", job.code == 1 and "there is no release 9.9.9" in job.printed, job.printed)
    release(folder)

    def act(**inputs):
        return Job(folder, version="0.1.0", **inputs).run(repo, event)

    # Nothing changed.
    job = act(command="check")
    check("check of a good spec", job.code == 0 and job.outputs["exit-code"] == "0", job.printed)
    job = act(command="diff", comment="true")
    check("nothing changed", job.code == 0 and job.outputs["changed"] == "false", job.printed)

    # The spec changed, and was not rendered.
    spec = repo / "platform.yaml"
    spec.write_text(SPEC.replace("version: 1.0.0", "version: 1.1.0"))
    git(repo, "commit", "-q", "-a", "-m", "b")
    job = act(command="diff")
    check("stale output fails", job.code == 1 and "the output is not what the spec makes" in job.printed, job.printed)
    job = act(command="diff", stale="false")
    check("unless it may be stale", job.code == 0 and job.outputs["changed"] == "true", job.printed)

    # Rendered: annotations, summary, one comment that is updated.
    render(repo)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "c")
    job = act(command="diff", comment="true")
    check("a change passes", job.code == 0, job.printed)
    check("annotations", "::notice" in job.printed or "::warning" in job.printed, job.printed)
    check("summary", "1.1.0" in job.summary() and "shop" in job.summary(), job.summary())
    first = comments(folder)
    check("one comment", len(first) == 2 and first[0] == foreign and "1.1.0" in first[1]["body"], str(first))
    spec.write_text(SPEC.replace("version: 1.0.0", "version: 1.2.0"))
    render(repo)
    git(repo, "commit", "-q", "-a", "-m", "d")
    act(command="diff", comment="true")
    second = comments(folder)
    check("the same comment", len(second) == 2 and second[1]["id"] == first[1]["id"] and "1.2.0" in second[1]["body"], str(second))
    check("not that of somebody", second[0] == foreign, str(second))
    # A token of a user writes a comment of its own, once.
    for _ in range(2):
        act(command="diff", comment="true", user="robot")
    third = comments(folder)
    check("the comment of a user", len(third) == 3 and third[:2] == second and third[2]["user"]["login"] == "robot", str(third))

    # The gate.
    spec.write_text(SPEC.replace("  shop:\n", "  store:\n"))
    render(repo)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "e")
    job = act(command="diff", deny="cascade-delete")
    check("the gate", job.code == 1 and "cascade-delete" in job.printed, job.printed)
    check("without it", act(command="diff").code == 0)

    # A broken spec: located, and the same in each report.
    spec.write_text(SPEC.replace("category: web\n", "category: wbe\n"))
    job = act(command="check", sarif="true")
    check("an annotation with its place", "::error file=platform.yaml,line=7" in job.printed and "did you mean" in job.printed, job.printed)
    check("check fails", job.code == 1 and "unknown-reference" in job.summary(), job.summary())
    sarif = json.loads(pathlib.Path(job.outputs["sarif"]).read_text())
    results = sarif["runs"][0]["results"]
    check("SARIF", results and results[0]["ruleId"] == "unknown-reference", str(results))
    spec.write_text(SPEC.replace("category: web\n", "category: '````'\n"))
    summary = act(command="check").summary()
    check("a fence is longer than what it holds", "\n```````text\n" in summary and summary.endswith("\n```````\n"), summary)
    job = act(command="diff")
    check("diff of a broken spec", job.code == 2, job.printed)
    job = act(command="render")
    check("render of a broken spec", job.code == 2, job.printed)
    job = act(command="drift")
    check("an unknown command", job.code == 2 and "command is check, diff or render, not drift" in job.printed, job.printed)
    hostile = "x$(touch pwned)`touch pwned`; touch pwned"
    job = act(command="check", file=hostile)
    check("inputs are no code", job.code == 2 and not (repo / "pwned").exists(), job.printed)


with tempfile.TemporaryDirectory() as temporary:
    run(pathlib.Path(temporary))
print(f"action: {len(faults)} faults")
sys.exit(bool(faults))
