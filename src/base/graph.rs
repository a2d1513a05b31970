//! A small directed graph: cycles, reachability, longest paths. Nodes are numbers from 0.

use std::collections::BTreeSet;

/// Edges from a node to those that come after it.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    after: Vec<BTreeSet<usize>>,
}

impl Graph {
    /// A graph of `nodes` nodes without edges.
    #[must_use]
    pub fn new(nodes: usize) -> Graph {
        Graph { after: vec![BTreeSet::new(); nodes] }
    }

    /// Adds the edge "`before` comes before `after`". Nodes out of range are passed over.
    pub fn add(&mut self, before: usize, after: usize) {
        if after < self.after.len()
            && let Some(set) = self.after.get_mut(before)
        {
            set.insert(after);
        }
    }

    /// The nodes that come directly after one.
    pub fn after(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.after.get(node).into_iter().flatten().copied()
    }

    /// Whether `to` can be reached from `from` along edges.
    #[must_use]
    pub fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.after.len()];
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if node == to {
                return true;
            }
            if let Some(flag) = seen.get_mut(node).filter(|f| !**f) {
                *flag = true;
                stack.extend(self.after(node));
            }
        }
        false
    }

    /// Groups of nodes that can all reach each other, each sorted, groups of one left out unless the
    /// node has an edge to itself. Sorted by first node.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        let mut groups = Tarjan::new(self).run();
        groups.retain(|g| g.len() > 1 || g.first().is_some_and(|&n| self.after(n).any(|m| m == n)));
        groups.sort();
        groups
    }

    /// One shortest cycle within a group from [`Graph::cycles`], beginning at its first node; the
    /// first node is not repeated at the end.
    #[must_use]
    pub fn cycle_through(&self, group: &[usize]) -> Vec<usize> {
        let Some(&start) = group.first() else { return Vec::new() };
        let mut from: Vec<Option<usize>> = vec![None; self.after.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for next in self.after(node).filter(|n| group.binary_search(n).is_ok()) {
                if next == start {
                    return path_back(&from, start, node);
                }
                if let Some(slot) = from.get_mut(next).filter(|s| s.is_none()) {
                    *slot = Some(node);
                    queue.push_back(next);
                }
            }
        }
        group.to_vec()
    }

    /// For each node the number of edges on the longest path that ends there, or more where `least`
    /// asks for more. Nodes on cycles keep their least value.
    #[must_use]
    pub fn longest(&self, least: impl Fn(usize) -> i64) -> Vec<i64> {
        let mut waiting = vec![0usize; self.after.len()];
        for next in self.after.iter().flatten() {
            if let Some(count) = waiting.get_mut(*next) {
                *count += 1;
            }
        }
        let mut level: Vec<i64> = (0..self.after.len()).map(least).collect();
        let mut ready: Vec<usize> = (0..self.after.len()).filter(|&n| waiting.get(n) == Some(&0)).collect();
        while let Some(node) = ready.pop() {
            let here = level.get(node).copied().unwrap_or(0);
            for next in self.after(node) {
                if let Some(there) = level.get_mut(next) {
                    *there = (*there).max(here.saturating_add(1));
                }
                if let Some(count) = waiting.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(next);
                    }
                }
            }
        }
        level
    }
}

fn path_back(from: &[Option<usize>], start: usize, end: usize) -> Vec<usize> {
    let mut path = vec![end];
    let mut at = end;
    while let Some(before) = from.get(at).copied().flatten().filter(|_| at != start) {
        path.push(before);
        at = before;
    }
    path.reverse();
    path
}

/// Strongly connected components after Tarjan, with a stack of its own so that long chains can't
/// exhaust the program's.
struct Tarjan<'g> {
    graph: &'g Graph,
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    groups: Vec<Vec<usize>>,
}

impl<'g> Tarjan<'g> {
    fn new(graph: &'g Graph) -> Tarjan<'g> {
        let n = graph.after.len();
        Tarjan {
            graph,
            index: vec![None; n],
            low: vec![0; n],
            on_stack: vec![false; n],
            stack: Vec::new(),
            next: 0,
            groups: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Vec<usize>> {
        for node in 0..self.graph.after.len() {
            if self.index.get(node) == Some(&None) {
                self.visit(node);
            }
        }
        self.groups
    }

    fn open(&mut self, node: usize) -> (usize, Vec<usize>) {
        set(&mut self.index, node, Some(self.next));
        set(&mut self.low, node, self.next);
        set(&mut self.on_stack, node, true);
        self.next += 1;
        self.stack.push(node);
        (node, self.graph.after(node).collect())
    }

    fn visit(&mut self, root: usize) {
        let mut calls = vec![self.open(root)];
        while let Some((node, todo)) = calls.last_mut() {
            let node = *node;
            if let Some(next) = todo.pop() {
                match self.index.get(next).copied().flatten() {
                    None => {
                        let call = self.open(next);
                        calls.push(call);
                    }
                    Some(index) if self.on_stack.get(next) == Some(&true) => self.lower(node, index),
                    Some(_) => {}
                }
                continue;
            }
            calls.pop();
            let low = self.low.get(node).copied().unwrap_or(0);
            if let Some((caller, _)) = calls.last() {
                self.lower(*caller, low);
            }
            if self.index.get(node).copied().flatten() == Some(low) {
                self.close(node);
            }
        }
    }

    fn lower(&mut self, node: usize, to: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(to);
        }
    }

    fn close(&mut self, node: usize) {
        let mut group = Vec::new();
        while let Some(member) = self.stack.pop() {
            set(&mut self.on_stack, member, false);
            group.push(member);
            if member == node {
                break;
            }
        }
        group.sort_unstable();
        self.groups.push(group);
    }
}

fn set<T>(of: &mut [T], at: usize, value: T) {
    if let Some(slot) = of.get_mut(at) {
        *slot = value;
    }
}
