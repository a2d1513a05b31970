//! Workflows of Orkes: one for each action on apps, one that reports failures, and those of the user.

use std::sync::Arc;

use super::{Work, actions, list};
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::self_service::{Chosen, FAILED, approval, chosen};
use crate::model::spec::{ApprovalPlace, Given, Mode, Orkes};
use crate::shape::Text;

/// Seconds that all other tasks of a workflow may take together.
const SLACK: i64 = 900;
/// Between two looks, when nothing is said.
const SECONDS: i64 = 10;
/// Looks at most, when nothing is said.
const TIMES: i64 = 60;
/// Seconds that an approval may take, when nothing is said.
const APPROVAL: i64 = 86400;

/// Adds the workflows.
pub fn lower(work: &mut Work) {
    let Some(orkes) = work.orkes else { return };
    for chosen in chosen(work.input.spec, work.input.resolved) {
        let value = of_action(work, orkes, &chosen);
        work.add("orkesWorkflows", chosen.deed.name(), chosen.action.span, value);
    }
    if work.out.get("orkesWorkflows").is_some_and(|all| !all.is_empty()) && tells(orkes) {
        let fields = common(work, orkes, "failed", FAILED).with("description", "Says that an action has failed");
        let value = fields.with("inputs", list(["app", "run", "by", "workflowId", "reason"])).at(orkes.span);
        work.add("orkesWorkflows", FAILED, orkes.span, value);
    }
    for file in &work.input.gathered.workflows {
        let name = file.value.str_at("name").unwrap_or_default();
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let fields = Fields::new()
            .with("kind", "custom")
            .with("name", name)
            .with("path", format!("{}/workflows/{stem}", work.orkes_folder))
            .with("body", file.value.clone());
        work.add("orkesWorkflows", name, file.value.span, fields.at(file.value.span));
    }
}

/// Whether anybody is told how a run ends.
fn tells(orkes: &Orkes) -> bool {
    orkes.port.is_some() || orkes.notify.is_some()
}

fn of_action(work: &Work, orkes: &Orkes, chosen: &Chosen) -> Value {
    let (deed, action) = (chosen.deed, chosen.action);
    let (mut names, mut defaults) = (vec!["app", "run", "by", "approval"], Map::new());
    ["run", "by", "approval"].iter().for_each(|name| defaults.set(*name, ""));
    for (name, default) in actions::defaults(deed, action.mode) {
        names.push(name);
        default.into_iter().for_each(|default| defaults.set(name, default));
    }
    let approvals = asked(work, chosen);
    let limit = orkes.timeouts.as_ref().map_or(APPROVAL, |t| t.approval.value);
    let asking = if approvals.is_empty() { 0 } else { limit };
    let (seconds, times) = orkes.wait.as_ref().map_or((SECONDS, TIMES), |w| (w.seconds.value, w.times.value));
    let look = seconds.saturating_add(answer_seconds(orkes));
    let total = times.saturating_mul(look).saturating_add(asking).saturating_add(SLACK);
    let kind = if action.mode == Mode::Git { "git" } else { "api" };
    let title = action.title.as_deref().unwrap_or(deed.title());
    common(work, orkes, kind, deed.name())
        .with("action", deed.key())
        .with("title", title)
        .with("description", format!("{title}: started in Port, done by {kind}"))
        .with("version", action.version.value)
        .with("inputs", list(names))
        .with("defaults", defaults)
        .with("apps", table(work, chosen))
        .list("approvals", approvals)
        .with("timeoutSeconds", total)
        .with("pause", format!("{seconds} seconds"))
        .with("times", times)
        .maybe("failureWorkflow", tells(orkes).then_some(FAILED))
        .at(action.span)
}

/// Seconds until an answer is there at the latest.
fn answer_seconds(orkes: &Orkes) -> i64 {
    let (connect, read) = times(orkes);
    connect.saturating_add(read).div_euclid(1000).saturating_add(1)
}

/// Milliseconds for a connection and for an answer.
pub fn times(orkes: &Orkes) -> (i64, i64) {
    orkes.timeouts.as_ref().map_or((5000, 30000), |t| (t.connect.value, t.read.value))
}

fn common(work: &Work, orkes: &Orkes, kind: &'static str, name: &str) -> Fields {
    let (connect, read) = times(orkes);
    let url = match &orkes.notify {
        Some(Given::Plain(url)) => Some(url.to_value()),
        _ => None,
    };
    let hook = matches!(orkes.notify, Some(Given::Stored(_)));
    let argocd = work.input.spec.access.as_deref().and_then(|access| access.sso.as_deref());
    let link = argocd.and_then(|sso| sso.url.as_ref()).map(|url| url.trim_end_matches('/').to_owned());
    Fields::new()
        .with("kind", kind)
        .with("name", name)
        .with("path", format!("{}/workflows/{name}.json", work.orkes_folder))
        .with("ownerEmail", orkes.owner_email.to_value())
        .with("reports", orkes.port.is_some())
        .with("hook", hook)
        .maybe("notifyUrl", url)
        .maybe("argocdUrl", link)
        .with("connectTimeout", connect)
        .with("readTimeout", read)
        .maybe("github", super::git::target(work))
}

/// The Applications that the workflow acts on, each with the approval that it needs: none, the environment that Port
/// has approved, or `ask:` and the environment that the workflow asks for itself.
fn table(work: &Work, chosen: &Chosen) -> Map {
    let gate = |app: &crate::model::instance::Instance| match approval(work.input.spec, app) {
        None => String::new(),
        Some((environment, found)) if found.by == ApprovalPlace::Port => environment.to_owned(),
        Some((environment, _)) => format!("ask:{environment}"),
    };
    chosen.apps.iter().map(|app| (Arc::clone(&app.name), Value::from(gate(app)))).collect()
}

/// The approvals that the workflow asks for itself.
fn asked(work: &Work, chosen: &Chosen) -> Vec<Value> {
    let needed = chosen.apps.iter().filter_map(|app| approval(work.input.spec, app));
    let mut needed: Vec<_> = needed.filter(|(_, approval)| approval.by == ApprovalPlace::Orkes).collect();
    needed.sort_by_key(|(environment, _)| *environment);
    needed.dedup_by_key(|(environment, _)| *environment);
    let texts = |texts: &[Text]| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let value = |(environment, approval): (&str, &crate::model::spec::Approval)| {
        Fields::new()
            .with("case", format!("ask:{environment}"))
            .with("ref", environment.replace('-', "_"))
            .with("environment", environment)
            .with("users", texts(&approval.users))
            .with("roles", texts(&approval.roles))
            .with("teams", texts(&approval.teams))
            .build()
    };
    needed.into_iter().map(value).collect()
}
