//! Names that lead nowhere.

use super::{Folder, Scene};
use crate::diag::{Bag, Finding};
use crate::model::kustomize::{FILES, Named, Target, Wanted};

crate::codes! {
    /// A kustomization names a file or folder that is not there, that is not what kustomize expects, or that it may not read.
    ///
    /// Names are relative to the kustomization in the output, not to where it lies beside the spec: all raw manifests of an
    /// app come into one folder. Kustomize then stops, and Argo CD shows the error instead of the app.
    ///
    /// A folder has to hold a kustomization of its own, and files have to lie in the folder of the kustomization or below.
    KUSTOMIZE_PATH = "kustomize-path": error warning;
}

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (path, folder) in &scene.folders {
        for named in &folder.named {
            bag.extend(fault(scene, path, folder, named).into_iter().collect());
        }
    }
}

fn fault(scene: &Scene, path: &str, folder: &Folder, named: &Named) -> Option<Finding> {
    let (name, field) = (named.path, named.field);
    let span = scene.at(named.span, folder.kustomization);
    let error = |message: String, help: String| Some(Finding::error(&KUSTOMIZE_PATH, span, message, help));
    if name.starts_with('/') {
        return error(format!("`{name}` is absolute, which kustomize refuses"), relative_help(path));
    }
    let target = match scene.resolve(path, name) {
        Target::Outside => {
            return error(format!("`{name}` leads out of the repository, seen from `{path}`"), relative_help(path));
        }
        Target::Beside => return None,
        Target::Tree(target) => target,
    };
    let inside = target.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    if scene.input.tree.contains_key(&target) {
        if named.wanted == Wanted::Folder {
            return error(
                format!("`{name}` is a file, and `{field}` takes folders"),
                format!("write `resources` instead of `{field}`"),
            );
        }
        if inside {
            return None;
        }
        let message = format!("`{name}` lies outside of `{path}`, where kustomize reads no single files");
        let help = "give its folder a kustomization and name the folder, or let the file belong to this app";
        return Some(Finding::warning(&KUSTOMIZE_PATH, span, message, help));
    }
    if scene.is_folder(&target) {
        let complete = FILES.iter().any(|file| scene.input.tree.contains_key(&format!("{target}/{file}")));
        return match (complete, named.wanted) {
            (true, Wanted::Folder | Wanted::Either) => None,
            (_, Wanted::File) => {
                error(format!("`{name}` is a folder, and `{field}` takes files"), "name a file".to_owned())
            }
            (false, _) => error(
                format!("the folder `{target}` has no kustomization"),
                "let its app bring a `kustomization.yaml`, or set `kustomizations: all`".to_owned(),
            ),
        };
    }
    let message = format!("`{name}` leads to `{target}`, where nothing comes out");
    let help = relative_help(path);
    match inside {
        true => error(message, help),
        // The folders of others may hold what is not ours.
        false => Some(Finding::warning(&KUSTOMIZE_PATH, span, message, help)),
    }
}

fn relative_help(path: &str) -> String {
    format!("write the path as it is seen from `{path}`, the folder of the output that this comes into")
}
