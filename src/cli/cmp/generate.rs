//! `sailplan cmp generate`.

use std::collections::BTreeSet;
use std::process::ExitCode;

use super::given::{Given, Part};
use super::{Call, report};
use crate::base::suggest::nearest;
use crate::cli::fail;
use crate::cli::render::{objects, stream};
use crate::cli::select::{self, Key, Selection};
use crate::model::document::Tags;
use crate::model::tree::{Tree, TreeFile};
use crate::pipeline::{self, Silent};

/// Kinds that only Argo CD reads.
const ARGOCD: [&str; 3] = ["Application", "ApplicationSet", "AppProject"];

pub fn run(call: &Call) -> ExitCode {
    let outcome = pipeline::run(&call.world, &call.spec, &Silent);
    report(&outcome.findings, &outcome.sources);
    let Some(tree) = outcome.tree else { return ExitCode::from(2) };
    match chosen(tree, &call.given) {
        Ok(tree) => stream(&tree),
        Err(reason) => fail(&reason),
    }
}

/// The files that the parameters mean. Printing nothing would be a success to Argo CD, which then prunes all that it
/// deployed; so nothing is never chosen.
fn chosen(tree: Tree, given: &Given) -> Result<Tree, String> {
    let conditions = conditions(given);
    for (what, _, values, of) in &conditions {
        let known: BTreeSet<&str> = tree.values().filter_map(|file| of(&file.tags)).collect();
        if let Some(value) = values.iter().find(|value| !known.contains(value.as_str())) {
            return Err(unknown(what, value, &known));
        }
    }
    let selections: Vec<Selection> = match conditions.is_empty() {
        true => Vec::new(),
        false => vec![Selection::of(conditions.into_iter().map(|(_, key, values, _)| (key, values)).collect())],
    };
    let mut tree = select::apply(tree, &selections);
    tree.retain(|_, file| given.part == Part::All || part(file) == given.part);
    if objects(&tree).next().is_none() {
        let reason = "the parameters mean no object, and Argo CD would prune all that it deployed: each of `app`, \
                      `category`, `environment`, `cluster` and `part` narrows what the others mean";
        return Err(reason.to_owned());
    }
    Ok(tree)
}

type Condition = (&'static str, Key, Vec<String>, fn(&Tags) -> Option<&str>);

fn conditions(given: &Given) -> Vec<Condition> {
    let all: [Condition; 4] = [
        ("app", Key::App, given.app.clone(), |tags| tags.app.as_deref()),
        ("category", Key::Category, given.category.clone(), |tags| tags.category.as_deref()),
        ("environment", Key::Environment, given.environment.clone(), |tags| tags.environment.as_deref()),
        ("cluster", Key::Cluster, given.cluster.clone(), |tags| tags.cluster.as_deref()),
    ];
    all.into_iter().filter(|(_, _, values, _)| !values.is_empty()).collect()
}

fn unknown(what: &str, value: &str, known: &BTreeSet<&str>) -> String {
    let help = match nearest(value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("the platform has no {what}; leave the parameter out"),
        None => format!("there are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
    };
    format!("the parameter `{what}` names `{value}`, which has no object; {help}")
}

/// Whose objects are in a file.
fn part(file: &TreeFile) -> Part {
    let argocd = file.tags.app.is_none() || file.objects.iter().any(|object| ARGOCD.contains(&&*object.kind));
    if argocd { Part::Argocd } else { Part::Manifests }
}
