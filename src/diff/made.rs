//! The Applications that an ApplicationSet of the tree makes, where that can be told: one generator, a list, and templates
//! that only fill in its parameters, as those of apps are.
//!
//! Argo CD 3.x, applicationset/utils `Render` and applicationset/controllers/template: each string and each key of the
//! template is a Go template of its own; what `templatePatch` gives is merged into the Application, lists are replaced,
//! finalizers joined.

use std::sync::Arc;

use crate::base::patch::apply_merge;
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::yaml;

/// The template of the patch that elements bring themselves.
const PATCH: &str = "{{ toJson .patch }}";

/// The Applications that the ApplicationSets in a file make. `None` where that can't be told of one of them.
pub fn made(bytes: &[u8]) -> Option<Vec<Value>> {
    let documents = yaml::read_embedded(std::str::from_utf8(bytes).ok()?, Span::NONE).ok()?;
    let sets = documents.iter().filter(|document| document.str_at("kind") == Some("ApplicationSet"));
    sets.map(of_set).collect::<Option<Vec<_>>>().map(|sets| sets.concat())
}

fn of_set(set: &Value) -> Option<Vec<Value>> {
    let spec = set.get("spec")?;
    let [generator] = spec.get("generators")?.as_list()? else { return None };
    let known = ["goTemplate", "goTemplateOptions", "generators", "template", "templatePatch", "syncPolicy"];
    let plain = spec.as_map()?.iter().all(|entry| known.contains(&&*entry.key));
    let only_a_list = generator.as_map()?.len() == 1 && spec.get("goTemplate").and_then(Value::as_bool) == Some(true);
    let patched = match spec.get("templatePatch").map(|patch| patch.as_str()) {
        None => false,
        Some(Some(PATCH)) => true,
        Some(_) => return None,
    };
    let elements = generator.get("list").filter(|_| plain && only_a_list)?.get("elements")?.as_list()?;
    let one = |element: &Value| {
        let filled = filled(spec.get("template")?, element)?;
        let patch = element.get("patch").filter(|_| patched);
        let metadata = set.get("metadata")?;
        application(set.str_at("apiVersion")?, metadata.str_at("namespace")?, &filled, patch)
    };
    elements.iter().map(one).collect()
}

fn application(version: &str, namespace: &str, filled: &Value, patch: Option<&Value>) -> Option<Value> {
    let merged = patch.map_or_else(|| filled.clone(), |patch| apply_merge(filled, patch));
    let mut metadata = merged.get("metadata")?.as_map()?.clone();
    metadata.set("namespace", namespace);
    let finalizers = |of: &Value| of.get("metadata")?.get("finalizers")?.as_list().map(<[Value]>::to_vec);
    if let Some(more) = patch.and_then(finalizers) {
        let mut all = finalizers(filled).unwrap_or_default();
        more.into_iter().for_each(|one| {
            if !all.contains(&one) {
                all.push(one);
            }
        });
        metadata.set("finalizers", all);
    }
    let mut out = Map::from_iter([("apiVersion", version), ("kind", "Application")]);
    out.set("metadata", metadata);
    out.set("spec", merged.get("spec")?.clone());
    Some(out.into())
}

/// A template with the parameters of an element; `None` where it does more than fill them in.
fn filled(value: &Value, element: &Value) -> Option<Value> {
    let kind = match &value.kind {
        Kind::Str(text) => Kind::Str(text_of(text, element)?),
        Kind::List(items) => {
            Kind::List(Arc::new(items.iter().map(|item| filled(item, element)).collect::<Option<_>>()?))
        }
        Kind::Map(map) => {
            let entry = |entry: &Entry| {
                let (key, value) = (text_of(&entry.key, element)?, filled(&entry.value, element)?);
                Some((key, value))
            };
            let mut out = Map::new();
            map.iter()
                .map(entry)
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .for_each(|(key, value)| out.set(&*key, value));
            Kind::Map(Arc::new(out))
        }
        other => other.clone(),
    };
    Some(Value { kind, span: value.span })
}

fn text_of(text: &Arc<str>, element: &Value) -> Option<Arc<str>> {
    if !text.contains("{{") {
        return Some(Arc::clone(text));
    }
    let (mut out, mut rest) = (String::new(), &**text);
    while let Some((before, after)) = rest.split_once("{{") {
        // Two braces in quotes are what they are.
        let (action, behind) = match after.trim_start().strip_prefix("\"{{\"") {
            Some(behind) => ("\"{{\"", behind.trim_start().strip_prefix("}}")?),
            None => after.split_once("}}")?,
        };
        out.push_str(before);
        match action.trim() {
            "\"{{\"" => out.push_str("{{"),
            name => match &element.get(name.strip_prefix('.')?)?.kind {
                Kind::Str(text) => out.push_str(text),
                Kind::Int(number) => out.push_str(&number.to_string()),
                Kind::Bool(flag) => out.push_str(&flag.to_string()),
                _ => return None,
            },
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out.into())
}
