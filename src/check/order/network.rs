//! Who waits for whom: the graph of apps, and what of it each level of the app-of-apps can order.

use std::collections::BTreeMap;

use super::SOFT_ORDER_DROPPED;
use crate::base::Span;
use crate::base::graph::Graph;
use crate::check::Facts;
use crate::diag::{Bag, Finding};
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
    /// The entry of `dependsOn`.
    pub place: Span,
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

    /// Adds the soft edges one by one, in order of the apps' names, each unless it closes a circle
    /// among apps or among what the root holds.
    pub fn add_soft(&mut self, bag: &mut Bag) {
        for edge in self.soft.clone() {
            let (before, after) = (self.outer_node(edge.before), self.outer_node(edge.after));
            let across = !self.same_parent(edge) && (before == after || self.outer.reaches(after, before));
            if self.all.reaches(edge.after, edge.before) || across {
                let (a, b) = (self.app(edge.before), self.app(edge.after));
                let message =
                    format!("the wish that `{a}` comes before `{b}` can't be granted: it would close a circle");
                let help = "take it out, or put both apps where one parent or the root can order them";
                bag.push(Finding::warning(&SOFT_ORDER_DROPPED, edge.place, message, help));
            } else {
                self.add(edge);
            }
        }
    }
}

/// The edges, hard and soft. An app waits for the other on its own cluster, or, where that is not
/// there, for all of the other's.
fn edges(facts: &Facts) -> (Vec<Edge>, Vec<Edge>) {
    let (mut hard, mut soft) = (Vec::new(), Vec::new());
    for (after, instance) in facts.instances.iter().enumerate() {
        for dependency in instance.body.depends_on.iter() {
            let to = if dependency.soft { &mut soft } else { &mut hard };
            let place = dependency.app.span;
            to.extend(targets(facts, dependency, after).into_iter().map(|before| Edge { before, after, place }));
        }
    }
    (hard, soft)
}

fn targets(facts: &Facts, dependency: &Dependency, after: usize) -> Vec<usize> {
    let all = facts.by_app.get(&*dependency.app.value).map(Vec::as_slice).unwrap_or_default();
    let here = facts.instances.get(after).map(|i| &i.cluster.name);
    let local = all.iter().copied().find(|&n| facts.instances.get(n).map(|i| &i.cluster.name) == here);
    local.map_or_else(|| all.to_vec(), |one| vec![one])
}
