"""A Vault-compatible server of our own for one tree: sealed, empty and in memory when it starts."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import time
from urllib.parse import quote

# What runs as Vault finds the token and the CA of its account where a pod has them, in a mount namespace of its
# own, so that nothing of this machine changes. The same process becomes the server and ends with us.
IN_POD = """
set -eu
run=$(readlink -f /var/run)
mount -t tmpfs none "$run"
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
cp "$1" /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
printf %s "$2" >/var/run/secrets/kubernetes.io/serviceaccount/token
shift 2
exec "$@"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, folder, cluster):
        self.program, self.cluster = program, cluster
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.namespace = None

    def __enter__(self):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        config = self.folder / "server.json"
        config.write_text(
            json.dumps(
                {
                    "storage": {"inmem": {}},
                    "listener": {"tcp": {"address": f"127.0.0.1:{port}", "tls_disable": True}},
                    "api_addr": self.address,
                    "disable_mlock": True,
                    "log_level": "warn",
                }
            )
        )
        user = [] if os.geteuid() == 0 else ["--map-root-user"]
        self.log = self.folder / "server.log"
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", *user, "sh", "-c", IN_POD, "vault",
             self.cluster.ca, self.cluster.own, self.program, "server", f"-config={config}"],
            stdin=subprocess.DEVNULL, stdout=self.log.open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            self._wait(lambda: self.call("GET", "sys/init")[0] == 200)
            _, keys = self.call("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self.root = keys["root_token"]
            self.call("PUT", "sys/unseal", {"key": keys["keys"][0]})
            self._wait(lambda: self.call("GET", "sys/health")[0] == 200)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self, ready):
        until = time.monotonic() + 60
        while True:
            try:
                if ready():
                    return
            except OSError:
                self.connection.close()
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def call(self, method, path, body=None, token=None):
        """(status, JSON or None) of one request. The path is not yet encoded."""
        headers = {"X-Vault-Token": token} if token else {}
        if self.namespace:
            headers["X-Vault-Namespace"] = quote(self.namespace)
        if body is not None:
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            headers["Content-Type"] = kind
        data = None if body is None else json.dumps(body)
        self.connection.request(method, f"/v1/{quote(path, safe='/')}", data, headers)
        response = self.connection.getresponse()
        text = response.read()
        try:
            return response.status, json.loads(text) if text else None
        except ValueError:
            return response.status, None

    def as_root(self, method, path, body=None):
        """The same as root, which must not fail."""
        status, answer = self.call(method, path, body, self.root)
        if status >= 300 and (status, method) not in ((404, "LIST"), (404, "GET")):
            raise RuntimeError(f"{method} {path} as root: {status} {answer}")
        return answer

    def enter_namespace(self, path):
        """Makes a namespace, as its operator would, for all further requests."""
        for name in path.strip("/").split("/"):
            self.as_root("POST", f"sys/namespaces/{name}", {})
            self.namespace = f"{self.namespace}/{name}" if self.namespace else name

    def names(self, path):
        return ((self.as_root("LIST", path) or {}).get("data") or {}).get("keys", [])

    def mounts(self):
        """{path: its type, version and accessor} of each secrets engine and auth method, `auth/` before the latter."""
        found = {}
        for prefix, path in (("", "sys/mounts"), ("auth/", "sys/auth")):
            for mount, about in self.as_root("GET", path)["data"].items():
                version = (about.get("options") or {}).get("version")
                found[prefix + mount] = (about["type"], version, about["accessor"], json.dumps(about["config"]))
        return found

    def policies(self):
        names = [name for name in self.names("sys/policies/acl") if name not in ("root", "default")]
        return {name: self.as_root("GET", f"sys/policies/acl/{name}")["data"]["policy"] for name in names}

    def roles(self):
        """{(mount, role): its fields} of each auth method that has roles."""
        found = {}
        for mount, about in self.mounts().items():
            if mount.startswith("auth/") and about[0] != "token":
                for role in self.names(f"{mount}role"):
                    found[mount[5:-1], role] = self.as_root("GET", f"{mount}role/{role}")["data"]
        return found

    def state(self):
        """Everything that setting up may change."""
        known = [m for m, about in self.mounts().items() if m.startswith("auth/") and about[0] in ("kubernetes", "jwt")]
        configs = {m: (self.as_root("GET", f"{m}config") or {}).get("data") for m in known}
        ids = {r: self.as_root("GET", f"auth/{r[0]}/role/{r[1]}/role-id") for r in self.roles()}
        ids = {role: ((answer or {}).get("data") or {}).get("role_id") for role, answer in ids.items()}
        return {"mounts": self.mounts(), "policies": self.policies(), "roles": self.roles(),
                "configurations": configs, "role ids": ids}  # fmt: skip
