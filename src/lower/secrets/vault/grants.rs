//! Policies and roles granted by hand: added, and held against what is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::consumers::{self, Consumer, Vault, Vaults};
use super::{UNUSED_GRANT, VAULT_NAME, VAULT_NAME_TWICE, VAULT_POLICY_COVERAGE, paths};
use crate::base::suggest;
use crate::diag::Finding;
use crate::lower::Input;
use crate::lower::secrets::Work;
use crate::model::plan::Binding;
use crate::model::secrets;
use crate::model::spec::{Capability, VaultRole, VaultStore};
use crate::shape::{Named, Text};

/// Adds the policies and roles that the spec states.
pub fn add(work: &mut Work<'_, '_>, vaults: &mut Vaults) {
    let Some(stated) = &work.input.spec.secrets else { return };
    for policy in stated.policies.iter() {
        let Some(vault) = vault_of(work, &policy.item.store) else { continue };
        let of_vault = vaults.entry(consumers::key(vault)).or_default();
        of_vault.span = of_vault.span.or(policy.name.span);
        of_vault.engines.insert(vault.path.trim_matches('/').into(), vault.version.word());
        let mut allowed = paths::Capabilities::new();
        for path in policy.item.paths.iter() {
            let wanted: BTreeSet<Capability> = path.item.iter().copied().collect();
            pattern(work, &path.name);
            for (path_of_api, capabilities) in paths::granted(vault, &path.name, &wanted) {
                paths::allow(&mut allowed, path_of_api, capabilities, path.name.span);
            }
        }
        for path in policy.item.api.iter() {
            pattern(work, &path.name);
            paths::allow(
                &mut allowed,
                path.name.trim_start_matches('/').to_owned(),
                path.item.iter().copied(),
                path.name.span,
            );
        }
        of_vault.policies.insert(Arc::clone(&policy.name.value), (allowed, policy.name.span));
    }
    for role in stated.roles.iter() {
        add_role(work, role, vaults);
    }
}

/// Who may take the roles that the spec states. Those of a store that is not known are findings of their own.
pub fn bindings(input: &Input) -> Vec<Binding> {
    let stated = input.spec.secrets.as_ref().map(|secrets| secrets.roles.iter()).into_iter().flatten();
    let binding = |role: &Named<VaultRole>| {
        let store = secrets::anywhere(input.resolved, &role.item.store, role.item.cluster.as_deref())?;
        Some(Binding {
            role: Arc::clone(&role.name.value),
            cluster: Arc::clone(&store.cluster.name.value),
            namespaces: role.item.namespaces.to_vec(),
            accounts: role.item.service_accounts.to_vec(),
        })
    };
    stated.filter_map(binding).collect()
}

fn vault_of<'a>(work: &Work<'a, '_>, store: &str) -> Option<&'a VaultStore> {
    secrets::anywhere(work.input.resolved, store, None).and_then(|s| s.body.vault.as_deref())
}

/// A pattern of a policy that Vault would refuse or take for something else.
fn pattern(work: &mut Work, pattern: &Text) {
    let stem = pattern.strip_suffix('*').unwrap_or(pattern);
    let inside = stem.contains('*') || pattern.contains("+*") || stem.contains("//");
    if inside || pattern.is_empty() || pattern.chars().any(char::is_control) {
        let message = format!("`{}` can't be a pattern of a Vault policy", &**pattern);
        let help = "write `*` only as the last character, and `+` for exactly one segment";
        work.bag.push(Finding::error(&super::VAULT_PATH, pattern.span, message, help));
    }
}

fn add_role(work: &mut Work, role: &Named<VaultRole>, vaults: &mut Vaults) {
    let item = &role.item;
    let found = secrets::anywhere(work.input.resolved, &item.store, item.cluster.as_deref());
    let Some((store, vault)) = found.and_then(|s| Some((s, s.body.vault.as_deref()?))) else { return };
    let auth = vault.role_auth().filter(|auth| auth.by_account);
    let Some(auth) = auth else {
        let message =
            format!("store `{}` has no auth method by which a ServiceAccount could take a role", &*store.name);
        let help = "name a store with `auth: { kubernetes: … }`";
        work.bag.push(Finding::error(&VAULT_NAME, item.store.span, message, help));
        return;
    };
    let of_vault = vaults.entry(consumers::key(vault)).or_default();
    of_vault
        .auths
        .entry(auth.mount.trim_matches('/').into())
        .or_insert_with(|| consumers::Auth { method: auth.method, cluster: Some(Arc::clone(&store.cluster)) });
    let key = (Arc::from(auth.mount.trim_matches('/')), Arc::clone(&role.name.value));
    if let Some(other) = of_vault.consumers.get(&key) {
        let message = format!("role `{}` is there already", &*role.name);
        let help = "rename it; a role of a store gets policies by `policies` of its auth";
        work.bag
            .push(Finding::error(&VAULT_NAME_TWICE, role.name.span, message, help).also(other.span, "the other one"));
        return;
    }
    let texts = |list: &[Text]| list.iter().map(|t| Arc::clone(&t.value)).collect::<BTreeSet<_>>();
    let consumer = Consumer {
        accounts: texts(&item.service_accounts),
        namespaces: texts(&item.namespaces),
        policies: item.policies.to_vec(),
        token_ttl: item.token_ttl.clone(),
        audience: item.audience.clone(),
        by_hand: true,
        span: role.name.span,
        ..Consumer::default()
    };
    of_vault.consumers.insert(key, consumer);
}

/// Holds what is granted against what is read.
pub fn check(work: &mut Work<'_, '_>, vaults: &Vaults) {
    for vault in vaults.values() {
        for consumer in vault.consumers.values().filter(|c| !c.derived && !c.by_hand) {
            covered(work, vault, consumer);
        }
        for (name, (allowed, span)) in &vault.policies {
            let of_policy = |c: &&Consumer| c.policies.iter().any(|p| p.value == *name);
            let users: Vec<&Consumer> = vault.consumers.values().filter(of_policy).collect();
            if users.is_empty() {
                let message = format!("no role has the policy `{name}`");
                let help = "name it under `policies` of a role or of a store's auth, or take it out";
                work.bag.push(Finding::warning(&UNUSED_GRANT, *span, message, help));
            } else if users.iter().all(|c| !c.by_hand) {
                unused(work, allowed, &users);
            }
        }
    }
}

fn covered(work: &mut Work, vault: &Vault, consumer: &Consumer) {
    let granted = || consumer.policies.iter().filter_map(|p| vault.policies.get(&p.value));
    for (path, (wanted, span)) in &consumer.reads {
        let lets = |c: Capability| {
            granted()
                .any(|(allowed, _)| allowed.iter().any(|(p, (can, _))| paths::matches(p, path) && can.contains(&c)))
        };
        let lacking: Vec<&str> = wanted.iter().filter(|c| !lets(**c)).map(|c| c.word()).collect();
        if !lacking.is_empty() {
            let role = suggest::listing(consumer.policies.iter().map(|p| &**p), 5);
            let role = if role.is_empty() { "it has none".to_owned() } else { format!("it has {role}") };
            let message = format!("no policy lets the store's role {} `{path}`; {role}", lacking.join(" and "));
            let help = "add the path under `secrets.policies`, or take `policy: stated` out to have it derived";
            let finding = Finding::error(&VAULT_POLICY_COVERAGE, *span, message, help);
            work.bag.push(finding.also(consumer.span, "the role"));
        }
    }
}

fn unused(work: &mut Work, allowed: &paths::Capabilities, users: &[&Consumer]) {
    let mut told = BTreeSet::new();
    for (pattern, (_, span)) in allowed {
        let read = users.iter().any(|c| c.reads.keys().any(|path| paths::matches(pattern, path)));
        // One entry of the spec may stand for values and names: reading either is use.
        let sibling = allowed.iter().any(|(other, (_, at))| {
            at == span && users.iter().any(|c| c.reads.keys().any(|path| paths::matches(other, path)))
        });
        if !read && !sibling && told.insert((span.lo, span.hi)) {
            let message = format!("nothing reads `{pattern}`, which the policy allows");
            let help = "take the path out, or declare the secret that is read there";
            work.bag.push(Finding::warning(&UNUSED_GRANT, *span, message, help));
        }
    }
}
