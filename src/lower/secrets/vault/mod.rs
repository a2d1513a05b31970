//! What Vault has to allow: one policy for each consumer with exactly the paths it reads, the roles by which they
//! sign in, and a script that sets both up.

mod consumers;
mod grants;
mod paths;
mod setup;

pub use grants::bindings;
use std::sync::Arc;

use super::Work;
use crate::base::Value;
use crate::model::secrets::{Need, StoreAt};
use crate::shape::Text;

crate::codes! {
    /// A path can't be one of a key-value engine, or a policy could not name it exactly.
    ///
    /// Vault refuses empty parts, `.` and `..`. In a policy a `*` at the end stands for anything, a segment `+` for
    /// any one segment, and double braces for a template (Vault 1.21, "Policies"): a policy for such a path would
    /// allow more than the path. Rename the secret in Vault.
    VAULT_PATH = "vault-path";
    /// A name can't be one of a policy, role or mount in Vault.
    ///
    /// Names of roles are word characters with `-` and `.` inside; Vault turns names of roles and policies into lower
    /// case, so two that differ only in case would be one. Write lower case.
    VAULT_NAME = "vault-name";
    /// A path that is read is covered by no policy of the role that reads it.
    ///
    /// With `policy: stated` only the named policies apply, so the operator would be refused. Add the path to one of
    /// them under `secrets.policies`, or let the policy be derived: take `policy` out.
    VAULT_POLICY_COVERAGE = "vault-policy-coverage";
    /// A policy allows something that nothing declared here reads.
    ///
    /// What is not needed is only a risk. A policy that a role of `secrets.roles` has, for something outside of this
    /// spec, is not judged. Take the path out, or the policy.
    UNUSED_GRANT = "unused-grant": warning;
    /// Two clusters use one mount of an auth method.
    ///
    /// A mount of the Kubernetes auth method asks the API server of one cluster about tokens. Give each cluster a mount of its own: an
    /// expression such as `mountPath: kubernetes-${{ cluster.name }}` does.
    VAULT_MOUNT_SHARED = "vault-mount-shared";
    /// Two roles or policies of one Vault have the same name.
    ///
    /// Vault keeps one of each name, so one would overwrite the other at each run of the script. A derived policy is called
    /// like its role. Rename one of the two.
    VAULT_NAME_TWICE = "vault-name-twice";
}

/// Lowers everything that concerns Vault.
pub fn lower(work: &mut Work<'_, '_>) {
    let mut vaults = consumers::collect(work);
    grants::add(work, &mut vaults);
    grants::check(work, &vaults);
    setup::emit(work, vaults);
}

/// Role that a store of Vault takes, in that namespace where it is a SecretStore.
pub fn role_name(store: &StoreAt, namespace: Option<&str>) -> Text {
    let stated = store.body.vault.as_ref().and_then(|v| v.role_auth()).and_then(|auth| auth.role);
    match (stated, namespace) {
        (Some(role), _) => role.clone(),
        (None, Some(namespace)) => {
            Text { value: format!("{}-{namespace}", &*store.name).into(), span: store.name.span }
        }
        (None, None) => store.name.clone(),
    }
}

/// Role of the pods that mount a secret.
pub fn pod_role_name(need: &Need) -> Text {
    let stated = need.secret.pods.as_ref().and_then(|p| p.role.as_ref());
    stated.cloned().unwrap_or_else(|| Text { value: Arc::clone(&need.instance.name), span: need.name.span })
}

/// The same as a value.
pub fn pod_role(need: &Need) -> Value {
    pod_role_name(need).to_value()
}
