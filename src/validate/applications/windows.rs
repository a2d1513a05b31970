//! Sync windows of AppProjects (Argo CD 3.x, `SyncWindows.Matches` and `CanSync`).

use std::collections::{BTreeMap, BTreeSet};

use super::permitted::both;
use super::read::{Facts, Kind};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;
use crate::rbac::matching::Matcher;
use crate::rbac::times::{Opens, Times};
use crate::rbac::{MatchMode, Version};

crate::codes! {
    /// A sync window never closes.
    ///
    /// It lasts until it opens again, or its schedule names a date that never comes, such as the 30th of February: Argo CD
    /// finds no next start then, and takes the window for open. An `allow` window that is always open allows what other
    /// `allow` windows were to keep for their time. A `deny` window that is always open ends all syncs, also those by hand
    /// unless `manualSync` is set; with it, it is a way to switch off automated syncs, and only a note.
    ///
    /// Shorten `duration`, or mend `schedule`: minute, hour, day of the month, month, day of the week.
    SYNC_WINDOW_ALWAYS_OPEN = "sync-window-always-open": warning note;
    /// A sync window never opens, as its duration is zero or less.
    ///
    /// A `deny` window denies nothing then. An `allow` window is worse: an Application that has one is synced in it only, so
    /// it never is.
    SYNC_WINDOW_NEVER_OPENS = "sync-window-never-opens": warning;
    /// The `allow` windows of an Application lie within its `deny` windows.
    ///
    /// Where both are open, Argo CD denies. So no sync is ever allowed, and what is merged stays `OutOfSync`. Windows with
    /// several time zones are not compared.
    ALLOW_WINDOW_DENIED = "allow-window-denied": warning;
    /// A sync window is for no Application of its project.
    ///
    /// It has no effect: what it was to hold back is synced at any time. Its globs are compared with the names of
    /// Applications, as in `shop-prd`, with the namespaces of their destinations, and with the names and servers of their
    /// clusters.
    SYNC_WINDOW_HITS_NOTHING = "sync-window-hits-nothing": warning note;
}

/// The globs are those of the rights; versions of Argo CD differ in corners only.
const VERSION: Version = Version::new(3, 5);
/// What a window is about.
const SELECTORS: [&str; 3] = ["applications", "namespaces", "clusters"];

struct Window<'v> {
    value: &'v Value,
    place: Span,
    denies: bool,
    times: Times,
    opens: Opens,
    globs: [Vec<Matcher>; 3],
    all: bool,
}

/// Runs the rules.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let derived = plan.items.get("projects").into_iter().flatten().map(|item| (&*item.name, item.span, &item.value));
    let raw = facts.iter().filter_map(|f| Some((&*f.name, f.origin, f.allows.as_ref()?)));
    let projects = derived.map(|found| (true, found)).chain(raw.map(|found| (false, found)));
    let mut apps: BTreeMap<&str, Vec<&Facts>> = BTreeMap::new();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        app.project.iter().for_each(|(name, _)| apps.entry(name).or_default().push(app));
    }
    for (derived, (name, span, spec)) in projects {
        let listed = spec.get("syncWindows").and_then(Value::as_list).unwrap_or_default();
        let windows: Vec<Window> = listed.iter().filter_map(|value| Window::of(value, span)).collect();
        windows.iter().for_each(|window| bag.extend(by_itself(name, window).into_iter().collect()));
        let own = apps.get(name).map(Vec::as_slice).unwrap_or_default();
        let open = |app: &&Facts| [&app.name, &app.destination.0, &app.destination.1].iter().any(|t| t.contains("{{"));
        // Without any Application the project is for others, and parameters may stand for anything.
        if !own.is_empty() && !own.iter().any(|app| app.kind == Kind::Set || open(app)) {
            with_apps(plan, (name, derived), &windows, own, bag);
        }
    }
}

impl Window<'_> {
    fn of(value: &Value, project: Span) -> Option<Window<'_>> {
        let text = |key: &str| value.str_at(key).unwrap_or_default();
        let times = Times::of(text("schedule"), text("duration"), text("timeZone"))?;
        let globs = SELECTORS.map(|key| {
            let patterns = value.get(key).and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_str);
            patterns.map(|pattern| Matcher::new(pattern, MatchMode::Glob, VERSION)).collect::<Vec<_>>()
        });
        Some(Window {
            value,
            place: value.span.or(project),
            denies: text("kind") == "deny",
            opens: times.opens(),
            times,
            all: value.get("andOperator").and_then(Value::as_bool) == Some(true),
            globs,
        })
    }

    fn at(&self, key: &str) -> Span {
        self.value.get(key).map_or(Span::NONE, |value| value.span).or(self.place)
    }

    fn kind(&self) -> &'static str {
        if self.denies { "a `deny`" } else { "an `allow`" }
    }

    fn is_manual(&self) -> bool {
        self.value.get("manualSync").and_then(Value::as_bool) == Some(true)
    }

    fn fits(&self, plan: &Plan, app: &Facts) -> bool {
        let (cluster, namespace) = (&app.destination.0, &app.destination.1);
        let known = both(plan, cluster, app.by_name).unwrap_or_default();
        let texts: [&[&str]; 3] = [&[&app.name], &[namespace], &[cluster, &known.0, &known.1]];
        let fits = |(globs, texts): (&Vec<Matcher>, &[&str])| {
            globs.iter().any(|glob| texts.iter().any(|text| !text.is_empty() && glob.matches(text) == Ok(true)))
        };
        let mut asked = self.globs.iter().zip(texts).filter(|(globs, _)| !globs.is_empty());
        match self.all {
            true => asked.all(fits),
            false => asked.any(fits),
        }
    }
}

/// What is wrong with the times of a window.
fn by_itself(project: &str, window: &Window) -> Option<Finding> {
    let kind = window.kind();
    let what = match window.opens {
        Opens::Sometimes => return None,
        Opens::Never => {
            let message = format!("{kind} window of project `{project}` never opens");
            let help = "write how long it lasts as `duration`, such as `1h30m`, or take the window out";
            return Some(Finding::warning(&SYNC_WINDOW_NEVER_OPENS, window.at("duration"), message, help));
        }
        Opens::Dateless => "is always open: the date of its schedule never comes",
        Opens::Always => "is always open: it lasts until it opens again",
    };
    let message = format!("{kind} window of project `{project}` {what}");
    let dateless = window.opens == Opens::Dateless;
    let place = window.at(if dateless { "schedule" } else { "duration" });
    let help = match (dateless, window.denies) {
        (true, _) => "mend `schedule`: minute, hour, day of the month, month, day of the week",
        (_, true) => "shorten `duration`; to end automated syncs only, take `automated` out of the apps",
        (_, false) => "shorten `duration`, or take the window out",
    };
    Some(match window.denies && window.is_manual() && !dateless {
        true => Finding::note(&SYNC_WINDOW_ALWAYS_OPEN, place, message, help),
        false => Finding::warning(&SYNC_WINDOW_ALWAYS_OPEN, place, message, help),
    })
}

/// Windows against the Applications of their project.
fn with_apps(plan: &Plan, project: (&str, bool), windows: &[Window], apps: &[&Facts], bag: &mut Bag) {
    let mut sets: BTreeMap<Vec<usize>, &Facts> = BTreeMap::new();
    for app in apps {
        let fitting = windows.iter().enumerate().filter(|(_, window)| window.fits(plan, app)).map(|(at, _)| at);
        sets.entry(fitting.collect()).or_insert(app);
    }
    let used: BTreeSet<usize> = sets.keys().flatten().copied().collect();
    for (at, window) in windows.iter().enumerate() {
        let selects = window.globs.iter().any(|globs| !globs.is_empty());
        if selects && !used.contains(&at) {
            bag.push(unused(project, window));
        }
    }
    let mut said = BTreeSet::new();
    for (set, app) in sets {
        let fitting = || set.iter().filter_map(|at| windows.get(*at)).filter(|w| w.opens == Opens::Sometimes);
        // With one that is always open the rest is no matter, and that has been said.
        let allows: Vec<&Window> = fitting().filter(|w| !w.denies).collect();
        let denies: Vec<&Window> = fitting().filter(|w| w.denies).collect();
        let settled = set.iter().filter_map(|at| windows.get(*at)).any(|w| w.opens != Opens::Sometimes);
        let times: Vec<&Times> = denies.iter().map(|w| &w.times).collect();
        let Some(first) = allows.first().filter(|_| !settled) else { continue };
        if allows.iter().all(|allow| allow.times.lies_within(&times)) && said.insert(first.place) {
            bag.push(denied(project.0, app, first, &denies));
        }
    }
}

fn unused((project, derived): (&str, bool), window: &Window) -> Finding {
    let kind = window.kind();
    let message = format!("{kind} window of project `{project}` fits none of its Applications, so it has no effect");
    let help = "mend its `applications`, `namespaces` or `clusters`, or take the window out";
    match derived {
        true => Finding::warning(&SYNC_WINDOW_HITS_NOTHING, window.place, message, help),
        // Other Applications of the project may be made elsewhere.
        false => Finding::note(&SYNC_WINDOW_HITS_NOTHING, window.place, message, help),
    }
}

fn denied(project: &str, app: &Facts, allow: &Window, denies: &[&Window]) -> Finding {
    let never = if denies.iter().all(|deny| deny.is_manual()) { "never syncs by itself" } else { "is never synced" };
    let message = format!("`{}` {never}: what project `{project}` allows lies within what it denies", app.name);
    let help = "move one of the two windows, or shorten the one that denies";
    let finding = Finding::warning(&ALLOW_WINDOW_DENIED, allow.place, message, help);
    denies.iter().take(3).fold(finding, |finding, deny| finding.also(deny.place, "this one denies"))
}
