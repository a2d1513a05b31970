//! Each Application has one destination that Argo CD can resolve.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::spec::DestinationBy;

crate::codes! {
    /// A destination names its cluster by URL, but the spec has no URL for that cluster.
    ///
    /// Give the cluster a `server`, or let destinations use its name with `destinationBy: name`.
    CLUSTER_WITHOUT_SERVER = "cluster-without-server";
    /// Two clusters have the same server.
    ///
    /// Argo CD keeps one cluster for each URL, so one of the two would hide the other, with its name, its
    /// labels and its credentials. Mend one of the URLs, or keep one of the entries.
    SERVER_TWICE = "server-twice";
    /// The destination of an ApplicationSet has both a server and a name, or neither.
    ///
    /// Argo CD refuses each Application that such a set generates. Write `server:` or `name:`, with the
    /// parameter of the generator: `server: '{{.server}}'`.
    SET_DESTINATION = "set-destination";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for instance in facts.instances {
        // The URL of a cluster may be in the store alone; destinations then use its name.
        let fetched = facts.spec.clusters.named(&instance.cluster.name).is_some_and(|c| c.item.credentials.is_some());
        let by_name = instance.body.destination_by == Some(DestinationBy::Name) || fetched;
        if !by_name && instance.cluster.server.is_none() {
            let name = &*instance.cluster.name;
            let message =
                format!("cluster `{name}` has no `server`, which app `{}` needs for its destination", &*instance.app);
            let help = format!("add `server: https://…` to `clusters.{name}`, or `destinationBy: name` to the app");
            let finding = Finding::error(&CLUSTER_WITHOUT_SERVER, instance.cluster.name.span, message, help);
            bag.push(finding.also(instance.span(), "used by this app"));
        }
    }
    servers(facts, bag);
    for set in facts.spec.application_sets.iter() {
        let destination = &set.item.destination;
        if destination.server.is_some() == destination.name.is_some() {
            let message = "a destination has exactly one of `server` and `name`";
            let help = "write `server: '{{.server}}'` or `name: '{{.name}}'`";
            bag.push(Finding::error(&SET_DESTINATION, destination.span, message, help));
        }
    }
}

fn servers(facts: &Facts, bag: &mut Bag) {
    let mut seen: std::collections::BTreeMap<&str, crate::base::Span> = std::collections::BTreeMap::new();
    for cluster in facts.spec.clusters.iter() {
        let Some(server) = &cluster.item.server else { continue };
        let url = server.trim_end_matches('/');
        if let Some(first) = seen.insert(url, server.span) {
            let message = format!("two clusters have the server `{url}`");
            let finding = Finding::error(&SERVER_TWICE, server.span, message, "mend one of the two URLs");
            bag.push(finding.also(first, "first"));
        }
    }
}
