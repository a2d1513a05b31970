//! Applications that ApplicationSets make, as far as the tree says: elements of lists, folders and files of its own
//! repository. What the cluster alone knows stays a parameter (Argo CD 3.x, `applicationset/generators`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::apps::{self, App, folder};
use super::files::{Files, Object};
use super::own::Own;
use crate::base::{Entry, Kind, Map, Value};
use crate::model::kustomize::list;
use crate::source::Glob;
use crate::source::path::parent;

/// What a generator fills in, by name.
type Parameters = BTreeMap<String, Arc<str>>;

/// How many Applications of one set are looked at: beyond that only the names of folders would differ.
const MOST: usize = 5000;

/// The Applications of all sets.
pub fn of(files: &Files, own: &Own) -> Vec<App> {
    let sets = files.objects.iter().filter(|object| object.is_argo("ApplicationSet"));
    sets.flat_map(|set| members(set, files, own).unwrap_or_default()).collect()
}

/// The templates of all sets as Applications, with their parameters as they stand.
pub fn templates(objects: &[Object]) -> Vec<App> {
    let sets = objects.iter().filter(|object| object.is_argo("ApplicationSet"));
    sets.filter_map(|set| apps::app(set, set.value.get("spec")?.get("template")?.get("spec")?)).collect()
}

fn members(set: &Object, files: &Files, own: &Own) -> Option<Vec<App>> {
    let spec = set.value.get("spec")?;
    let template = spec.get("template")?.get("spec")?;
    let world = Seen { files, own };
    let mut made: Vec<Parameters> = Vec::new();
    for generator in list(spec, "generators") {
        made.extend(world.generate(generator, 0));
    }
    made.truncate(MOST);
    made.dedup();
    let one = |parameters: &Parameters| {
        let app = apps::app(set, &filled(template, parameters))?;
        Some(App { made: true, ..app })
    };
    Some(made.iter().filter_map(one).collect())
}

struct Seen<'a> {
    files: &'a Files,
    own: &'a Own,
}

impl Seen<'_> {
    /// What a generator gives; one set of no parameters where that is not known.
    fn generate(&self, generator: &Value, depth: usize) -> Vec<Parameters> {
        let one = |key: &str| generator.get(key);
        let inner = |of: &Value| -> Vec<Vec<Parameters>> {
            list(of, "generators").iter().take(8).map(|g| self.generate(g, depth + 1)).collect()
        };
        if depth > 2 {
            return vec![Parameters::new()];
        }
        if let Some(elements) = one("list") {
            return list(elements, "elements").iter().map(flat).collect();
        }
        if let Some(git) = one("git") {
            return self.git(git);
        }
        if let Some(matrix) = one("matrix") {
            return inner(matrix).into_iter().reduce(|a, b| product(&a, &b)).unwrap_or_default();
        }
        if let Some(merge) = one("merge") {
            return inner(merge).into_iter().next().unwrap_or_default();
        }
        vec![Parameters::new()]
    }

    fn git(&self, git: &Value) -> Vec<Parameters> {
        if self.own.folder(git.str_at("repoURL").unwrap_or_default(), &self.own.inside).is_none() {
            return vec![Parameters::new()];
        }
        let globs = |of: &str, excluded: bool| -> Vec<Glob> {
            let chosen =
                list(git, of).iter().filter(|d| (d.get("exclude").and_then(Value::as_bool) == Some(true)) == excluded);
            chosen.filter_map(|d| Glob::new(&folder(d.str_at("path")?)).ok()).collect()
        };
        let fits = |globs: &[Glob], path: &str| globs.iter().any(|g| g.is_match(path));
        let repo = |path: &str| {
            [&*self.own.inside, path].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("/")
        };
        let (wanted, not) = (globs("directories", false), globs("directories", true));
        let all = self.files.folders.iter().map(|f| repo(f)).filter(|f| fits(&wanted, f) && !fits(&not, f));
        let mut out: Vec<Parameters> = all.map(|path| of_folder(&path)).collect();
        let wanted = globs("files", false);
        let named = self.files.names.iter().map(|f| repo(f)).filter(|f| fits(&wanted, f));
        out.extend(named.map(|path| of_folder(parent(&path))));
        out
    }
}

/// The parameters of a folder (Argo CD 3.x, `generators.GitGenerator`), with and without Go templates.
fn of_folder(path: &str) -> Parameters {
    let name: Arc<str> = path.rsplit('/').next().unwrap_or(path).into();
    let normal: Arc<str> = name.to_lowercase().replace(['.', '_'], "-").into();
    let named = [
        ("path", path.into()),
        ("path.path", path.into()),
        ("path.basename", name),
        ("path.basenameNormalized", normal),
    ];
    let parts = path.split('/').enumerate().map(|(n, part)| (format!("path[{n}]"), part.into()));
    named.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(parts).collect()
}

fn product(one: &[Parameters], two: &[Parameters]) -> Vec<Parameters> {
    let pair = |a: &Parameters, b: &Parameters| a.iter().chain(b).map(|(k, v)| (k.clone(), Arc::clone(v))).collect();
    one.iter().flat_map(|a| two.iter().map(move |b| pair(a, b))).take(MOST).collect()
}

/// The scalars of an element, by their paths.
fn flat(element: &Value) -> Parameters {
    let mut out = Parameters::new();
    let mut open = vec![(String::new(), element)];
    while let Some((path, value)) = open.pop() {
        match &value.kind {
            Kind::Map(map) => open.extend(map.iter().map(|e| (joined(&path, &e.key), &e.value))),
            Kind::Str(text) => drop(out.insert(path, Arc::clone(text))),
            Kind::Int(number) => drop(out.insert(path, number.to_string().into())),
            _ => {}
        }
    }
    out
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A template with what is known filled in. What is not known stays as it stands.
fn filled(value: &Value, parameters: &Parameters) -> Value {
    let kind = match &value.kind {
        Kind::Str(text) if text.contains("{{") => Kind::Str(text_of(text, parameters).into()),
        Kind::List(items) => Kind::List(Arc::new(items.iter().map(|v| filled(v, parameters)).collect())),
        Kind::Map(map) => {
            let entry = |e: &Entry| Entry { value: filled(&e.value, parameters), ..e.clone() };
            Kind::Map(Arc::new(Map::from_unique(map.iter().map(entry).collect())))
        }
        other => other.clone(),
    };
    Value { kind, span: value.span }
}

fn text_of(text: &str, parameters: &Parameters) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        let name = inside.trim().trim_matches('-').trim();
        out.push_str(before);
        match parameters.get(name.strip_prefix('.').unwrap_or(name)) {
            Some(value) => out.push_str(value),
            None => out.extend(["{{", inside, "}}"]),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
