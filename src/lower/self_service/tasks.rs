//! Task definitions: what the worker does, and the tasks of workers of the user.

use std::collections::BTreeSet;

use super::{Work, workflows};
use crate::base::Value;
use crate::model::context::Fields;
use crate::model::self_service::chosen;
use crate::model::spec::{Given, Mode, Orkes};

/// Names of the tasks that the worker runs.
pub fn of_worker(work: &Work, orkes: &Orkes) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for chosen in chosen(work.input.spec, work.input.resolved) {
        names.insert(if chosen.action.mode == Mode::Git { "github_call" } else { "argocd_call" });
    }
    // Workflows of the user may call Argo CD too.
    if !work.input.gathered.workflows.is_empty() || names.is_empty() {
        names.insert("argocd_call");
    }
    if orkes.port.is_some() {
        names.insert("port_report");
    }
    if matches!(orkes.notify, Some(Given::Stored(_))) {
        names.insert("notify_hook");
    }
    names
}

/// Adds the definitions.
pub fn lower(work: &mut Work) {
    let Some(orkes) = work.orkes else { return };
    let (connect, read) = workflows::times(orkes);
    // What the worker needs for one answer, and as much again.
    let response = connect.saturating_add(read).div_euclid(500).saturating_add(10);
    for name in of_worker(work, orkes) {
        let value = Fields::new()
            .with("name", name)
            .with("path", format!("{}/tasks/{name}.json", work.orkes_folder))
            .with("description", description(name))
            .with("ownerEmail", orkes.owner_email.to_value())
            .with("retries", orkes.retries.value)
            .with("responseTimeoutSeconds", response)
            .with("timeoutSeconds", response.saturating_mul(2))
            .at(orkes.span);
        work.add("orkesTasks", name, orkes.span, value);
    }
    for task in orkes.tasks.iter() {
        let mut body = (*task.item.map).clone();
        if body.get("name").is_none() {
            body.set("name", task.name.to_value());
        }
        if body.get("ownerEmail").is_none() {
            body.set("ownerEmail", orkes.owner_email.to_value());
        }
        let value = Fields::new()
            .with("name", task.name.to_value())
            .with("path", format!("{}/tasks/{}.json", work.orkes_folder, &*task.name))
            .with("body", Value::from(body).at(task.item.span));
        work.add("orkesTasks", &task.name, task.name.span, value.at(task.name.span));
    }
}

fn description(name: &str) -> &'static str {
    match name {
        "argocd_call" => "Calls the API of Argo CD with the mounted token",
        "github_call" => "Calls the API of GitHub with the mounted token",
        "port_report" => "Says in Port how a run goes",
        _ => "Tells the hook whose URL is mounted",
    }
}
