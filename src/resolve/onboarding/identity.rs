//! The identity of Entra that Argo CD runs as: annotations of its ServiceAccounts, and what its pods need for workload
//! identity (azure-workload-identity 1.x, labels and annotations), where its own app says how it is installed.

use super::body::own_kustomize;
use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::identity::{ArgoCdAccount, argocd_accounts};
use crate::model::instance::Instance;
use crate::model::spec::{App, AzureIdentity, Helm, Kustomize, KustomizePatch, Source, Spec};
use crate::model::values;
use crate::shape::{Reader, Shape};

crate::codes! {
    /// Argo CD has an identity of Entra, but its app does not say how it is installed.
    ///
    /// Its ServiceAccounts need annotations, and its pods a label; without them no token is mounted, and no cluster
    /// lets Argo CD in. They go into the values of the chart, or into patches of kustomize: install it by the chart
    /// `argo-cd`, by a path with `kustomize`, or by manifests of your own or `kustomize: { resources: [ … ] }`.
    IDENTITY_WITHOUT_PLACE = "identity-without-place";
}

/// Gives the app that runs Argo CD what its identity needs.
pub fn give(spec: &Spec, identity: &AzureIdentity, owner: &mut Instance, bag: &mut Bag) {
    let accounts = argocd_accounts(spec);
    if let Some(chart) = values::chart(&mut owner.body, values::is_argocd) {
        accounts.iter().for_each(|account| into_values(chart, account, identity));
        return;
    }
    let Some(kustomize) = kustomize(&mut owner.body) else {
        let message = format!("nothing says how app `{}` installs Argo CD, so its identity has no place", &*owner.app);
        let help = "give the app the chart `argo-cd`, or `kustomize` with a path, `resources` or `manifests`";
        let finding = Finding::error(&IDENTITY_WITHOUT_PLACE, owner.span(), message, help);
        bag.push(finding.also(identity.span, "the identity"));
        return;
    };
    let patches = accounts.iter().flat_map(|account| patches(account, identity));
    kustomize.patches.items.extend(patches);
}

fn into_values(chart: &mut Helm, account: &ArgoCdAccount, identity: &AzureIdentity) {
    let mut add = |place: &str, entries: Map| values::add(chart, &format!("{}.{place}", account.values_key), &entries);
    add("serviceAccount.annotations", of_account(identity));
    add("podLabels", pod_label());
    if identity.restart {
        add("podAnnotations", pod_annotation());
    }
}

/// The options of kustomize by which Argo CD is installed: of a path, or of the app's own manifests.
fn kustomize(body: &mut App) -> Option<&mut Kustomize> {
    let of_path = |source: &Source| source.kustomize.is_some() && !source.is_of_own_manifests();
    if body.all_sources().any(of_path) {
        let mut sources = body.source.as_deref_mut().into_iter().chain(body.sources.items.iter_mut());
        return sources.find(|source| of_path(source)).and_then(|source| source.kustomize.as_deref_mut());
    }
    let installs = !body.manifests.is_empty() || body.has_remote_bases();
    if installs { own_kustomize(body) } else { None }
}

/// Merge patches. They have a target, so that it does not matter whether the objects say their namespace yet.
fn patches(account: &ArgoCdAccount, identity: &AzureIdentity) -> Vec<KustomizePatch> {
    let metadata = Fields::new().with("name", account.name).with("annotations", of_account(identity));
    let of_account =
        Fields::new().with("apiVersion", "v1").with("kind", "ServiceAccount").with("metadata", metadata.build());
    let pods = Fields::new().with("labels", pod_label());
    let pods = if identity.restart { pods.with("annotations", pod_annotation()) } else { pods };
    let template = Fields::new().with("metadata", pods.build());
    let of_workload = Fields::new()
        .with("apiVersion", "apps/v1")
        .with("kind", account.workload)
        .with("metadata", Fields::new().with("name", account.name).build())
        .with("spec", Fields::new().with("template", template.build()).build());
    let patch = |kind: &str, object: Fields| {
        let target = Fields::new().with("kind", kind).with("name", account.name);
        let value = Fields::new().with("target", target.build()).with("patch", object.build());
        KustomizePatch::read(&mut Reader::new(), &value.at(identity.span))
    };
    [patch("ServiceAccount", of_account), patch(account.workload, of_workload)].into_iter().flatten().collect()
}

fn of_account(identity: &AzureIdentity) -> Map {
    Map::from_iter([
        ("azure.workload.identity/client-id", identity.client_id.to_value()),
        ("azure.workload.identity/tenant-id", identity.tenant_id.to_value()),
    ])
}

fn pod_label() -> Map {
    Map::from_iter([("azure.workload.identity/use", Value::from("true"))])
}

fn pod_annotation() -> Map {
    Map::from_iter([("reloader.stakater.com/auto", Value::from("true"))])
}
