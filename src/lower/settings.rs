//! argocd-cm and argocd-cmd-params-cm, merged from all places that need a key in them.

use std::sync::Arc;

use super::paths::{Of, Paths};
use super::{Input, access, chart};
use crate::base::value::sorted;
use crate::base::{Kind, Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::order::HEALTH_KEY;
use crate::model::plan::Item;
use crate::shape::{AnyMap, Text};
use crate::yaml;

crate::codes! {
    /// A setting of Argo CD is given twice: under `access`, and under `platform.argocd.settings` or in values of the chart.
    ///
    /// Only one of them could come out. Keep the one under `access`, which the rules and `sailplan rbac` know.
    SETTING_TWICE = "setting-twice";
}

/// Wave within the root: before anything whose order rests on the settings.
const WAVE: i64 = -30;

/// When an Application counts as done, so that the next wave may begin: its sync is over and what it
/// deployed is healthy.
///
/// Without a check, Argo CD takes each Application for healthy at once, and waves between Applications
/// order nothing. The reported health alone is not enough: from Argo CD 3.4 on resources that are not
/// there yet don't count, so between two of its own waves an Application reports to be healthy. An
/// Application that was found in sync, as after a restore, has never run a sync, and is done too.
/// While a sync runs, degraded resources may still recover.
const HEALTH_LUA: &str = "\
local status = obj.status or {}
local health = status.health or {}
local phase = (status.operationState or {}).phase
local insync = (status.sync or {}).status == \"Synced\"
local message = health.message or \"\"
if phase == \"Running\" or phase == \"Terminating\" then
  return { status = \"Progressing\", message = \"Its sync is running\" }
end
if health.status == \"Degraded\" or health.status == \"Suspended\" then
  return { status = health.status, message = message }
end
if not insync and phase ~= \"Succeeded\" then
  return { status = \"Progressing\", message = \"It has not been synced yet\" }
end
if health.status == \"Healthy\" then
  return { status = \"Healthy\", message = message }
end
return { status = \"Progressing\", message = message }
";

/// The settings, where they go.
pub struct Settings {
    /// ConfigMaps that the root holds.
    pub maps: Vec<Item>,
    /// Values of the chart argo-cd, with the number of the Application that installs it: its ConfigMaps hold the rest.
    pub values: Option<(usize, Vec<(Text, Map)>)>,
}

impl Settings {
    /// Number of the Application whose chart holds a part of `configs`.
    pub fn owner_of(&self, part: &str) -> Option<usize> {
        let (number, values) = self.values.as_ref()?;
        let place = format!("configs.{part}");
        values.iter().any(|(at, _)| **at == *place).then_some(*number)
    }
}

/// All settings. A ConfigMap that the chart argo-cd makes is left to it: two owners would undo each other's changes.
pub fn lower(input: &Input, paths: &Paths, bag: &mut Bag) -> Settings {
    let argocd = input.spec.platform.argocd.as_ref();
    let stated = argocd.and_then(|a| a.settings.as_ref());
    let access = input.spec.access.as_deref();
    let mut settings = joined(stated, access.map(|a| access::settings(input.spec, a)).unwrap_or_default(), bag);
    if settings.get(HEALTH_KEY).is_none() {
        settings.set(HEALTH_KEY, HEALTH_LUA);
    }
    settings.sort();
    let params = argocd.and_then(|a| a.params.as_ref());
    let place = |map: Option<&AnyMap>| map.map_or(Span::NONE, |m| m.span);
    let maps = [
        ("argocd-cm", "cm", settings, place(stated)),
        ("argocd-rbac-cm", "rbac", access.map(access::rbac).unwrap_or_default(), access.map_or(Span::NONE, |a| a.span)),
        ("argocd-cmd-params-cm", "params", strings(params), place(params)),
    ];
    let mut out = Settings { maps: Vec::new(), values: None };
    let Some(folder) = paths.of(Of::Settings, Span::NONE, bag) else { return out };
    let owner = chart::owner(input);
    for (name, part, data, span) in maps.into_iter().filter(|(_, _, data, _)| !data.is_empty()) {
        if let Some(owner) = owner.as_ref().filter(|owner| owner.makes(part)) {
            owner.refuse_twice(part, &data, bag);
            let values = &mut out.values.get_or_insert_with(|| (owner.number, Vec::new())).1;
            values.push((Text { value: format!("configs.{part}").into(), span }, data));
            continue;
        }
        let value = Fields::new()
            .with("name", name)
            .with("path", format!("{folder}/{name}.yaml"))
            .with("wave", WAVE.to_string())
            .with("data", data)
            .at(span);
        out.maps.push(Item { name: name.into(), span, value, patches: Arc::from([]) });
    }
    out
}

/// What the spec states, and what follows from `access`. A key in both is an error.
fn joined(stated: Option<&AnyMap>, derived: Map, bag: &mut Bag) -> Map {
    let mut out = strings(stated);
    for entry in derived {
        if let Some(own) = stated.and_then(|stated| stated.map.entry(&entry.key)) {
            let message = format!("`{}` is set here, and by `access`", entry.key);
            let help = "take it out here: `access` says it";
            let finding = Finding::error(&SETTING_TWICE, own.key_span, message, help);
            bag.push(finding.also(entry.value.span, "derived from this"));
        }
        out.put(entry);
    }
    out
}

/// Values of a ConfigMap are text: scalars as they are written, anything else as YAML.
fn strings(map: Option<&AnyMap>) -> Map {
    let entries = map.into_iter().flat_map(|m| m.map.iter());
    let mut out: Map = entries.map(|e| (Arc::clone(&e.key), as_text(&e.value))).collect();
    out.sort();
    out
}

fn as_text(value: &Value) -> Value {
    let text = match &value.kind {
        Kind::Str(_) => return value.clone(),
        Kind::Null => String::new(),
        Kind::Bool(b) => b.to_string(),
        Kind::Int(n) => n.to_string(),
        _ => {
            let mut text = String::new();
            yaml::write(&mut text, &sorted(value));
            match value.kind {
                Kind::List(_) | Kind::Map(_) => text,
                _ => text.trim_end().to_owned(),
            }
        }
    };
    Value::from(text).at(value.span)
}
