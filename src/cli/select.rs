//! Selections: which files of the tree are meant.

use crate::model::tree::{Tree, TreeFile};

/// One selection: all its conditions must hold.
#[derive(Clone, Debug)]
pub struct Selection(Vec<(Key, String)>);

#[derive(Clone, Copy, Debug)]
enum Key {
    App,
    Category,
    Cluster,
    Kind,
    Name,
    Namespace,
    Path,
}

/// Reads `key=value,…`.
pub fn parse(text: &str) -> Result<Selection, String> {
    text.split(',').map(condition).collect::<Result<_, _>>().map(Selection)
}

fn condition(text: &str) -> Result<(Key, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not `key=value`"))?;
    let key = match key.trim() {
        "app" => Key::App,
        "category" => Key::Category,
        "cluster" => Key::Cluster,
        "kind" => Key::Kind,
        "name" => Key::Name,
        "namespace" => Key::Namespace,
        "path" => match globset::Glob::new(value.trim()) {
            Ok(_) => Key::Path,
            Err(error) => return Err(format!("`{}` is not a glob: {}", value.trim(), error.kind())),
        },
        other => {
            return Err(format!(
                "there is no key `{other}`; use app, category, cluster, kind, name, namespace or path"
            ));
        }
    };
    Ok((key, value.trim().to_owned()))
}

/// The files that at least one of the selections means; all when there is none.
pub fn apply(mut tree: Tree, selections: &[Selection]) -> Tree {
    if !selections.is_empty() {
        tree.retain(|path, file| selections.iter().any(|s| s.means(path, file)));
    }
    tree
}

impl Selection {
    fn means(&self, path: &str, file: &TreeFile) -> bool {
        self.0.iter().all(|(key, wanted)| {
            let is = |found: Option<&str>| found == Some(wanted);
            match key {
                Key::App => is(file.tags.app.as_deref()),
                Key::Category => is(file.tags.category.as_deref()),
                Key::Cluster => is(file.tags.cluster.as_deref()),
                Key::Kind => file.objects.iter().any(|o| is(Some(&o.kind))),
                Key::Name => file.objects.iter().any(|o| is(Some(&o.name))),
                Key::Namespace => file.objects.iter().any(|o| is(o.namespace.as_deref())),
                Key::Path => globset::Glob::new(wanted).is_ok_and(|g| g.compile_matcher().is_match(path)),
            }
        })
    }
}
