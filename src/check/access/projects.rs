//! What Argo CD refuses in an AppProject (Argo CD 3.x, `AppProject.ValidateProject`), as far as the spec says it.

use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::access::of_project_role;
use crate::model::judge::version;
use crate::model::spec::{Project as Stated, ProjectRole, Spec};
use crate::rbac::project::{Destination, Project, ProjectFault, Role, ServiceAccount, SyncWindow, validate};
use crate::shape::{Named, Text};

crate::codes! {
    /// An AppProject is one that Argo CD refuses.
    ///
    /// A project that is refused keeps its old contents, and none of its roles and windows come into effect; the message
    /// stands in the log of the controller. The rules are those of Argo CD, for the version that runs.
    PROJECT_INVALID = "project-invalid": error warning;
}

/// Judges each project of the spec.
pub fn check(spec: &Spec, bag: &mut Bag) {
    let version = version(spec);
    for project in spec.projects.iter() {
        for fault in validate(&of(project), version) {
            let place = place(&project.item, &fault).or(project.name.span);
            let name = &*project.name;
            if fault.reason.is_refused() {
                let message = format!("Argo CD refuses the project `{name}`: {}", fault.reason);
                let help = format!("mend it as said; it becomes `{}` of the AppProject", fault.pointer);
                bag.push(Finding::error(&PROJECT_INVALID, place, message, help));
            } else {
                let message = format!("project `{name}`: {}", fault.reason);
                bag.push(Finding::warning(&PROJECT_INVALID, place, message, "write a time zone as `Europe/Brussels`"));
            }
        }
    }
}

fn of(project: &Named<Stated>) -> Project {
    let texts = |texts: &[Text]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let text = |text: &Option<Text>| text.as_ref().map(|t| t.to_string()).unwrap_or_default();
    let item = &project.item;
    let role = |role: &Named<ProjectRole>| Role {
        name: role.name.to_string(),
        policies: of_project_role(&project.name, role).into_iter().map(|line| line.text).collect(),
        groups: texts(&role.item.groups),
    };
    let window = |window: &crate::model::spec::SyncWindow| SyncWindow {
        kind: window.kind.word().to_owned(),
        schedule: window.schedule.to_string(),
        duration: window.duration.to_string(),
        applications: texts(&window.applications),
        namespaces: texts(&window.namespaces),
        clusters: texts(&window.clusters),
        time_zone: text(&window.time_zone),
        and_operator: window.and_operator.unwrap_or(false),
        description: text(&window.description),
    };
    let destination = |d: &crate::model::spec::Destination| Destination {
        server: text(&d.server),
        name: text(&d.cluster),
        namespace: d.namespace.to_string(),
    };
    let account = |account: &crate::model::spec::DestinationServiceAccount| ServiceAccount {
        server: account.server.to_string(),
        namespace: text(&account.namespace),
        default_service_account: account.account.to_string(),
    };
    Project {
        name: project.name.to_string(),
        destinations: item.destinations.iter().map(destination).collect(),
        source_namespaces: texts(&item.source_namespaces),
        source_repos: texts(&item.source_repos),
        roles: item.roles.iter().map(role).collect(),
        sync_windows: item.sync_windows.iter().map(window).collect(),
        destination_service_accounts: item.destination_service_accounts.iter().map(account).collect(),
    }
}

/// The place of a field that a fault points at.
fn place(project: &Stated, fault: &ProjectFault) -> Span {
    let mut parts = fault.pointer.split('/').skip(2);
    let (field, index) = (parts.next().unwrap_or_default(), parts.next().and_then(|i| i.parse::<usize>().ok()));
    let Some(index) = index else { return Span::NONE };
    let found = match field {
        "destinations" => project.destinations.get(index).map(|d| d.span),
        "sourceNamespaces" => project.source_namespaces.get(index).map(|t| t.span),
        "sourceRepos" => project.source_repos.get(index).map(|t| t.span),
        "syncWindows" => project.sync_windows.get(index).map(|w| w.span),
        "destinationServiceAccounts" => project.destination_service_accounts.get(index).map(|a| a.span),
        "roles" => project.roles.get(index).map(|role| {
            let inner = (parts.next().unwrap_or_default(), parts.next().and_then(|i| i.parse::<usize>().ok()));
            let inside = match inner {
                ("policies", Some(i)) => of_project_role("", role).get(i).map(|line| line.span),
                ("groups", Some(i)) => role.item.groups.get(i).map(|group| group.span),
                _ => None,
            };
            inside.unwrap_or(role.name.span)
        }),
        _ => None,
    };
    found.unwrap_or(Span::NONE)
}
