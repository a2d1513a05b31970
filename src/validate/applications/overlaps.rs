//! Who reads which folder.

use crate::base::hash::HashMap;
use std::collections::BTreeMap;
use std::ops::Bound;

use super::read::{Facts, Kind, Source};
use crate::base::Span;
use crate::base::git_url::normal;
use crate::diag::{Bag, Finding, Level};
use crate::model::plan::Plan;
use crate::source::path::parent;

crate::codes! {
    /// Two Applications deploy the same folder to the same place, or an Application reads the folder that it lies in.
    ///
    /// Each object of the folder then belongs to both. Argo CD warns of shared resources, each sync takes the objects over
    /// from the other Application, and when one of the two is deleted its objects go, those of the other with them. An
    /// Application that reads its own folder manages itself.
    ///
    /// Give each Application a folder of its own. The same folder may well go to several clusters or namespaces, or be
    /// built in different ways by Helm or kustomize.
    APP_PATH_OVERLAP = "app-path-overlap": error warning;
    /// An Application reads a folder of Applications with all folders below it, and what other Applications deploy lies
    /// there too.
    ///
    /// It would apply those workloads itself, into the namespace of its own destination, which for a parent is that of
    /// Argo CD.
    ///
    /// Take `recurse` out. A parent reads one folder that holds Applications only; the workloads lie elsewhere.
    PARENT_RECURSION = "parent-recursion": warning;
}

/// A source that reads a folder.
#[derive(Clone, Copy)]
struct Reader<'f> {
    app: &'f Facts,
    source: &'f Source,
    path: &'f str,
    span: Span,
}

type Folders<'f> = BTreeMap<&'f str, Vec<Reader<'f>>>;

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let own = Own::of(plan);
    let mut groups: HashMap<(String, &str), Folders> = HashMap::default();
    let mut order: Vec<(String, &str)> = Vec::new();
    for app in facts.iter().filter(|f| f.kind == Kind::Application) {
        for source in app.sources.iter().filter(|s| !s.chart) {
            let Some((path, span)) = &source.path else { continue };
            let path = if &**path == "." { "" } else { path.trim_start_matches("./") };
            let key = (normal(&source.url.text), &*source.revision);
            if !groups.contains_key(&key) {
                order.push(key.clone());
            }
            let reader = Reader { app, source, path, span: *span };
            groups.entry(key).or_default().entry(path).or_default().push(reader);
        }
    }
    let mut holders: BTreeMap<String, &Facts> = BTreeMap::new();
    for app in facts.iter().filter(|f| f.kind == Kind::Application) {
        holders.entry(own.in_repo(parent(&app.path))).or_insert(app);
    }
    for key in &order {
        let Some(folders) = groups.get(key) else { continue };
        let is_own = key.0 == own.url;
        for (path, readers) in folders {
            let mut free: Vec<&Reader> = Vec::new();
            for reader in readers {
                match is_own && own.holds_itself(reader) {
                    true => bag.push(itself(reader)),
                    false => free.push(reader),
                }
                bag.extend(below(reader, folders, &holders, is_own).into_iter().collect());
            }
            let level = if is_own && own.is_of_tree(plan, path) { Level::Error } else { Level::Warning };
            bag.extend(same(&free, level));
        }
    }
}

/// The platform's own repository.
struct Own {
    url: String,
    path: String,
}

impl Own {
    fn of(plan: &Plan) -> Own {
        let repo = plan.platform.get("repo");
        let text = |key: &str| repo.and_then(|r| r.str_at(key)).unwrap_or_default();
        Own { url: normal(text("url")), path: text("path").trim_matches('/').to_owned() }
    }

    /// A folder of the tree as one of the repository.
    fn in_repo(&self, folder: &str) -> String {
        [self.path.as_str(), folder].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("/")
    }

    /// Whether a folder of the repository is one that the tree makes for an Application.
    fn is_of_tree(&self, plan: &Plan, path: &str) -> bool {
        let below = if self.path.is_empty() { Some(path) } else { path.strip_prefix(self.path.as_str()) };
        below.is_some_and(|folder| plan.folders.contains_key(folder.trim_start_matches('/')))
    }

    fn holds_itself(&self, reader: &Reader) -> bool {
        let holder = self.in_repo(parent(&reader.app.path));
        holder == reader.path || (reader.source.recurse && is_below(&holder, reader.path))
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn itself(reader: &Reader) -> Finding {
    let name = &reader.app.name;
    let there = if reader.source.recurse { "below" } else { "in" };
    let message =
        format!("Application `{name}` lies {there} `{}`, which it reads: it would manage itself", shown(reader.path));
    let help = "give it a folder of its own, and let `path` name that";
    Finding::error(&APP_PATH_OVERLAP, reader.span, message, help)
}

/// Applications that read one folder and bring it to one place.
fn same(readers: &[&Reader], level: Level) -> Bag {
    let mut bag = Bag::new();
    let mut first: HashMap<&(std::sync::Arc<str>, std::sync::Arc<str>), &Reader> = HashMap::default();
    for reader in readers.iter().filter(|r| r.source.plain) {
        let Some(other) = first.insert(&reader.app.destination, reader) else { continue };
        let (one, two) = (&other.app.name, &reader.app.name);
        let message = match one == two {
            true => format!("Application `{one}` has two sources that read `{}`", shown(reader.path)),
            false => format!("`{one}` and `{two}` both deploy `{}` to the same place", shown(reader.path)),
        };
        let help = "keep one of the two, or give each a folder of its own";
        bag.push(at_level(level, reader.span, message, help).also(other.span, "the other one"));
    }
    bag
}

/// What others read below a folder that is read with all folders below it.
fn below(reader: &Reader, folders: &Folders, holders: &BTreeMap<String, &Facts>, is_own: bool) -> Option<Finding> {
    if !reader.source.recurse || !reader.source.plain {
        return None;
    }
    let path = reader.path;
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let others = || after(folders, &prefix, path).flat_map(|(_, r)| r).filter(|r| r.app.name != reader.app.name);
    // What holds Applications is no workload.
    let other = others().find(|r| !is_own || !holders.contains_key(r.path)).or_else(|| others().next())?;
    let is_parent = is_own
        && (holders.contains_key(path)
            || holders.range(prefix.clone()..).next().is_some_and(|(folder, _)| is_below(folder, path)));
    let (shown, below, name) = (shown(path), shown(other.path), &reader.app.name);
    if is_parent {
        let message =
            format!("`{name}` reads the Applications below `{shown}`, and with them the workloads in `{below}`");
        let help = "take `recurse` out, or keep workloads out of that folder";
        let finding = Finding::warning(&PARENT_RECURSION, reader.span, message, help);
        return Some(finding.also(other.span, format!("`{}` deploys these", other.app.name)));
    }
    let same_place = reader.app.destination.0 == other.app.destination.0;
    let message =
        format!("`{name}` reads all below `{shown}`, and with it `{below}`, which `{}` deploys", other.app.name);
    let help = "take `recurse` out, or move one of the two folders";
    let level = if is_own { Level::Error } else { Level::Warning };
    same_place.then(|| at_level(level, reader.span, message, help).also(other.span, "the other one"))
}

/// The folders below a path.
fn after<'f, 'm>(
    folders: &'m Folders<'f>,
    prefix: &str,
    path: &'m str,
) -> impl Iterator<Item = (&'m &'f str, &'m Vec<Reader<'f>>)> {
    let from = folders.range::<str, _>((Bound::Excluded(prefix), Bound::Unbounded));
    from.take_while(move |(folder, _)| is_below(folder, path))
}

fn at_level(level: Level, span: Span, message: String, help: &str) -> Finding {
    match level {
        Level::Error => Finding::error(&APP_PATH_OVERLAP, span, message, help),
        _ => Finding::warning(&APP_PATH_OVERLAP, span, message, help),
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}
