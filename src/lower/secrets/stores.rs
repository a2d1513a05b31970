//! SecretStores, ClusterSecretStores and the ServiceAccounts that they act as.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::accounts::{Accounts, Wanted};
use super::{Site, Work, external, providers};
use crate::base::{Map, Value};
use crate::lower::policy;
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::secrets::{self, Need, StoreAt};
use crate::model::spec::Delivery;
use crate::shape::Text;

/// Wave of a ClusterSecretStore within its owner: after the operator, whose chart brings the kind.
const CLUSTER_WAVE: i64 = 1;
/// Wave of a SecretStore within its owner: before the secrets that come from it.
const WAVE: i64 = -2;

/// The namespaces that need a SecretStore, each with the Application that gets it: the first by name.
type Users<'a> = BTreeMap<Arc<str>, (usize, &'a Instance)>;

/// Lowers all stores that are used.
pub fn lower(work: &mut Work<'_, '_>, mut accounts: Accounts) {
    let input = work.input;
    let mut by_cluster: BTreeMap<&str, Vec<Need>> = BTreeMap::new();
    for need in secrets::needs(input.spec, input.resolved).filter(|n| n.delivery() == Delivery::ExternalSecret) {
        by_cluster.entry(&need.instance.cluster.name.value).or_default().push(need);
    }
    for store in &input.resolved.stores {
        let here = by_cluster.get(&*store.cluster.name.value).map(Vec::as_slice).unwrap_or_default();
        let users = users(here, store);
        if store.body.cluster {
            // One that nothing uses on any cluster is a finding already, and stands where it was declared.
            if !users.is_empty() || is_named(work, store) {
                cluster_wide(work, store, &mut accounts);
            }
            continue;
        }
        for (namespace, (number, instance)) in users {
            let Some(site) = work.site(number, instance) else { continue };
            work.goes_to(&site, &namespace);
            let waved = policy::waved(policy::texts(&store.body.annotations), WAVE);
            emit(work, store, &site, Some(&namespace), waved, WAVE);
            account(work, store, &site, &namespace, &mut accounts);
        }
    }
}

/// Who needs a store in which namespace.
fn users<'a>(here: &[Need<'a>], store: &StoreAt) -> Users<'a> {
    let mut users = Users::new();
    for need in here.iter().filter(|n| n.stores().any(|s| *s == store.name)) {
        for namespace in need.namespaces() {
            let listed =
                store.body.cluster || store.body.namespaces.is_empty() || store.body.namespaces.contains(&namespace);
            if listed {
                users.entry(Arc::clone(&namespace.value)).or_insert((need.number, need.instance));
            }
        }
    }
    users
}

/// Whether a raw manifest on the cluster takes secrets from a store.
fn is_named(work: &Work, store: &StoreAt) -> bool {
    let here = work.input.resolved.instances.iter().filter(|i| i.cluster.name == store.cluster.name);
    let files = here.filter_map(|i| work.input.gathered.manifests.get(&i.name)).flatten();
    files.flat_map(|f| f.docs.iter()).any(|doc| secrets::names_store(doc, &store.name))
}

fn cluster_wide(work: &mut Work<'_, '_>, store: &StoreAt, accounts: &mut Accounts) {
    let Some((number, instance)) = secrets::owner(work.input.resolved, store) else { return };
    let Some(site) = work.site(number, instance) else { return };
    let mut annotations = policy::texts(&store.body.annotations);
    // Its kind comes with the chart of the operator, often that of this very Application.
    let key = "argocd.argoproj.io/sync-options";
    if !annotations.contains(key) {
        annotations.set(key, "SkipDryRunOnMissingResource=true");
    }
    let object = ("external-secrets.io", "ClusterSecretStore", Arc::clone(&store.name.value));
    work.of(number).cluster_objects.insert(object);
    emit(work, store, &site, None, policy::waved(annotations, CLUSTER_WAVE), CLUSTER_WAVE);
    let namespace: Arc<str> = account_namespace(store, instance.namespace());
    work.goes_to(&site, &namespace);
    account(work, store, &site, &namespace, accounts);
}

fn emit(work: &mut Work, store: &StoreAt, site: &Site, namespace: Option<&str>, annotations: Map, wave: i64) {
    let body = &store.body;
    let several = namespace.is_some_and(|n| n != site.instance.namespace());
    let file = match namespace.filter(|_| several) {
        Some(namespace) => format!("{}-{namespace}.yaml", &*store.name),
        None => format!("{}.yaml", &*store.name),
    };
    let conditions = if body.cluster { conditions(store) } else { Vec::new() };
    let operator_namespace = namespace.map_or_else(|| account_namespace(store, site.instance.namespace()), Into::into);
    let spec = Fields::new()
        .maybe("controller", body.controller.as_ref().map(Text::to_value))
        .maybe("refreshInterval", body.refresh_interval.as_ref().map(Text::to_value))
        .maybe("retrySettings", body.retry.as_ref().map(|r| crate::base::value::sorted(&r.to_value())))
        .list("conditions", conditions)
        .with("provider", providers::provider(store, namespace, &operator_namespace));
    let value = Fields::new()
        .with("name", store.name.to_value())
        .with("path", format!("{}/{file}", site.folder))
        .with("kind", body.kind())
        .with("apiVersion", external::api_version(work.input, &store.cluster.name))
        .maybe("namespace", namespace.map(Value::from))
        .with("cluster", store.cluster.name.to_value())
        .maybe("environment", site.instance.environment.as_ref().map(Text::to_value))
        .with("wave", wave)
        .with("app", site.instance.app.to_value())
        .maybe("category", site.instance.body.category.as_ref().map(Text::to_value))
        .map("labels", policy::texts(&body.labels))
        .with("annotations", annotations)
        .with("spec", spec.build())
        .at(store.name.span);
    let name = format!("{}/{}/{}", &*store.name, &*store.cluster.name, namespace.unwrap_or_default());
    work.add("secretStores", &name, store.name.span, site.instance, value);
}

/// The conditions on namespaces; any one of them suffices.
fn conditions(store: &StoreAt) -> Vec<Value> {
    let body = &store.body;
    let texts = |list: &[Text]| list.iter().map(Text::to_value).collect::<Vec<_>>();
    let labels = policy::texts(&body.namespace_labels);
    let by_labels = (!labels.is_empty()).then(|| Fields::new().with("matchLabels", labels).build());
    let named = Fields::new()
        .list("namespaces", texts(&body.namespaces))
        .list("namespaceRegexes", texts(&body.namespace_regexes))
        .maybe("namespaceSelector", by_labels)
        .build();
    // Each kind of condition on its own: within one, External Secrets takes any of them too.
    named
        .as_map()
        .into_iter()
        .flatten()
        .map(|e| Value::from(Map::from_iter([(Arc::clone(&e.key), e.value.clone())])))
        .collect()
}

/// Name of the ServiceAccount of a store: the one that is stated, or one called like the store.
pub fn account_name(store: &StoreAt) -> Arc<str> {
    store.body.account().map_or_else(|| Arc::clone(&store.name.value), |a| Arc::clone(&a.name.value))
}

/// Namespace of the ServiceAccount of a store.
pub fn account_namespace(store: &StoreAt, otherwise: &str) -> Arc<str> {
    let stated = store.body.account().and_then(|a| a.namespace.as_ref()).filter(|_| store.body.cluster);
    stated.map_or_else(|| otherwise.into(), |n| Arc::clone(&n.value))
}

/// Whether a store acts as a ServiceAccount.
pub fn has_account(store: &StoreAt) -> bool {
    let by_vault = store.body.vault.as_ref().and_then(|v| v.role_auth()).is_some_and(|auth| auth.by_account);
    by_vault || store.body.account().is_some()
}

fn account<'a>(work: &mut Work<'a, '_>, store: &StoreAt, site: &Site<'a>, namespace: &str, made: &mut Accounts) {
    let stated = store.body.account();
    work.acts_for_operator(store, namespace);
    if !has_account(store) || stated.is_some_and(|a| !a.create) {
        return;
    }
    let wanted = Wanted {
        name: account_name(store),
        namespace: namespace.into(),
        labels: stated.map(|a| policy::texts(&a.labels)).unwrap_or_default(),
        annotations: stated.map(|a| policy::texts(&a.annotations)).unwrap_or_default(),
        more: providers::account_annotations(store),
        span: stated.map_or(store.name.span, |a| a.span),
    };
    made.add(work, site, wanted);
}
