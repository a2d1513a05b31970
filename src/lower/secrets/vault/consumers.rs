//! Who reads what: the roles that operators and pods take, and the paths they need.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::paths::{self, Capabilities, Reading};
use super::{VAULT_MOUNT_SHARED, VAULT_NAME, VAULT_PATH, pod_role_name, role_name};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::lower::secrets::{Work, stores};
use crate::model::instance::ClusterRef;
use crate::model::secrets::{self, Need, StoreAt};
use crate::model::spec::{Delivery, PolicySource, VaultStore};
use crate::shape::Text;

/// Names what a Vault is: its server and its namespace.
pub type VaultKey = (Arc<str>, Arc<str>);
/// Names a consumer in its Vault: mount of the auth method, role.
pub type ConsumerKey = (Arc<str>, Arc<str>);

/// One Vault, as far as the spec uses it.
#[derive(Default)]
pub struct Vault {
    /// Mounts of key-value engines, with their versions.
    pub engines: BTreeMap<Arc<str>, &'static str>,
    /// Mounts of auth methods: type, and the cluster whose tokens they check.
    pub auths: BTreeMap<Arc<str>, Auth>,
    /// Consumers.
    pub consumers: BTreeMap<ConsumerKey, Consumer>,
    /// Policies granted by hand.
    pub policies: BTreeMap<Arc<str>, (Capabilities, Span)>,
    /// Where the spec names it first.
    pub span: Span,
}

/// A mount of an auth method.
pub struct Auth {
    /// Its type.
    pub method: &'static str,
    /// The cluster whose tokens it checks.
    pub cluster: Option<Arc<ClusterRef>>,
}

/// Who takes a role.
#[derive(Default)]
pub struct Consumer {
    /// Names of ServiceAccounts.
    pub accounts: BTreeSet<Arc<str>>,
    /// Their namespaces.
    pub namespaces: BTreeSet<Arc<str>>,
    /// What it reads, by paths of the API.
    pub reads: Capabilities,
    /// Whether its policy is derived of that.
    pub derived: bool,
    /// Policies that are named.
    pub policies: Vec<Text>,
    /// How long tokens live.
    pub token_ttl: Option<Text>,
    /// Role id of an AppRole, where the spec states one; otherwise Vault draws it.
    pub role_id: Option<Text>,
    /// Audience that tokens must have.
    pub audience: Option<Text>,
    /// Whether the spec adds it by hand, for something that is not declared here.
    pub by_hand: bool,
    /// Where the spec has it.
    pub span: Span,
}

/// All Vaults that stores name.
pub type Vaults = BTreeMap<VaultKey, Vault>;

/// The key of a store's Vault.
pub fn key(vault: &VaultStore) -> VaultKey {
    let server = vault.server.trim_end_matches('/').into();
    (server, vault.namespace.as_ref().map_or_else(|| "".into(), |n| n.trim_matches('/').into()))
}

/// Collects consumers and what they read.
pub fn collect(work: &mut Work<'_, '_>) -> Vaults {
    let mut vaults = Vaults::new();
    let input = work.input;
    for need in secrets::needs(input.spec, input.resolved) {
        match need.delivery() {
            Delivery::ExternalSecret => external(work, &need, &mut vaults),
            Delivery::Csi | Delivery::Injector => mounted(work, &need, &mut vaults),
            Delivery::Sealed => {}
        }
    }
    raw(work, &mut vaults);
    vaults
}

fn store_of<'a>(work: &Work<'a, '_>, name: &str, cluster: &str) -> Option<(&'a StoreAt, &'a VaultStore)> {
    let store = work.input.resolved.store(name, cluster)?;
    Some((store, store.body.vault.as_deref()?))
}

/// What the operator reads for an ExternalSecret.
fn external<'a>(work: &mut Work<'a, '_>, need: &Need<'a>, vaults: &mut Vaults) {
    let cluster = &*need.instance.cluster.name;
    let mut readings: Vec<(&Text, &Text, Reading)> = Vec::new();
    let root = Text::new("");
    for data in need.secret.data.iter() {
        let metadata = data.item.metadata.as_deref() == Some("Fetch");
        let reading = if metadata { Reading::Metadata } else { Reading::Value };
        readings.extend(data.item.store.as_ref().or(need.store()).map(|s| (s, &data.item.path, reading)));
    }
    for from in need.secret.data_from.iter() {
        let Some(store) = from.store.as_ref().or(need.store()) else { continue };
        readings.extend(from.extract.as_ref().map(|e| (store, &e.path, Reading::Value)));
        readings.extend(from.find.as_ref().map(|f| (store, f.path.as_ref().unwrap_or(&root), Reading::Below)));
    }
    let namespaces = need.namespaces();
    for (store, path, reading) in readings {
        let Some((store, vault)) = store_of(work, store, cluster) else { continue };
        if !path_is_good(path, reading, work.bag) {
            continue;
        }
        for entered in of_store(store, vault, &namespaces, work, vaults) {
            let consumer = vaults.get_mut(&key(vault)).and_then(|v| v.consumers.get_mut(&entered));
            let span = path.span.or(need.name.span);
            consumer.into_iter().for_each(|c| paths::allow_reading(&mut c.reads, vault, path, reading, span));
        }
    }
}

/// The consumers of a store: one, or one for each namespace that has a SecretStore.
fn of_store(
    store: &StoreAt,
    vault: &VaultStore,
    namespaces: &[Text],
    work: &mut Work,
    vaults: &mut Vaults,
) -> BTreeSet<ConsumerKey> {
    let sites: Vec<Option<&str>> = match store.body.cluster {
        true => vec![None],
        false => namespaces.iter().map(|n| Some(&**n)).collect(),
    };
    let home = secrets::owner(work.input.resolved, store).map(|(_, i)| i.namespace().to_owned()).unwrap_or_default();
    let mut keys = BTreeSet::new();
    for site in sites {
        let namespace = stores::account_namespace(store, site.unwrap_or(&home));
        let account = stores::has_account(store).then(|| (stores::account_name(store), namespace));
        let role = role_name(store, site);
        keys.extend(enter(vaults, vault, store, &role, (Who::Operator, account), work.bag));
    }
    keys
}

/// Name and namespace of a ServiceAccount.
type Account = (Arc<str>, Arc<str>);

/// Who signs in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The operator, by a store.
    Operator,
    /// Pods, by themselves.
    Pods,
}

/// Adds a consumer to its Vault, unless it is there. Gives its key.
fn enter(
    vaults: &mut Vaults,
    vault: &VaultStore,
    store: &StoreAt,
    role: &Text,
    (who, account): (Who, Option<Account>),
    bag: &mut Bag,
) -> Option<ConsumerKey> {
    let of_vault = vaults.entry(key(vault)).or_default();
    of_vault.span = of_vault.span.or(store.name.span);
    of_vault.engines.insert(vault.path.trim_matches('/').into(), vault.version.word());
    let auth = vault.role_auth();
    let mount: Arc<str> = auth.map_or_else(|| "token".into(), |a| a.mount.trim_matches('/').into());
    let mount_fault = auth.and_then(|a| Some((a.mount, paths::name_fault(a.mount.trim_matches('/'), true)?)));
    let role_fault = paths::name_fault(role, false).map(|fault| (role, fault));
    let engine_fault = paths::fault(vault.path.trim_matches('/')).map(|fault| (&vault.path, fault));
    if let Some((name, fault)) = mount_fault.or(role_fault).or(engine_fault) {
        let message = format!("`{}` can't be a name in Vault: {fault}", &**name);
        let help = "write lower case letters, digits, `_`, `-` and `.`, such as `secret` or `kubernetes-hub`";
        bag.push(Finding::error(&VAULT_NAME, name.span.or(store.name.span), message, help));
        return None;
    }
    if let Some(auth) = auth {
        let checks = matches!(auth.method, "kubernetes" | "jwt").then(|| Arc::clone(&store.cluster));
        let found = of_vault
            .auths
            .entry(Arc::clone(&mount))
            .or_insert_with(|| Auth { method: auth.method, cluster: checks.clone() });
        let other = found.cluster.as_ref().zip(checks.as_ref()).filter(|(a, b)| a.name != b.name);
        if let Some((first, second)) = other {
            let message = format!("mount `{mount}` is used by the clusters `{}` and `{}`", &*first.name, &*second.name);
            let help = "write `mountPath: kubernetes-${{ cluster.name }}`, and set up a mount for each cluster";
            bag.push(Finding::error(&VAULT_MOUNT_SHARED, auth.mount.span.or(store.name.span), message, help));
        }
    }
    let consumer = of_vault.consumers.entry((Arc::clone(&mount), Arc::clone(&role.value))).or_default();
    consumer.span = consumer.span.or(role.span);
    // What the spec says of the store's policies concerns the operator, not pods.
    let of_operator = auth.filter(|_| who == Who::Operator);
    consumer.derived |= of_operator.is_none_or(|a| a.source == PolicySource::Derived);
    for policy in of_operator.iter().flat_map(|a| a.policies.iter()) {
        if !consumer.policies.contains(policy) {
            consumer.policies.push(policy.clone());
        }
    }
    consumer.token_ttl = consumer.token_ttl.take().or(auth.and_then(|a| a.token_ttl.cloned()));
    consumer.role_id = consumer.role_id.take().or(of_operator.and_then(|a| a.role_id.cloned()));
    if let Some((name, namespace)) = account {
        consumer.accounts.insert(name);
        consumer.namespaces.insert(namespace);
    }
    Some((mount, Arc::clone(&role.value)))
}

/// What pods read that mount a secret.
fn mounted<'a>(work: &mut Work<'a, '_>, need: &Need<'a>, vaults: &mut Vaults) {
    let cluster = &*need.instance.cluster.name;
    let Some((store, vault)) = need.store().and_then(|s| store_of(work, s, cluster)) else { return };
    let account = need.secret.pods.as_ref().map_or_else(|| "default".into(), |p| p.account().value);
    let role = pod_role_name(need);
    let who = (Who::Pods, Some((account, need.instance.namespace().into())));
    let Some(entered) = enter(vaults, vault, store, &role, who, work.bag) else { return };
    let Some(consumer) = vaults.get_mut(&key(vault)).and_then(|v| v.consumers.get_mut(&entered)) else { return };
    for data in need.secret.data.iter() {
        if path_is_good(&data.item.path, Reading::Value, work.bag) {
            paths::allow_reading(&mut consumer.reads, vault, &data.item.path, Reading::Value, data.item.path.span);
        }
    }
}

fn path_is_good(path: &Text, reading: Reading, bag: &mut Bag) -> bool {
    let whole = reading == Reading::Below && path.is_empty();
    let Some(fault) = paths::fault(path).filter(|_| !whole) else { return true };
    let message = format!("`{}` can't be a path that Vault is asked for: {fault}", &**path);
    let help = "write the path below the mount, such as `platform/harbor/db`, and rename the secret if need be";
    bag.push(Finding::error(&VAULT_PATH, path.span, message, help));
    false
}

/// What raw ExternalSecrets read by stores of the spec.
fn raw(work: &mut Work<'_, '_>, vaults: &mut Vaults) {
    let input = work.input;
    for instance in &input.resolved.instances {
        let files = input.gathered.manifests.get(&instance.name).into_iter().flatten();
        for doc in files.flat_map(|f| f.docs.iter()).filter(|d| d.str_at("kind") == Some("ExternalSecret")) {
            raw_external(work, instance, doc, vaults);
        }
    }
}

fn raw_external<'a>(
    work: &mut Work<'a, '_>,
    instance: &'a crate::model::instance::Instance,
    doc: &'a Value,
    vaults: &mut Vaults,
) {
    let Some(spec) = doc.get("spec") else { return };
    let Some(name) = spec.get("secretStoreRef").and_then(|r| r.str_at("name")) else { return };
    let Some((store, vault)) = store_of(work, name, &instance.cluster.name) else { return };
    let namespace = doc.get("metadata").and_then(|m| m.str_at("namespace")).unwrap_or(instance.namespace());
    let site = (!store.body.cluster).then_some(namespace);
    let owner = secrets::owner(work.input.resolved, store).map(|(_, i)| i.namespace().to_owned()).unwrap_or_default();
    let home = stores::account_namespace(store, site.unwrap_or(&owner));
    let account = stores::has_account(store).then(|| (stores::account_name(store), home));
    let who = (Who::Operator, account);
    let Some(entered) = enter(vaults, vault, store, &role_name(store, site), who, work.bag) else { return };
    let Some(consumer) = vaults.get_mut(&key(vault)).and_then(|v| v.consumers.get_mut(&entered)) else { return };
    let list = |key: &str| spec.get(key).and_then(Value::as_list).unwrap_or_default();
    let of_data = list("data").iter().filter_map(|d| d.get("remoteRef"));
    let references = of_data.chain(list("dataFrom").iter().filter_map(|d| d.get("extract")));
    for path in references.filter_map(|r| r.get("key")) {
        if let Some(text) = path.as_str().filter(|text| paths::fault(text).is_none()) {
            paths::allow_reading(&mut consumer.reads, vault, text, Reading::Value, path.span);
        }
    }
}
