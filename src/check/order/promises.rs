//! Orders that hold only if something else does.

use std::collections::BTreeSet;

use super::network::Network;
use super::{ORDER_AFTER_SET, ORDER_NEEDS_AUTOMATED_SYNC, ORDER_WITHOUT_HEALTH};
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::order::HEALTH_KEY;
use crate::model::spec::Automated;

/// Warns of orders that Argo CD would wait for in vain or not wait for at all.
pub fn check(network: &Network, bag: &mut Bag) {
    let mut told = BTreeSet::new();
    after_sets(network, bag);
    for edge in &network.hard {
        let Some(first) = network.facts.instances.get(edge.before).filter(|i| is_manual(i)) else { continue };
        if told.insert(edge.before) {
            let message = format!("`{}` waits for `{}`, which is synced by hand", network.app(edge.after), &*first.app);
            let help = format!("give `{}` automated sync, or drop this `dependsOn`", &*first.app);
            let finding = Finding::warning(&ORDER_NEEDS_AUTOMATED_SYNC, edge.place, message, help);
            bag.push(finding.also(first.span(), "this app has no automated sync"));
        }
    }
    let settings = network.facts.spec.platform.argocd.as_ref().and_then(|a| a.settings.as_ref());
    let own = settings.and_then(|s| s.map.entry(HEALTH_KEY));
    if let (Some(entry), false) = (own, network.hard.is_empty()) {
        let passes = entry.value.as_str().is_some_and(|lua| lua.contains("status.health"));
        if !passes {
            let message = "this health check does not look at `status.health`, so Argo CD would not wait for apps";
            let help = "take the key out to get the built-in one, or report the health of `status.health`";
            bag.push(Finding::error(&ORDER_WITHOUT_HEALTH, entry.key_span, message, help));
        }
    }
}

/// What an ApplicationSet makes has no place in any wave.
fn after_sets(network: &Network, bag: &mut Bag) {
    let mut told = BTreeSet::new();
    for edge in network.hard.iter().filter(|e| network.is_generated(e.before)) {
        let (before, after) = (network.app(edge.before), network.app(edge.after));
        if !told.insert((before, after)) {
            continue;
        }
        let message = format!("`{after}` waits for `{before}`, whose Applications an ApplicationSet makes");
        let help = format!("write `as: applications` at `{before}`, or take this out: nothing would wait");
        let place = network.facts.instances.get(edge.before).map_or(edge.place, Instance::span);
        let finding = Finding::error(&ORDER_AFTER_SET, edge.place, message, help);
        bag.push(finding.also(place, "this app is an ApplicationSet"));
    }
}

fn is_manual(instance: &Instance) -> bool {
    let automated = instance.body.sync.as_ref().and_then(|s| s.automated.as_ref());
    matches!(automated, None | Some(Automated::Off))
}
