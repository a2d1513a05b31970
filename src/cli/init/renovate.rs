//! The custom manager by which Renovate finds the versions of a spec.
//!
//! Source of the contract: Renovate 41, `customManagers` of the type `jsonata`. A query gets the documents of one file; so what
//! other files say, such as URLs of `repos`, is put into it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::SPEC;
use crate::base::Value;
use crate::diag::Bag;
use crate::load;
use crate::model::spec::Spec;
use crate::report::human::{self, Look};
use crate::source::{SourceMap, World};

/// Files that hold JSON and that Renovate reads, the first one first (Renovate 41, `configFileNames`).
const FILES: &[&str] =
    &["renovate.json", ".github/renovate.json", ".gitlab/renovate.json", ".renovaterc", ".renovaterc.json"];
/// Those that hold something else.
const OTHERS: &[&str] = &["renovate.json5", ".github/renovate.json5", ".gitlab/renovate.json5", ".renovaterc.json5"];

const SHARED: &str = include_str!("renovate/shared.jsonata");
const QUERIES: &[&str] = &[
    include_str!("renovate/charts.jsonata"),
    include_str!("renovate/revisions.jsonata"),
    include_str!("renovate/artifacts.jsonata"),
    include_str!("renovate/images.jsonata"),
    include_str!("renovate/environments.jsonata"),
];

/// The configuration of Renovate with the manager of the spec in `world`, and its path in the repository. `prefix` is the folder of
/// the spec there.
pub fn file(world: &dyn World, repository: &dyn World, prefix: &Path) -> Result<(&'static str, String), String> {
    let manager = manager(world, prefix)?;
    let is_there = |path: &&&'static str| repository.kind(path).is_some();
    if let Some(other) = OTHERS.iter().find(is_there) {
        let text = serde_json::to_string_pretty(&manager).unwrap_or_default();
        return Err(format!("`{other}` is no plain JSON; add this to its `customManagers`:\n\n{text}"));
    }
    let path = FILES.iter().find(is_there).copied();
    let mut config = match path {
        Some(path) => read(repository, path)?,
        None => start(),
    };
    let path = path.unwrap_or("renovate.json");
    let managers = config.entry("customManagers").or_insert_with(|| json!([]));
    let Json::Array(managers) = managers else { return Err(format!("`customManagers` of `{path}` is no list")) };
    let description = manager.get("description");
    match managers.iter_mut().find(|other| other.get("description") == description) {
        Some(own) => *own = manager,
        None => managers.push(manager),
    }
    let text = serde_json::to_string_pretty(&config).unwrap_or_default();
    Ok((path, text + "\n"))
}

fn read(repository: &dyn World, path: &str) -> Result<Map<String, Json>, String> {
    let bytes = repository.read(path).map_err(|e| e.to_string())?;
    match serde_json::from_slice(&bytes) {
        Ok(Json::Object(config)) => Ok(config),
        Ok(_) => Err(format!("`{path}` holds no object")),
        Err(error) => Err(format!("`{path}` is no JSON: {error}")),
    }
}

fn start() -> Map<String, Json> {
    let mut config = Map::new();
    config.insert("$schema".into(), "https://docs.renovatebot.com/renovate-schema.json".into());
    config.insert("extends".into(), json!(["config:recommended"]));
    config
}

fn manager(world: &dyn World, prefix: &Path) -> Result<Json, String> {
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let root = load::load(world, SPEC, &mut sources, &mut bag);
    let Some(spec) = load::spec(&root, &mut bag).filter(|_| bag.clean().is_some()) else {
        let look = Look { width: 80, color: false, unicode: true };
        let report = human::report(&bag.into_sorted(), &sources, look);
        return Err(format!("nothing was written, because the spec has errors:\n\n{report}"));
    };
    let parts: Vec<&str> = prefix.iter().filter_map(|p| p.to_str()).collect();
    let at = |path: &str| parts.iter().copied().chain([path]).collect::<Vec<_>>().join("/");
    let files: Vec<String> = std::iter::once(SPEC).chain(spec.include.iter().map(|p| &**p)).map(at).collect();
    let known = match spec.include.is_empty() {
        true => json!({}),
        false => known(&spec, &root),
    };
    let shared = one_line(SHARED).replace("KNOWN", &known.to_string());
    let collected: String = QUERIES
        .iter()
        .map(|query| one_line(query))
        .fold(String::new(), |all, query| if all.is_empty() { query } else { format!("$append({all}, {query})") });
    Ok(json!({
        "description": format!("sailplan: versions of {}", at(SPEC)),
        "customType": "jsonata",
        "fileFormat": "yaml",
        "managerFilePatterns": files,
        "matchStrings": [format!("({shared} {collected})")],
    }))
}

/// A query without comments and line ends.
fn one_line(query: &str) -> String {
    let comment = |line: &&str| !line.trim_start().starts_with("/*");
    query.lines().filter(comment).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// What a query about one file needs to know of the others: URLs of repositories, and the sources of apps whose versions are said
/// elsewhere.
fn known(spec: &Spec, root: &Value) -> Json {
    let repos: Map<String, Json> =
        spec.repos.iter().map(|repo| (repo.name.to_string(), (&*repo.item.url).into())).collect();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let environments = root.get("environments").and_then(Value::as_map).into_iter().flatten();
    for environment in environments {
        let versions = environment.value.get("versions").and_then(Value::as_map);
        names.extend(versions.into_iter().flat_map(crate::base::Map::keys));
    }
    let conditions = spec.overrides.iter().filter_map(|o| o.when.as_ref()).filter_map(|w| w.app.as_ref());
    names.extend(conditions.flat_map(|app| app.0.iter().map(|name| &**name)));
    let apps = root.get("apps");
    let source = |name: &&str| Some(((*name).to_owned(), json!({ "source": source(apps?.get(name)?)? })));
    let apps: Map<String, Json> = names.iter().filter_map(source).collect();
    json!({ "repos": repos, "apps": apps })
}

/// The chart or repository of an app, without its version.
fn source(app: &Value) -> Option<Json> {
    let first = || app.get("sources").and_then(Value::as_list).and_then(<[Value]>::first);
    let source = app.get("source").or_else(first)?;
    let text = |of: &str, key: &str| source.get(of).and_then(|s| s.str_at(key)).map(str::to_owned);
    if let (Some(repo), Some(chart)) = (text("helm", "repo"), text("helm", "chart")) {
        return Some(json!({ "helm": { "repo": repo, "chart": chart } }));
    }
    text("git", "repo").map(|repo| json!({ "git": { "repo": repo } }))
}
