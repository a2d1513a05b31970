"""Sets a server up with the artifacts of one `vault/NAME` and holds it against what the objects read."""

import secrets
from collections import Counter
from dataclasses import dataclass, field

import policies
from readers import API_SERVER
from setup_script import Setup

CAPABILITY = {"GET": {"read"}, "LIST": {"list"}, "POST": {"create", "update"}, "PUT": {"create", "update"},
              "PATCH": {"patch"}, "DELETE": {"delete"}}  # fmt: skip
OTHER = "sailplan-other"  # A name that nothing has.
BY_TOKEN = ("token", "made elsewhere")  # Stands for a role: its policies are those that no role has.


@dataclass
class Role:
    """What logs in by one role: the reads of all accounts that name it, since its policies are one for all."""

    method: str
    mount: str
    name: str
    namespaces: set = field(default_factory=set)
    accounts: set = field(default_factory=set)
    audiences: dict = field(default_factory=dict)
    reads: dict = field(default_factory=dict)  # (path, key, access): origin

    @property
    def label(self):
        return f"{self.mount}/{self.name}"


class Judge:
    def __init__(self, folder, reads, grants, server, cluster, work):
        self.folder, self.reads, self.server, self.cluster = folder, reads, server, cluster
        self.grants = [grant for grant in grants if grant.vault == folder.name]
        self.setup = Setup(folder, server, cluster, work)
        self.faults, self.counts, self.roles, self.values = [], Counter(), {}, {}

    def fault(self, kind, text):
        self.faults.append((kind, text))

    def judge(self, thorough=True, again_too=True):
        for namespace in {read.server[1] for read in self.reads} - {None}:
            self.server.enter_namespace(namespace)
        self.faults += self.setup.run(thorough, again_too)
        self.state = self.server.state()
        self.kv = {m: about[1] == "2" for m, about in self.state["mounts"].items() if about[0] == "kv"}
        self.gather()
        self.write_values()
        sessions = {key: self.log_in(role) for key, role in self.roles.items()}
        for key, role in self.roles.items():
            for account, token in sessions[key]:
                self.check_reads(role, account, token)
        self.check_strangers()
        self.check_policies()
        for key, role in self.roles.items():
            for account, token in sessions[key]:
                self.check_denied(role, account, token)
        return self

    # Who reads

    def role_of(self, login):
        """The role by its name; that of an AppRole by its id, which is all that its reader knows."""
        if login.method == "approle":
            for role, found in self.state["role ids"].items():
                if role[0] == login.mount and found == login.role:
                    return role
        return login.mount, login.role

    def gather(self):
        for read in self.reads:
            if not read.login:
                role = self.roles.setdefault(BY_TOKEN, Role("token", *BY_TOKEN))
                role.reads.setdefault((read.path, read.key, read.access), read.origin)
                continue
            key = self.role_of(read.login)
            role = self.roles.setdefault(key, Role(read.login.method, *key))
            account = read.login.account
            if account is None and role.method != "approle":
                account = self.stated_account(key, read.login.namespace, read.origin)
            role.namespaces.add(read.login.namespace)
            if account:
                role.accounts.add(account)
                role.audiences[account] = read.login.audiences
            role.reads.setdefault((read.path, read.key, read.access), read.origin)
        for grant in self.grants:
            method = self.state["mounts"].get(f"auth/{grant.role[0]}/", ("kubernetes",))[0]
            role = self.roles.setdefault(grant.role, Role(method, *grant.role))
            if grant.account:
                role.accounts.add(grant.account)
                role.audiences.setdefault(grant.account, (API_SERVER,))

    def stated_account(self, key, namespace, origin):
        """Where no object names the account, the one that the role is bound to: one, and of the reader's namespace."""
        bound = self.state["roles"].get(key) or {}
        names = bound.get("bound_service_account_names") or []
        homes = bound.get("bound_service_account_namespaces") or []
        self.counts["accounts known from their role only"] += 1
        if len(names) != 1 or len(homes) != 1 or "*" in names[0] + homes[0] or namespace not in (None, homes[0]):
            self.fault("role too wide", f"{'/'.join(key)}: bound to {names} in {homes}, for {origin} in {namespace}")
            return None
        return homes[0], names[0]

    # Paths

    def split(self, path):
        """(mount, whether version 2, rest) of a path of the API, or None where no kv engine is mounted."""
        fitting = [mount for mount in self.kv if path.startswith(mount)]
        mount = max(fitting, key=len, default=None)
        if mount is None:
            return None
        rest = path[len(mount) :]
        if self.kv[mount]:
            infix, _, rest = rest.partition("/")
            if infix not in ("data", "metadata"):
                return None
        return mount, self.kv[mount], rest

    def sample(self, path, access):
        """The path of the value that stands for a read."""
        if access == "under":
            return path.rstrip("/") + "/" + OTHER
        return path.replace("/metadata/", "/data/", 1) if access == "metadata" else path

    def write_values(self):
        """A value of its own for each path and key that is read, with the server's root token."""
        for role in self.roles.values():
            for path, key, access in role.reads:
                path = self.sample(path, access)
                if self.split(path) and (path not in self.values or key):
                    self.values.setdefault(path, {})[key or OTHER] = secrets.token_hex(8)
        for path, value in self.values.items():
            body = {"data": value} if self.split(path)[1] else value
            status, answer = self.server.call("POST", path, body, self.server.root)
            if status >= 300:
                self.fault("value refused", f"{path}: {status} {answer}")

    # Logging in

    def log_in_as(self, role, account, issued=True, audiences=None):
        """(status, answer) of a login as this account."""
        audiences = audiences or role.audiences.get(account) or next(iter(role.audiences.values()))
        body = {"role": role.name, "jwt": self.cluster.token(account, audiences, issued)}
        return self.server.call("POST", f"auth/{role.mount}/login", body)

    def log_in(self, role):
        """[(account, token)] of every account of this role."""
        if role.method == "token":
            body = {"policies": self.unbound(), "no_default_policy": False}
            attempts = [(None, self.server.call("POST", "auth/token/create", body, self.server.root))]
        elif role.method == "approle":
            attempts = [(None, self.log_in_by_id(role))]
        else:
            attempts = [(account, self.log_in_as(role, account)) for account in sorted(role.accounts)]
        sessions = []
        for account, (status, answer) in attempts:
            if status == 200:
                self.counts["logins"] += 1
                sessions.append((account, answer["auth"]["client_token"]))
            else:
                origins = sorted(set(role.reads.values()))[:3]
                self.fault("login refused", f"{account} as {role.label}: {status} {answer}; for {origins}")
        return sessions

    def unbound(self):
        """The policies that no role has: those of tokens that somebody makes by hand."""
        bound = {name.lower() for fields in self.state["roles"].values() for name in fields.get("token_policies") or ()}
        return sorted(set(self.state["policies"]) - bound)

    def log_in_by_id(self, role):
        made = self.server.call("POST", f"auth/{role.mount}/role/{role.name}/secret-id", {}, self.server.root)
        ids = {"role_id": self.state["role ids"].get((role.mount, role.name))}
        if made[0] == 200:
            ids["secret_id"] = made[1]["data"]["secret_id"]
        return self.server.call("POST", f"auth/{role.mount}/login", ids)

    def check_strangers(self):
        """Everybody else is refused: every account that there is, its namesakes elsewhere, its neighbours."""
        everybody = {account for role in self.roles.values() for account in role.accounts}
        for role in self.roles.values():
            if role.method == "approle" and self.state["role ids"].get((role.mount, role.name)):
                body = {"role_id": self.state["role ids"][role.mount, role.name], "secret_id": secrets.token_hex(16)}
                status, _ = self.server.call("POST", f"auth/{role.mount}/login", body)
                self.refused(role, "a made-up secret id", status)
            if not role.accounts:
                continue
            names, homes = {a[1] for a in role.accounts}, {a[0] for a in role.accounts}
            strangers = {account for account in everybody if account[0] not in homes or account[1] not in names}
            strangers |= {(OTHER, name) for name in names} | {(home, OTHER) for home in homes}
            strangers |= {(home, "default") for home in homes} - {(home, n) for home in homes for n in names}
            for account in sorted(strangers):
                self.refused(role, account, self.log_in_as(role, account)[0])
            if role.method == "kubernetes":
                account = min(role.accounts)
                self.refused(role, f"a token not issued, of {account}", self.log_in_as(role, account, issued=False)[0])

    def refused(self, role, who, status):
        if status in (400, 403):
            self.counts["logins refused"] += 1
        else:
            self.fault("login not refused", f"{who} as {role.label}: {status}")

    # What is read

    def check_reads(self, role, account, token):
        for (path, key, access), origin in role.reads.items():
            who = f"{account or role.label}, {path} for {origin}"
            if not self.split(path):
                self.check_foreign(path, token, who)
                continue
            if access == "metadata":
                status, answer = self.server.call("GET", path, token=token)
            else:
                status, answer = self.server.call("GET", self.sample(path, access), token=token)
            if status != 200:
                self.fault("read refused", f"{who}: {status} {answer}")
                continue
            value = answer["data"]["data"] if access != "metadata" and self.split(path)[1] else answer["data"]
            wanted = self.values[self.sample(path, access)]
            if access != "metadata" and (value.get(key or OTHER) if key else value) != (wanted[key] if key else wanted):
                self.fault("read refused", f"{who}: another value than was written")
            elif access == "under" and self.server.call("LIST", self.listing(path), token=token)[0] != 200:
                self.fault("read refused", f"{who}: its keys can't be listed")
            else:
                self.counts["reads allowed"] += 1

    def listing(self, path):
        mount, v2, rest = self.split(path)
        return f"{mount}{'metadata/' if v2 else ''}{rest.rstrip('/')}/".replace("//", "/")

    def check_foreign(self, path, token, who):
        """A path of no kv engine, such as that of a database: nothing to read, but the right to is known."""
        _, answer = self.server.call("POST", "sys/capabilities-self", {"paths": [path]}, token)
        if (answer or {}).get("capabilities") != ["read"]:
            got = (answer or {}).get("capabilities")
            self.fault("read refused", f"{who}: no kv engine there, and its capabilities are {got}")
        else:
            self.counts["reads allowed, by capability"] += 1

    # What is denied

    def meant(self, role, method, path):
        """Whether this request is one that an object or a grant asks for."""
        for wanted, _, access in role.reads:
            if (path, method) == (wanted, "GET") and access != "under":
                return True
            if access == "under" and self.split(wanted):
                below = path.startswith((wanted.rstrip("/") + "/", self.listing(wanted)))
                if below and method in ("GET", "LIST"):
                    return True
        return any(
            grant.role == (role.mount, role.name)
            and grant.capabilities & CAPABILITY[method]
            and policies.covers(grant.path, path)
            for grant in self.grants
        )

    def probes(self, role):
        """(method, path, body) of what nobody asked for. What would destroy something comes last."""
        last = []
        for path, _, access in role.reads:
            parts = self.split(path)
            if not parts or access == "metadata":
                continue
            mount, v2, rest = parts
            rest = rest.rstrip("/")
            parent = rest.rpartition("/")[0]
            data, meta = (f"{mount}data/", f"{mount}metadata/") if v2 else (mount, mount)
            for near in (f"{rest}-other", f"{rest}/{OTHER}", rest[:-1], parent):
                yield "GET", data + near, None
            for folder in {rest + "/", parent + "/" if parent else "", ""}:
                yield "LIST", meta + folder, None
            body = {OTHER: "1"}
            last += [("POST", data + rest, {"data": body} if v2 else body), ("DELETE", data + rest, None)]
            last += [("POST", f"{data}{rest}-other", {"data": body} if v2 else body)]
            if v2:
                yield "GET", meta + rest, None
                yield "GET", f"{mount}subkeys/{rest}", None
                yield "GET", f"{mount}config", None
                last += [("PATCH", data + rest, {"data": body}), ("POST", meta + rest, {"max_versions": 1})]
                verbs = ("delete", "undelete", "destroy")
                last += [("PUT", f"{mount}{verb}/{rest}", {"versions": [1]}) for verb in verbs]
                last += [("DELETE", meta + rest, None)]
        for other in self.values:
            yield "GET", other, None
        yield from (("LIST", "sys/policies/acl", None), ("GET", "sys/policies/acl/default", None))
        yield from (("GET", "sys/mounts", None), ("GET", "sys/auth", None), ("GET", f"auth/{role.mount}/config", None))
        yield from (("GET", f"auth/{role.mount}/role/{role.name}", None), ("LIST", f"auth/{role.mount}/role", None))
        last += [("POST", "auth/token/create", {}), ("POST", f"sys/policies/acl/{OTHER}", {"policy": ""})]
        last += [("POST", f"auth/{role.mount}/role/{role.name}", {"token_policies": ["root"]})]
        yield from last

    def check_denied(self, role, account, token):
        for method, path, body in {(m, p): (m, p, b) for m, p, b in self.probes(role)}.values():
            if self.meant(role, method, path):
                self.counts["requests meant"] += 1
                continue
            status, _ = self.server.call(method, path, body, token)
            if status == 403:
                self.counts["requests denied"] += 1
            else:
                self.fault("not denied", f"{account or role.label}: {method} {path}: {status}")

    # The other way round

    def needed(self, role, path):
        """The capabilities on this path of a policy that the objects and the grants ask for."""
        found = set()
        for wanted, _, access in role.reads:
            if access == "under" and self.split(wanted):
                if path.startswith((wanted.rstrip("/") + "/", self.listing(wanted))):
                    found |= {"read", "list"}
            elif path == wanted and not path.endswith("*") and "+" not in path.split("/"):
                found.add("read")
        for grant in self.grants:
            if grant.role == (role.mount, role.name) and grant.path == path:
                found |= grant.capabilities
        return found

    def check_policies(self):
        """Each path of each policy is read by somebody or granted; each policy has a role, each role a reader."""
        used, stale = set(), set(self.grants)
        roles = dict(self.state["roles"])
        if BY_TOKEN in self.roles:
            roles[BY_TOKEN] = {"token_policies": self.unbound()}
        for key, fields in roles.items():
            role = self.roles.get(key) or Role("", *key)
            if key not in self.roles:
                self.fault("role not used", f"{role.label}: nothing reads by it")
            for name in fields.get("token_policies") or ():
                name = name.lower()  # As the server keeps it.
                used.add(name)
                for path, capabilities in self.parsed(name).items():
                    self.counts["policy paths"] += 1
                    if capabilities - self.needed(role, path):
                        more = ", ".join(sorted(capabilities - self.needed(role, path)))
                        self.fault("policy too wide", f"{name} for {role.label}: {more} on {path}: nobody asks for it")
                    stale -= {g for g in stale if g.role == key and g.path == path and g.capabilities <= capabilities}
        for name in set(self.state["policies"]) - used:
            self.fault("policy not used", f"{name}: no role has it")
        for grant in stale:
            self.fault("grant not used", f"{'/'.join(grant.role)}: {grant.path} stands in no policy of this role")

    def parsed(self, name):
        """The paths of a policy. The server has to read the same in it."""
        try:
            found = policies.paths(self.state["policies"].get(name, ""))
        except policies.Unreadable as error:
            self.fault("policy unreadable", f"{name}: {error}")
            return {}
        if not found:
            self.fault("policy unreadable", f"{name}: no paths, or not there")
            return {}
        made = self.server.as_root("POST", "auth/token/create", {"policies": [name], "no_default_policy": True})
        asked = {path: path.removesuffix("*") + OTHER if path.endswith("*") else path for path in found}
        answer = self.server.as_root("POST", "sys/capabilities", {"token": made["auth"]["client_token"],
                                                                  "paths": list(asked.values())})  # fmt: skip
        for path, capabilities in found.items():
            said = answer["data"].get(asked[path])
            if "+" not in path.split("/") and sorted(said or ()) != sorted(capabilities):
                self.fault("policy unreadable", f"{name}: {path}: we read {sorted(capabilities)}, the server {said}")
        return found
