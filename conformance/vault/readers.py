"""Who reads what in Vault, as the Kubernetes objects of a tree state it. Policies and roles are not looked at.

Sources: External Secrets 2.9.0, vault provider (how a path is built from mount, version and key; a store without a
namespace for its account logs in as the account of the ExternalSecret's namespace); vault-csi-provider 1.7.4
(parameters and their defaults); Vault Agent Injector (annotations).
"""

import re
from dataclasses import dataclass

import yaml

from annotations import injected
from objects import NotUnderstood, Tree

API_SERVER = "https://kubernetes.default.svc"  # The audience of a token that asks for none.


@dataclass(frozen=True, order=True)
class Login:
    """A way in. `account` is (namespace, name), or None where no object of the tree names it."""

    method: str  # kubernetes, jwt or approle
    mount: str
    role: str  # for approle the role id
    namespace: str
    account: tuple | None = None
    audiences: tuple = (API_SERVER,)


@dataclass(frozen=True)
class Read:
    """One thing read. `path` is the one of Vault's API; `access` is read, metadata, or under (all below, listed).

    `server` is the address and the Vault namespace. Without a login, a token from elsewhere is used.
    """

    server: tuple
    login: Login | None
    path: str
    key: str | None
    access: str
    origin: str


def mounted(mount, version, key):
    """(mount, rest) of the key of an ExternalSecret."""
    v2 = version == "v2"
    if mount:
        mount = mount.strip("/")
        if key.startswith(mount + "/"):
            key = key[len(mount) + 1 :]
            key = key.removeprefix("data/") if v2 else key
        return mount, key
    first, _, rest = key.partition("/")
    if v2 and "/data/" in key:
        first, _, rest = key.partition("/data/")
    return first, rest


def api_paths(provider, key, access):
    mount, rest = mounted(provider.get("path"), provider.get("version", "v2"), key)
    infix = {"read": "data/", "under": "data/", "metadata": "metadata/"}[access]
    return f"{mount}/{infix if provider.get('version', 'v2') == 'v2' else ''}{rest}"


def one(mapping, origin, allowed):
    """The only key of this mapping, which must be one of those that are understood."""
    if len(mapping) != 1 or next(iter(mapping)) not in allowed:
        raise NotUnderstood(origin, f"auth by {', '.join(mapping) or 'nothing'}")
    return next(iter(mapping.items()))


def store_login(store, namespace):
    """How a (Cluster)SecretStore logs in for an ExternalSecret of this namespace."""
    provider = store.body["spec"]["provider"]["vault"]
    origin = store.origin
    method, auth = one(provider.get("auth") or {}, origin, ("kubernetes", "jwt", "appRole", "tokenSecretRef"))
    if method == "tokenSecretRef" or "secretRef" in auth and method != "appRole":
        return None
    if method == "appRole":
        if not auth.get("roleId"):
            return None
        return Login("approle", auth.get("path", "approle"), auth["roleId"], namespace)
    place = auth if method == "kubernetes" else auth.get("kubernetesServiceAccountToken", {})
    account = place.get("serviceAccountRef")
    if not account:
        raise NotUnderstood(origin, f"{method} without serviceAccountRef: no object says which account this is")
    home = store.namespace or account.get("namespace") or namespace
    if not home:
        raise NotUnderstood(origin, "an account in each of the namespaces that labels choose")
    audiences = tuple(account.get("audiences") or ()) + tuple(place.get("audiences") or ())
    if method == "jwt" and not audiences:
        audiences = ("vault",)
    mount = auth.get("mountPath" if method == "kubernetes" else "path", method)
    return Login(method, mount, auth["role"], home, (home, account["name"]), audiences or (API_SERVER,))


def references(spec):
    """(reference, store or None, access) of each value that the spec of an ExternalSecret names."""
    for item in spec.get("data") or ():
        yield item["remoteRef"], (item.get("sourceRef") or {}).get("storeRef"), "read"
    for item in spec.get("dataFrom") or ():
        source = item.get("sourceRef") or {}
        if "extract" in item:
            yield {**item["extract"], "property": item["extract"].get("property")}, source.get("storeRef"), "read"
        if "find" in item:
            yield {"key": item["find"].get("path", "")}, source.get("storeRef"), "under"


def external_secret(tree, secret):
    """The reads of an ExternalSecret, or of those that a ClusterExternalSecret makes, wherever they may be."""
    spec = secret.body["spec"]
    spec = spec["externalSecretSpec"] if secret.kind == "ClusterExternalSecret" else spec
    for ref, store_ref, access in references(spec):
        store_ref = store_ref or spec.get("secretStoreRef") or {}
        cluster = store_ref.get("kind") == "ClusterSecretStore"
        kind = "ClusterSecretStore" if cluster else "SecretStore"
        stores = tree.find(kind, store_ref.get("name"), None if cluster else secret.namespace, secret)
        if not stores:
            raise NotUnderstood(secret.origin, f"no {kind} {store_ref.get('name')}")
        for store in stores:
            provider = store.body["spec"]["provider"].get("vault")
            if provider is None:
                continue
            login = store_login(store, secret.namespace)
            server = provider["server"].rstrip("/"), provider.get("namespace")
            path = api_paths(provider, ref["key"], access)
            yield Read(server, login, path, ref.get("property"), access, secret.origin)
            if ref.get("metadataPolicy") == "Fetch" and provider.get("version", "v2") == "v2":
                path = api_paths(provider, ref["key"], "metadata")
                yield Read(server, login, path, None, "metadata", secret.origin)


def accounts_that_mount(tree, wanted):
    """The accounts of the workloads of this namespace that mount this SecretProviderClass."""
    found = set()
    for workload in tree.workloads():
        for volume in workload.pod.get("volumes") or ():
            csi = volume.get("csi") or {}
            attributes = csi.get("volumeAttributes") or {}
            if csi.get("driver") == "secrets-store.csi.k8s.io" and workload.namespace == wanted.namespace:
                if attributes.get("secretProviderClass") == wanted.name:
                    found.add((workload.namespace, workload.pod.get("serviceAccountName", "default")))
    return sorted(found) or [None]


def provider_class(tree, item):
    spec = item.body.get("spec") or {}
    if spec.get("provider") != "vault":
        return
    parameters = spec["parameters"]
    server = parameters.get("vaultAddress", "").rstrip("/"), parameters.get("vaultNamespace")
    mount = parameters.get("vaultAuthMountPath") or parameters.get("vaultKubernetesMountPath") or "kubernetes"
    audience = parameters.get("audience") or API_SERVER
    for account in accounts_that_mount(tree, item):
        login = Login("kubernetes", mount, parameters["roleName"], item.namespace, account, (audience,))
        for entry in yaml.safe_load(parameters["objects"]):
            if entry.get("method", "GET") != "GET":
                raise NotUnderstood(item.origin, f"method {entry['method']}")
            path = entry["secretPath"].strip("/").removeprefix("v1/").partition("?")[0]
            yield Read(server, login, path, entry.get("secretKey"), "read", item.origin)


TEMPLATE_READ = re.compile(r"""\{\{-?[^{}]*?\bsecret\s+("(?:[^"\\]|\\.)*"|`[^`]*`)""")


def agent(tree):
    """What the Vault Agent Injector is asked for by annotations, wherever in the tree they stand."""
    prefix = "vault.hashicorp.com/"
    for found in injected(tree):
        notes = {key[len(prefix) :]: str(value) for key, value in found.notes.items() if key.startswith(prefix)}
        server = notes.get("service", "").rstrip("/"), notes.get("namespace")
        mount = notes.get("auth-path", "auth/kubernetes").strip("/").removeprefix("auth/")
        login = Login("kubernetes", mount, notes["role"], found.namespace, found.account)
        paths = [v for k, v in notes.items() if re.fullmatch(r"agent-inject-secret-.+", k)]
        for key, text in notes.items():
            if key.startswith("agent-inject-template-"):
                paths += [m[1:-1] for m in TEMPLATE_READ.findall(text)]
        for path in sorted({p.strip("/") for p in paths} - {"", "true"}):
            yield Read(server, login, path, None, "read", found.origin)


UNKNOWN = {"PushSecret", "ClusterPushSecret", "VaultDynamicSecret", "VaultStaticSecret"}


def readers(root):
    """Every Read of the tree, each once."""
    tree = Tree(root)
    found = dict.fromkeys(agent(tree))
    for item in tree.objects:
        if item.kind in UNKNOWN:
            raise NotUnderstood(item.origin, f"kind {item.kind}")
        if item.kind in ("ExternalSecret", "ClusterExternalSecret"):
            found.update(dict.fromkeys(external_secret(tree, item)))
        elif item.kind == "SecretProviderClass":
            found.update(dict.fromkeys(provider_class(tree, item)))
    return list(found)
