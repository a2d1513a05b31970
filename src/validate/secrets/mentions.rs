//! Where a name stands as a word, in whatever place: asked only for the few names that no rule could settle.

use crate::base::hash::{HashMap, HashSet};

use rayon::prelude::*;

use super::charts::Chart;
use crate::base::Value;
use crate::model::document::Identity;

/// An object as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// Its path in the tree.
    pub path: &'t str,
    /// The text.
    pub text: &'t str,
    /// What it is.
    pub identity: Option<&'t Identity>,
}

/// The words of a text: what is made of the characters of names.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    text.split(move |c| !inner(c)).map(|word| word.trim_matches('.')).filter(|word| !word.is_empty())
}

/// Who mentions what.
pub struct Mentions<'t> {
    /// Indices of the texts, by word.
    texts: HashMap<&'t str, Vec<usize>>,
    /// Indices of the charts, by word.
    charts: HashMap<String, Vec<usize>>,
}

impl<'t> Mentions<'t> {
    /// Looks for some words.
    pub fn of(wanted: &HashSet<&str>, texts: &[Text<'t>], all: &[Chart<'_>]) -> Mentions<'t> {
        let mut out = Mentions { texts: HashMap::default(), charts: HashMap::default() };
        if wanted.is_empty() {
            return out;
        }
        let in_text = |text: &Text<'t>| -> Vec<&'t str> { words(text.text).filter(|w| wanted.contains(w)).collect() };
        let found: Vec<Vec<&str>> = texts.par_iter().map(in_text).collect();
        for (index, found) in found.into_iter().enumerate() {
            for word in found {
                let known = out.texts.entry(word).or_default();
                if known.last() != Some(&index) {
                    known.push(index);
                }
            }
        }
        let in_chart = |chart: &Chart<'_>| -> HashSet<String> {
            let mut found = HashSet::default();
            collect(&chart.values, wanted, &mut found);
            found
        };
        let found: Vec<HashSet<String>> = all.par_iter().map(in_chart).collect();
        for (index, found) in found.into_iter().enumerate() {
            for word in found {
                out.charts.entry(word).or_default().push(index);
            }
        }
        out
    }

    /// Indices of the texts that mention a word.
    pub fn texts(&self, word: &str) -> &[usize] {
        self.texts.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Indices of the charts whose values mention a word.
    pub fn charts(&self, word: &str) -> &[usize] {
        self.charts.get(word).map(Vec::as_slice).unwrap_or_default()
    }
}

fn collect(value: &Value, wanted: &HashSet<&str>, found: &mut HashSet<String>) {
    let mut add = |text: &str| found.extend(words(text).filter(|w| wanted.contains(w)).map(str::to_owned));
    if let Some(text) = value.as_str() {
        add(text);
    }
    if let Some(map) = value.as_map() {
        map.keys().for_each(&mut add);
        map.iter().for_each(|entry| collect(&entry.value, wanted, found));
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| collect(item, wanted, found));
}
