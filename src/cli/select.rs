//! Selections: which files of the tree are meant.

use crate::model::changes::{Change, Changes, Subject};
use crate::model::document::{Identity, Tags};
use crate::model::tree::{Tree, TreeFile};
use crate::source::path::LONGEST;

/// One selection: all its conditions must hold.
#[derive(Clone, Debug)]
pub struct Selection(Vec<Condition>);

/// What one condition wants.
#[derive(Clone, Debug)]
enum Condition {
    /// One of these values.
    Is(Key, Vec<String>),
    /// A path that the glob matches.
    Path(globset::GlobMatcher),
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// Name of the app.
    App,
    /// Its category.
    Category,
    /// The cluster that it goes to.
    Cluster,
    /// Its environment.
    Environment,
    /// Kind of one of the objects.
    Kind,
    /// Name of one of them.
    Name,
    /// Namespace of one of them.
    Namespace,
}

/// Reads `key=value,…`.
pub fn parse(text: &str) -> Result<Selection, String> {
    text.split(',').map(condition).collect::<Result<_, _>>().map(Selection)
}

fn condition(text: &str) -> Result<Condition, String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not `key=value`"))?;
    let value = value.trim();
    let key = match key.trim() {
        "app" => Key::App,
        "category" => Key::Category,
        "cluster" => Key::Cluster,
        "environment" => Key::Environment,
        "kind" => Key::Kind,
        "name" => Key::Name,
        "namespace" => Key::Namespace,
        // The glob library panics on patterns that are too large for its automaton.
        "path" if value.len() > LONGEST => return Err("the glob of `path` is too long".to_owned()),
        "path" => {
            let glob = globset::Glob::new(value);
            let glob = glob.map_err(|error| format!("`{value}` is not a glob: {}", error.kind()))?;
            return Ok(Condition::Path(glob.compile_matcher()));
        }
        other => {
            return Err(format!(
                "there is no key `{other}`; use app, category, cluster, environment, kind, name, namespace or path"
            ));
        }
    };
    Ok(Condition::Is(key, vec![value.to_owned()]))
}

/// The files that at least one of the selections means; all when there is none.
pub fn apply(mut tree: Tree, selections: &[Selection]) -> Tree {
    if !selections.is_empty() {
        tree.retain(|path, file| selections.iter().any(|s| s.means(path, file)));
    }
    tree
}

/// The changes that at least one of the selections means; all when there is none.
pub fn changes(changes: Changes, after: &Tree, selections: &[Selection]) -> Changes {
    match selections.is_empty() {
        true => changes,
        false => changes.keep(|change| selections.iter().any(|s| s.means_change(change, after))),
    }
}

impl Selection {
    /// Files for which each condition has one of its values.
    pub fn of(conditions: Vec<(Key, Vec<String>)>) -> Selection {
        Selection(conditions.into_iter().map(|(key, values)| Condition::Is(key, values)).collect())
    }

    fn means(&self, path: &str, file: &TreeFile) -> bool {
        self.holds(path, |key, wanted| {
            key.of_tags(&file.tags) == Some(wanted) || file.objects.iter().any(|o| key.of_object(o) == Some(wanted))
        })
    }

    /// Whether it means an object, before or after. What is gone belongs to no app of the spec any more, but to the
    /// Application that read it.
    fn means_change(&self, change: &Change, after: &Tree) -> bool {
        change.before.iter().chain(&change.after).any(|subject| self.means_subject(subject, after))
    }

    fn means_subject(&self, subject: &Subject, after: &Tree) -> bool {
        let tags = after.get(&*subject.path).map(|file| &file.tags);
        let object = subject.object.as_ref();
        let application = object.filter(|object| &*object.kind == "Application").map(|object| &*object.name);
        self.holds(&subject.path, |key, wanted| {
            let of_app = [subject.owner.as_deref(), application].into_iter().filter(|_| matches!(key, Key::App));
            let own = [tags.and_then(|tags| key.of_tags(tags)), object.and_then(|object| key.of_object(object))];
            own.into_iter().chain(of_app).flatten().any(|found| found == wanted)
        })
    }

    fn holds(&self, path: &str, has: impl Fn(Key, &str) -> bool) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::Is(key, values) => values.iter().any(|wanted| has(*key, wanted)),
            Condition::Path(glob) => glob.is_match(path),
        })
    }
}

impl Key {
    fn of_tags(self, tags: &Tags) -> Option<&str> {
        match self {
            Key::App => tags.app.as_deref(),
            Key::Category => tags.category.as_deref(),
            Key::Cluster => tags.cluster.as_deref(),
            Key::Environment => tags.environment.as_deref(),
            Key::Kind | Key::Name | Key::Namespace => None,
        }
    }

    fn of_object(self, object: &Identity) -> Option<&str> {
        match self {
            Key::Kind => Some(&object.kind),
            Key::Name => Some(&object.name),
            Key::Namespace => object.namespace.as_deref(),
            Key::App | Key::Category | Key::Cluster | Key::Environment => None,
        }
    }
}
