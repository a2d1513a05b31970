//! Stores of secrets: one provider each, one way in, and an app that holds what they need.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::secrets::{self, StoreAt};
use crate::model::spec::VaultStore;
use crate::shape::Text;

crate::codes! {
    /// A store has no provider or several, or not exactly one way to sign in.
    ///
    /// A store of External Secrets takes exactly one provider (CRD, `spec.provider`), and the operator would try
    /// only one way in. Keep one. What is missing has no default that could be right.
    STORE_FORM = "store-form";
    /// Nothing owns a ClusterSecretStore.
    ///
    /// It is an object of a cluster, so some Application there has to deploy it: the `app` that the store names, or
    /// the app whose chart is `external-secrets`. Name an app that goes to that cluster.
    STORE_WITHOUT_OWNER = "store-without-owner";
    /// No secret comes from a store.
    ///
    /// It would still let the operator in. Take it out, or mend the `store` of the secrets that are meant.
    UNUSED_STORE = "unused-store": warning;
    /// A SecretStore names something in another namespace.
    ///
    /// A SecretStore serves its own namespace, and may name ServiceAccounts, Secrets and ConfigMaps only there. Take
    /// `namespace` out, or set `cluster: true` for a ClusterSecretStore.
    STORE_CROSSES_NAMESPACE = "store-crosses-namespace";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let stated = facts.spec.secrets.as_ref();
    let mut used: BTreeMap<(&str, &str), Span> = BTreeMap::new();
    for need in secrets::needs(facts.spec, facts.resolved) {
        for store in need.stores() {
            used.entry((&**store, &need.instance.cluster.name.value)).or_insert(need.name.span);
        }
    }
    for store in &facts.resolved.stores {
        let raw = stated.and_then(|s| s.stores.named(&store.name)).map(|s| &s.item.raw);
        form(store, raw, bag);
        crossing(store, bag);
        owner(facts, store, used.get(&(&*store.name, &*store.cluster.name)).copied(), bag);
    }
    // A secret that is found faulty may be the one that uses it.
    if bag.errors() == 0 {
        unused(facts, &used.keys().map(|(store, _)| *store).collect(), bag);
    }
}

/// `raw` is the store as it was written: of what could not be read, more than that need not be said.
fn form(store: &StoreAt, raw: Option<&Value>, bag: &mut Bag) {
    let name = &*store.name;
    let keys = ["vault", "azure", "aws", "gcp", "provider"];
    let written = |key: &str| raw.and_then(|r| r.get(key)).is_some();
    let providers: Vec<&str> = keys.into_iter().filter(|key| written(key)).collect();
    url(store.body.vault.as_ref().map(|v| &v.server), bag);
    url(store.body.azure.as_ref().map(|a| &a.url), bag);
    one("provider", &providers, store.name.span, name, "`vault`, `azure`, `aws`, `gcp` or `provider`", bag);
    if let Some(vault) = &store.body.vault {
        one("way to sign in", &vault.auths(), vault.auth.span, name, "`auth: { kubernetes: {} }`", bag);
    }
    if let Some(azure) = &store.body.azure {
        let auth = &azure.auth;
        let given = [
            ("workloadIdentity", auth.workload_identity.is_some()),
            ("managedIdentity", auth.managed_identity.is_some()),
            ("servicePrincipal", auth.service_principal.is_some()),
        ];
        let given: Vec<&str> = given.iter().filter_map(|(key, is)| is.then_some(*key)).collect();
        one("way to sign in", &given, auth.span, name, "`workloadIdentity`", bag);
        if let Some(principal) = auth.service_principal.as_ref() {
            let keys = [principal.client_secret.is_some(), principal.client_certificate.is_some()];
            if keys.iter().filter(|k| **k).count() != 1 || azure.tenant_id.is_none() {
                let message = format!("store `{name}` lacks what a service principal signs in with");
                let help = "give `tenantId`, and one of `clientSecret` and `clientCertificate`";
                bag.push(Finding::error(&STORE_FORM, principal.span, message, help));
            }
        }
    }
}

fn url(server: Option<&Text>, bag: &mut Bag) {
    let scheme = |s: &Text| s.starts_with("https://") || s.starts_with("http://");
    let Some(server) = server.filter(|s| !scheme(s)) else { return };
    let message = format!("`{}` is no URL", &**server);
    let help = format!("write `https://{}`", server.trim_start_matches('/'));
    bag.push(Finding::error(&STORE_FORM, server.span, message, help));
}

/// Exactly one of the keys must be given.
fn one(what: &str, given: &[&str], span: Span, store: &str, example: &str, bag: &mut Bag) {
    let (message, help) = match given {
        [_] => return,
        [] => (format!("store `{store}` has no {what}"), format!("add one, such as {example}")),
        several => {
            let listing = suggest::listing(several.iter().copied(), 5);
            (format!("store `{store}` has more than one {what}: {listing}"), "keep one of them".to_owned())
        }
    };
    bag.push(Finding::error(&STORE_FORM, span, message, help));
}

/// The namespaces that a store names, with what they belong to.
fn namespaces(store: &StoreAt) -> Vec<(&str, Span)> {
    let mut out = Vec::new();
    let mut add = |what: &'static str, text: Option<&Text>| out.extend(text.map(|t| (what, t.span)));
    add("the ServiceAccount", store.body.account().and_then(|a| a.namespace.as_ref()));
    if let Some(vault) = &store.body.vault {
        add("the CA", vault.ca_provider.as_ref().and_then(|c| c.namespace.as_ref()));
        vault_keys(vault).for_each(|key| add("the Secret", key.namespace.as_ref()));
    }
    if let Some(principal) = store.body.azure.as_ref().and_then(|a| a.auth.service_principal.as_ref()) {
        add("the Secret", principal.client_id.namespace.as_ref());
        let keys = principal.client_secret.iter().chain(&principal.client_certificate);
        keys.for_each(|key| add("the Secret", key.namespace.as_ref()));
    }
    out
}

fn vault_keys(vault: &VaultStore) -> impl Iterator<Item = &crate::model::spec::SecretKey> {
    let auth = &vault.auth;
    let app_role = auth.app_role.iter().flat_map(|a| a.role_ref.iter().chain([&a.secret_ref]));
    auth.token.iter().chain(app_role).chain(auth.jwt.iter().filter_map(|j| j.secret_ref.as_ref()))
}

fn crossing(store: &StoreAt, bag: &mut Bag) {
    if store.body.cluster {
        return;
    }
    for (what, span) in namespaces(store) {
        let message = format!("{what} of SecretStore `{}` can't be in another namespace", &*store.name);
        let help = "take `namespace` out, or set `cluster: true` on the store";
        bag.push(Finding::error(&STORE_CROSSES_NAMESPACE, span, message, help));
    }
    for span in [store.body.namespace_regexes.span, store.body.namespace_labels.span] {
        if !span.is_none() {
            let message = format!("store `{}` is a SecretStore, which has no conditions", &*store.name);
            let help = "list `namespaces` by name, or set `cluster: true`";
            bag.push(Finding::error(&STORE_FORM, span, message, help));
        }
    }
}

/// `used` is the place of a secret that comes from the store on its cluster.
fn owner(facts: &Facts, store: &StoreAt, used: Option<Span>, bag: &mut Bag) {
    let cluster = &*store.cluster.name;
    if let Some(app) = store.body.app.as_ref().filter(|app| !facts.spec.apps.has(app)) {
        bag.push(crate::model::reference::unknown("app", app, facts.spec.apps.names(), "apps"));
        return;
    }
    let Some(used) = used.filter(|_| store.body.cluster && store.owner.is_none()) else { return };
    let message = format!("nothing on cluster `{cluster}` owns the ClusterSecretStore `{}`", &*store.name);
    let help = "add `app: …` with an app that goes to that cluster, such as the one of the operator";
    let place = store.body.app.as_ref().map_or(store.name.span, |a| a.span);
    bag.push(Finding::error(&STORE_WITHOUT_OWNER, place, message, help).also(used, "needed for this"));
}

fn unused(facts: &Facts, used: &BTreeSet<&str>, bag: &mut Bag) {
    let Some(stated) = &facts.spec.secrets else { return };
    let granted = stated.policies.iter().map(|p| &*p.item.store).chain(stated.roles.iter().map(|r| &*r.item.store));
    let granted: BTreeSet<&str> = granted.collect();
    // Raw manifests may use it as well.
    let raw = |name: &str| {
        facts.gathered.manifests.values().flatten().any(|f| f.docs.iter().any(|d| secrets::names_store(d, name)))
    };
    for store in stated.stores.iter() {
        let name = &*store.name;
        if !used.contains(name) && !granted.contains(name) && !raw(name) {
            let message = format!("no secret comes from store `{name}`");
            let help = "take the store out, or name it as `store` of a secret";
            bag.push(Finding::warning(&UNUSED_STORE, store.name.span, message, help));
        }
    }
}
