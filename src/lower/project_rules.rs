//! What an AppProject says of people and times: roles, sync windows, ServiceAccounts, orphaned objects.

use crate::base::Value;
use crate::model::access::of_project_role;
use crate::model::context::Fields;
use crate::model::spec::{
    DestinationServiceAccount, OrphanIgnored, OrphanedResources, Project, ProjectRole, SyncWindow,
};
use crate::shape::{Named, Text};

/// The fields of a project with what the spec says of these (Argo CD 3.x, `AppProjectSpec`).
pub fn with(fields: Fields, name: &str, project: &Project) -> Fields {
    let texts = |texts: &[Text]| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let mut roles: Vec<&Named<ProjectRole>> = project.roles.iter().collect();
    roles.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    let keys = project.signature_keys.iter().map(|key| Fields::new().with("keyID", key.to_value()).at(key.span));
    fields
        .list("sourceNamespaces", texts(&project.source_namespaces))
        .list("roles", roles.iter().map(|r| role(name, r)).collect())
        .list("syncWindows", project.sync_windows.iter().map(window).collect())
        .maybe("orphanedResources", project.orphaned_resources.as_ref().map(orphaned))
        .list("destinationServiceAccounts", project.destination_service_accounts.iter().map(account).collect())
        .maybe("permitOnlyProjectScopedClusters", project.only_scoped_clusters)
        .list("signatureKeys", keys.collect())
}

fn role(project: &str, role: &Named<ProjectRole>) -> Value {
    let lines = of_project_role(project, role).into_iter().map(|line| Value::from(line.text).at(line.span));
    Fields::new()
        .with("name", role.name.to_value())
        .maybe("description", role.item.description.as_ref().map(Text::to_value))
        .list("policies", lines.collect())
        .list("groups", role.item.groups.iter().map(Text::to_value).collect())
        .at(role.name.span)
}

fn window(window: &SyncWindow) -> Value {
    let texts = |texts: &[Text]| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    Fields::new()
        .with("kind", window.kind.word())
        .with("schedule", window.schedule.to_value())
        .with("duration", window.duration.to_value())
        .maybe("timeZone", text(&window.time_zone))
        .list("applications", texts(&window.applications))
        .list("namespaces", texts(&window.namespaces))
        .list("clusters", texts(&window.clusters))
        .maybe("manualSync", window.manual_sync)
        .maybe("andOperator", window.and_operator)
        .maybe("description", text(&window.description))
        .at(window.span)
}

fn orphaned(orphaned: &OrphanedResources) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let ignored = |ignored: &OrphanIgnored| {
        Fields::new()
            .maybe("group", text(&ignored.group))
            .maybe("kind", text(&ignored.kind))
            .maybe("name", text(&ignored.name))
            .at(ignored.span)
    };
    Fields::new()
        .maybe("warn", orphaned.warn)
        .list("ignore", orphaned.ignore.iter().map(ignored).collect())
        .at(orphaned.span)
}

fn account(account: &DestinationServiceAccount) -> Value {
    Fields::new()
        .with("server", account.server.to_value())
        .maybe("namespace", account.namespace.as_ref().map(Text::to_value))
        .with("defaultServiceAccount", account.account.to_value())
        .at(account.span)
}
