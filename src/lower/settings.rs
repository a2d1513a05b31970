//! argocd-cm and argocd-cmd-params-cm, merged from all places that need a key in them.

use std::sync::Arc;

use super::Input;
use super::paths::{Of, Paths};
use crate::base::value::sorted;
use crate::base::{Kind, Map, Span, Value};
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::order::HEALTH_KEY;
use crate::model::plan::Item;
use crate::shape::AnyMap;
use crate::yaml;

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

/// The ConfigMaps.
pub fn lower(input: &Input, paths: &Paths, bag: &mut Bag) -> Vec<Item> {
    let argocd = input.spec.platform.argocd.as_ref();
    let mut settings = strings(argocd.and_then(|a| a.settings.as_ref()));
    if settings.get(HEALTH_KEY).is_none() {
        settings.set(HEALTH_KEY, HEALTH_LUA);
    }
    settings.sort();
    let params = strings(argocd.and_then(|a| a.params.as_ref()));
    let place = |map: Option<&AnyMap>| map.map_or(Span::NONE, |m| m.span);
    let maps = [
        ("argocd-cm", settings, place(argocd.and_then(|a| a.settings.as_ref()))),
        ("argocd-cmd-params-cm", params, place(argocd.and_then(|a| a.params.as_ref()))),
    ];
    let Some(folder) = paths.of(Of::Settings, Span::NONE, bag) else { return Vec::new() };
    let item = |(name, data, span): (&'static str, Map, Span)| {
        let value = Fields::new()
            .with("name", name)
            .with("path", format!("{folder}/{name}.yaml"))
            .with("wave", WAVE.to_string())
            .with("data", data)
            .at(span);
        Item { name: name.into(), span, value, patches: Arc::from([]) }
    };
    maps.into_iter().filter(|(_, data, _)| !data.is_empty()).map(item).collect()
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
