//! Self-service as the spec has it: what it names, which apps actions reach, who approves, and what the account may do.

mod apps;
mod rights;

use super::Facts;
use crate::diag::{Bag, Code, Finding};
use crate::model::reference::unknown;
use crate::model::self_service::chosen;
use crate::model::spec::{Mode, SelfService};

crate::codes! {
    /// Self-service lacks something that an action needs.
    ///
    /// Actions on apps start workflows of Orkes, and the worker that runs these needs the token of whatever it calls. The help line says
    /// what to add.
    SELF_SERVICE_INCOMPLETE = "self-service-incomplete";
    /// A URL of self-service is none that can be called.
    ///
    /// Port and Orkes call it over the network, with a token in a header: it begins with `https://` and has a host. `http://` is
    /// taken for hosts inside a cluster only, whose names end in `.svc` or `.svc.cluster.local`.
    SELF_SERVICE_URL = "self-service-url";
}

/// The codes of self-service.
pub const ALL_CODES: &[&[&Code]] = &[CODES, apps::CODES, rights::CODES];

/// Runs the rules.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let Some(own) = facts.spec.self_service.as_deref() else { return };
    let chosen = chosen(facts.spec, facts.resolved);
    for action in chosen.iter().map(|chosen| chosen.action) {
        references(facts, action, bag);
    }
    for approval in own.approvals.iter().filter(|a| !facts.spec.environments.has(&a.name)) {
        bag.push(unknown("environment", &approval.name, facts.spec.environments.names(), "environments"));
    }
    complete(own, chosen.first().map(|chosen| chosen.action.span), &chosen, bag);
    urls(own, bag);
    apps::check(facts, own, &chosen, bag);
    rights::check(facts, own, &chosen, bag);
}

fn references(facts: &Facts, action: &crate::model::spec::AppAction, bag: &mut Bag) {
    let spec = facts.spec;
    for name in action.apps.iter().chain(action.except.iter()).filter(|name| !spec.apps.has(name)) {
        bag.push(unknown("app", name, spec.apps.names(), "apps"));
    }
    for name in action.categories.iter().filter(|name| !spec.categories.has(name)) {
        bag.push(unknown("category", name, spec.categories.names(), "categories"));
    }
    for name in action.environments.iter().filter(|name| !spec.environments.has(name)) {
        bag.push(unknown("environment", name, spec.environments.names(), "environments"));
    }
}

fn complete(
    own: &SelfService,
    first: Option<crate::base::Span>,
    chosen: &[crate::model::self_service::Chosen],
    bag: &mut Bag,
) {
    let Some(first) = first else { return };
    let Some(orkes) = own.orkes.as_deref() else {
        let help = "add `orkes:` with `url`, `ownerEmail`, `account` and `token`; a custom action needs none";
        let message = "actions on apps start workflows of Orkes, and there is no `orkes`";
        bag.push(Finding::error(&SELF_SERVICE_INCOMPLETE, first, message, help));
        return;
    };
    if let Some(by_git) = chosen.iter().find(|c| c.action.mode == Mode::Git).filter(|_| orkes.github.is_none()) {
        let message =
            "the worker has no token of GitHub, with which it would start the workflow that opens pull requests";
        let help = "add `github: { path: …, property: … }` under `selfService.orkes`";
        let finding = Finding::error(&SELF_SERVICE_INCOMPLETE, orkes.span, message, help);
        bag.push(finding.also(by_git.action.span, "needed for this action"));
    }
}

fn urls(own: &SelfService, bag: &mut Bag) {
    let port = own.port.as_deref();
    let orkes = own.orkes.as_deref();
    let custom = port.into_iter().flat_map(|port| port.custom.iter()).map(|custom| &custom.item);
    let notified = custom.clone().filter_map(|custom| custom.approval_notification.as_ref());
    let notified = notified.chain(own.approvals.iter().filter_map(|approval| approval.item.notification.as_ref()));
    let all = port.into_iter().map(|port| &port.url).chain(orkes.into_iter().map(|orkes| &orkes.url));
    let all = all.chain(orkes.into_iter().filter_map(|orkes| orkes.argocd_url.as_ref()));
    let all = all.chain(notified.filter_map(|notification| notification.url.as_ref()));
    for url in all.chain(custom.filter_map(|custom| custom.invocation.url.as_ref())) {
        if !is_callable(url) {
            let message = format!("`{}` is no URL that can be called with a token", &**url);
            let help = "write `https://` and a host, such as `https://acme.orkesconductor.io`";
            bag.push(Finding::error(&SELF_SERVICE_URL, url.span, message, help));
        }
    }
}

/// Whether a URL can be called, safely from outside of a cluster. A template of Port is taken for what it gives.
fn is_callable(url: &str) -> bool {
    if url.starts_with("{{") {
        return true;
    }
    let host = |rest: &str| rest.split(['/', ':', '?']).next().unwrap_or_default().to_owned();
    let named = |rest: &str| !host(rest).is_empty() && !rest.contains(char::is_whitespace);
    let inside = |rest: &str| host(rest).ends_with(".svc") || host(rest).ends_with(".svc.cluster.local");
    url.strip_prefix("https://").is_some_and(named) || url.strip_prefix("http://").is_some_and(inside)
}
