//! Circles.

use std::collections::BTreeSet;

use super::network::{Edge, Holder, Network};
use super::{DEPENDENCY_CYCLE, ORDER_ACROSS_PARENTS};
use crate::diag::{Bag, Finding};

/// How much of a circle is shown: apps by name, and places beside the first.
const SHOWN: usize = 8;

/// Reports circles among apps. Whether there were any.
pub fn among_apps(network: &Network, bag: &mut Bag) -> bool {
    let groups = network.all.cycles();
    for group in &groups {
        // Backwards, so that each app waits for the next.
        let cycle: Vec<usize> = network.all.cycle_through(group).into_iter().rev().collect();
        let edges: Vec<Edge> =
            cycle.iter().zip(cycle.iter().cycle().skip(1)).filter_map(|(&a, &b)| edge(network, b, a)).collect();
        let Some(first) = edges.first() else { continue };
        let waits = |e: &Edge| format!("`{}` waits for `{}`", network.app(e.after), network.app(e.before));
        let (message, help) = match cycle.as_slice() {
            [one] => (format!("app `{}` waits for itself", network.app(*one)), "take this out"),
            _ => (
                format!("apps wait for each other in a circle: {}", route(network, &cycle)),
                "take one of these out, or make it a wish: `{ app: …, soft: true }`",
            ),
        };
        let mut finding = Finding::error(&DEPENDENCY_CYCLE, first.place, message, help).label(waits(first));
        for other in edges.iter().skip(1).take(SHOWN) {
            finding = finding.also(other.place, waits(other));
        }
        bag.push(finding);
    }
    !groups.is_empty()
}

/// The way around a circle; of a long one the middle is left out.
fn route(network: &Network, cycle: &[usize]) -> String {
    let (head, tail) = cycle.split_at(cycle.len().min(SHOWN));
    let mut names: Vec<String> = head.iter().map(|&n| network.app(n).to_owned()).collect();
    match tail {
        [] => {}
        [one] => names.push(network.app(*one).to_owned()),
        [between @ .., last] => names.extend([format!("({} more)", between.len()), network.app(*last).to_owned()]),
    }
    names.extend(names.first().cloned());
    names.join(" -> ")
}

fn edge(network: &Network, before: usize, after: usize) -> Option<Edge> {
    network.hard.iter().copied().find(|e| e.before == before && e.after == after)
}

/// Reports circles among what the root holds. Apps themselves have none by then.
pub fn across_parents(network: &Network, bag: &mut Bag) {
    for group in network.outer.cycles() {
        let within = |app: usize| group.binary_search(&network.outer_node(app)).is_ok();
        let crossing: Vec<Edge> = network
            .hard
            .iter()
            .copied()
            .filter(|e| within(e.before) && within(e.after) && !network.same_parent(*e))
            .collect();
        let Some(first) = crossing.first() else { continue };
        let categories: Vec<String> = group
            .iter()
            .filter_map(|&n| match network.outer_nodes.get(n) {
                Some(Holder::Parent(category)) => Some(format!("`{category}`")),
                _ => None,
            })
            .collect();
        let message = match categories.as_slice() {
            [one] => format!("category {one} waits for an app of the foundation that waits for it"),
            many => format!(
                "the categories {} wait for each other; parents are synced one after the other",
                many.join(" and ")
            ),
        };
        let apps: Vec<String> = foundation(network, &group).iter().map(|a| format!("`{a}`")).collect();
        let help = format!("set `foundation: true` on {}: the root then orders them itself", apps.join(", "));
        let waits = |e: &Edge| format!("`{}` waits for `{}`", network.app(e.after), network.app(e.before));
        let mut finding = Finding::error(&ORDER_ACROSS_PARENTS, first.place, message, help).label(waits(first));
        for other in crossing.iter().skip(1).take(SHOWN) {
            finding = finding.also(other.place, waits(other));
        }
        bag.push(finding);
    }
}

/// The smallest set of apps, found greedily, that breaks the circle when the root holds them: one
/// that others across the circle wait for, with all apps of the circle that it waits for itself.
fn foundation<'a>(network: &Network<'a>, group: &[usize]) -> BTreeSet<&'a str> {
    let within = |app: usize| group.binary_search(&network.outer_node(app)).is_ok();
    let mut lifted: BTreeSet<usize> = (0..network.facts.instances.len())
        .filter(|&n| network.facts.instances.get(n).is_some_and(crate::model::instance::Instance::is_foundation))
        .collect();
    let before = lifted.clone();
    while !is_open(network, &lifted, &within) {
        let crossing = network.hard.iter().filter(|e| within(e.before) && within(e.after) && !network.same_parent(**e));
        let options = crossing.map(|e| closure(network, e.before, &lifted, &within)).filter(|set| !set.is_empty());
        let Some(smallest) =
            options.min_by_key(|set| (set.len(), set.iter().map(|&n| network.app(n)).collect::<Vec<_>>()))
        else {
            break;
        };
        lifted.extend(smallest);
    }
    lifted.difference(&before).map(|&n| network.app(n)).collect()
}

/// An app and all of the circle that it waits for, without what is lifted already.
fn closure(network: &Network, app: usize, lifted: &BTreeSet<usize>, within: &dyn Fn(usize) -> bool) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut stack = vec![app];
    while let Some(node) = stack.pop() {
        if within(node) && !lifted.contains(&node) && found.insert(node) {
            stack.extend(network.hard.iter().filter(|e| e.after == node).map(|e| e.before));
        }
    }
    found
}

/// Whether the circle is broken once the given apps are held by the root.
fn is_open(network: &Network, lifted: &BTreeSet<usize>, within: &dyn Fn(usize) -> bool) -> bool {
    let parents = network.outer_nodes.len();
    let node = |app: usize| if lifted.contains(&app) { parents + app } else { network.outer_node(app) };
    let mut graph = crate::base::graph::Graph::new(parents + network.facts.instances.len());
    for edge in network.hard.iter().filter(|e| within(e.before) && within(e.after)) {
        let (before, after) = (node(edge.before), node(edge.after));
        if before != after {
            graph.add(before, after);
        }
    }
    graph.cycles().is_empty()
}
