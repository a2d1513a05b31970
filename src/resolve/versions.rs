//! Versions that an environment holds: one place, one line for each app.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::base::merge::merge;
use crate::base::{Map, Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::reference::unknown;
use crate::model::spec::{Environment, Spec};
use crate::shape::{Named, Text};

crate::codes! {
    /// A version that an environment holds reaches no source.
    ///
    /// The app never goes to the environment, has no source with a version, or an override sets another one.
    /// Such a line looks like the version that runs, and changing it changes nothing. Mend the name, or take
    /// the line out.
    VERSION_HITS_NOTHING = "version-hits-nothing";
    /// An environment holds a version of an app with several sources, and does not say which it is of.
    ///
    /// Charts, repositories and OCI artifacts each have versions of their own. Give each source a `name`, or
    /// use its `ref`, and write `APP/NAME: version`, once for each source.
    VERSION_AMBIGUOUS = "version-ambiguous";
}

/// The versions of one environment.
pub struct Versions<'s> {
    environment: &'s Text,
    by_app: BTreeMap<&'s str, Vec<Version<'s>>>,
}

/// One line.
struct Version<'s> {
    key: &'s Text,
    /// Name of the source, where the line says one.
    source: Option<&'s str>,
    text: &'s Text,
    reached: AtomicU8,
}

/// How far a version came: the app goes there; an override took its place, or a finding was left; it is used.
const GOES: u8 = 1;
const FAULTY: u8 = 2;
const USED: u8 = 3;

/// A source with a version, in an app as it was written.
struct Root {
    /// Its number among `sources`; none for `source`.
    number: Option<usize>,
    form: &'static str,
    key: &'static str,
    name: Option<Arc<str>>,
    span: Span,
    /// Whether it follows the tree itself, so that its version is none of its own.
    follows_tree: bool,
}

impl<'s> Versions<'s> {
    /// Those of an environment.
    pub fn new(environment: &'s Named<Environment>) -> Versions<'s> {
        let mut by_app: BTreeMap<&str, Vec<Version>> = BTreeMap::new();
        for line in environment.item.versions.iter() {
            let (app, source) = line.name.split_once('/').map_or((&*line.name, None), |(app, s)| (app, Some(s)));
            let version = Version { key: &line.name, source, text: &line.item, reached: AtomicU8::new(0) };
            by_app.entry(app).or_default().push(version);
        }
        Versions { environment: &environment.name, by_app }
    }

    /// An app with the versions that the environment holds of it.
    pub fn apply(&self, spec: &Spec, app: &str, mut value: Value, bag: &mut Bag) -> Value {
        for version in self.by_app.get(app).into_iter().flatten() {
            version.reached.fetch_max(GOES, Ordering::Relaxed);
            match version.root(spec, app, &value) {
                Ok(root) => value = root.with(&value, version.text.to_value()),
                Err(finding) => {
                    version.reached.fetch_max(FAULTY, Ordering::Relaxed);
                    bag.push(*finding);
                }
            }
        }
        value
    }

    /// Remembers which of the app's versions are still there after all overrides.
    pub fn note(&self, spec: &Spec, app: &str, value: &Value) {
        let lines = self.by_app.get(app).into_iter().flatten();
        let mut lines = lines.filter(|v| v.reached.load(Ordering::Relaxed) < FAULTY).peekable();
        if lines.peek().is_none() {
            return;
        }
        let all = roots(spec, value);
        for version in lines.filter(|v| all.iter().any(|r| r.span == v.text.span)) {
            version.reached.fetch_max(USED, Ordering::Relaxed);
        }
    }

    /// Findings for versions that reached nothing.
    pub fn report_unused(&self, spec: &Spec, bag: &mut Bag) {
        for (app, version) in self.by_app.iter().flat_map(|(app, all)| all.iter().map(move |v| (*app, v))) {
            let name = &**self.environment;
            let (message, help) = match version.reached.load(Ordering::Relaxed) {
                0 if !spec.apps.has(app) => {
                    let key = Text { value: app.into(), span: version.key.span };
                    bag.push(unknown("app", &key, spec.apps.names(), "apps"));
                    continue;
                }
                0 if spec.apps.named(app).is_some() => (
                    format!("app `{app}` never goes to environment `{name}`"),
                    format!("take the line out, or add `{name}` to `environments` of the app"),
                ),
                GOES => (
                    format!("an override sets another version of app `{app}` in environment `{name}`"),
                    "take the version out of the override, so that this line is the one place, or take the line out"
                        .to_owned(),
                ),
                _ => continue,
            };
            let finding = Finding::error(&VERSION_HITS_NOTHING, version.key.span, message, help);
            bag.push(finding.label("this version is not used"));
        }
    }
}

impl Version<'_> {
    /// The source that it is of.
    fn root(&self, spec: &Spec, app: &str, value: &Value) -> Result<Root, Box<Finding>> {
        let mut all = roots(spec, value);
        let fail = |code, message: String, help: String| {
            Err(Box::new(Finding::error(code, self.key.span, message, help).label("this version is not used")))
        };
        let names: Vec<Arc<str>> = all.iter().filter_map(|r| r.name.clone()).collect();
        let listing = || suggest::listing(names.iter().map(|n| &**n), 10);
        if let Some(wanted) = self.source {
            if let Some(root) = all.into_iter().find(|r| r.name.as_deref() == Some(wanted)) {
                return Ok(root);
            }
            let help = match suggest::nearest(wanted, names.iter().map(|n| &**n)) {
                Some(near) => format!("did you mean `{app}/{near}`?"),
                None if names.is_empty() => format!("write `name: {wanted}` at the source"),
                None => format!("write `name: {wanted}` at the source; the names are {}", listing()),
            };
            return fail(&VERSION_HITS_NOTHING, format!("app `{app}` has no source called `{wanted}`"), help);
        }
        if all.iter().any(|r| !r.follows_tree) {
            all.retain(|r| !r.follows_tree);
        }
        let count = all.len();
        match (all.pop(), count) {
            (Some(root), 1) => Ok(root),
            (None, _) => {
                let message = format!("app `{app}` has no chart, repository or artifact that could have a version");
                fail(&VERSION_HITS_NOTHING, message, "take the line out, or give the app a `source`".to_owned())
            }
            (Some(_), _) => {
                let message = format!("app `{app}` has {count} sources with versions of their own");
                let help = match names.is_empty() {
                    true => format!("give the sources a `name`, and write `{app}/NAME: …` for each"),
                    false => format!("write `{app}/NAME: …` for each; the names are {}", listing()),
                };
                fail(&VERSION_AMBIGUOUS, message, help)
            }
        }
    }
}

impl Root {
    /// The app with another version of this source.
    fn with(&self, value: &Value, version: Value) -> Value {
        let wrap = |key: &str, inner: Value| Value::from(Map::from_iter([(key, inner)]));
        let over = wrap(self.form, wrap(self.key, version));
        let Some(number) = self.number else { return merge(value, &wrap("source", over)) };
        let items = value.get("sources").and_then(Value::as_list).unwrap_or_default();
        let one = |(i, item): (usize, &Value)| if i == number { merge(item, &over) } else { item.clone() };
        let list: Value = items.iter().enumerate().map(one).collect();
        let span = value.get("sources").map_or(Span::NONE, |v| v.span);
        merge(value, &wrap("sources", list.at(span)))
    }
}

/// The sources of an app that have versions.
fn roots(spec: &Spec, value: &Value) -> Vec<Root> {
    let several = value.get("sources").and_then(Value::as_list).unwrap_or_default();
    let several = several.iter().enumerate().map(|(i, source)| (Some(i), source));
    let all = value.get("source").map(|source| (None, source)).into_iter().chain(several);
    all.filter_map(|(number, source)| root(spec, number, source)).collect()
}

fn root(spec: &Spec, number: Option<usize>, source: &Value) -> Option<Root> {
    let forms = [("git", "revision"), ("oci", "revision"), ("helm", "version")];
    let (form, key) = forms.into_iter().find(|(form, _)| source.get(form).is_some())?;
    let body = source.get(form)?;
    let version = body.get(key).filter(|v| !v.is_null());
    let repo = body.str_at("repo").map(|r| spec.repos.named(r).map_or(r, |named| &*named.item.url));
    let own = form == "git" && repo.is_none_or(|r| r == &*spec.platform.repo.url);
    let name = source.str_at("name").or_else(|| source.str_at("ref")).map(Into::into);
    let span = version.map_or(Span::NONE, |v| v.span);
    Some(Root { number, form, key, name, span, follows_tree: own && version.is_none() })
}
