//! Globs as gobwas/glob 1.0.0 matches them, which Argo CD links from 3.6 on.
//!
//! All ways of matching are followed side by side: after each part of the pattern there is a set of places in the
//! text that it may have reached. So the time is the product of both lengths, whatever the pattern.

use super::PatternFault;
use super::syntax::{Dialect, Node, parse};

/// A compiled glob.
#[derive(Debug, Clone)]
pub struct Glob {
    row: Vec<Node>,
}

impl Glob {
    pub(super) fn new(pattern: &str) -> Result<Self, PatternFault> {
        Ok(Self { row: parse(pattern, Dialect::New)? })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match &*self.row {
            [Node::Text(whole)] => whole == text,
            [Node::Any | Node::Super] => true,
            [Node::Text(start), Node::Any | Node::Super] => text.starts_with(start.as_str()),
            row => {
                let text: Vec<char> = text.chars().collect();
                let mut places = vec![false; text.len() + 1];
                if let Some(first) = places.first_mut() {
                    *first = true;
                }
                after_row(row, &text, places).last() == Some(&true)
            }
        }
    }
}

fn after_row(row: &[Node], text: &[char], places: Vec<bool>) -> Vec<bool> {
    row.iter().fold(places, |places, node| after(node, text, places))
}

/// The places that a part reaches from these.
fn after(node: &Node, text: &[char], places: Vec<bool>) -> Vec<bool> {
    match node {
        Node::Text(wanted) => wanted.chars().fold(places, |places, w| step(text, &places, |c| c == w)),
        Node::Any | Node::Super => {
            let from = places.iter().position(|&p| p).unwrap_or(places.len());
            (0..places.len()).map(|at| at >= from).collect()
        }
        Node::One => step(text, &places, |_| true),
        Node::List { chars, not } => step(text, &places, |c| chars.contains(c) != *not),
        Node::Range { lo, hi, not } => step(text, &places, |c| (*lo..=*hi).contains(&c) != *not),
        Node::Braces(rows) => {
            let mut reached = vec![false; places.len()];
            for row in rows {
                let each = after_row(row, text, places.clone());
                reached.iter_mut().zip(each).for_each(|(all, one)| *all |= one);
            }
            reached
        }
    }
}

/// One character further wherever it fits.
fn step(text: &[char], places: &[bool], fits: impl Fn(char) -> bool) -> Vec<bool> {
    let moved = places.iter().zip(text).map(|(&here, &c)| here && fits(c));
    std::iter::once(false).chain(moved).collect()
}
