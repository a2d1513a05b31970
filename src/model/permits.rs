//! What an AppProject lets through, by its lists (Argo CD 3.x, `AppProject.IsSourcePermitted` and
//! `IsDestinationPermitted`).

use crate::base::hash::{HashMap, HashSet};

use globset::{GlobBuilder, GlobMatcher};

use crate::base::Value;
use crate::base::git_url::normal;
use crate::source::path::LONGEST;

/// The lists of a project about sources and destinations.
#[derive(Clone, Debug, Default)]
pub struct Permits {
    sources: Sources,
    /// Entries that name one namespace of one cluster: namespaces by server, and by name. There may be thousands.
    by_server: HashMap<String, HashSet<String>>,
    by_name: HashMap<String, HashSet<String>>,
    /// All other entries.
    patterns: Vec<Destination>,
}

/// An entry of `destinations`, each part a pattern.
#[derive(Clone, Debug)]
struct Destination {
    server: Pattern,
    name: Pattern,
    namespace: Pattern,
}

/// A glob, or its opposite.
#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
    denies: bool,
}

impl Permits {
    /// Those of an AppProject. One that is null permits nothing.
    #[must_use]
    pub fn of_object(project: &Value) -> Permits {
        project.get("spec").map(Permits::of).unwrap_or_default()
    }

    /// Those of the `spec` of an AppProject.
    #[must_use]
    pub fn of(spec: &Value) -> Permits {
        let mut out = Permits { sources: Sources::of(spec), ..Permits::default() };
        for to in spec.get("destinations").and_then(Value::as_list).unwrap_or_default() {
            let part = |key: &str| Pattern::new(to.str_at(key));
            let (server, name, namespace) = (part("server"), part("name"), part("namespace"));
            if [&server, &name, &namespace].iter().all(|part| part.is_plain()) {
                out.by_server.entry(server.text).or_default().insert(namespace.text.clone());
                out.by_name.entry(name.text).or_default().insert(namespace.text);
            } else {
                out.patterns.push(Destination { server, name, namespace });
            }
        }
        out
    }

    /// Whether sources from a repository are let through.
    #[must_use]
    pub fn source(&self, url: &str) -> bool {
        self.sources.permits(&normal(url))
    }

    /// Whether a destination is let through. Server or name is empty where it is not known.
    #[must_use]
    pub fn destination(&self, server: &str, name: &str, namespace: &str) -> bool {
        let listed = |by: &HashMap<String, HashSet<String>>, key: &str| {
            !key.is_empty() && by.get(key).is_some_and(|namespaces| namespaces.contains(namespace))
        };
        let mut any = listed(&self.by_server, server) || listed(&self.by_name, name);
        // One that denies wins, wherever it stands.
        for to in &self.patterns {
            let by_server = !server.is_empty() && to.server.matches(server);
            let by_name = !name.is_empty() && to.name.matches(name);
            let in_namespace = to.namespace.matches(namespace);
            if (by_server || by_name) && in_namespace {
                any = true;
            } else if (!by_name && to.name.denies)
                || (!by_server && to.server.denies)
                || (!in_namespace && to.namespace.denies)
            {
                return false;
            }
        }
        any
    }
}

impl Pattern {
    fn new(text: Option<&str>) -> Pattern {
        let text = text.unwrap_or_default();
        let (plain, denies) = text.strip_prefix('!').map_or((text, false), |rest| (rest, true));
        let is_glob = plain.len() <= LONGEST && plain.contains(['*', '?', '[', '{']);
        let glob = is_glob.then(|| globset::Glob::new(plain).ok()).flatten().map(|glob| glob.compile_matcher());
        Pattern { text: plain.to_owned(), glob, denies }
    }

    fn is_plain(&self) -> bool {
        self.glob.is_none() && !self.denies
    }

    fn matches(&self, value: &str) -> bool {
        let found = self.text == value || self.glob.as_ref().is_some_and(|glob| glob.is_match(value));
        found != self.denies
    }
}

/// `sourceRepos` of a project.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    exact: HashSet<String>,
    globs: Vec<GlobMatcher>,
    denied: Vec<GlobMatcher>,
    all: bool,
}

impl Sources {
    /// Those of the `spec` of an AppProject.
    #[must_use]
    pub fn of(spec: &Value) -> Sources {
        let mut out = Sources::default();
        let listed = spec.get("sourceRepos").and_then(Value::as_list).unwrap_or_default();
        for pattern in listed.iter().filter_map(Value::as_str).filter(|p| p.len() <= LONGEST) {
            match pattern.strip_prefix('!') {
                Some(denied) => out.denied.extend(url_glob(denied)),
                None if pattern == "*" => out.all = true,
                None if pattern.contains(['*', '?', '[', '{']) => out.globs.extend(url_glob(pattern)),
                None => drop(out.exact.insert(normal(pattern))),
            }
        }
        out
    }

    /// Whether a repository is let through, by its URL in normal form.
    #[must_use]
    pub fn permits(&self, url: &str) -> bool {
        let listed = self.all || self.exact.contains(url) || self.globs.iter().any(|g| g.is_match(url));
        listed && !self.denied.iter().any(|g| g.is_match(url))
    }
}

/// A glob over URLs of repositories in their normal form; nothing where it is none, or too long.
#[must_use]
pub fn url_glob(pattern: &str) -> Option<GlobMatcher> {
    let pattern = Some(normal(pattern)).filter(|pattern| pattern.len() <= LONGEST)?;
    GlobBuilder::new(&pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}
