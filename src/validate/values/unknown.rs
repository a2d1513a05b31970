//! Keys of values that the chart does not have.

use crate::base::hash::HashSet;

use super::given::{Given, MOST};
use super::level::Level;
use super::{Scene, UNKNOWN_CHART_VALUE};
use crate::base::{Entry, Span, Value, suggest};
use crate::diag::Finding;
use crate::validate::locate;
use crate::validate::secrets::Chart;

/// A way through the values of one file, or of one Application.
pub struct Walk<'w, 'a> {
    given: &'w Given<'a>,
    scene: &'w Scene<'a>,
    user: &'w Chart<'a>,
    values: &'w Value,
    findings: Vec<Finding>,
    /// Keys on the way to where it is.
    path: Vec<&'w str>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// One for the values of a release, or some of them.
    pub fn new(given: &'w Given<'a>, scene: &'w Scene<'a>, user: &'w Chart<'a>, values: &'w Value) -> Walk<'w, 'a> {
        Walk { given, scene, user, values, findings: Vec::new(), path: Vec::new() }
    }

    /// Goes through all of them. `global` is for whoever reads it, keys of subcharts are for those.
    pub fn top(mut self, level: &Level<'a>) -> Vec<Finding> {
        let subcharts = self.given.subcharts.as_deref();
        for entry in self.values.as_map().into_iter().flatten() {
            let key = &*entry.key;
            if key == "global" || (key == "tags" && subcharts.is_some_and(|s| !s.is_empty())) {
                continue;
            }
            let below = level.below(key);
            match subcharts.and_then(|all| all.iter().find(|(name, _)| *name == key)) {
                Some((_, Some(given))) => {
                    let own = Level::top(given.values.as_ref(), None);
                    // The parent's own values for it come on top: each may have keys that the other lacks.
                    self.subchart(entry, &own, &below);
                }
                Some((_, None)) => {}
                // What looks like a subchart may have values that its parent does not show.
                None if subcharts.is_none() && below.has_switch() => self.entry(level, entry, "", true),
                None => self.entry(level, entry, "", false),
            }
        }
        self.findings
    }

    fn subchart(&mut self, entry: &'w Entry, own: &Level<'a>, parents: &Level<'a>) {
        self.path.push(&entry.key);
        for inner in entry.value.as_map().into_iter().flatten() {
            let of_parent = parents.below(&inner.key);
            if &*inner.key != "global" && !of_parent.is_known() {
                self.entry(own, inner, "", false);
            }
        }
        self.path.pop();
    }

    /// A key of a mapping called `name`. When it may be one of a subchart, only what is nearly a known key is wrong for sure.
    fn entry(&mut self, level: &Level<'a>, entry: &'w Entry, name: &str, near_only: bool) {
        if self.findings.len() >= MOST {
            return;
        }
        let key = &*entry.key;
        let keys = level.keys(name);
        if let Some(keys) = keys.filter(|keys| !keys.contains(key)) {
            let near = suggest::nearest(key, keys.iter().copied());
            let known = self.given.commented.contains(key) || self.is_free(key);
            // Taking out what is not there does nothing; what the schema refuses is said by the schema.
            if !known && !entry.value.is_null() && !level.is_closed() && (near.is_some() || !near_only) {
                self.report(entry, keys.iter().copied());
            }
            return;
        }
        let Some(map) = entry.value.as_map() else { return };
        let below = level.below(key);
        self.path.push(key);
        for inner in map {
            if self.findings.len() < MOST {
                self.entry(&below, inner, key, near_only);
            }
        }
        self.path.pop();
    }

    /// Whether the chart is known to take any key there.
    fn is_free(&self, key: &str) -> bool {
        let Some(file) = &self.user.file else { return false };
        let path = self.dotted(key);
        let free = file.list("free").iter().filter_map(Value::as_str);
        free.into_iter().any(|free| path == free || path.strip_prefix(free).is_some_and(|rest| rest.starts_with('.')))
    }

    fn dotted(&self, key: &str) -> String {
        self.path.iter().copied().chain([key]).collect::<Vec<_>>().join(".")
    }

    fn report<'k>(&mut self, entry: &Entry, keys: impl Iterator<Item = &'k str>) {
        if self.findings.len() >= MOST {
            return;
        }
        let (path, of) = (self.dotted(&entry.key), self.given.of());
        let prefix = path.strip_suffix(&*entry.key).unwrap_or_default();
        let message = format!("{of} reads no value `{path}`");
        let help = listing(&entry.key, prefix, keys);
        let span = key_span(self.scene, self.values, entry);
        self.findings.push(Finding::warning(&UNKNOWN_CHART_VALUE, self.scene.at(span, self.user.app), message, help));
    }
}

/// The place of a key; in values that are a text of the Application, the place inside the text.
pub fn key_span(scene: &Scene, values: &Value, entry: &Entry) -> Span {
    match entry.key_span == values.span {
        true => locate::locate_word(scene.sources, values.span, &entry.key),
        false => entry.key_span.or(entry.value.span),
    }
}

/// What to write instead of an unknown key.
pub fn listing<'k>(key: &str, prefix: &str, keys: impl Iterator<Item = &'k str>) -> String {
    let keys: Vec<&str> = keys.collect();
    match suggest::nearest(key, keys.iter().copied()) {
        Some(near) => format!("did you mean `{prefix}{near}`?"),
        None if keys.is_empty() => "take it out".to_owned(),
        None => format!("take it out, or mend it; there are {}", suggest::listing(keys, 12)),
    }
}

/// Keys that the comments of a text show, as `# key:`.
pub fn commented(text: &str) -> HashSet<&str> {
    text.lines().filter_map(commented_key).collect()
}

fn commented_key(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start_matches(['#', ' ', '\t']);
    let rest = rest.strip_prefix("- ").unwrap_or(rest);
    let (key, after) = rest.split_once(':')?;
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && (after.is_empty() || after.starts_with([' ', '\r']))).then_some(key)
}
