//! `sailplan cmp parameters`: the parameters as Argo CD's UI shows them (Argo CD 3.x, `ParameterAnnouncement`).

use std::process::ExitCode;

use serde::Serialize;

use super::{Call, report};
use crate::pipeline;

/// One parameter.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announcement {
    name: &'static str,
    title: &'static str,
    tooltip: String,
    required: bool,
    item_type: &'static str,
    collection_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    array: Option<Vec<String>>,
}

/// Longest list of names in a tooltip.
const SHOWN: usize = 40;

pub fn run(call: &Call) -> ExitCode {
    let (findings, sources, read) = pipeline::read(&call.world, &call.spec);
    let Some((spec, resolved)) = read else {
        report(&findings, &sources);
        return ExitCode::from(2);
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names.dedup();
        names
    };
    let environments = resolved.instances.iter().filter_map(|i| i.environment.as_ref().map(|e| e.to_string()));
    let clusters = resolved.instances.iter().map(|i| i.cluster.name.to_string());
    let all = [
        text("spec", "Spec", "Name of the spec in the folder of the source".to_owned(), &call.spec),
        list("app", "Apps", sorted(spec.apps.iter().map(|app| app.name.to_string()).collect())),
        list("category", "Categories", sorted(spec.categories.iter().map(|c| c.name.to_string()).collect())),
        list("environment", "Environments", sorted(environments.collect())),
        list("cluster", "Clusters", sorted(clusters.collect())),
        text(
            "part",
            "Part",
            "all, argocd (Applications, projects, settings) or manifests (what apps own)".to_owned(),
            "all",
        ),
    ];
    // Texts and lists of them always have a JSON form.
    println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
    ExitCode::SUCCESS
}

fn text(name: &'static str, title: &'static str, tooltip: String, value: &str) -> Announcement {
    Announcement { string: Some(value.to_owned()), ..optional(name, title, tooltip, "string") }
}

fn list(name: &'static str, title: &'static str, known: Vec<String>) -> Announcement {
    let more = known.len().saturating_sub(SHOWN);
    let shown: Vec<String> = known.into_iter().take(SHOWN).collect();
    let tooltip = match (shown.is_empty(), more) {
        (true, _) => "Leave it empty: the platform has none".to_owned(),
        (false, 0) => format!("Only these; all when empty. There are: {}", shown.join(", ")),
        (false, _) => format!("Only these; all when empty. There are: {} and {more} more", shown.join(", ")),
    };
    Announcement { array: Some(Vec::new()), ..optional(name, title, tooltip, "array") }
}

/// A parameter of texts that may be left out, without a value.
fn optional(name: &'static str, title: &'static str, tooltip: String, collection_type: &'static str) -> Announcement {
    let (required, item_type) = (false, "string");
    Announcement { name, title, tooltip, required, item_type, collection_type, string: None, array: None }
}
