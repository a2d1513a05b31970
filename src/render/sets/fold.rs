//! Several Applications as one template, and what differs in each.
//!
//! Argo CD 3.x, applicationset/utils `Render` and applicationset/controllers/template: each string of the
//! template, and each key of a mapping in it, is a Go template of its own. Strings that differ become
//! parameters. All else that differs goes into a patch of the generated Application, in which a mapping is
//! merged and a list replaced; `finalizers` are joined. Keys of values for Helm can't be merged, as the schema
//! of the patch does not know them: where they differ by more than strings, the patch has all of them.

use std::sync::Arc;

use crate::base::{Entry, Kind, Map, Span, Value};
use crate::model::plan::Member;

/// A template, the elements of the list generator, and whether some of them have a patch.
pub struct Folded {
    /// `spec.template`.
    pub template: Value,
    /// One for each Application.
    pub elements: Vec<Value>,
    /// Whether `patch` is in the elements.
    pub patched: bool,
}

/// Something that can't be made from a template.
pub struct Fault {
    /// What, for a sentence.
    pub what: String,
    /// Its place.
    pub span: Span,
    /// What to write.
    pub help: &'static str,
}

/// Keys of an Application that a template gives it.
const METADATA: &[&str] = &["name", "namespace", "labels", "annotations", "finalizers"];
/// The mapping whose keys the schema of the patch does not know.
const OPEN: &str = "valuesObject";
/// Whole numbers up to here survive as JSON numbers of Go.
const EXACT: u64 = 1 << 53;

/// What an Application has that no template can give it.
pub fn faults(value: &Value, home: &str) -> Vec<Fault> {
    let mut out = Vec::new();
    let help = "take it out, or write `as: applications` for the app";
    let mut strange = |map: Option<&Value>, known: &[&str], at: &str| {
        for entry in map.and_then(Value::as_map).into_iter().flatten().filter(|e| !known.contains(&&*e.key)) {
            let span = entry.key_span.or(entry.value.span);
            out.push(Fault { what: format!("Applications with `{at}{}`", entry.key), span, help });
        }
    };
    let metadata = value.get("metadata");
    strange(Some(value), &["apiVersion", "kind", "metadata", "spec"], "");
    strange(metadata, METADATA, "metadata.");
    if let Some(namespace) = metadata.and_then(|m| m.get("namespace")).filter(|n| n.as_str() != Some(home)) {
        let what = format!("Applications outside its own namespace `{home}`");
        out.push(Fault { what, span: namespace.span, help });
    }
    if let Some(spec) = value.get("spec") {
        inexact(spec, &mut out);
    }
    out
}

fn inexact(value: &Value, out: &mut Vec<Fault>) {
    let help = "take it out, write `valuesAs: string`, or write `as: applications` for the app";
    let what = match &value.kind {
        Kind::Null => "a key without a value (null): the controller drops it".to_owned(),
        Kind::Int(n) if n.unsigned_abs() > EXACT => format!("the number {n}: the controller rounds it"),
        Kind::UInt(n) if *n > EXACT => format!("the number {n}: the controller rounds it"),
        Kind::List(items) => return items.iter().for_each(|item| inexact(item, out)),
        Kind::Map(map) => return map.iter().for_each(|entry| inexact(&entry.value, out)),
        _ => return,
    };
    out.push(Fault { what, span: value.span, help });
}

/// Folds Applications, which are all there and without faults.
pub fn fold(members: &[&Member], values: &[&Value]) -> Folded {
    let mut folder = Folder::new(members);
    let mut patches = vec![Map::new(); values.len()];
    let mut template = Map::new();
    for key in ["metadata", "spec"] {
        let parts: Vec<&Value> = values.iter().filter_map(|v| v.get(key)).collect();
        let (common, differing) = folder.loose(&mut vec![key.to_owned()], &parts);
        let common = if key == "metadata" { metadata(common) } else { complete(common) };
        template.set(key, common);
        for (patch, map) in patches.iter_mut().zip(differing).filter(|(_, map)| !map.is_empty()) {
            patch.set(key, map);
        }
    }
    let patched = patches.iter().any(|p| !p.is_empty());
    let elements = folder.elements(members, patched.then_some(patches));
    Folded { template: template.into(), elements, patched }
}

/// The name is always a parameter, and the namespace is that of the ApplicationSet.
fn metadata(common: Map) -> Value {
    let mut out = Map::from_iter([("name", "{{ .name }}")]);
    common.into_iter().filter(|e| !["name", "namespace"].contains(&&*e.key)).for_each(|e| out.push_unique(e));
    out.into()
}

/// A template needs a destination, be it an empty one (Argo CD 3.x, CRD of `ApplicationSet`).
fn complete(mut common: Map) -> Value {
    if !common.contains("destination") {
        common.set("destination", Map::new());
    }
    common.into()
}

/// A parameter: its name, and its value for each Application.
struct Parameter {
    name: String,
    values: Vec<Arc<str>>,
}

struct Folder {
    parameters: Vec<Parameter>,
    /// How many of them are there whatever differs.
    given: usize,
}

impl Folder {
    fn new(members: &[&Member]) -> Folder {
        let all = |name: &str, values: Vec<Arc<str>>| Parameter { name: name.to_owned(), values };
        let mut parameters = vec![
            all("name", members.iter().map(|m| Arc::clone(&m.name)).collect()),
            all("cluster", members.iter().map(|m| Arc::clone(&m.cluster)).collect()),
        ];
        let environments: Vec<Arc<str>> = members.iter().filter_map(|m| m.environment.clone()).collect();
        if environments.len() == members.len() {
            parameters.push(all("environment", environments));
        }
        Folder { given: parameters.len(), parameters }
    }

    /// What mappings have in common, with parameters; and of each what is its own.
    fn loose(&mut self, path: &mut Vec<String>, values: &[&Value]) -> (Map, Vec<Map>) {
        let (mut common, mut own) = (Map::new(), vec![Map::new(); values.len()]);
        for key in keys(values) {
            let found: Vec<Option<&Value>> = values.iter().map(|v| v.get(&key)).collect();
            let all: Vec<&Value> = found.iter().filter_map(|v| *v).collect();
            path.push(key.to_string());
            let is_mapping = |v: &&Value| v.as_map().is_some_and(|m| !m.is_empty());
            if all.len() == values.len()
                && let Some(value) = self.strict(path, &all)
            {
                push(&mut common, &escaped(&key).into(), value);
            } else if all.len() == values.len() && &*key != OPEN && all.iter().all(is_mapping) {
                let (inner, rest) = self.loose(path, &all);
                if !inner.is_empty() {
                    push(&mut common, &escaped(&key).into(), inner.into());
                }
                for (own, rest) in own.iter_mut().zip(rest).filter(|(_, rest)| !rest.is_empty()) {
                    push(own, &key, rest.into());
                }
            } else {
                for (own, value) in own.iter_mut().zip(found).filter_map(|(own, v)| Some((own, v?))) {
                    push(own, &key, value.clone());
                }
            }
            path.pop();
        }
        (common, own)
    }

    /// A template that gives all of the values, if only strings differ.
    fn strict(&mut self, path: &mut Vec<String>, values: &[&Value]) -> Option<Value> {
        let first = *values.first()?;
        if values.iter().all(|v| *v == first) {
            return Some(constant(first));
        }
        let before = self.parameters.len();
        let folded = self.differing(path, first, values);
        if folded.is_none() {
            self.parameters.truncate(before);
        }
        folded
    }

    fn differing(&mut self, path: &mut Vec<String>, first: &Value, values: &[&Value]) -> Option<Value> {
        match &first.kind {
            Kind::Str(_) => {
                let texts: Option<Vec<Arc<str>>> = values.iter().map(|v| text(v)).collect();
                Some(format!("{{{{ .{} }}}}", self.parameter(path, texts?)).into())
            }
            Kind::List(items) => {
                let lists: Option<Vec<&[Value]>> = values.iter().map(|v| v.as_list()).collect();
                let lists = lists.filter(|lists| lists.iter().all(|l| l.len() == items.len()))?;
                let item = |i: usize| {
                    path.push(i.to_string());
                    let of: Vec<&Value> = lists.iter().filter_map(|l| l.get(i)).collect();
                    let folded = self.strict(path, &of);
                    path.pop();
                    folded
                };
                Some(Value::from((0..items.len()).map(item).collect::<Option<Vec<Value>>>()?))
            }
            Kind::Map(map) => {
                let same = |v: &&Value| v.as_map().is_some_and(|m| m.len() == map.len());
                values.iter().all(same).then_some(())?;
                let mut out = Map::with_capacity(map.len());
                for entry in &**map {
                    let of: Option<Vec<&Value>> = values.iter().map(|v| v.get(&entry.key)).collect();
                    path.push(entry.key.to_string());
                    let folded = of.and_then(|of| self.strict(path, &of));
                    path.pop();
                    push(&mut out, &escaped(&entry.key).into(), folded?);
                }
                Some(out.into())
            }
            _ => None,
        }
    }

    /// Name of the parameter with these values: one of those that are there anyway, or of its own.
    fn parameter(&mut self, path: &[String], values: Vec<Arc<str>>) -> String {
        let last = path.iter().rev().find(|part| part.parse::<usize>().is_err());
        let last = identifier(last.map(std::slice::from_ref).unwrap_or_default());
        let fits = |(i, p): &(usize, &Parameter)| (*i < self.given || p.name == last) && p.values == values;
        if let Some((_, known)) = self.parameters.iter().enumerate().find(fits) {
            return known.name.clone();
        }
        let taken = |name: &String| RESERVED.contains(&&**name) || self.parameters.iter().any(|p| p.name == *name);
        let longer = (1..=path.len()).rev().map(|from| identifier(path.get(from - 1..).unwrap_or_default()));
        let numbered = (2..).map(|n| format!("{last}{n}"));
        let name = std::iter::once(last.clone()).chain(longer).chain(numbered).find(|n| !taken(n)).unwrap_or_default();
        self.parameters.push(Parameter { name: name.clone(), values });
        name
    }

    /// The elements of the list generator.
    fn elements(&self, members: &[&Member], patches: Option<Vec<Map>>) -> Vec<Value> {
        let mut patches = patches.map(Vec::into_iter);
        let one = |(i, member): (usize, &&Member)| {
            let given = [("name", Some(&member.name)), ("cluster", Some(&member.cluster))];
            let given = given.into_iter().chain([("environment", member.environment.as_ref())]);
            let mut out: Map = given.filter_map(|(key, value)| Some((key, Value::from(Arc::clone(value?))))).collect();
            for parameter in self.parameters.iter().skip(self.given) {
                out.set(parameter.name.as_str(), parameter.values.get(i).cloned().unwrap_or_default());
            }
            if let Some(patches) = &mut patches {
                out.set("patch", patches.next().unwrap_or_default());
            }
            Value::from(out)
        };
        members.iter().enumerate().map(one).collect()
    }
}

/// Parameters that elements have, or may have, for themselves.
const RESERVED: &[&str] = &["name", "cluster", "environment", "patch", ""];

/// A name in Go of a path: letters and digits, words in capitals.
fn identifier(path: &[String]) -> String {
    let mut out = String::new();
    for word in path.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric())) {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if out.is_empty() && first.is_ascii_digit() => out.extend(["p", word]),
            Some(first) if out.is_empty() => out.extend(std::iter::once(first.to_ascii_lowercase()).chain(chars)),
            Some(first) => out.extend(std::iter::once(first.to_ascii_uppercase()).chain(chars)),
            None => {}
        }
    }
    out
}

/// The keys of mappings, in the order of the first, then of those that come after.
fn keys(values: &[&Value]) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for entry in values.iter().filter_map(|v| v.as_map()).flatten() {
        if seen.insert(&*entry.key) {
            out.push(Arc::clone(&entry.key));
        }
    }
    out
}

fn push(map: &mut Map, key: &Arc<str>, value: Value) {
    map.push_unique(Entry { key: Arc::clone(key), key_span: Span::NONE, value });
}

fn text(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        Kind::Str(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// A value that a template gives as it is: what would begin an action stands in an action.
fn constant(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::Str(text) if text.contains("{{") => Kind::Str(escaped(text).into()),
        Kind::List(items) => Kind::List(Arc::new(items.iter().map(constant).collect())),
        Kind::Map(map) => {
            let entry =
                |e: &Entry| Entry { key: escaped(&e.key).into(), key_span: e.key_span, value: constant(&e.value) };
            Kind::Map(Arc::new(Map::from_unique(map.iter().map(entry).collect())))
        }
        kind => kind.clone(),
    };
    Value { kind, span: value.span }
}

fn escaped(text: &str) -> String {
    text.replace("{{", "{{\"{{\"}}")
}
