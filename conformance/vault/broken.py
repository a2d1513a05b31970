"""Ways to break the artifacts of a `vault/NAME`, each with the kinds of fault that the judge must then find.

The same text is changed in every file that holds it, so that it does not matter whether setup.sh reads the other
files or carries what they say.
"""

import json
import re
import shutil

from policies import covers, unescaped


def rewritten(folder, copy, old, new):
    """A copy with `old` replaced; whether there was anything to replace."""
    shutil.copytree(folder, copy)
    changed = False
    for path in copy.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            if old in text:
                path.write_text(text.replace(old, new), encoding="utf-8")
                changed = True
    return changed


def blocks(folder, reads):
    """The path blocks of the policies: (whole, path in quotes). Those first by which alone something is read."""
    found = []
    for path in sorted(folder.glob("policies/*.hcl")):
        text = path.read_text(encoding="utf-8")
        found += re.findall(r'^(path ("(?:\\.|[^"\\])*") *\{[^}]*\})', text, re.MULTILINE)
    wide = [unescaped(quoted) for _, quoted in found if quoted.endswith('*"')]
    read = {read.path for read in reads}

    def worse(block):
        path = unescaped(block[1])
        return path not in read, any(covers(pattern, path) for pattern in wide)

    return sorted((block for block in found if re.search(r'\[\s*"read"\s*,?\s*\]', block[0])), key=worse)


def on_block(change):
    def broken(folder, copy, reads):
        found = blocks(folder, reads)
        return bool(found) and rewritten(folder, copy, found[0][0], change(*found[0]))

    return broken


def role_paths(folder, reads):
    """The files of roles; those first by which something is read."""
    used = {f"{read.login.mount}/{read.login.role}.json" for read in reads if read.login and read.login.account}
    root = folder / "roles"
    return sorted(root.rglob("*.json"), key=lambda path: (str(path.relative_to(root)) not in used, path))


def on_role(field, wide):
    """Gives a field of a role another value, in the file as it is written there."""

    def broken(folder, copy, reads):
        for path in role_paths(folder, reads):
            text = path.read_text(encoding="utf-8")
            found = re.search(rf'"{field}"\s*:\s*(\[[^\]]*\]|"[^"]*")', text)
            if found and json.loads(text)[field] != wide:
                return rewritten(folder, copy, found[0], f'"{field}": {json.dumps(wide)}')
        return False

    return broken


def on_script(line):
    """Ends setup.sh with one more command."""

    def broken(folder, copy, _reads):
        shutil.copytree(folder, copy)
        path = copy / "setup.sh"
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{line}\n", encoding="utf-8")
        return True

    return broken


def no_roles(folder, copy, reads):
    """A role less: its file and what setup.sh does with it can't be told apart, so the role is deleted at the end."""
    for path in role_paths(folder, reads):
        name = f"auth/{path.parent.relative_to(folder / 'roles')}/role/{path.stem}"
        return on_script(f'"${{VAULT_CLI:-vault}}" delete "{name}" >/dev/null')(folder, copy, reads)
    return False


BREAKS = [
    ("a policy for everything that starts like its path", {"policy too wide", "not denied"},
     on_block(lambda block, path: block.replace(path, path[:-1] + '*"'))),
    ("a policy for everything", {"policy too wide", "not denied"},
     on_block(lambda block, path: block + '\npath "*" {\n  capabilities = ["read", "list"]\n}\n')),
    ("a policy that lets write", {"policy too wide", "not denied"},
     on_block(lambda block, path: block.replace('"read"', '"read", "create", "update", "delete"'))),
    ("a path less", {"read refused"}, on_block(lambda block, path: "# A path less.")),
    ("another path", {"read refused", "policy too wide"},
     on_block(lambda block, path: block.replace(path, path[:-1] + '-moved"'))),
    ("a path that is denied", {"read refused"}, on_block(lambda block, path: block.replace('"read"', '"deny"'))),
    ("another account", {"login refused", "login not refused"},
     on_role("bound_service_account_names", ["sailplan-other"])),
    ("any account", {"login not refused"}, on_role("bound_service_account_names", ["*"])),
    ("any namespace", {"login not refused"}, on_role("bound_service_account_namespaces", ["*"])),
    ("another audience", {"login refused"}, on_role("audience", "sailplan-other")),
    ("no policy", {"read refused"}, on_role("token_policies", ["default"])),
    ("a role less", {"setup", "login refused"}, no_roles),
    ("a setup.sh that mounts anew", {"setup"},
     on_script('"${VAULT_CLI:-vault}" secrets enable -path="again-$RANDOM-$$" kv >/dev/null')),
    ("a setup.sh that fails", {"setup"}, on_script("exit 3")),
    ("a setup.sh that adds a policy", {"setup", "policy not used"},
     on_script("""echo 'path "x" { capabilities = ["read"] }' | "${VAULT_CLI:-vault}" policy write m - >/dev/null""")),
]  # fmt: skip
