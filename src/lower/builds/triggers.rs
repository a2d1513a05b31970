//! What starts builds: WorkflowEventBindings, and Sensors with an EventSource.
//!
//! Facts of the contract: Argo Workflows 3.x and 4.x, docs/events.md and docs/webhooks.md; Argo Events 1.9, GitHub.

use std::collections::BTreeMap;

use super::{Work, account, template_name};
use crate::base::Value;
use crate::model::builds::github_repository;
use crate::model::context::Fields;
use crate::model::spec::{Build, GithubEvents, Trigger, TriggerBy};
use crate::shape::{Named, Text};

/// Account that events are submitted as.
const ACCOUNT: &str = "build-submitter";

/// Adds them.
pub fn lower(work: &mut Work) {
    let builds = work.builds;
    let mut triggered: Vec<(&Named<Build>, &Trigger)> =
        builds.images.iter().filter_map(|build| Some((build, build.item.trigger.as_ref()?))).collect();
    triggered.sort_by(|a, b| a.0.name.value.cmp(&b.0.name.value));
    if triggered.is_empty() {
        return;
    }
    let uses = |by: TriggerBy| triggered.iter().any(|(_, trigger)| trigger.by == by);
    let mut rules = vec![account::rule("workflowtemplates", &["get"])];
    if uses(TriggerBy::Webhook) {
        rules.insert(0, account::rule("workfloweventbindings", &["list"]));
    }
    rules.push(account::rule("workflows", if uses(TriggerBy::Sensor) { &["create", "get"] } else { &["create"] }));
    let account = Text { value: ACCOUNT.into(), span: builds.span };
    account::make(work, &account, uses(TriggerBy::Sensor), rules);
    if uses(TriggerBy::Webhook) {
        // The name that the server of Argo Workflows looks for (docs/webhooks.md).
        let name = format!("{ACCOUNT}.service-account-token");
        let fields = work.object(&name, &format!("token-{ACCOUNT}")).with("account", ACCOUNT);
        work.add("accountTokens", &name, fields, builds.span);
    }
    let mut repositories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (build, trigger) in triggered {
        match trigger.by {
            TriggerBy::Webhook => webhook(work, build, trigger),
            TriggerBy::Sensor => {
                sensor(work, build, trigger);
                let of = build.item.source.as_ref().and_then(|source| github_repository(&source.repo));
                of.into_iter().for_each(|(owner, name)| {
                    let names = repositories.entry(owner.to_owned()).or_default();
                    if !names.iter().any(|known| known == name) {
                        names.push(name.to_owned());
                    }
                });
            }
        }
    }
    if let Some(events) = builds.event_source.as_ref().filter(|_| !repositories.is_empty()) {
        event_source(work, events, repositories);
    }
}

fn webhook(work: &mut Work, named: &Named<Build>, trigger: &Trigger) {
    let workflow = template_name(&named.name);
    let source = named.item.source.as_ref();
    let derived = || {
        let (owner, name) = github_repository(&source?.repo)?;
        let revision = &*source?.revision;
        let (repository, branch) = (format!("{owner}/{name}"), format!("refs/heads/{revision}"));
        Some(Value::from(format!("payload.repository.full_name == {repository:?} && payload.ref == {branch:?}")))
    };
    let selector = trigger.selector.as_ref().map(Text::to_value).or_else(derived);
    let fields = work
        .object(&workflow, &format!("{workflow}-eventbinding"))
        .with("workflow", workflow.as_str())
        .maybe("selector", selector)
        .with("parameters", parameters(named, trigger, "payload.after"));
    work.add("eventBindings", &workflow, fields, trigger.span);
}

fn sensor(work: &mut Work, named: &Named<Build>, trigger: &Trigger) {
    let workflow = template_name(&named.name);
    let source = named.item.source.as_ref();
    let filter = |path: &str, value: String| {
        let values: Vec<Value> = vec![value.into()];
        Fields::new().with("path", path).with("type", "string").with("value", values).build()
    };
    let mut filters = Vec::new();
    if let Some(source) = source {
        if let Some((owner, name)) = github_repository(&source.repo) {
            filters.push(filter("body.repository.full_name", format!("{owner}/{name}")));
        }
        filters.push(filter("body.ref", format!("refs/heads/{}", &*source.revision)));
    }
    let fields = work
        .object(&workflow, &format!("{workflow}-sensor"))
        .with("workflow", workflow.as_str())
        .list("filters", filters)
        .with("parameters", parameters(named, trigger, "body.after"))
        .with("serviceAccount", ACCOUNT);
    work.add("sensors", &workflow, fields, trigger.span);
}

/// Parameters that the event says, in the order of their names.
fn parameters(named: &Named<Build>, trigger: &Trigger, commit: &str) -> Vec<Value> {
    let mut all: Vec<(Value, Value)> =
        trigger.parameters.iter().map(|p| (p.name.to_value(), p.item.to_value())).collect();
    if all.is_empty() {
        let version = named.item.version_parameter(&named.name);
        all.push((Value::from(&*version).at(version.span), Value::from(commit)));
    }
    all.sort_by(|a, b| a.0.as_str().cmp(&b.0.as_str()));
    let one = |(number, (name, from)): (i64, (Value, Value))| {
        Fields::new().with("name", name).with("from", from).with("number", number).build()
    };
    (0..).zip(all).map(one).collect()
}

fn event_source(work: &mut Work, events: &GithubEvents, repositories: BTreeMap<String, Vec<String>>) {
    let repository = |(owner, names): (String, Vec<String>)| {
        let names: Vec<Value> = names.into_iter().map(Value::from).collect();
        Fields::new().with("owner", owner).with("names", names).build()
    };
    let fields = work
        .object("github", "github-eventsource")
        .with("repositories", repositories.into_iter().map(repository).collect::<Vec<_>>())
        .with("endpoint", events.endpoint.to_value())
        .with("port", events.port)
        .with("url", events.url.to_value())
        .with("secret", events.secret.to_value())
        .with("key", events.key.to_value());
    work.add("eventSources", "github", fields, events.span);
}
