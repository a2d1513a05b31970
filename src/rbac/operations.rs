//! What people do in Argo CD, as the requests that it makes of RBAC. All of them have to be allowed.
//!
//! Facts: Argo CD 3.x, `server/application`: getAppLiveResource, PodLogs, terminal, Sync with local manifests;
//! `server/extension`. `security.RBACName` for the names of Applications.

use super::enforce::{Decision, Query, Rbac};
use super::{Subject, Version};

/// An Application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct App<'a> {
    /// Its project.
    pub project: &'a str,
    /// Its namespace, where that is not the one of Argo CD.
    pub namespace: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
}

impl App<'_> {
    /// The object of policies: `PROJECT/NAME`, or `PROJECT/NAMESPACE/NAME`.
    pub fn object(&self) -> String {
        match self.namespace {
            Some(namespace) => format!("{}/{namespace}/{}", self.project, self.name),
            None => format!("{}/{}", self.project, self.name),
        }
    }
}

/// An object that an Application manages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource<'a> {
    /// Its API group; empty for the core.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its namespace; empty for cluster-scoped ones.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation<'a> {
    /// Sees an Application.
    View,
    /// Syncs it.
    Sync,
    /// Syncs it with manifests from elsewhere.
    SyncOverride,
    /// Rolls it back. A right of its own from 3.6 on, where that is switched on; else a sync.
    Rollback,
    /// Changes an object that it manages.
    Change(Resource<'a>),
    /// Deletes an object that it manages.
    Delete(Resource<'a>),
    /// Runs an action on an object: the object, and the name of the action.
    Act(Resource<'a>, &'a str),
    /// Reads logs of its pods.
    Logs,
    /// Opens a shell in one of its pods.
    Exec,
    /// Uses an extension on it.
    Extension(&'a str),
}

impl Rbac {
    /// Answers what an operation needs: the answers in order, up to the first no.
    pub fn can(&self, who: &Subject, operation: Operation, app: App) -> Vec<Decision> {
        let object = app.object();
        let ask = |resource, action: &str, object: &str| self.decide(who, Query { resource, action, object });
        let on_app = |action: &str| ask("applications", action, &object);
        let both = |first: Decision, second: &dyn Fn() -> Decision| {
            let mut all = vec![first];
            if all.iter().all(|d| d.allowed) {
                all.push(second());
            }
            all
        };
        match operation {
            Operation::View => vec![on_app("get")],
            Operation::Sync => vec![on_app("sync")],
            Operation::SyncOverride => both(on_app("sync"), &|| on_app("override")),
            Operation::Rollback => {
                let own = self.settings().rollback && self.settings().version >= Version::new(3, 6);
                vec![on_app(if own { "rollback" } else { "sync" })]
            }
            Operation::Change(resource) => vec![self.fine_grained(who, "update", resource, &object)],
            Operation::Delete(resource) => vec![self.fine_grained(who, "delete", resource, &object)],
            Operation::Act(Resource { group, kind, .. }, name) => {
                vec![on_app(&format!("action/{group}/{kind}/{name}"))]
            }
            Operation::Logs if !self.settings().logs => vec![on_app("get")],
            Operation::Logs => both(on_app("get"), &|| ask("logs", "get", &object)),
            Operation::Exec => both(on_app("get"), &|| ask("exec", "create", &object)),
            Operation::Extension(name) => both(on_app("get"), &|| ask("extensions", "invoke", name)),
        }
    }

    /// An object of an Application. Where rights on the Application are inherited they are asked for first.
    fn fine_grained(&self, who: &Subject, verb: &str, resource: Resource, object: &str) -> Decision {
        let Resource { group, kind, namespace, name } = resource;
        let long = format!("{verb}/{group}/{kind}/{namespace}/{name}");
        let ask = |action: &str| self.decide(who, Query { resource: "applications", action, object });
        if self.settings().inheritance {
            let inherited = ask(verb);
            if inherited.allowed {
                return inherited;
            }
        }
        ask(&long)
    }
}
