//! Whom a cloud lets in without a password: the ServiceAccounts of Argo CD that are federated with an identity.

use super::spec::{App, AppForm, ArgoCdPart, Spec, Spread};
use crate::shape::Text;

/// A ServiceAccount of Argo CD, and the workload of the same name that runs as it (Argo CD 3.x,
/// `manifests/base`; the chart argo-cd calls both alike with the release name `argocd`).
#[derive(Clone, Debug)]
pub struct ArgoCdAccount {
    /// Its name.
    pub name: &'static str,
    /// Its namespace.
    pub namespace: Text,
    /// Kind of the workload.
    pub workload: &'static str,
    /// Key of the values of the chart argo-cd under which the workload and its `serviceAccount` are.
    pub values_key: &'static str,
}

/// The ServiceAccounts of Argo CD that need its identity, in the order of their names. Server and application
/// controller sign in to clusters; the ApplicationSet controller where there are ApplicationSets; others where
/// `platform.argocd.azure.parts` names them.
#[must_use]
pub fn argocd_accounts(spec: &Spec) -> Vec<ArgoCdAccount> {
    let stated = spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref()).map(|a| &*a.parts);
    let needed = |part: ArgoCdPart| match part {
        ArgoCdPart::Server | ArgoCdPart::ApplicationController => true,
        ArgoCdPart::ApplicationSetController => has_application_sets(spec),
        ArgoCdPart::RepoServer => false,
    };
    let all = [
        (ArgoCdPart::ApplicationController, "StatefulSet", "controller"),
        (ArgoCdPart::ApplicationSetController, "Deployment", "applicationSet"),
        (ArgoCdPart::RepoServer, "Deployment", "repoServer"),
        (ArgoCdPart::Server, "Deployment", "server"),
    ];
    let named = |part: ArgoCdPart| stated.is_some_and(|parts| parts.contains(&part));
    all.into_iter()
        .filter(|(part, ..)| needed(*part) || named(*part))
        .map(|(part, workload, values_key)| ArgoCdAccount {
            name: part.word(),
            namespace: spec.argocd_namespace(),
            workload,
            values_key,
        })
        .collect()
}

/// Whether there are ApplicationSets: those of the spec, those of apps, and those that spread a secret over namespaces.
fn has_application_sets(spec: &Spec) -> bool {
    let spreads = |app: &App| {
        let by_secret = app.secrets.iter().any(|s| s.item.spread == Some(Spread::ApplicationSet));
        by_secret || app.form == Some(AppForm::ApplicationSet)
    };
    let defaults = spec.defaults.as_ref().and_then(|d| d.app.as_ref()).map(|a| &a.typed);
    let categories = spec.categories.iter().filter_map(|c| c.item.app.as_ref()).map(|a| &a.typed);
    let environments = spec.environments.iter().filter_map(|e| e.item.app.as_ref()).map(|a| &a.typed);
    let overrides = spec.overrides.iter().filter_map(|o| o.set.as_ref()).map(|a| &*a.typed);
    let apps = spec.apps.iter().map(|a| &a.item.typed);
    let own = apps.clone().flat_map(|a| a.overrides.iter()).filter_map(|o| o.set.as_ref()).map(|a| &*a.typed);
    let layers = defaults.into_iter().chain(categories).chain(environments).chain(overrides).chain(apps).chain(own);
    !spec.application_sets.is_empty() || layers.into_iter().any(spreads)
}
