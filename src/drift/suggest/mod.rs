//! What to write into the spec so that an edit of the output stays.
//!
//! | file | for |
//! |---|---|
//! | `patches` | objects: patches of them |
//! | `overlay` | overlays of kustomize: the objects that are built of them |
//! | `keys` | values files and kustomizations: the keys of the source that hold them |

mod keys;
mod overlay;
mod patches;

use std::sync::Arc;

use super::Input;
use super::edits::{Edited, Edits};
use crate::base::secrecy;
use crate::base::{Kind, Map, Value};
use crate::model::document::Tags;
use crate::model::tree::{Made, TreeFile};
use crate::survey::Found;
use crate::yaml;

/// Longer snippets are not shown, in bytes.
const LONGEST: usize = 1500;
const COSMETIC: &str =
    "run `sailplan render`, which writes the file as it was; a formatter is better told to leave the output alone";
const BY_HAND: &str = "make the change in the entry of the spec, or in a template of your own; `sailplan render` overwrites \
                       the file";

const SECRET: &str = "the content of a Secret belongs into the secret store, and into no file of the repository; `sailplan render` \
                      overwrites the file";

/// What helps against an edit of a file.
pub(super) fn help(found: &Found, edits: &Edits, input: &Input) -> String {
    if let Made::Copy(original) = &found.file.made {
        return format!(
            "make the edit in `{original}` beside the spec, of which this is a copy; `sailplan render` overwrites it"
        );
    }
    let snippet = match edits {
        Edits::Cosmetic => return COSMETIC.to_owned(),
        Edits::Objects(objects) if objects.iter().any(is_secret) => return SECRET.to_owned(),
        Edits::Objects(objects) => snippet(found, objects, input).and_then(|value| shown(&value)),
        Edits::Other | Edits::Unreadable | Edits::Text => None,
    };
    match snippet {
        Some(snippet) => {
            format!("this in the spec keeps the edit; without it `sailplan render` overwrites it\n{snippet}")
        }
        None => BY_HAND.to_owned(),
    }
}

/// Whether it is one whose content no report shows, whatever its keys are called.
fn is_secret(object: &Edited) -> bool {
    object.rendered.str_at("kind") == Some("Secret")
}

/// Keys of the spec that make the file what it was edited to be; nothing where they can't say it.
fn snippet(found: &Found, objects: &[Edited], input: &Input) -> Option<Value> {
    let file = found.file;
    let set = |key: &str, value: Value| {
        let source = mapping([("source", mapping([(key, value)]))]);
        one_source(&file.tags, input).then(|| overrides(file, input, "set", source))
    };
    match (&file.made, objects) {
        (Made::Values, [one]) => set("helm", mapping([("values", keys::values(one)?)])),
        (Made::Kustomization, [one]) => set("kustomize", keys::kustomize(one)?),
        (Made::Derived, [one]) if is_set_of_the_spec(file, one, input) => {
            let name = one.rendered.get("metadata")?.str_at("name")?;
            let patches = mapping([("patches", list(vec![patches::patch(one)?]))]);
            Some(mapping([("applicationSets", mapping([(name, mapping([("template", patches)]))]))]))
        }
        (Made::Derived, [one]) if one.rendered.str_at("kind") == Some("Kustomization") => {
            let built = overlay::built(found, one, input)?;
            Some(overrides(file, input, "patches", list(vec![patches::patch(&built)?])))
        }
        (Made::Derived, objects) => Some(overrides(file, input, "patches", list(patches::of(file, objects)?))),
        _ => None,
    }
}

/// An entry of `applicationSets` takes patches itself; no override applies to it.
fn is_set_of_the_spec(file: &TreeFile, object: &Edited, input: &Input) -> bool {
    let name = object.rendered.get("metadata").and_then(|m| m.str_at("name"));
    let named = input.about.sets.iter().any(|set| Some(&**set) == name);
    named && file.tags.app.is_none() && object.rendered.str_at("kind") == Some("ApplicationSet")
}

/// Whether the app has one source, and not a list of them, whose items no override can change one by one.
fn one_source(tags: &Tags, input: &Input) -> bool {
    let mut sites = input.about.sites.iter().filter(|site| Some(&site.app) == tags.app.as_ref()).peekable();
    sites.peek().is_some() && sites.all(|site| !site.listed)
}

fn overrides(file: &TreeFile, input: &Input, key: &str, value: Value) -> Value {
    let mut entry = Map::new();
    if let Some(when) = when(&file.tags, input) {
        entry.set("when", when);
    }
    entry.set(key, value);
    mapping([("overrides", list(vec![Value::from(entry)]))])
}

/// The conditions that only what the file belongs to fulfils.
fn when(tags: &Tags, input: &Input) -> Option<Value> {
    let app = tags.app.as_ref()?;
    let mut sites: Vec<_> = input.about.sites.iter().filter(|site| site.app == *app).collect();
    let mut when = Map::from_iter([("app", Value::from(Arc::clone(app)))]);
    if let Some(environment) = tags.environment.as_ref().filter(|_| sites.len() > 1) {
        when.set("environment", Value::from(Arc::clone(environment)));
        sites.retain(|site| site.environment.as_ref() == Some(environment));
    }
    if let Some(cluster) = tags.cluster.as_ref().filter(|_| sites.len() > 1) {
        when.set("cluster", Value::from(Arc::clone(cluster)));
    }
    Some(Value::from(when))
}

/// The text of a snippet, if it is one to be shown.
fn shown(snippet: &Value) -> Option<String> {
    let mut text = String::new();
    yaml::write(&mut text, snippet);
    // A text with an expression would be evaluated, and one with a secret belongs into a store.
    let fits = text.len() <= LONGEST && !text.contains("${{");
    let secret = text.lines().any(|line| !secrecy::in_line(line).is_empty());
    (fits && !secret).then_some(text)
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let mut map = Map::new();
    entries.into_iter().for_each(|(key, value)| map.set(key, value));
    Value::from(map)
}

fn list(items: Vec<Value>) -> Value {
    Value::new(Kind::List(Arc::new(items)))
}
