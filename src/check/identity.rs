//! The ServiceAccounts of Argo CD that are federated by hand.

use std::collections::BTreeMap;

use super::Facts;
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::identity::argocd_accounts;
use crate::model::instance::Instance;
use crate::model::spec::{Helm, ValueFile};
use crate::shape::AnyMap;

crate::codes! {
    /// ServiceAccounts of Argo CD are federated by hand, but not that of a part which is in use.
    ///
    /// The ApplicationSet controller signs in to clusters as the server and the application controller do. Without the
    /// annotation no token is mounted for it, and its calls fail once there is an ApplicationSet. State the identity under
    /// `platform.argocd.azure`, and the list follows from what the platform uses; or annotate the ServiceAccount too.
    APPSET_SA_NOT_FEDERATED = "appset-sa-not-federated": warning;
}

/// Annotations by which a ServiceAccount becomes an identity of a cloud.
const KEYS: [&str; 3] =
    ["azure.workload.identity/client-id", "eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account"];

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let argocd = facts.spec.platform.argocd.as_ref();
    if argocd.is_some_and(|a| a.azure.is_some()) {
        return;
    }
    let Some(owner) = facts.instances.iter().find(|i| facts.spec.runs_argocd(i)) else { return };
    let federated = federated(facts, owner);
    let Some((first, &place)) = federated.iter().next() else { return };
    let accounts = argocd_accounts(facts.spec);
    let missing = accounts.iter().map(|a| a.name).filter(|name| !federated.contains_key(name));
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        let names = suggest::listing(missing, 4);
        let message = format!("{names} is not federated, while `{first}` is, and the platform uses both");
        let help = "give it the same annotations, or state the identity under `platform.argocd.azure`, which does";
        bag.push(Finding::warning(&APPSET_SA_NOT_FEDERATED, place, message, help).label("federated by this"));
    }
}

/// The ServiceAccounts of Argo CD that have an identity, each with the place of its annotation: in values of the chart,
/// values files, or raw manifests.
fn federated(facts: &Facts, owner: &Instance) -> BTreeMap<&'static str, Span> {
    let mut found = BTreeMap::new();
    let parts = [
        ("argocd-application-controller", "controller"),
        ("argocd-applicationset-controller", "applicationSet"),
        ("argocd-repo-server", "repoServer"),
        ("argocd-server", "server"),
    ];
    let charts = owner.body.all_sources().filter_map(|source| source.helm.as_deref());
    for values in charts.flat_map(|chart| values(facts, chart)) {
        for (name, key) in parts {
            let account = values.get(key).and_then(|part| part.get("serviceAccount"));
            found.extend(account.and_then(annotation).map(|place| (name, place)));
        }
    }
    for doc in facts.gathered.manifests.get(&owner.name).into_iter().flatten().flat_map(|file| &file.docs) {
        let Some(metadata) = doc.get("metadata").filter(|_| doc.str_at("kind") == Some("ServiceAccount")) else {
            continue;
        };
        let part = parts.iter().find(|(name, _)| metadata.str_at("name") == Some(name));
        found.extend(part.and_then(|(name, _)| Some((*name, annotation(metadata)?))));
    }
    found
}

fn values(facts: &Facts, chart: &Helm) -> Vec<Value> {
    let inline = chart.values.as_ref().map(AnyMap::to_value);
    let own = chart.value_files.iter().filter_map(|file| match file {
        ValueFile::Own(path) => facts.gathered.values.get(&**path).map(|file| file.value.clone()),
        ValueFile::Remote(_) => None,
    });
    own.chain(inline).collect()
}

fn annotation(of: &Value) -> Option<Span> {
    let annotations = of.get("annotations")?.as_map()?;
    KEYS.iter().find_map(|key| annotations.entry(key)).map(|entry| entry.key_span.or(entry.value.span))
}
