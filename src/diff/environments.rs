//! The Applications of one environment, put under the names of another.

use crate::base::hash::HashMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::made::made;
use crate::base::Value;
use crate::model::instance::Site;
use crate::model::tree::{Tree, TreeFile};
use crate::yaml;

/// Path -> bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What apps have in two environments, under the same names.
#[derive(Debug, Default)]
pub struct Aligned {
    /// Files of the first environment, named as those of the second.
    pub before: Files,
    /// Files of the second.
    pub after: Files,
    /// What was renamed to what, in the order in which it was looked for.
    pub renamed: Vec<(String, String)>,
    /// ApplicationSets that were left out, as what they make can't be told.
    pub left_out: Vec<String>,
}

/// The files of apps in environment `from`, under the names that they have in `to`. In paths and texts, wherever they stand
/// as a word of their own, these are renamed: the environment, its clusters, its Applications and the names of their
/// files. An app that goes to several clusters of both has them paired in the order of their names.
///
/// In the place of a file with ApplicationSets are the Applications that they make for the environment. Other files that
/// apps of several environments share, and what belongs to no app, are left out.
#[must_use]
pub fn align(tree: &Tree, sites: &[Site], from: &str, to: &str) -> Aligned {
    let at = |environment: &str| -> Vec<&Site> {
        sites.iter().filter(|site| site.environment.as_deref() == Some(environment)).collect()
    };
    let (old, new) = (at(from), at(to));
    let mut renamed: BTreeMap<String, String> = BTreeMap::from([(from.to_owned(), to.to_owned())]);
    for (a, b) in pairs(&old, &new) {
        for (a, b) in [(&a.name, &b.name), (&a.file, &b.file), (&a.cluster, &b.cluster)] {
            if a != b {
                renamed.entry(a.to_string()).or_insert_with(|| b.to_string());
            }
        }
    }
    // Longer ones first: one may be part of another.
    let mut renamed: Vec<(String, String)> = renamed.into_iter().collect();
    renamed.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let names = Names::of(&renamed);
    let sets = Sets::of(tree);
    let of = |mine: &[&Site], others: &[&Site]| -> Vec<(&str, Cow<'_, [u8]>)> {
        let (mine, others) = (Owners::of(mine), Owners::of(others));
        let own = tree.iter().filter(|(path, file)| mine.own(path, file) && !others.own(path, file));
        let own = own.map(|(path, file)| (path.as_str(), Cow::Borrowed(file.bytes.as_slice())));
        own.chain(sets.files(&mine).map(|(path, text)| (path, Cow::Owned(text.into_bytes())))).collect()
    };
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => names.rename(text).into_bytes(),
        Err(_) => bytes.to_vec(),
    };
    let before = of(&old, &new).into_iter().map(|(path, bytes)| (names.rename(path), text(&bytes))).collect();
    let after = of(&new, &old).into_iter().map(|(path, bytes)| (path.to_owned(), bytes.into_owned())).collect();
    Aligned { before, after, renamed, left_out: sets.left_out }
}

/// The ApplicationSets of a tree.
struct Sets<'t> {
    /// Path -> the Applications that those in the file make.
    made: Vec<(&'t str, Vec<Value>)>,
    left_out: Vec<String>,
}

impl<'t> Sets<'t> {
    fn of(tree: &'t Tree) -> Sets<'t> {
        let mut sets = Sets { made: Vec::new(), left_out: Vec::new() };
        for (path, file) in tree {
            let here = file.objects.iter().filter(|object| &*object.kind == "ApplicationSet");
            let labels: Vec<String> = here.map(|object| format!("ApplicationSet {}", object.name)).collect();
            match labels.is_empty().then_some(Vec::new()).or_else(|| made(&file.bytes)) {
                Some(made) => sets.made.push((path, made)),
                None => sets.left_out.extend(labels),
            }
        }
        sets
    }

    /// The files with what is made of them for an environment.
    fn files(&self, owners: &Owners) -> impl Iterator<Item = (&'t str, String)> {
        self.made.iter().filter_map(|(path, made)| {
            let name = |application: &Value| application.get("metadata")?.str_at("name").map(str::to_owned);
            let own = |application: &&Value| name(application).is_some_and(|name| owners.names.contains(&*name));
            let mut text = String::new();
            for application in made.iter().filter(own) {
                text.push_str("---\n");
                yaml::write(&mut text, application);
            }
            (!text.is_empty()).then_some((*path, text))
        })
    }
}

/// The Applications of the same app in both.
fn pairs<'s>(old: &[&'s Site], new: &[&'s Site]) -> Vec<(&'s Site, &'s Site)> {
    let by_app = |sites: &[&'s Site]| {
        let mut out: BTreeMap<Arc<str>, Vec<&'s Site>> = BTreeMap::new();
        sites.iter().for_each(|site| out.entry(Arc::clone(&site.app)).or_default().push(site));
        out
    };
    let (old, new) = (by_app(old), by_app(new));
    let both = old.iter().filter_map(|(app, sites)| Some((sites, new.get(app)?)));
    both.flat_map(|(a, b)| a.iter().copied().zip(b.iter().copied())).collect()
}

/// Which files belong to Applications of an environment.
struct Owners<'s> {
    names: BTreeSet<&'s str>,
    /// App and cluster -> names of files of its Applications there.
    files: BTreeMap<(&'s str, &'s str), Vec<&'s str>>,
}

impl<'s> Owners<'s> {
    fn of(sites: &[&'s Site]) -> Owners<'s> {
        let mut files: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        sites.iter().for_each(|s| files.entry((&*s.app, &*s.cluster)).or_default().push(&*s.file));
        Owners { names: sites.iter().map(|site| &*site.name).collect(), files }
    }

    fn own(&self, path: &str, file: &TreeFile) -> bool {
        let mut applications = file.objects.iter().filter(|object| &*object.kind == "Application").peekable();
        if applications.peek().is_some() {
            return applications.any(|object| self.names.contains(&*object.name));
        }
        let (Some(app), Some(cluster)) = (&file.tags.app, &file.tags.cluster) else { return false };
        // Environments that share a cluster are told apart by the folder that bears the name.
        let named =
            |name: &&&str| path.split('/').any(|part| part == **name || part.strip_suffix(".yaml") == Some(**name));
        self.files.get(&(&**app, &**cluster)).is_some_and(|names| names.iter().any(|name| named(&name)))
    }
}

/// Names with those that stand for them, by the word that they begin with.
struct Names<'n>(HashMap<&'n str, Vec<&'n (String, String)>>);

impl<'n> Names<'n> {
    fn of(names: &'n [(String, String)]) -> Names<'n> {
        let mut out: HashMap<&str, Vec<&(String, String)>> = HashMap::default();
        names.iter().for_each(|pair| out.entry(first_word(&pair.0)).or_default().push(pair));
        Names(out)
    }

    /// The text with each word replaced that has another name; what was replaced is not looked at again.
    fn rename(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word = first_word(rest);
            let ends = |name: &str| rest.strip_prefix(name).is_some_and(|after| !after.starts_with(is_word));
            let hit = self.0.get(word).into_iter().flatten().find(|(name, _)| ends(name));
            let (taken, put) = hit.map_or((word.len(), word), |(name, new)| (name.len(), new.as_str()));
            out.push_str(put);
            rest = rest.get(taken..).unwrap_or_default();
        }
        out
    }
}

/// The word that a text begins with, or the first character of one that begins with none.
fn first_word(text: &str) -> &str {
    let end = match text.find(|c| !is_word(c)) {
        Some(0) => text.chars().next().map_or(0, char::len_utf8),
        found => found.unwrap_or(text.len()),
    };
    text.get(..end).unwrap_or_default()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
