//! The parameters that generators give (Argo CD 3.x, `docs/operator-manual/applicationset/Generators`).

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Map, Span, Value};

/// What a generator gives.
#[derive(Debug, Default)]
pub struct Given {
    /// Names that each set of parameters has.
    pub always: BTreeSet<String>,
    /// Names that some have, with the place of an element that lacks it.
    pub sometimes: BTreeMap<String, Span>,
    /// Whether other names may come too.
    pub open: bool,
    /// Whether all is written out here, so that nothing can be unknown.
    pub listed: bool,
}

const CLUSTER: &[&str] = &["name", "nameNormalized", "server", "project", "metadata", "values"];
const DIRECTORY: &[&str] = &["path", "values"];
const REPOSITORY: &[&str] = &[
    "organization",
    "repository",
    "repository_id",
    "url",
    "branch",
    "branchNormalized",
    "sha",
    "short_sha",
    "short_sha_7",
    "labels",
    "values",
];
const REQUEST: &[&str] = &[
    "number",
    "title",
    "branch",
    "branch_slug",
    "target_branch",
    "target_branch_slug",
    "head_sha",
    "head_short_sha",
    "head_short_sha_7",
    "labels",
    "author",
    "values",
];

/// What an entry of `generators` gives.
pub fn of(generator: &Value) -> Given {
    let kinds = generator.as_map().into_iter().flatten();
    let mut found: Vec<Given> = kinds.filter_map(|kind| by_kind(&kind.key, &kind.value)).collect();
    match found.len() {
        1 => found.pop().unwrap_or_default(),
        _ => Given { open: true, ..Given::default() },
    }
}

fn by_kind(kind: &str, value: &Value) -> Option<Given> {
    let named = |names: &[&str]| Given { always: names.iter().map(|n| (*n).to_owned()).collect(), ..Given::default() };
    Some(match kind {
        "selector" => return None,
        "list" => list(value),
        "clusters" if value.get("flatList").is_some() => named(&["clusters"]),
        "clusters" => named(CLUSTER),
        "git" if value.get("directories").is_some() && value.get("files").is_none() => {
            let mut given = named(DIRECTORY);
            given.always.extend(value.str_at("pathParamPrefix").map(str::to_owned));
            given
        }
        "scmProvider" => named(REPOSITORY),
        "pullRequest" => named(REQUEST),
        "matrix" | "merge" => joined(value),
        _ => Given { open: true, ..Given::default() },
    })
}

fn list(value: &Value) -> Given {
    let elements = value.get("elements").and_then(Value::as_list).unwrap_or_default();
    let maps: Vec<(&Map, Span)> = elements.iter().filter_map(|e| Some((e.as_map()?, e.span))).collect();
    let open = value.get("elementsYaml").is_some() || maps.len() != elements.len() || value.get("template").is_some();
    let mut given = Given { open, listed: true, ..Given::default() };
    let names: BTreeSet<&str> = maps.iter().flat_map(|(map, _)| map.keys()).collect();
    for name in names {
        match maps.iter().find(|(map, _)| !map.contains(name)) {
            Some((_, span)) => drop(given.sometimes.insert(name.to_owned(), *span)),
            None => drop(given.always.insert(name.to_owned())),
        }
    }
    given
}

/// What generators give together. One may fill in what another lacks.
fn joined(value: &Value) -> Given {
    let inner = value.get("generators").and_then(Value::as_list).unwrap_or_default();
    let mut all = Given { listed: true, ..Given::default() };
    for given in inner.iter().map(of) {
        all.open |= given.open;
        all.listed &= given.listed;
        all.always.extend(given.always);
        all.always.extend(given.sometimes.into_keys());
    }
    all
}
