//! Paths of the platform's own repository that neither the tree nor the files beside the spec hold.

use crate::diag::{Bag, Finding};
use crate::model::gathered::Absent;
use crate::model::plan::Plan;
use crate::model::tree::Tree;

crate::codes! {
    /// An app reads a folder or a values file of the platform's own repository that is not there.
    ///
    /// Argo CD shows the error `app path does not exist`, or that a values file was not found, instead of the app, and syncs
    /// nothing. The tree does not make it, and it lies not beside the spec either, while the folder above does. Where the
    /// folder of the spec is that of the repository this is a warning, else a note, as the repository may hold more.
    ///
    /// Mend the path, which is seen from the root of the repository, or add the file.
    SOURCE_PATH_MISSING = "source-path-missing": warning note;
}

/// Runs the rule.
pub fn check(plan: &Plan, tree: &Tree, bag: &mut Bag) {
    let inside = plan.platform.get("repo").and_then(|r| r.str_at("path")).unwrap_or_default().trim_matches('/');
    for absent in plan.absent.iter().filter(|absent| !makes(tree, inside, absent)) {
        let what = if absent.is_file { "file" } else { "folder" };
        let message = format!(
            "`{}` reads `{}` of the platform's own repository, and there is no such {what}",
            absent.app, absent.path
        );
        let help = match &absent.near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("mend the path, which is seen from the root of the repository, or add the {what}"),
        };
        bag.push(match absent.sure {
            true => Finding::warning(&SOURCE_PATH_MISSING, absent.span, message, help),
            false => Finding::note(&SOURCE_PATH_MISSING, absent.span, message, help),
        });
    }
}

/// Whether the tree, which lies in the folder `inside` of the repository, holds it.
fn makes(tree: &Tree, inside: &str, absent: &Absent) -> bool {
    let below = if inside.is_empty() { Some(&*absent.path) } else { absent.path.strip_prefix(inside) };
    let Some(path) = below.map(|path| path.trim_start_matches('/')) else { return false };
    let prefix = format!("{path}/");
    tree.contains_key(path) || tree.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
}
