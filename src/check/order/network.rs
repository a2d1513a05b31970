//! Who waits for whom: the graph of apps, and what of it each level of the app-of-apps can order.

use std::collections::BTreeMap;

use super::SOFT_ORDER_DROPPED;
use crate::base::Span;
use crate::base::graph::Graph;
use crate::check::Facts;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::secrets;
use crate::model::spec::Dependency;

/// What the root holds: an app of the foundation, or the parent of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder<'a> {
    /// An app, by its number.
    App(usize),
    /// The parent of a category.
    Parent(&'a str),
}

/// One "before, after" with the place that asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The app that comes first.
    pub before: usize,
    /// The app that waits.
    pub after: usize,
    /// The entry of `dependsOn`, or the secret that asks for it.
    pub place: Span,
    /// Whether it follows from a secret: the store has to be there first.
    pub of_secret: bool,
}

/// The graphs. Nodes of `all` and `inner` are the numbers of the instances.
pub struct Network<'a> {
    /// The resolved spec.
    pub facts: &'a Facts<'a>,
    /// Hard edges.
    pub hard: Vec<Edge>,
    soft: Vec<Edge>,
    /// All apps with all edges that count.
    pub all: Graph,
    /// Edges within one parent.
    pub inner: Graph,
    /// What the root orders.
    pub outer: Graph,
    /// The nodes of `outer`.
    pub outer_nodes: Vec<Holder<'a>>,
    /// App number -> node of `outer`.
    pub outer_of: Vec<usize>,
}

impl<'a> Network<'a> {
    /// The graphs of the hard edges.
    pub fn new(facts: &'a Facts<'a>) -> Network<'a> {
        let n = facts.instances.len();
        let holders: Vec<Holder> = facts
            .instances
            .iter()
            .enumerate()
            .map(|(i, app)| if app.is_foundation() { Holder::App(i) } else { Holder::Parent(app.category()) })
            .collect();
        let mut index: BTreeMap<Holder, usize> = holders.iter().map(|h| (*h, 0)).collect();
        let sets = facts.spec.application_sets.iter().map(|s| Holder::Parent(&s.item.category.value));
        index.extend(sets.map(|h| (h, 0)));
        index.values_mut().enumerate().for_each(|(i, slot)| *slot = i);
        let outer_nodes = index.keys().copied().collect();
        let outer_of = holders.iter().map(|h| index.get(h).copied().unwrap_or(0)).collect();
        let (hard, soft) = edges(facts);
        let mut network = Network {
            facts,
            hard,
            soft,
            all: Graph::new(n),
            inner: Graph::new(n),
            outer: Graph::new(index.len()),
            outer_nodes,
            outer_of,
        };
        for edge in network.hard.clone() {
            network.add(edge);
        }
        network
    }

    fn add(&mut self, edge: Edge) {
        self.all.add(edge.before, edge.after);
        match self.same_parent(edge) {
            true => self.inner.add(edge.before, edge.after),
            false => self.outer.add(self.outer_node(edge.before), self.outer_node(edge.after)),
        }
    }

    /// Node of `outer` that holds an app.
    pub fn outer_node(&self, app: usize) -> usize {
        self.outer_of.get(app).copied().unwrap_or(0)
    }

    /// Whether a parent orders the two.
    pub fn same_parent(&self, edge: Edge) -> bool {
        let (a, b) = (self.outer_node(edge.before), self.outer_node(edge.after));
        a == b && matches!(self.outer_nodes.get(a), Some(Holder::Parent(_)))
    }

    /// Name of an app in the spec.
    pub fn app(&self, node: usize) -> &'a str {
        self.facts.instances.get(node).map_or("", |i| &i.app.value)
    }

    /// Whether an ApplicationSet makes the Application, so that nothing can wait for it.
    pub fn is_generated(&self, node: usize) -> bool {
        self.facts.instances.get(node).is_some_and(Instance::is_generated)
    }

    /// Adds the soft edges one by one, in order of the apps' names, each unless it closes a circle
    /// among apps or among what the root holds.
    pub fn add_soft(&mut self, bag: &mut Bag) {
        for edge in self.soft.clone() {
            let (before, after) = (self.outer_node(edge.before), self.outer_node(edge.after));
            let across = !self.same_parent(edge) && (before == after || self.outer.reaches(after, before));
            if self.is_generated(edge.before) {
                bag.push(lost(edge, self.app(edge.before), self.app(edge.after)));
            } else if self.all.reaches(edge.after, edge.before) || across {
                let (a, b) = (self.app(edge.before), self.app(edge.after));
                bag.push(dropped(edge, a, b));
            } else {
                self.add(edge);
            }
        }
    }
}

fn lost(edge: Edge, a: &str, b: &str) -> Finding {
    let (message, help) = match edge.of_secret {
        true => (
            format!(
                "`{b}` reads a secret, but can't come after `{a}`, which brings its store and is an ApplicationSet"
            ),
            format!(
                "write `as: applications` at `{a}`, or add `{{ app: {a}, soft: true }}` to `dependsOn` where the secret may come late"
            ),
        ),
        false => (
            format!("the wish that `{a}` comes before `{b}` can't be granted: `{a}` is an ApplicationSet"),
            format!("take it out, or write `as: applications` at `{a}`"),
        ),
    };
    Finding::warning(&SOFT_ORDER_DROPPED, edge.place, message, help)
}

fn dropped(edge: Edge, a: &str, b: &str) -> Finding {
    if edge.of_secret {
        let message = format!("`{b}` reads a secret, but can't come after `{a}`, which brings its store");
        let help = format!(
            "set `foundation: true` on `{a}` and what it needs, or add `{{ app: {a}, soft: true }}` to `dependsOn` where the secret may come late"
        );
        return Finding::warning(&SOFT_ORDER_DROPPED, edge.place, message, help);
    }
    let message = format!("the wish that `{a}` comes before `{b}` can't be granted: it would close a circle");
    let help = "take it out, or put both apps where one parent or the root can order them";
    Finding::warning(&SOFT_ORDER_DROPPED, edge.place, message, help)
}

/// The edges, hard and soft. An app waits for the other in its own environment and on its own cluster; where
/// that is not there, on its own cluster; else for all of the other's.
fn edges(facts: &Facts) -> (Vec<Edge>, Vec<Edge>) {
    let (mut hard, mut soft) = (Vec::new(), Vec::new());
    for (after, instance) in facts.instances.iter().enumerate() {
        for dependency in instance.body.depends_on.iter() {
            let to = if dependency.soft { &mut soft } else { &mut hard };
            let place = dependency.app.span;
            to.extend(targets(facts, dependency, after).into_iter().map(|before| Edge {
                before,
                after,
                place,
                of_secret: false,
            }));
        }
    }
    soft.extend(of_secrets(facts));
    (hard, soft)
}

/// An app that reads a secret waits for the one that brings the store, unless the spec speaks of the two.
fn of_secrets(facts: &Facts) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for need in secrets::needs(facts.spec, facts.resolved) {
        let cluster = &*need.instance.cluster.name;
        let external = need.delivery() == crate::model::spec::Delivery::ExternalSecret;
        for name in need.stores().filter(|_| external) {
            let Some(store) = facts.resolved.store(name, cluster) else { continue };
            let Some((before, owner)) = secrets::owner(facts.resolved, store) else { continue };
            let stated = need.instance.body.depends_on.iter().any(|d| d.app == owner.app);
            let after = need.number;
            let known = edges.iter().rev().take_while(|e| e.after == after).any(|e| e.before == before);
            if !stated && !known && before != after {
                edges.push(Edge { before, after, place: need.name.span, of_secret: true });
            }
        }
    }
    edges
}

fn targets(facts: &Facts, dependency: &Dependency, after: usize) -> Vec<usize> {
    let all = facts.by_app.get(&*dependency.app.value).map(Vec::as_slice).unwrap_or_default();
    let Some(here) = facts.instances.get(after) else { return Vec::new() };
    let other = |n: &usize| facts.instances.get(*n);
    let near: Vec<usize> =
        all.iter().copied().filter(|n| other(n).is_some_and(|i| i.cluster.name == here.cluster.name)).collect();
    let same = |n: &usize| other(n).is_some_and(|i| i.environment == here.environment);
    // What stands in another environment of the cluster is none of it; what is in none serves all.
    let shared = |n: &usize| here.environment.is_none() || other(n).is_some_and(|i| i.environment.is_none());
    let nearest: Vec<usize> = match near.iter().copied().find(same) {
        Some(one) => vec![one],
        None => near.into_iter().filter(shared).collect(),
    };
    if nearest.is_empty() { all.to_vec() } else { nearest }
}
