//! Who has credentials for what, as Argo CD looks for them (Argo CD 3.x, `util/db/repository_secrets.go`).

use crate::base::hash::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::read::{Facts, Kind};
use crate::base::git_url::{loose, normal};
use crate::model::plan::Plan;
use crate::model::repositories::Repository;

/// What is known of a repository.
pub struct Entry<'a> {
    /// Its URL, as it is declared.
    pub url: &'a str,
    /// The AppProject that alone may use it.
    pub project: Option<&'a str>,
    /// Whether there are credentials.
    pub signs_in: bool,
    /// The entry of the spec, where it is one.
    pub declared: Option<&'a Repository>,
}

/// All that is known.
pub struct Credentials<'a> {
    /// Entries for one repository, by its normal URL.
    exact: BTreeMap<String, Vec<Entry<'a>>>,
    /// Entries for all that begins with their URL: the normal URL of each.
    prefixes: Vec<(String, Entry<'a>)>,
    /// Normal URLs by the form in which slips of spelling do not count.
    by_loose: HashMap<String, String>,
    /// Whether some Secret is made for a URL that is not known here.
    pub some_unknown: bool,
}

/// What Argo CD finds for a URL.
pub enum Found<'c, 'a> {
    /// An entry that serves.
    Entry(&'c Entry<'a>),
    /// An entry that serves other projects only.
    OtherProject(&'c Entry<'a>),
    /// Nothing, though an entry is spelled nearly alike.
    Near(&'c Entry<'a>),
    /// Nothing.
    Nothing,
}

impl<'a> Credentials<'a> {
    /// From the spec, and from the Secrets that raw manifests and templates make.
    pub fn of(plan: &'a Plan, facts: &'a [Facts]) -> Credentials<'a> {
        let mut all = Credentials {
            exact: BTreeMap::new(),
            prefixes: Vec::new(),
            by_loose: HashMap::default(),
            some_unknown: false,
        };
        for repository in &plan.repositories.all {
            let entry = Entry {
                url: repository.effective_url(),
                project: repository.project.as_deref(),
                signs_in: repository.signs_in,
                declared: Some(repository),
            };
            all.add(entry, repository.prefix);
        }
        for made in facts.iter().filter(|f| matches!(f.kind, Kind::Credentials | Kind::Prefix)) {
            all.some_unknown |= made.sources.is_empty();
            for source in &made.sources {
                let project = made.project.as_ref().map(|(p, _)| &**p);
                let entry = Entry { url: &source.url.text, project, signs_in: true, declared: None };
                all.add(entry, made.kind == Kind::Prefix);
            }
        }
        all.prefixes.sort_by_key(|(normal, _)| std::cmp::Reverse(normal.len()));
        all
    }

    fn add(&mut self, entry: Entry<'a>, prefix: bool) {
        let normal = normal(entry.url);
        if prefix {
            self.prefixes.push((normal, entry));
            return;
        }
        if entry.signs_in {
            self.by_loose.insert(loose(entry.url), normal.clone());
        }
        self.exact.entry(normal).or_default().push(entry);
    }

    /// What Argo CD finds for a URL that a project uses.
    pub fn find(&self, url: &str, project: Option<&Arc<str>>) -> Found<'_, 'a> {
        let whole = normal(url);
        let entries = self.exact.get(&whole).map(Vec::as_slice).unwrap_or_default();
        let serves = |e: &&Entry| e.project.is_none_or(|own| project.is_some_and(|p| **p == *own));
        if let Some(entry) = entries.iter().find(serves) {
            return Found::Entry(entry);
        }
        // The longest comes first.
        if let Some((_, entry)) = self.prefixes.iter().find(|(prefix, _)| whole.starts_with(prefix.as_str())) {
            return Found::Entry(entry);
        }
        if let Some(entry) = entries.first() {
            return Found::OtherProject(entry);
        }
        let near = loose(url);
        let of_loose = self.by_loose.get(&near).and_then(|normal| self.exact.get(normal)?.iter().find(|e| e.signs_in));
        let of_prefix = || self.prefixes.iter().find(|(_, e)| e.signs_in && begins(&near, &loose(e.url)));
        of_loose.or_else(|| of_prefix().map(|(_, e)| e)).map_or(Found::Nothing, Found::Near)
    }

    /// Entries of the spec with credentials for one repository, by the normal URL.
    pub fn declared(&self) -> impl Iterator<Item = (&String, &Vec<Entry<'a>>)> {
        self.exact.iter()
    }
}

fn begins(url: &str, prefix: &str) -> bool {
    url.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'))
}
