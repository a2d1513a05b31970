//! Vault: stores, and what it lets whom do.

use super::stores::{Account, SecretKey};
use crate::shape::{AnyMap, Dict, List, Names, Text};

crate::choice! {
    /// Version of a key-value engine.
    KvVersion {
        /// Without versions: paths stand as they are.
        V1 = "v1",
        /// With versions: paths have `data/` or `metadata/` after the mount.
        V2 = "v2",
    }
}

crate::shape! {
    /// A key-value engine of HashiCorp Vault or OpenBao.
    VaultStore {
        /// URL of the server.
        server: Text,
        /// Mount of the engine.
        path: Text = "secret",
        /// Version of the engine.
        version: KvVersion = "v2",
        /// Namespace of Vault Enterprise or OpenBao.
        namespace: Option<Text>,
        /// CA that signed the server's certificate, in base64.
        ca_bundle ("caBundle"): Option<Text>,
        /// Secret or ConfigMap that holds the CA.
        ca_provider ("caProvider"): Option<CaProvider>,
        /// How the operator signs in.
        auth: VaultAuth,
        /// Further fields of `spec.provider.vault`, as External Secrets takes them.
        more: Option<AnyMap>,
    }
}

crate::choice! {
    /// What holds a CA.
    CaProviderKind {
        /// A Secret.
        Secret = "Secret",
        /// A ConfigMap.
        ConfigMap = "ConfigMap",
    }
}

crate::shape! {
    /// Secret or ConfigMap that holds a CA.
    CaProvider {
        /// Its kind.
        kind: CaProviderKind,
        /// Its name.
        name: Text,
        /// Key in it.
        key: Text,
        /// Its namespace (ClusterSecretStore only).
        namespace: Option<Text>,
    }
}

crate::shape! {
    /// How Vault lets the operator in: exactly one of these.
    VaultAuth {
        /// A ServiceAccount of the cluster.
        kubernetes: Option<Box<KubernetesAuth>>,
        /// A role id and a secret id.
        app_role ("appRole"): Option<AppRoleAuth>,
        /// A token of the cluster, checked by its signature.
        jwt: Option<Box<JwtAuth>>,
        /// A Vault token, as a key of a Secret.
        token: Option<SecretKey>,
        /// Any other way, as External Secrets takes it.
        other: Option<AnyMap>,
    }
}

crate::choice! {
    /// Who writes the policies of a role.
    PolicySource {
        /// One policy is derived: it allows reading each path that is declared, and nothing else.
        Derived = "derived",
        /// Only those under `policies` apply. Each path that is read must be covered by them.
        Stated = "stated",
    }
}

crate::shape! {
    /// A ServiceAccount of the cluster, checked by its API server.
    KubernetesAuth {
        /// Mount of the auth method. It checks the tokens of one cluster.
        mount_path ("mountPath"): Text = "kubernetes",
        /// Role in Vault. The name of the store when left out; for a SecretStore the name of the store and its namespace.
        role: Option<Text>,
        /// The ServiceAccount. One called like the store when left out.
        service_account ("serviceAccount"): Option<Account>,
        /// Who writes the policies of the role.
        policy: PolicySource = "derived",
        /// Policies that the role has besides, or instead: names under `secrets.policies`.
        policies: List<Text>,
        /// How long tokens live, such as `20m`.
        token_ttl ("tokenTtl"): Option<Text>,
    }
}

crate::shape! {
    /// A role id and a secret id.
    AppRoleAuth {
        /// Mount of the auth method.
        mount_path ("mountPath"): Text = "approle",
        /// Role in Vault. The name of the store when left out.
        role: Option<Text>,
        /// The role id.
        role_id ("roleId"): Option<Text>,
        /// The role id, as a key of a Secret.
        role_ref ("roleRef"): Option<SecretKey>,
        /// The secret id, as a key of a Secret.
        secret_ref ("secretRef"): SecretKey,
        /// Who writes the policies of the role.
        policy: PolicySource = "derived",
        /// Policies that the role has besides, or instead: names under `secrets.policies`.
        policies: List<Text>,
        /// How long tokens live, such as `20m`.
        token_ttl ("tokenTtl"): Option<Text>,
    }
}

crate::shape! {
    /// A token of the cluster, checked by its signature.
    JwtAuth {
        /// Mount of the auth method.
        mount_path ("mountPath"): Text = "jwt",
        /// Role in Vault. The name of the store when left out; for a SecretStore the name of the store and its namespace.
        role: Option<Text>,
        /// The ServiceAccount that tokens are requested for. One called like the store when left out.
        service_account ("serviceAccount"): Option<Account>,
        /// A token, as a key of a Secret, instead.
        secret_ref ("secretRef"): Option<SecretKey>,
        /// Who writes the policies of the role.
        policy: PolicySource = "derived",
        /// Policies that the role has besides, or instead: names under `secrets.policies`.
        policies: List<Text>,
        /// How long tokens live, such as `20m`.
        token_ttl ("tokenTtl"): Option<Text>,
    }
}

crate::choice! {
    /// What a policy lets one do (Vault 1.21, "Policies").
    Capability {
        /// Making what is not there.
        Create = "create",
        /// Reading.
        Read = "read",
        /// Changing what is there.
        Update = "update",
        /// Changing a part of what is there.
        Patch = "patch",
        /// Deleting.
        Delete = "delete",
        /// Listing names.
        List = "list",
        /// Reaching paths that are for the root.
        Sudo = "sudo",
        /// Nothing, whatever other policies say.
        Deny = "deny",
    }
}

crate::shape! {
    /// A policy granted by hand.
    VaultPolicy {
        /// Store whose Vault and mount it is about.
        store: Text,
        /// Paths below the mount, without `data/`, and what may be done there. A `*` at the end stands for anything, `+` for one segment.
        paths: Dict<List<Capability>>,
        /// Paths of the API as they are, and what may be done there.
        api: Dict<List<Capability>>,
    }
}

crate::shape! {
    /// A role of the Kubernetes auth method that the spec adds by hand.
    VaultRole {
        /// Store whose Vault and auth mount it is on.
        store: Text,
        /// Cluster whose ServiceAccounts may take it; that of Argo CD when left out.
        cluster: Option<Text>,
        /// ServiceAccounts that may take it, by name.
        service_accounts ("serviceAccounts"): List<Text>,
        /// Namespaces of these ServiceAccounts.
        namespaces: List<Text>,
        /// Its policies: names under `secrets.policies`.
        policies: List<Text>,
        /// Audience that tokens must have.
        audience: Option<Text>,
        /// How long tokens live, such as `20m`.
        token_ttl ("tokenTtl"): Option<Text>,
    }
}

/// The policies and roles that the spec states.
pub type VaultPolicies = Names<VaultPolicy>;
/// The roles that the spec states.
pub type VaultRoles = Names<VaultRole>;

/// A way in by which the consumer is a role: what all of them have in common.
#[derive(Clone, Copy, Debug)]
pub struct RoleAuth<'a> {
    /// Type of the auth method.
    pub method: &'static str,
    /// Its mount.
    pub mount: &'a Text,
    /// Role, where it is stated.
    pub role: Option<&'a Text>,
    /// Who writes the policies.
    pub source: PolicySource,
    /// Policies that are named.
    pub policies: &'a List<Text>,
    /// How long tokens live.
    pub token_ttl: Option<&'a Text>,
    /// Whether a ServiceAccount shows who it is.
    pub by_account: bool,
    /// The ServiceAccount, where one is stated.
    pub account: Option<&'a Account>,
    /// The role id, where one is stated.
    pub role_id: Option<&'a Text>,
}

impl VaultStore {
    /// The way in, where the consumer is a role.
    #[must_use]
    pub fn role_auth(&self) -> Option<RoleAuth<'_>> {
        let auth = &self.auth;
        let kubernetes = auth.kubernetes.as_ref().map(|k| RoleAuth {
            method: "kubernetes",
            mount: &k.mount_path,
            role: k.role.as_ref(),
            source: k.policy,
            policies: &k.policies,
            token_ttl: k.token_ttl.as_ref(),
            by_account: true,
            account: k.service_account.as_ref(),
            role_id: None,
        });
        let jwt = auth.jwt.as_ref().map(|j| RoleAuth {
            method: "jwt",
            mount: &j.mount_path,
            role: j.role.as_ref(),
            source: j.policy,
            policies: &j.policies,
            token_ttl: j.token_ttl.as_ref(),
            by_account: j.secret_ref.is_none(),
            account: j.service_account.as_ref(),
            role_id: None,
        });
        let app_role = auth.app_role.as_ref().map(|a| RoleAuth {
            method: "approle",
            mount: &a.mount_path,
            role: a.role.as_ref(),
            source: a.policy,
            policies: &a.policies,
            token_ttl: a.token_ttl.as_ref(),
            by_account: false,
            account: None,
            role_id: a.role_id.as_ref(),
        });
        kubernetes.or(jwt).or(app_role)
    }

    /// The ServiceAccount that is stated.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.role_auth().and_then(|auth| auth.account)
    }

    /// The ways in that are given, by their keys.
    #[must_use]
    pub fn auths(&self) -> Vec<&'static str> {
        let auth = &self.auth;
        let given = [
            ("kubernetes", auth.kubernetes.is_some()),
            ("appRole", auth.app_role.is_some()),
            ("jwt", auth.jwt.is_some()),
            ("token", auth.token.is_some()),
            ("other", auth.other.is_some()),
        ];
        given.into_iter().filter_map(|(key, given)| given.then_some(key)).collect()
    }
}
