//! What to write where there is no spec: some rules speak of keys of the spec, which a tree of others does not have.

use crate::diag::{Bag, Finding};

/// For a code, what to do in a tree.
const WORDS: &[(&str, &str)] = &[
    ("unknown-kind", "add its CustomResourceDefinition to the tree"),
    ("object-without-owner", "move it into a folder that an Application reads, or let an Application read its folder"),
    ("unknown-project", "add the AppProject to the tree, or name one that is there"),
    (
        "project-refuses",
        "allow it in the AppProject: `sourceRepos`, `destinations`, `clusterResourceWhitelist` or `namespaceResourceWhitelist`",
    ),
    (
        "repository-without-credentials",
        "let a Secret with the label `argocd.argoproj.io/secret-type: repository` bring the key, or write the URL of https",
    ),
    ("unknown-store", "add the store to the tree, or list it in `.sailplan/external.yaml` where it is made elsewhere"),
    ("dangling-service-account", "add the ServiceAccount to the tree, or list it in `.sailplan/external.yaml`"),
    ("manifest-not-listed", "add it to `resources` of the kustomization, or take it out of the folder"),
];

/// The findings in the words for a tree.
#[must_use]
pub fn reword(bag: Bag) -> Bag {
    let reworded = |mut finding: Finding| {
        if let Some((_, help)) = WORDS.iter().find(|(code, _)| *code == finding.code.id) {
            finding.help = (*help).to_owned();
        }
        finding
    };
    bag.into_findings().into_iter().map(reworded).collect()
}
