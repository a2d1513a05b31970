"""What policies say: a small reader of their HCL, and the list of what is granted by hand."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:\$\{[^}]*\}|\\.|[^"\\])*")
      | (?P<word>[A-Za-z_][\w-]*)
      | (?P<sign>[{}\[\]=,])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


class Unreadable(Exception):
    """A policy that this reader does not take. It takes `path` blocks with capabilities only."""


def unescaped(text):
    def one(match):
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else PLAIN.get(code, code)

    return ESCAPE.sub(one, text[1:-1])


def tokens(hcl):
    at, found = 0, []
    while at < len(hcl):
        match = TOKEN.match(hcl, at)
        if not match:
            raise Unreadable(f"at {hcl[at : at + 30]!r}")
        at = match.end()
        if match.lastgroup != "skip":
            found.append((match.lastgroup, unescaped(match[0]) if match.lastgroup == "text" else match[0]))
    return found


def paths(hcl):
    """{path: its set of capabilities} of a policy."""
    rest, found = tokens(hcl), {}

    def take(group, value=None):
        if not rest or rest[0][0] != group or value not in (None, rest[0][1]):
            raise Unreadable(f"{value or group} wanted, before {rest[:1]}")
        return rest.pop(0)[1]

    while rest:
        take("word", "path")
        path = take("text")
        if path in found:
            raise Unreadable(f"path {path!r} twice")
        for group, value in (("sign", "{"), ("word", "capabilities"), ("sign", "="), ("sign", "[")):
            take(group, value)
        capabilities = set()
        while rest and rest[0] != ("sign", "]"):
            capabilities.add(take("text"))
            if rest and rest[0] == ("sign", ","):
                rest.pop(0)
        take("sign", "]")
        take("sign", "}")
        found[path] = capabilities
    return found


def covers(pattern, path):
    """Whether the path of a policy, with `+` and a last `*`, is for this path."""
    prefix = pattern.endswith("*")
    text = "[^/]+".join(re.escape(part) for part in re.split(r"(?<![^/])\+(?![^/])", pattern.removesuffix("*")))
    return re.fullmatch(text + (".*" if prefix else ""), path, re.DOTALL) is not None


@dataclass(frozen=True)
class Grant:
    """A line of the list: these capabilities on this path are meant for this role, though no object reads by it so."""

    vault: str
    role: tuple  # (mount, role)
    account: tuple | None  # (namespace, name) of whom the role is for; None for the readers that it has
    capabilities: frozenset
    path: str


def grants(path):
    """The lines `VAULT MOUNT/ROLE NAMESPACE/ACCOUNT CAPABILITY,... PATH` of a file; `#` starts a comment line, and
    `-` stands for the accounts that the objects name."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split(None, 4)
        if len(fields) < 5 or "/" not in fields[1] or (fields[2] != "-" and "/" not in fields[2]):
            raise SystemExit(f"{path}:{number}: not `VAULT MOUNT/ROLE NAMESPACE/ACCOUNT CAPABILITIES PATH`")
        role = tuple(fields[1].rsplit("/", 1))
        account = None if fields[2] == "-" else tuple(fields[2].split("/", 1))
        found.append(Grant(fields[0], role, account, frozenset(fields[3].split(",")), fields[4].rstrip()))
    return found
