"""Runs a setup.sh against an empty server, again, and where it must fail."""

import json
import os
import re
import subprocess


class Setup:
    def __init__(self, folder, server, cluster, work):
        self.folder, self.server, self.cluster = folder.resolve(), server, cluster
        self.home = work / "home"
        shims = work / "shims"
        self.home.mkdir()
        shims.mkdir()
        # The script must take the command that it is told, and nothing that a machine may lack.
        for name in ("vault", "bao", "jq", "python3", "curl"):
            (shims / name).write_text(f"#!/bin/sh\necho 'setup.sh: {name} must not be used' >&2\nexit 97\n")
            (shims / name).chmod(0o755)
        self.path = f"{shims}:{os.environ['PATH']}"

    def script(self, **changes):
        """(exit code, output). Started from elsewhere, with no more than it may count on."""
        env = {
            "PATH": self.path,
            "HOME": str(self.home),
            "LC_ALL": "C",
            "VAULT_CLI": self.server.program,
            "VAULT_ADDR": self.server.address,
            "VAULT_TOKEN": self.server.root,
            "VAULT_MAX_RETRIES": "0",
            "KUBERNETES_HOST": self.cluster.url,
            **changes,
        }
        done = subprocess.run(["bash", str(self.folder / "setup.sh")], cwd="/", env=env, text=True, timeout=600,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        return done.returncode, done.stdout.strip()

    def run(self, thorough, again_too=True):
        """The faults found. Afterwards the server is set up, and its operator has given what only they have."""
        faults = []

        def again(what, before, code=0, **changes):
            got, output = self.script(**changes)
            if (got == 0) != (code == 0):
                faults.append(("setup", f"{what}: exit code {got}: {output[-500:]}"))
            for part in unlike(before, self.server.state()):
                faults.append(("setup", f"{what}: {part}"))

        if thorough:
            empty = self.server.state()
            again("with a wrong token", empty, 1, VAULT_TOKEN="s.wrong")
            again("with nothing at the address", empty, 1, VAULT_ADDR="http://127.0.0.1:1")
        code, output = self.script()
        if code:
            return [*faults, ("setup", f"exit code {code}: {output[-1000:]}")]
        self.operator()
        before = self.server.state()
        faults += self.files(before)
        if again_too:
            again("a second run", before)
        if thorough:
            again("a run that is told no API server", before, KUBERNETES_HOST="")
            self.damage(before)
            again("after somebody changed policies and roles", before)
        return faults

    def operator(self):
        """Keys of a JWT auth method: setup.sh can't know them."""
        for mount, about in self.server.mounts().items():
            if about[0] == "jwt" and mount.startswith("auth/"):
                self.server.as_root("POST", f"{mount}config", {"jwt_validation_pubkeys": [self.cluster.public]})

    def damage(self, before):
        for name in before["policies"]:
            self.server.as_root("PUT", f"sys/policies/acl/{name}", {"policy": 'path "*" { capabilities = ["sudo"] }'})
        for (mount, role), body in role_files(self.folder).items():
            wide = {"token_policies": ["default"]}
            if "bound_service_account_names" in body:
                wide |= {"bound_service_account_names": ["*"], "bound_service_account_namespaces": ["*"]}
            self.server.as_root("POST", f"auth/{mount}/role/{role}", {**body, **wide})

    def files(self, state):
        """The files say what the server now has, and nothing else is there."""
        texts = sorted(path.read_text(encoding="utf-8").strip() for path in self.folder.glob("policies/*.hcl"))
        if texts != sorted(text.strip() for text in state["policies"].values()):
            yield "setup", f"{len(texts)} policy files, and other policies on the server: {sorted(state['policies'])}"
        files = role_files(self.folder)
        if set(files) != set(state["roles"]):
            yield "setup", f"role files {sorted(files)}, on the server {sorted(state['roles'])}"
        for key, wanted in files.items():
            for name, value in wanted.items():
                got = state["role ids"].get(key) if name == "role_id" else state["roles"].get(key, {}).get(name)
                if got != value and seconds(value) != got and [value] != got:
                    yield "setup", f"{'/'.join(key)}: {name} is {got}, in its file {value}"


def role_files(folder):
    """{(mount, role): its body} of the files below `roles`."""
    return {
        (str(path.parent.relative_to(folder / "roles")), path.stem): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "roles").rglob("*.json"))
    }


def seconds(value):
    """A duration such as 1h30m as the server reads it back."""
    if not isinstance(value, str) or not re.fullmatch(r"(\d+[smhd])+|\d+", value):
        return value
    if value.isdigit():
        return int(value)
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([smhd])", value))


def unlike(before, after):
    for part, old in before.items():
        for key in sorted(set(old) | set(after[part]), key=str):
            if old.get(key) != after[part].get(key):
                yield f"{part}: {key} was {old.get(key)}, is {after[part].get(key)}"
