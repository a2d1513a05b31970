//! Values against what is known of charts: `schemas/charts`.

use super::scene::full_name;
use super::{
    BUNDLED_DATABASE, CHART_VALUE_INVALID, CHART_VALUES_CONFLICT, INSECURE_DEFAULT, Scene, UNKNOWN_CHART_VALUE,
    VERSION_SKEW,
};
use crate::base::{Entry, Span, Value};
use crate::diag::{Bag, Code, Finding};
use crate::validate::charts::{ChartFile, paths};
use crate::validate::locate;
use crate::validate::secrets::{Chart, Placed};

/// Checks the values of all charts that there is a file about.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for chart in scene.charts.iter().chain(scene.loose) {
        let Some(file) = &chart.file else { continue };
        for trap in file.list("traps").iter().filter(|trap| applies(trap, chart, file)) {
            one(scene, chart, trap, bag);
        }
        app_version(scene, chart, file, bag);
        derived(scene, chart, file, bag);
        doubled(scene, chart, file, bag);
    }
}

fn code(trap: &Value) -> &'static Code {
    match trap.str_at("code") {
        Some("chart-values-conflict") => &CHART_VALUES_CONFLICT,
        Some("insecure-default") => &INSECURE_DEFAULT,
        Some("bundled-database") => &BUNDLED_DATABASE,
        Some("version-skew") => &VERSION_SKEW,
        Some("chart-value-invalid") => &CHART_VALUE_INVALID,
        _ => &UNKNOWN_CHART_VALUE,
    }
}

/// Whether a trap is there: in that version, with these values, and nothing that makes it none.
fn applies(trap: &Value, chart: &Chart, file: &ChartFile) -> bool {
    let bound = |key: &str| trap.str_at(key).and_then(numbers);
    let version = numbers(&chart.release.version);
    let fits = match (bound("since"), bound("before"), version) {
        (None, None, _) => true,
        (since, before, Some(version)) => since.is_none_or(|s| s <= version) && before.is_none_or(|b| version < b),
        // `*`, or a placeholder: whatever is the newest.
        (since, None, None) => since.is_some() && is_newest(&chart.release.version),
        _ => false,
    };
    let none = Vec::new();
    let stated = |path: &str| paths::at(&chart.values, path, &none).is_some_and(|v| !paths::is_empty(v));
    let unless = trap.get("unless").and_then(Value::as_list).unwrap_or_default();
    let excused = unless.iter().filter_map(Value::as_str).any(stated);
    // Values that are not to be seen may state what seems to be left out.
    let sure = unless.is_empty() || !chart.partly_unseen;
    fits && sure && !excused && file.holds(trap, &chart.values, &none)
}

/// Whether a version names none, so that the newest one is taken.
fn is_newest(version: &str) -> bool {
    !version.is_empty() && !version.contains(|c: char| c.is_ascii_digit())
}

/// The numbers of a version, `8.3.3`. A range has none.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let plain = version.trim_start_matches('v');
    let plain = plain.split(['-', '+']).next()?;
    plain.split('.').map(|part| part.parse().ok()).collect()
}

fn one(scene: &Scene, chart: &Chart, trap: &Value, bag: &mut Bag) {
    let says = trap.str_at("says").unwrap_or_default();
    let help = trap.str_at("help").unwrap_or_default();
    let of = format!("chart `{}`", chart.release.chart.as_deref().unwrap_or_default());
    let Some(path) = trap.str_at("at") else {
        let at = scene.at(chart.release.span, chart.app);
        bag.push(Finding::warning(code(trap), at, format!("{of}: {says}"), help));
        return;
    };
    let keys: Vec<&str> = path.split('.').collect();
    for (span, _) in keyed(&chart.values, &keys).into_iter().filter(|(_, value)| is_meant(trap, value)) {
        let at = scene.at(in_text(scene, span, keys.last().copied().unwrap_or_default()), chart.app);
        let message = format!("{of}: `{}` {says}", path.replace("[]", ""));
        bag.push(Finding::warning(code(trap), at, message, help));
    }
}

/// Whether a trap is about that value: any, one of some, or one of a type.
fn is_meant(trap: &Value, value: &Value) -> bool {
    let among = trap.get("value").and_then(Value::as_list).is_none_or(|list| list.contains(value));
    among && trap.str_at("is").is_none_or(|kind| value.type_name().ends_with(kind)) && !value.is_null()
}

/// In values that are one text of the Application, the place inside it.
fn in_text(scene: &Scene, span: Span, key: &str) -> Span {
    let long = scene.sources.file_of(span).is_some_and(|file| {
        let (lo, hi) = file.range(span);
        file.text.get(lo..hi).is_some_and(|text| text.contains('\n'))
    });
    if long { locate::locate_word(scene.sources, span, key) } else { span }
}

/// The places of keys under a path, with their values; `*` is any key, and keys with dots in them are found too.
fn keyed<'v>(value: &'v Value, keys: &[&str]) -> Vec<(Span, &'v Value)> {
    let Some((first, rest)) = keys.split_first() else { return Vec::new() };
    let (key, each) = first.strip_suffix("[]").map_or((*first, false), |key| (key, true));
    let mut out = Vec::new();
    for entry in value.as_map().into_iter().flatten().filter(|e: &&Entry| key == "*" || *e.key == *key) {
        let place = (entry.key_span.or(entry.value.span), &entry.value);
        let inner = if each { entry.value.as_list().unwrap_or_default() } else { std::slice::from_ref(&entry.value) };
        match rest.is_empty() {
            true => out.push(place),
            false => out.extend(inner.iter().flat_map(|v| keyed(v, rest))),
        }
    }
    // `configs.params.server.insecure` ends in one key.
    if !rest.is_empty() && !each {
        let joined = keys.join(".");
        let whole = value.as_map().and_then(|map| map.entry(&joined));
        out.extend(whole.map(|e| (e.key_span.or(e.value.span), &e.value)));
    }
    out
}

/// A chart of Argo CD against the version that the spec says.
fn app_version(scene: &Scene, chart: &Chart, file: &ChartFile, bag: &mut Bag) {
    let Some(versions) = file.get("argocd").and_then(Value::as_map) else { return };
    let image = paths::at(&chart.values, "global.image.tag", &Vec::new()).and_then(Value::as_str);
    let of_chart = || {
        let version = numbers(&chart.release.version)?;
        let (major, minor) = (*version.first()?, *version.get(1)?);
        versions.get(&format!("{major}.{minor}"))?.as_str()
    };
    let Some(installed) = image.or_else(of_chart) else { return };
    let Some(stated) = scene.plan.platform.get("argocd").and_then(|a| a.get("version")) else { return };
    let minor = |text: &str| numbers(text).map(|n| n.into_iter().take(2).collect::<Vec<_>>());
    let (Some(a), Some(b)) = (minor(installed), stated.as_str().and_then(minor)) else { return };
    if a == b || stated.span.is_none() {
        return;
    }
    let stated_text = stated.as_str().unwrap_or_default();
    let message = format!("the chart installs Argo CD {installed}, but the spec is checked for Argo CD {stated_text}");
    let help =
        format!("write `version: \"{}.{}\"` under `platform.argocd`", a.first().unwrap_or(&0), a.get(1).unwrap_or(&0));
    let finding = Finding::warning(&VERSION_SKEW, stated.span, message, help);
    bag.push(finding.also(scene.at(chart.release.span, chart.app), "the chart"));
}

/// Names in values that must begin with that of the release, because other things find the release by it.
fn derived(scene: &Scene, chart: &Chart, file: &ChartFile, bag: &mut Bag) {
    // How the release is called is known only where an Application says so.
    for entry in file.list("derived").iter().filter(|_| chart.release.taken_by.is_none()) {
        let (Some(path), Some(name)) = (entry.str_at("at"), entry.str_at("name")) else { continue };
        let want = name.replace("{fullname}", &full_name(chart)).replace("{release}", &chart.release.name);
        for (indices, value) in paths::resolve(&chart.values, path) {
            let holds = file.holds(entry, &chart.values, &indices);
            let like = entry.str_at("holds").unwrap_or_default();
            let wrong = |t: &&str| holds && t.contains(like) && !t.starts_with(&*want);
            let Some(text) = value.as_str().filter(wrong) else { continue };
            let message = format!("`{text}` does not begin with `{want}`, as the release is called");
            let help = format!("write `{want}…`, or set `releaseName`");
            bag.push(Finding::warning(&CHART_VALUES_CONFLICT, scene.at(value.span, chart.app), message, help));
        }
    }
}

/// Objects that the chart makes and that are in the tree too.
fn doubled(scene: &Scene, chart: &Chart, file: &ChartFile, bag: &mut Bag) {
    for entry in file.list("makes-objects").iter().filter(|e| file.holds(e, &chart.values, &Vec::new())) {
        let (Some(kind), Some(name), Some(switch)) =
            (entry.str_at("kind"), entry.str_at("name"), entry.str_at("switch"))
        else {
            continue;
        };
        let same = |p: &&Placed| {
            *p.facts.kind == *kind
                && *p.facts.name == *name
                && p.cluster == chart.app.cluster
                && p.namespace == chart.app.namespace
        };
        let Some(object) = scene.placed.iter().find(same).filter(|_| !chart.partly_unseen) else { continue };
        let of = chart.release.chart.as_deref().unwrap_or_default();
        let message =
            format!("chart `{of}` makes {kind} `{name}`, which is in the tree too: each sync undoes the other");
        let keys: Vec<&str> = switch.split('.').collect();
        let stated = keyed(&chart.values, &keys).first().map(|(span, _)| *span);
        let at = scene.at(stated.unwrap_or(chart.release.span), chart.app);
        let help = format!("write `{switch}: false` into the values, or take the other one out");
        let finding = Finding::warning(&CHART_VALUES_CONFLICT, at, message, help);
        bag.push(finding.also(object.facts.origin, "the other one comes from here"));
    }
}
