//! Selections: which files of the tree are meant.

use crate::model::changes::{Change, Changes, Subject};
use crate::model::tree::{Tree, TreeFile};

/// One selection: all its conditions must hold.
#[derive(Clone, Debug)]
pub struct Selection(Vec<(Key, Vec<String>)>);

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
    /// Glob over the path of the file.
    Path,
}

/// Reads `key=value,…`.
pub fn parse(text: &str) -> Result<Selection, String> {
    text.split(',').map(condition).collect::<Result<_, _>>().map(Selection)
}

fn condition(text: &str) -> Result<(Key, Vec<String>), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not `key=value`"))?;
    let key = match key.trim() {
        "app" => Key::App,
        "category" => Key::Category,
        "cluster" => Key::Cluster,
        "environment" => Key::Environment,
        "kind" => Key::Kind,
        "name" => Key::Name,
        "namespace" => Key::Namespace,
        "path" => match globset::Glob::new(value.trim()) {
            Ok(_) => Key::Path,
            Err(error) => return Err(format!("`{}` is not a glob: {}", value.trim(), error.kind())),
        },
        other => {
            return Err(format!(
                "there is no key `{other}`; use app, category, cluster, environment, kind, name, namespace or path"
            ));
        }
    };
    Ok((key, vec![value.trim().to_owned()]))
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
        Selection(conditions)
    }

    /// Whether it means an object, before or after. What is gone belongs to no app of the spec any more, but to the
    /// Application that read it.
    fn means_change(&self, change: &Change, after: &Tree) -> bool {
        change.before.iter().chain(&change.after).any(|subject| self.means_subject(subject, after))
    }

    fn means_subject(&self, subject: &Subject, after: &Tree) -> bool {
        let tags = after.get(&*subject.path).map(|file| &file.tags);
        let object = subject.object.as_ref();
        let has = |key: Key, wanted: &str| {
            let is = |found: Option<&str>| found == Some(wanted);
            match key {
                Key::App => {
                    let application = object.filter(|o| &*o.kind == "Application").map(|o| &*o.name);
                    is(tags.and_then(|t| t.app.as_deref())) || is(subject.owner.as_deref()) || is(application)
                }
                Key::Category => is(tags.and_then(|t| t.category.as_deref())),
                Key::Cluster => is(tags.and_then(|t| t.cluster.as_deref())),
                Key::Environment => is(tags.and_then(|t| t.environment.as_deref())),
                Key::Kind => is(object.map(|o| &*o.kind)),
                Key::Name => is(object.map(|o| &*o.name)),
                Key::Namespace => is(object.and_then(|o| o.namespace.as_deref())),
                Key::Path => globset::Glob::new(wanted).is_ok_and(|g| g.compile_matcher().is_match(&*subject.path)),
            }
        };
        self.0.iter().all(|(key, wanted)| wanted.iter().any(|wanted| has(*key, wanted)))
    }

    fn means(&self, path: &str, file: &TreeFile) -> bool {
        self.0.iter().all(|(key, wanted)| wanted.iter().any(|wanted| key.has(wanted, path, file)))
    }
}

impl Key {
    fn has(self, wanted: &str, path: &str, file: &TreeFile) -> bool {
        let is = |found: Option<&str>| found == Some(wanted);
        match self {
            Key::App => is(file.tags.app.as_deref()),
            Key::Category => is(file.tags.category.as_deref()),
            Key::Cluster => is(file.tags.cluster.as_deref()),
            Key::Environment => is(file.tags.environment.as_deref()),
            Key::Kind => file.objects.iter().any(|o| is(Some(&o.kind))),
            Key::Name => file.objects.iter().any(|o| is(Some(&o.name))),
            Key::Namespace => file.objects.iter().any(|o| is(o.namespace.as_deref())),
            Key::Path => globset::Glob::new(wanted).is_ok_and(|g| g.compile_matcher().is_match(path)),
        }
    }
}
