//! Secrets: each has all that its way of delivery needs, and nothing that has no meaning there.

use super::Facts;
use crate::base::{Span, suggest};
use crate::diag::{Bag, Finding};
use crate::model::instance::LOCAL_NAME;
use crate::model::reference::unknown;
use crate::model::secrets::{self, Need};
use crate::model::spec::{Delivery, SealedScope, SecretPods, Spread};
use crate::shape::Text;

crate::codes! {
    /// A secret lacks what its way of delivery needs: a store, values, pods or ciphertext.
    ///
    /// The operator, the driver or the injector would refuse it at sync time, or deliver nothing. The help line says
    /// what to add. `secrets.defaults` may give the store and the delivery for all.
    SECRET_INCOMPLETE = "secret-incomplete";
    /// A secret has a key that has no meaning for its way of delivery.
    ///
    /// It would be passed over in silence. The help line says for which delivery the key is. Take the key out, or
    /// change `delivery`.
    SECRET_OPTION = "secret-option";
    /// A secret is in a namespace that its store does not serve.
    ///
    /// A store with `namespaces` serves these and no others: a SecretStore is made only there, and the operator refuses
    /// a ClusterSecretStore elsewhere. Add the namespace to the store, or take another store.
    STORE_REFUSES_NAMESPACE = "store-refuses-namespace";
    /// A name can't be one of an object in Azure Key Vault.
    ///
    /// Names there have letters, digits and `-` only, at most 127 (Microsoft, object identifiers). A type may stand
    /// before it: `secret/NAME`, `key/NAME`, `cert/NAME` (External Secrets, provider azurekv).
    AZURE_SECRET_NAME = "azure-secret-name";
    /// A SealedSecret can't be opened where it goes.
    ///
    /// Ciphertext of the scope `strict` holds for one name in one namespace, of `namespace-wide` for one namespace
    /// (Sealed Secrets, scopes). Seal it anew with a wider scope, or once for each namespace.
    SEALED_SCOPE = "sealed-scope";
    /// The value of a key is not what kubeseal gives: it is no base64, or too short to be ciphertext.
    ///
    /// The controller could not open it; and what is no ciphertext may be the secret itself. Run kubeseal and paste
    /// the value that it prints.
    SEALED_CIPHERTEXT = "sealed-ciphertext";
}

/// Least bytes of a ciphertext: two of length, a session key of an RSA key of 2048 bits, and the tag of
/// AES-GCM (Sealed Secrets, `crypto.HybridEncrypt`).
const LEAST_CIPHERTEXT: usize = 2 + 256 + 16;

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for need in secrets::needs(facts.spec, facts.resolved) {
        references(facts, &need, bag);
        complete(&need, bag);
        providers(facts, &need, bag);
        scope(facts, &need, bag);
        options(&need, bag);
        sealed(&need, bag);
    }
    policies(facts, bag);
}

fn references(facts: &Facts, need: &Need, bag: &mut Bag) {
    let stated = facts.spec.secrets.as_ref().map(|s| &s.stores);
    let known: Vec<&str> = stated.iter().flat_map(|s| s.names()).collect();
    for store in need.stores() {
        let made = stated.is_some_and(|s| s.has(store)) || secrets::external_store(facts.spec, store).is_some();
        if !made {
            bag.push(unknown("store", store, known.iter().copied(), "secrets.stores"));
        }
    }
}

fn lacks(need: &Need, span: Span, what: &str, help: &str, bag: &mut Bag) {
    let message = format!("secret `{}` has no {what}", &**need.name);
    bag.push(Finding::error(&SECRET_INCOMPLETE, span.or(need.name.span), message, help));
}

fn complete(need: &Need, bag: &mut Bag) {
    let (secret, delivery) = (need.secret, need.delivery());
    let empty = secret.data.is_empty() && secret.data_from.is_empty() && !secret.data.is_misread();
    if delivery == Delivery::Sealed {
        if secret.sealed.as_ref().is_none_or(|s| s.data.is_empty()) {
            lacks(need, Span::NONE, "ciphertext", "add `sealed: { data: { KEY: … } }` with what kubeseal prints", bag);
        }
        return;
    }
    if need.store().is_none() {
        lacks(need, Span::NONE, "store", "add `store: …`, or one for all under `secrets.defaults`", bag);
    }
    if empty {
        let help = "add `data: { KEY: { path: …, property: … } }`, or `dataFrom`";
        lacks(need, Span::NONE, "values", help, bag);
    }
    for from in secret.data_from.iter().filter(|f| f.extract.is_some() == f.find.is_some()) {
        let message = format!("`dataFrom` of secret `{}` takes exactly one of `extract` and `find`", &**need.name);
        let help = "write `extract: { path: … }` for one value, or `find: { name: … }` for several";
        bag.push(Finding::error(&SECRET_INCOMPLETE, from.span, message, help));
    }
    let nowhere = |pods: &SecretPods| pods.kind.is_none() && pods.values.is_empty();
    if delivery == Delivery::Injector && secret.pods.as_ref().is_none_or(nowhere) {
        let help = "add `pods: { kind: Deployment, name: … }`, or `pods: { values: [podAnnotations] }` for a chart";
        lacks(need, Span::NONE, "pods that it is injected into", help, bag);
    }
    if let (Delivery::Csi | Delivery::Injector, Some(from)) = (delivery, secret.data_from.first()) {
        let message = format!("`dataFrom` has no meaning for the delivery `{}`", delivery.word());
        let help = "list the values under `data`: files are mounted one by one";
        bag.push(Finding::error(&SECRET_OPTION, from.span, message, help));
    }
}

/// What the provider of the store demands.
fn providers(facts: &Facts, need: &Need, bag: &mut Bag) {
    let cluster = &*need.instance.cluster.name;
    let Some(store) = need.store().and_then(|s| facts.resolved.store(s, cluster)) else { return };
    let (vault, azure) = (store.body.vault.is_some(), store.body.azure.is_some());
    let possible = match need.delivery() {
        Delivery::ExternalSecret | Delivery::Sealed => true,
        Delivery::Csi => vault || azure,
        Delivery::Injector => vault,
    };
    if !possible {
        let delivery = need.delivery().word();
        let message = format!("store `{}` can't be delivered by `{delivery}`", &*store.name);
        let help = "`csi` takes stores of Vault and Azure, `injector` those of Vault; use `delivery: externalSecret`";
        let place = need.secret.store.as_ref().map_or(need.name.span, |s| s.span);
        bag.push(Finding::error(&SECRET_OPTION, place, message, help).also(store.name.span, "the store"));
    }
    let tenant = store.body.azure.as_ref().and_then(|a| a.tenant_id.as_ref());
    if azure && need.delivery() == Delivery::Csi && tenant.is_none() {
        let message = format!("store `{}` has no `tenantId`, without which the driver mounts nothing", &*store.name);
        let place = store.body.azure.as_ref().map_or(store.name.span, |a| a.span);
        let finding = Finding::error(&SECRET_INCOMPLETE, place, message, "add `tenantId: …` under `azure`");
        bag.push(finding.also(need.name.span, "mounted by this"));
    }
    if azure {
        let of_store = need.secret.data.iter().filter(|d| d.item.store.is_none()).map(|d| &d.item.path);
        of_store.for_each(|path| azure_name(path, bag));
    }
}

/// Stores that list their namespaces; what regular expressions and labels say is known when all is rendered.
fn scope(facts: &Facts, need: &Need, bag: &mut Bag) {
    let cluster = &*need.instance.cluster.name;
    for name in need.stores().filter(|_| need.delivery() == Delivery::ExternalSecret) {
        let Some(store) = facts.resolved.store(name, cluster) else { continue };
        let open = !store.body.namespace_regexes.is_empty() || !store.body.namespace_labels.is_empty();
        if store.body.namespaces.is_empty() || open {
            continue;
        }
        for namespace in need.namespaces().iter().filter(|n| !store.body.namespaces.contains(n)) {
            let message = format!("store `{}` does not serve the namespace `{}`", &**name, &**namespace);
            let help = format!("add `{}` to `namespaces` of the store, or take another store", &**namespace);
            let finding = Finding::error(&STORE_REFUSES_NAMESPACE, name.span.or(need.name.span), message, help);
            bag.push(finding.also(store.body.namespaces.span, "these it serves"));
        }
    }
}

fn azure_name(path: &Text, bag: &mut Bag) {
    let name = ["secret/", "key/", "cert/"].iter().find_map(|kind| path.strip_prefix(kind)).unwrap_or(path);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || name.len() > 127 || !name.chars().all(fits) {
        let message = format!("`{}` can't be a name in Azure Key Vault", &**path);
        let help =
            "write letters, digits and `-`, such as `platform-harbor-db`; a type such as `cert/` may stand first";
        bag.push(Finding::error(&AZURE_SECRET_NAME, path.span, message, help));
    }
}

/// Keys that have no meaning for the delivery.
fn options(need: &Need, bag: &mut Bag) {
    let (secret, delivery) = (need.secret, need.delivery());
    let external = delivery == Delivery::ExternalSecret;
    let mounted = matches!(delivery, Delivery::Csi | Delivery::Injector);
    let pods = secret.pods.as_ref().map_or(Span::NONE, |p| p.span);
    let values = secret.pods.as_ref().map_or(Span::NONE, |p| p.values.span);
    let spread = if secret.spread.is_some() { secret.span } else { Span::NONE };
    let text = |t: &Option<Text>| t.as_ref().map_or(Span::NONE, |t| t.span);
    let flag = |given: bool| if given { need.name.span } else { Span::NONE };
    let rows = [
        (!external, text(&secret.refresh_interval), "refreshInterval", "externalSecret"),
        (!external, flag(secret.refresh_policy.is_some()), "refreshPolicy", "externalSecret"),
        (!external, flag(secret.creation_policy.is_some()), "creationPolicy", "externalSecret"),
        (!external, flag(secret.deletion_policy.is_some()), "deletionPolicy", "externalSecret"),
        (!external, spread, "spread", "externalSecret"),
        (!external && delivery != Delivery::Sealed, secret.namespaces.span, "namespaces", "externalSecret and sealed"),
        (!mounted, pods, "pods", "csi and injector"),
        (delivery != Delivery::Injector, values, "pods.values", "injector"),
        (delivery == Delivery::Injector, flag(secret.template.is_some()), "template", "externalSecret, csi and sealed"),
        (delivery == Delivery::Sealed, secret.data.span, "data", "externalSecret, csi and injector"),
    ];
    for (wrong, span, key, fits) in rows {
        if wrong && !span.is_none() {
            let message = format!("`{key}` has no meaning for the delivery `{}`", delivery.word());
            let help = format!("take it out; it is for `delivery` {fits}");
            bag.push(Finding::error(&SECRET_OPTION, span, message, help));
        }
    }
    let set_only = secret.application_set.as_ref().filter(|_| need.spread() != Spread::ApplicationSet);
    let labels = Some(secret.namespace_labels.span).filter(|s| !s.is_none());
    let labels = labels.filter(|_| need.spread() != Spread::ClusterExternalSecret);
    for (span, key, spread) in [
        (set_only.map(|s| s.span), "applicationSet", "applicationSet"),
        (labels, "namespaceLabels", "clusterExternalSecret"),
    ] {
        if let Some(span) = span {
            let message = format!("`{key}` has a meaning only with `spread: {spread}`");
            bag.push(Finding::error(&SECRET_OPTION, span, message, format!("add `spread: {spread}`, or take it out")));
        }
    }
}

fn sealed(need: &Need, bag: &mut Bag) {
    let Some(sealed) = need.secret.sealed.as_ref().filter(|_| need.delivery() == Delivery::Sealed) else { return };
    let namespaces = need.namespaces();
    if let (SealedScope::Strict | SealedScope::NamespaceWide, Some(second)) = (sealed.scope, namespaces.get(1)) {
        let message = format!("ciphertext of the scope `{}` can't be opened in two namespaces", sealed.scope.word());
        let help = "seal it with `--scope cluster-wide` and write `scope: cluster-wide`, or declare one secret each";
        bag.push(Finding::error(&SEALED_SCOPE, second.span, message, help));
    }
    for value in sealed.data.iter() {
        if !is_ciphertext(&value.item) {
            let message = format!("the value of `{}` is no ciphertext of Sealed Secrets", &*value.name);
            let help = "run `kubeseal --raw` and paste what it prints; never put the secret itself here";
            let finding = Finding::error(&SEALED_CIPHERTEXT, value.name.span, message, help);
            // It may be the secret itself.
            bag.push(finding.hide(value.item.span, &value.item));
        }
    }
}

/// Whether a text may be ciphertext: base64 of enough bytes.
fn is_ciphertext(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let pad = text.len() - body.len();
    let alphabet = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/');
    text.len().is_multiple_of(4) && pad <= 2 && body.bytes().all(alphabet) && body.len() * 3 / 4 >= LEAST_CIPHERTEXT
}

/// Policies and roles name stores of Vault and each other.
fn policies(facts: &Facts, bag: &mut Bag) {
    let Some(stated) = &facts.spec.secrets else { return };
    let mut store = |name: &Text| match stated.stores.named(name) {
        None if !stated.stores.has(name) => bag.push(unknown("store", name, stated.stores.names(), "secrets.stores")),
        Some(store) if store.item.typed.vault.is_none() => {
            let message = format!("store `{}` is no store of Vault", &**name);
            bag.push(Finding::error(&SECRET_OPTION, name.span, message, "name a store that has `vault`"));
        }
        _ => {}
    };
    stated.policies.iter().for_each(|p| store(&p.item.store));
    stated.roles.iter().for_each(|r| store(&r.item.store));
    let of_stores = facts.resolved.stores.iter().filter_map(|s| s.body.vault.as_ref());
    let of_stores = of_stores.filter_map(|v| v.role_auth()).flat_map(|auth| auth.policies.iter());
    for name in of_stores.chain(stated.roles.iter().flat_map(|r| r.item.policies.iter())) {
        if !stated.policies.has(name) {
            let known: Vec<&str> = stated.policies.names().collect();
            bag.push(unknown("Vault policy", name, known, "secrets.policies"));
        }
    }
    for role in stated.roles.iter() {
        let clusters = &facts.spec.clusters;
        let cluster = role.item.cluster.as_ref().filter(|c| &***c != LOCAL_NAME && !clusters.has(c));
        if let Some(cluster) = cluster {
            bag.push(unknown("cluster", cluster, clusters.names().chain([LOCAL_NAME]), "clusters"));
        }
        let lists = [
            ("serviceAccounts", role.item.service_accounts.is_empty()),
            ("namespaces", role.item.namespaces.is_empty()),
            ("policies", role.item.policies.is_empty()),
        ];
        let empty: Vec<&str> = lists.iter().filter(|(_, empty)| *empty).map(|(key, _)| *key).collect();
        if !empty.is_empty() {
            let listing = suggest::listing(empty.iter().copied(), 3);
            let message = format!("role `{}` has no {listing}", &*role.name);
            let help = "a role needs names of ServiceAccounts, their namespaces, and policies";
            bag.push(Finding::error(&SECRET_INCOMPLETE, role.name.span, message, help));
        }
    }
}
