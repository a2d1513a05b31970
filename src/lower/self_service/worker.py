"""Runs tasks of Orkes Conductor that need a secret: calls of Argo CD, GitHub, Port and the notification hook.

Only what is in the tables CALLS and TASKS can be done with the secrets. They are read from files at each use, so that a
rotated one is taken up without a restart. Python 3.9 or newer; nothing but the standard library.
"""

import json
import os
import re
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONDUCTOR = os.environ["CONDUCTOR_URL"].rstrip("/")
FOLDER = os.environ["SECRETS_DIR"]
TIMEOUT = (int(os.environ["CONNECT_TIMEOUT_MS"]) + int(os.environ["READ_TIMEOUT_MS"])) / 1000
WORKER = socket.gethostname()
HEALTHY_SECONDS = 120

APP = r"/api/v1/applications/[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
REPO = r"/repos/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+"
CALLS = {
    "argocd": [("GET", APP), ("POST", APP + "/(sync|rollback)")],
    "github": [("POST", REPO + r"/actions/workflows/[A-Za-z0-9_.-]+/dispatches"), ("GET", REPO + "/pulls")],
}

alive = {}


class Final(Exception):
    """A fault that another try does not mend."""


def secret(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read().strip()


def request(method, url, headers=None, body=None):
    """Status and content of an answer. Faults of the caller are final, others are tried again."""
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(url, data=data, method=method)
    sent.add_header("Content-Type", "application/json")
    sent.add_header("User-Agent", "sailplan-worker")
    for key, value in (headers or {}).items():
        sent.add_header(key, value)
    try:
        with urllib.request.urlopen(sent, timeout=TIMEOUT) as answer:
            text = answer.read().decode()
            return answer.status, json.loads(text) if text[:1] in ("{", "[") else text
    except urllib.error.HTTPError as error:
        # The answer may repeat what was sent, but headers and the URL of a hook are not part of it.
        text = error.read(2000).decode(errors="replace")
        kind = Final if 400 <= error.code < 500 and error.code not in (408, 429) else RuntimeError
        raise kind("%s %s gave %d: %s" % (method, urllib.parse.urlsplit(url).path, error.code, text)) from None


def call(target, task, base, headers):
    """A call with a token, if it is one of the table."""
    method, path = task.get("method", "GET"), task["path"]
    if not any(method == m and re.fullmatch(p, path) for m, p in CALLS[target]):
        raise Final("%s %s is not among the calls of %s" % (method, path, target))
    query = {key: value for key, value in (task.get("query") or {}).items() if value is not None}
    url = base.rstrip("/") + path + ("?" + urllib.parse.urlencode(query) if query else "")
    body = {key: value for key, value in (task.get("body") or {}).items() if value is not None}
    status, content = request(method, url, headers, body if method == "POST" else None)
    return {"response": {"statusCode": status, "body": content}}


def argocd_call(task):
    headers = {"Authorization": "Bearer " + secret(os.environ["ARGOCD_TOKEN_FILE"])}
    output = call("argocd", task, os.environ["ARGOCD_URL"], headers)
    # What lists each resource would be larger than Conductor takes.
    app = output["response"]["body"]
    if isinstance(app, dict):
        app.get("metadata", {}).pop("managedFields", None)
        status = app.get("status", {})
        status.pop("resources", None)
        status.get("operationState", {}).get("syncResult", {}).pop("resources", None)
    return output


def github_call(task):
    headers = {"Authorization": "Bearer " + secret("github-token"), "Accept": "application/vnd.github+json"}
    output = call("github", task, os.environ["GITHUB_API_URL"], headers)
    body = output["response"]["body"]
    if isinstance(body, list):
        kept = ("number", "html_url", "state", "merged_at")
        output["response"]["body"] = [{key: pull.get(key) for key in kept} for pull in body]
    return output


def port_report(task):
    """Says in Port how a run goes. A run that Port did not start has nobody to tell."""
    run = task.get("run")
    if not run:
        return {"reported": False}
    base = os.environ["PORT_URL"].rstrip("/") + "/v1"
    pair = {"clientId": secret("port-client-id"), "clientSecret": secret("port-client-secret")}
    _, content = request("POST", base + "/auth/access_token", body=pair)
    headers = {"Authorization": "Bearer " + content["accessToken"]}
    path = base + "/actions/runs/" + urllib.parse.quote(run, safe="")
    if task.get("message"):
        request("POST", path + "/logs", headers, {"message": task["message"]})
    fields = {"status": task.get("status"), "statusLabel": task.get("label"), "link": task.get("link")}
    fields = {key: value for key, value in fields.items() if value}
    if fields:
        request("PATCH", path, headers, fields)
    return {"reported": True}


def notify_hook(task):
    status, _ = request("POST", secret("notify-url"), body={"text": task["text"]})
    return {"response": {"statusCode": status}}


TASKS = {
    "argocd_call": argocd_call,
    "github_call": github_call,
    "port_report": port_report,
    "notify_hook": notify_hook,
}


class Conductor:
    """The server, with the token that it gives for the access key."""

    def __init__(self):
        self.token = None

    def ask(self, method, path, body=None):
        for fresh in (False, True):
            try:
                return request(method, CONDUCTOR + "/api" + path, self.headers(fresh), body)[1]
            except Final:
                if fresh or not self.has_key():
                    raise
        return None

    @staticmethod
    def has_key():
        return os.path.exists(os.path.join(FOLDER, "orkes-key-id"))

    def headers(self, fresh):
        if not self.has_key():
            return {}
        if fresh or self.token is None:
            pair = {"keyId": secret("orkes-key-id"), "keySecret": secret("orkes-key-secret")}
            self.token = request("POST", CONDUCTOR + "/api/token", body=pair)[1]["token"]
        return {"X-Authorization": self.token}


def done(task, work):
    """The result of a task, as Conductor takes it."""
    result = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "workerId": WORKER}
    try:
        return {**result, "status": "COMPLETED", "outputData": work(task.get("inputData") or {})}
    except Final as fault:
        return {**result, "status": "FAILED_WITH_TERMINAL_ERROR", "reasonForIncompletion": str(fault)}
    except Exception as fault:  # whatever it is, Conductor decides whether it is tried again
        return {**result, "status": "FAILED", "reasonForIncompletion": "%s: %s" % (type(fault).__name__, fault)}


def poll(name, work):
    conductor = Conductor()
    while True:
        try:
            path = "/tasks/poll/batch/%s?count=1&timeout=1000&workerid=%s" % (name, urllib.parse.quote(WORKER))
            tasks = conductor.ask("GET", path) or []
            alive[name] = time.monotonic()
            for task in tasks:
                conductor.ask("POST", "/tasks", done(task, work))
            if not tasks:
                time.sleep(1)
        except Exception as fault:
            print("%s: %s" % (name, fault), flush=True)
            time.sleep(5)


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        now = time.monotonic()
        good = all(now - seen < HEALTHY_SECONDS for seen in alive.values())
        self.send_response(200 if good else 503)
        self.end_headers()

    def log_message(self, *_):
        """Probes are not worth a line each."""


def main():
    for name in os.environ["TASKS"].split(","):
        alive[name] = time.monotonic()
        threading.Thread(target=poll, args=(name, TASKS[name]), daemon=True).start()
    ThreadingHTTPServer(("", 8080), Health).serve_forever()


if __name__ == "__main__":
    main()
