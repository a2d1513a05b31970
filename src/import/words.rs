//! What to write where there is no spec: some rules speak of keys of the spec, which a tree of others does not have.

use crate::base::Span;
use crate::diag::{Bag, Finding, Place};
use crate::yaml;

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
    ("manifest-not-listed", "add it to `resources` of the kustomization, or take it out of the folder"),
];

/// Where the spec would say that something is made elsewhere, and where a tree says it.
const ELSEWHERE: (&str, &str) = ("it under `external`", "it in `.sailplan/external.yaml`");

/// The findings in the words for a tree, without those about parts that could be read only in part.
#[must_use]
pub fn reword(bag: Bag, doubtful: &[Span]) -> Bag {
    let sound = |finding: &Finding| match &finding.primary.place {
        Place::Span(at) => finding.code.id == yaml::SYNTAX.id || !doubtful.iter().any(|part| part.contains(*at)),
        Place::File(_) => true,
    };
    let reworded = |mut finding: Finding| {
        finding.help = match WORDS.iter().find(|(code, _)| *code == finding.code.id) {
            Some((_, help)) => (*help).to_owned(),
            None => finding.help.replace(ELSEWHERE.0, ELSEWHERE.1),
        };
        finding
    };
    bag.into_findings().into_iter().filter(sound).map(reworded).collect()
}
