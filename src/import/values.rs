//! Values files of the tree's own repository that Applications name (Argo CD 3.x, `helm.valueFiles`): a plain path is seen
//! from the folder of the source, one that begins with `/` or with the `ref` of another source from the root of the
//! repository.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::apps::App;
use super::files::{Files, Values};
use super::own::Own;
use super::reach::PATH_NOT_IN_TREE;
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::kustomize::list;
use crate::source::path::below;

/// A values file that a source names.
#[derive(Clone, Debug)]
pub struct Named {
    /// URL of the repository that holds it.
    pub url: Arc<str>,
    /// Its path, seen from the root of the repository.
    pub path: String,
    /// The text that names it.
    written: Arc<str>,
    /// Where that stands.
    span: Span,
    /// The revision.
    revision: Arc<str>,
    /// Whether it may be missing.
    optional: bool,
}

/// The files that the sources of an Application name. URLs and patterns are left out.
pub fn of(sources: &[&Value]) -> Vec<Named> {
    sources
        .iter()
        .filter_map(|source| Some((*source, source.get("helm")?)))
        .flat_map(|(source, helm)| {
            let optional = helm.get("ignoreMissingValueFiles").and_then(Value::as_bool) == Some(true);
            list(helm, "valueFiles").iter().filter_map(move |file| named(source, file, sources, optional))
        })
        .collect()
}

fn named(source: &Value, file: &Value, sources: &[&Value], optional: bool) -> Option<Named> {
    let text = file.as_str().filter(|text| !text.contains("://") && !text.contains(['*', '?', '[']))?;
    let (holder, path) = match text.strip_prefix('$') {
        Some(rest) => {
            let (reference, path) = rest.split_once('/')?;
            let holder = sources.iter().find(|s| s.str_at("ref") == Some(reference))?;
            (*holder, below("", path)?)
        }
        // Beside a chart of a repository of charts nothing lies that is to be seen here.
        None if source.get("chart").is_some() => return None,
        None => (source, below(source.str_at("path").filter(|_| !text.starts_with('/')).unwrap_or_default(), text)?),
    };
    Some(Named {
        url: holder.str_at("repoURL")?.into(),
        path,
        written: text.into(),
        span: file.span,
        revision: holder.str_at("targetRevision").unwrap_or("HEAD").into(),
        optional,
    })
}

/// Takes the files that Applications name for values, whatever they are called, and reports those that are not there.
pub fn files(apps: &[App], files: &mut Files, own: &Own, bag: &mut Bag) {
    let mut known: BTreeSet<Arc<str>> = files.values.iter().map(|file| Arc::clone(&file.path)).collect();
    let mut reported: BTreeSet<(Span, &str)> = BTreeSet::new();
    for (app, named) in apps.iter().flat_map(|app| app.values.iter().map(move |named| (app, named))) {
        let Some(path) = own.folder(&named.url, &named.path) else { continue };
        // Hidden files are not looked at, and parameters may be anything.
        let unseen = path.contains('{') || path.split('/').any(|part| part.starts_with('.'));
        if !files.names.contains(&path) && !unseen {
            if !named.optional && reported.insert((named.span, &named.path)) {
                bag.push(missing(app, named, &path, files, own));
            }
            continue;
        }
        let Some((path, [value])) = files.others.get_key_value(&*path).map(|(path, docs)| (path, docs.as_slice()))
        else {
            continue;
        };
        if value.as_map().is_some() && known.insert(Arc::clone(path)) {
            files.values.push(Values { path: Arc::clone(path), value: value.clone() });
        }
    }
}

fn missing(app: &App, named: &Named, path: &str, files: &Files, own: &Own) -> Finding {
    let message = format!("`{}` takes values from `{}`, which is no file of this repository", app.name, named.written);
    let help = match suggest::nearest(path, files.names.iter().map(String::as_str)) {
        Some(near) => {
            let near = [&*own.inside, near].join("/");
            format!("did you mean `{}`, seen from the root of the repository?", near.trim_start_matches('/'))
        }
        None => "mend the path, add the file, or set `ignoreMissingValueFiles: true`".to_owned(),
    };
    let head = matches!(&*named.revision, "HEAD" | "main" | "master" | "");
    match (own.sure, head) {
        (true, true) => Finding::error(&PATH_NOT_IN_TREE, named.span, message, help),
        (true, false) => Finding::warning(&PATH_NOT_IN_TREE, named.span, message, help),
        (false, _) => Finding::note(&PATH_NOT_IN_TREE, named.span, message, help),
    }
}
