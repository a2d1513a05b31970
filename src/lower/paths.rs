//! Where files go: the patterns of the layout, evaluated.

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::{self, Fields, PLATFORM_FIELDS};
use crate::model::spec::{Layout, Spec};
use crate::shape::{Reader, Shape, Text};
use crate::template::{Compiled, Engine, Names, Scope};

crate::codes! {
    /// A path that a pattern of the layout gives is not one below the output root.
    ///
    /// Paths are relative, use `/`, have no empty part and no `.` or `..`.
    BAD_PATH = "bad-path";
}

/// The compiled patterns.
pub struct Paths {
    root: Pattern,
    parent: Pattern,
    application: Pattern,
    foundation: Pattern,
    application_set: Pattern,
    manifests: Pattern,
    values: Pattern,
    project: Pattern,
    namespace: Pattern,
    settings: Pattern,
    platform: Value,
}

struct Pattern {
    compiled: Option<Compiled>,
    span: Span,
}

/// The thing whose path is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// The root Application.
    Root,
    /// The parent of a category.
    Parent(&'a str),
    /// An Application: name, file name, category.
    Application(&'a str, &'a str, &'a str),
    /// An Application of the foundation.
    Foundation(&'a str, &'a str, &'a str),
    /// An ApplicationSet.
    ApplicationSet(&'a str, &'a str, &'a str),
    /// The folder of an app's manifests.
    Manifests(&'a str, &'a str, &'a str),
    /// The folder of an app's values files.
    Values(&'a str, &'a str, &'a str),
    /// An AppProject.
    Project(&'a str),
    /// A namespace.
    Namespace(&'a str),
    /// The folder of Argo CD's settings.
    Settings,
}

impl Paths {
    /// Compiles the patterns. Faulty expressions are findings.
    pub fn new(spec: &Spec, engine: &Engine, bag: &mut Bag) -> Paths {
        let layout = spec.layout.clone().unwrap_or_else(default_layout);
        let names = Names::new()
            .root("platform", PLATFORM_FIELDS)
            .root("category", &["name"])
            .root("app", &["name", "file", "category"])
            .root("project", &["name"])
            .root("namespace", &["name"]);
        let mut pattern = |text: &Text| Pattern {
            compiled: engine.compile(&text.to_value(), &names, bag),
            span: text.span,
        };
        Paths {
            root: pattern(&layout.root),
            parent: pattern(&layout.parent),
            application: pattern(&layout.application),
            foundation: pattern(&layout.foundation),
            application_set: pattern(&layout.application_set),
            manifests: pattern(&layout.manifests),
            values: pattern(&layout.values),
            project: pattern(&layout.project),
            namespace: pattern(&layout.namespace),
            settings: pattern(&layout.settings),
            platform: context::platform(spec),
        }
    }

    /// The path of a thing; a finding at `span` when the pattern gives none that can be used.
    pub fn of(&self, thing: Of, span: Span, bag: &mut Bag) -> Option<String> {
        let (pattern, scope) = self.pattern(thing);
        let compiled = pattern.compiled.as_ref()?;
        let value = match compiled.eval(&scope.with("platform", self.platform.clone())) {
            Ok(value) => value.unwrap_or_default(),
            Err(fault) => {
                bag.push(fault.into_finding().also(span, "for this"));
                return None;
            }
        };
        let path = value.as_str().unwrap_or_default();
        if let Some(fault) = fault(path) {
            let message = format!("`{path}` can't be a path of the output: {fault}");
            let help = "write patterns of `layout` relative to the output root, such as `apps/${{ app.name }}.yaml`";
            bag.push(Finding::error(&BAD_PATH, pattern.span.or(span), message, help).also(span, "for this"));
            return None;
        }
        Some(path.to_owned())
    }

    fn pattern(&self, thing: Of) -> (&Pattern, Scope) {
        let named = |root: &'static str, name: &str| Scope::new().with(root, Fields::new().with("name", name).build());
        let app = |name: &str, file: &str, category: &str| {
            let fields = Fields::new().with("name", name).with("file", file).with("category", category);
            Scope::new().with("app", fields.build())
        };
        match thing {
            Of::Root => (&self.root, Scope::new()),
            Of::Parent(category) => (&self.parent, named("category", category)),
            Of::Application(n, f, c) => (&self.application, app(n, f, c)),
            Of::Foundation(n, f, c) => (&self.foundation, app(n, f, c)),
            Of::ApplicationSet(n, f, c) => (&self.application_set, app(n, f, c)),
            Of::Manifests(n, f, c) => (&self.manifests, app(n, f, c)),
            Of::Values(n, f, c) => (&self.values, app(n, f, c)),
            Of::Project(name) => (&self.project, named("project", name)),
            Of::Namespace(name) => (&self.namespace, named("namespace", name)),
            Of::Settings => (&self.settings, Scope::new()),
        }
    }
}

/// Why a text is not a path below the output root; `None` when it is one.
#[must_use]
pub fn fault(path: &str) -> Option<&'static str> {
    let bad_part = |part: &str| part.is_empty() || part == "." || part == "..";
    if path.is_empty() {
        Some("it is empty")
    } else if path.starts_with('/') {
        Some("it is absolute")
    } else if path.split('/').any(bad_part) {
        Some("it has an empty part, `.` or `..`")
    } else if path.chars().any(|c| c.is_control() || c == '\\') {
        Some("it has a control character or a backslash")
    } else {
        None
    }
}

/// The folder of a path.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path of the output as a path of the repository.
#[must_use]
pub fn in_repo(spec: &Spec, path: &str) -> String {
    match spec.platform.repo.path.trim_matches('/') {
        "" if path.is_empty() => ".".to_owned(),
        "" => path.to_owned(),
        prefix if path.is_empty() => prefix.to_owned(),
        prefix => format!("{prefix}/{path}"),
    }
}

fn default_layout() -> Layout {
    let empty = Value::from(crate::base::Map::new());
    match Layout::read(&mut Reader::new(), &empty) {
        Some(layout) => layout,
        // Each key of the layout has a default, so an empty mapping is always a layout.
        None => unreachable!("an empty layout reads"),
    }
}
