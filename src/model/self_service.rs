//! Actions on apps after their selectors: which apps each reaches, what approvals they need, and what it is called.

use std::collections::BTreeMap;

use super::instance::{Instance, Resolved};
use super::spec::{AppAction, Approval, ApprovalPlace, Automated, Spec};
use crate::shape::Text;

/// Name of the secret that the worker mounts, and of its class.
pub const SECRET: &str = "self-service";
/// Folder that the worker mounts it at.
pub const SECRET_FOLDER: &str = "/mnt/secrets/self-service";
/// File of the token of Argo CD.
pub const ARGOCD_TOKEN: &str = "argocd-token";
/// Files of the access key of Orkes.
pub const ORKES_KEY: [&str; 2] = ["orkes-key-id", "orkes-key-secret"];
/// Files of the credentials of Port.
pub const PORT_KEY: [&str; 2] = ["port-client-id", "port-client-secret"];
/// File of the token of GitHub.
pub const GITHUB_TOKEN: &str = "github-token";
/// File of the URL that hears of each end.
pub const NOTIFY_URL: &str = "notify-url";
/// Name of the workflow that reports failures.
pub const FAILED: &str = "argocd_failed";

/// What an action on apps does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Syncs.
    Sync,
    /// Goes back to an earlier deployment.
    Rollback,
    /// Deploys a revision.
    DeployRevision,
}

impl Deed {
    /// Key of the spec.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Deed::Sync => "sync",
            Deed::Rollback => "rollback",
            Deed::DeployRevision => "deployRevision",
        }
    }

    /// Identifier of the action, and name of the workflow.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Deed::Sync => "argocd_sync",
            Deed::Rollback => "argocd_rollback",
            Deed::DeployRevision => "argocd_deploy_revision",
        }
    }

    /// Title, unless the spec has another.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Deed::Sync => "Sync",
            Deed::Rollback => "Rollback",
            Deed::DeployRevision => "Deploy revision",
        }
    }
}

/// An action on apps, with the Applications that it reaches.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// What it does.
    pub deed: Deed,
    /// What the spec says.
    pub action: &'a AppAction,
    /// The Applications, sorted by name.
    pub apps: Vec<&'a Instance>,
}

/// The actions on apps of a spec.
#[must_use]
pub fn chosen<'a>(spec: &'a Spec, resolved: &'a Resolved) -> Vec<Chosen<'a>> {
    let port = spec.self_service.as_deref().and_then(|own| own.port.as_deref());
    let Some(actions) = port.and_then(|port| port.actions.as_ref()) else { return Vec::new() };
    let all = [
        (Deed::Sync, &actions.sync),
        (Deed::Rollback, &actions.rollback),
        (Deed::DeployRevision, &actions.deploy_revision),
    ];
    let given = all.into_iter().filter_map(|(deed, action)| action.as_ref().map(|action| (deed, action)));
    given.map(|(deed, action)| Chosen { deed, action, apps: apps(resolved, action) }).collect()
}

fn apps<'a>(resolved: &'a Resolved, action: &AppAction) -> Vec<&'a Instance> {
    let fits = |wanted: &[Text], found: &str| wanted.is_empty() || wanted.iter().any(|w| **w == *found);
    let environment = |i: &Instance| i.environment.as_deref().unwrap_or_default().to_owned();
    let all =
        resolved.instances.iter().filter(|i| fits(&action.apps, &i.app) && fits(&action.categories, i.category()));
    let all = all.filter(|i| fits(&action.environments, &environment(i)));
    all.filter(|i| !action.except.iter().any(|name| **name == *i.app)).collect()
}

impl<'a> Chosen<'a> {
    /// The Applications by the environment whose approval they need in Port; those that need none come first.
    #[must_use]
    pub fn parts(&self, spec: &'a Spec) -> BTreeMap<Option<&'a str>, Vec<&'a Instance>> {
        let mut parts: BTreeMap<Option<&str>, Vec<&Instance>> = BTreeMap::new();
        for app in &self.apps {
            let needed = approval(spec, app).filter(|(_, approval)| approval.by == ApprovalPlace::Port);
            parts.entry(needed.map(|(environment, _)| environment)).or_default().push(app);
        }
        parts
    }
}

/// The approval that an Application needs, with its environment.
#[must_use]
pub fn approval<'a>(spec: &'a Spec, app: &Instance) -> Option<(&'a str, &'a Approval)> {
    let own = spec.self_service.as_deref()?;
    let found = own.approvals.named(app.environment.as_deref()?)?;
    Some((&*found.name, &found.item))
}

/// Identifier of the action on the apps of an environment that needs an approval in Port.
#[must_use]
pub fn identifier(deed: Deed, environment: Option<&str>) -> String {
    match environment {
        Some(environment) => format!("{}_{}", deed.name(), environment.replace('-', "_")),
        None => deed.name().to_owned(),
    }
}

/// Whether an Application syncs by itself.
#[must_use]
pub fn syncs_by_itself(app: &Instance) -> bool {
    let automated = app.body.sync.as_ref().and_then(|sync| sync.automated.as_ref());
    matches!(automated, Some(Automated::On(_)))
}
