//! Which repository a tree is, and where the tree lies in it.

use std::collections::BTreeMap;

use super::Options;
use super::apps::{App, folder};
use super::files::Files;
use crate::base::git_url::normal;

/// The repository of the tree.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Its URL; nothing where no Application reads it.
    pub url: Option<String>,
    /// The folder of it that is the tree; empty for the whole.
    pub inside: String,
    /// Whether it was named, by the user or by git, and is not a guess.
    pub sure: bool,
    normal: String,
}

impl Own {
    /// The folder of the tree that a source reads; `None` when it reads another repository, or beside the tree.
    pub fn folder(&self, url: &str, path: &str) -> Option<String> {
        if self.url.is_none() || normal(url) != self.normal {
            return None;
        }
        self.below(path)
    }

    fn below(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.inside.as_str())?;
        let ends = self.inside.is_empty() || rest.is_empty() || rest.starts_with('/');
        ends.then(|| rest.trim_start_matches('/').to_owned())
    }
}

/// By word of the user; else what git fetches from, if an Application reads that; else the URL of which most paths are
/// folders of the tree, or that most sources have.
pub fn find(apps: &[App], templates: &[App], files: &Files, options: &Options) -> Own {
    let apps = &[apps, templates].concat();
    let named = options.repo.as_ref().or(options.remote.as_ref().filter(|remote| used(apps, remote)));
    let url = named.cloned().or_else(|| guess(apps, files, options));
    let normal = url.as_deref().map(normal).unwrap_or_default();
    let mut own = Own { url, inside: String::new(), sure: named.is_some(), normal };
    own.inside = inside(&own, apps, files, options);
    own
}

fn used(apps: &[App], url: &str) -> bool {
    let url = normal(url);
    apps.iter().flat_map(App::paths).any(|(of, _)| normal(of) == url)
}

fn guess(apps: &[App], files: &Files, options: &Options) -> Option<String> {
    let reads = || apps.iter().flat_map(App::paths).filter(|(url, _)| !url.contains("{{"));
    let there = |path: &str| candidates(options).any(|inside| hits(path, &inside, files));
    let hit = most(reads().filter(|(_, path)| there(path)).map(|(url, _)| url));
    // Folders that a generator finds are not to be seen yet.
    let open = || most(reads().filter(|(_, path)| path.contains("{{")).map(|(url, _)| url));
    hit.or_else(open).map(str::to_owned)
}

/// Where the tree may lie in its repository.
fn candidates(options: &Options) -> impl Iterator<Item = String> {
    let given = folder(&options.inside);
    let outer = (!given.is_empty()).then(String::new);
    std::iter::once(given).chain(outer)
}

fn hits(path: &str, inside: &str, files: &Files) -> bool {
    let own = Own { inside: inside.to_owned(), ..Own::default() };
    let there = |below: &String| files.folders.contains(below) || files.names.contains(below);
    own.below(path).is_some_and(|below| !below.is_empty() && there(&below))
}

/// The one of both under which more of the paths are there.
fn inside(own: &Own, apps: &[App], files: &Files, options: &Options) -> String {
    let of_own = apps.iter().flat_map(App::paths).filter(|(url, _)| normal(url) == own.normal);
    let reads: Vec<&str> = of_own.map(|(_, path)| path).collect();
    let count = |inside: &String| reads.iter().filter(|path| hits(path, inside, files)).count();
    let mut best = (String::new(), None);
    for inside in candidates(options) {
        let found = count(&inside);
        if best.1.is_none_or(|most| found > most) {
            best = (inside, Some(found));
        }
    }
    best.0
}

/// The text that comes most often; of several the first in byte order.
pub fn most<'t>(texts: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    let best = counts.values().max().copied()?;
    counts.into_iter().find(|(_, count)| *count == best).map(|(text, _)| text)
}
