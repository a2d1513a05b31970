//! Where files go: the patterns of the layout, evaluated.

use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::{self, Fields, PLATFORM_FIELDS};
use crate::model::spec::{Layout, Spec};
use crate::shape::{Reader, Shape, Text};
use crate::source::SourceMap;
use crate::source::path::path_fault;
use crate::template::{Compiled, Engine, Names, Scope};

crate::codes! {
    /// A path that a pattern of the layout gives is not one below the output root.
    ///
    /// Paths are relative, use `/`, have no empty part and no `.` or `..`.
    BAD_PATH = "bad-path";
}

/// The compiled patterns.
pub struct Paths<'e> {
    root: Pattern<'e>,
    parent: Pattern<'e>,
    application: Pattern<'e>,
    foundation: Pattern<'e>,
    application_set: Pattern<'e>,
    manifests: Pattern<'e>,
    values: Pattern<'e>,
    project: Pattern<'e>,
    namespace: Pattern<'e>,
    settings: Pattern<'e>,
    secrets: Pattern<'e>,
    component: Pattern<'e>,
    base: Pattern<'e>,
    vault: Pattern<'e>,
    terraform: Pattern<'e>,
    port: Pattern<'e>,
    orkes: Pattern<'e>,
    github: Pattern<'e>,
    globals: Map,
}

struct Pattern<'e> {
    compiled: Option<Compiled<'e>>,
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
    /// The folder of the secrets of an app that come into a namespace: name, file name, category, namespace.
    Secrets(&'a str, &'a str, &'a str, &'a str),
    /// The folder of the component for a secret of an app: name, file name, category, secret.
    Component(&'a str, &'a str, &'a str, &'a str),
    /// The folder of a base of overlays.
    Base(&'a str),
    /// The folder of a Vault.
    Vault(&'a str),
    /// The variables for Terraform.
    Terraform,
    /// The folder of Port.
    Port,
    /// The folder of Orkes.
    Orkes,
    /// The workflow of GitHub that opens pull requests.
    Github,
}

impl<'e> Paths<'e> {
    /// Compiles the patterns. Faulty expressions are findings.
    pub fn new(spec: &Spec, engine: &'e Engine, sources: &SourceMap, bag: &mut Bag) -> Paths<'e> {
        let layout = spec.layout.clone().or_else(default_layout);
        let names = Names::new()
            .with("platform", context::shape(PLATFORM_FIELDS))
            .with("category", context::shape(&["name"]))
            .with("app", context::shape(&["name", "file", "category"]))
            .with("project", context::shape(&["name"]))
            .with("namespace", context::shape(&["name"]))
            .with("secret", context::shape(&["name"]))
            .with("base", context::shape(&["name"]))
            .with("vault", context::shape(&["name"]));
        let mut pattern = |text: Option<&Text>| {
            let Some(text) = text else { return Pattern { compiled: None, span: Span::NONE } };
            Pattern { compiled: engine.compile(&text.to_value(), &names, Some(sources), bag), span: text.span }
        };
        Paths {
            root: pattern(layout.as_ref().map(|l| &l.root)),
            parent: pattern(layout.as_ref().map(|l| &l.parent)),
            application: pattern(layout.as_ref().map(|l| &l.application)),
            foundation: pattern(layout.as_ref().map(|l| &l.foundation)),
            application_set: pattern(layout.as_ref().map(|l| &l.application_set)),
            manifests: pattern(layout.as_ref().map(|l| &l.manifests)),
            values: pattern(layout.as_ref().map(|l| &l.values)),
            project: pattern(layout.as_ref().map(|l| &l.project)),
            namespace: pattern(layout.as_ref().map(|l| &l.namespace)),
            settings: pattern(layout.as_ref().map(|l| &l.settings)),
            secrets: pattern(layout.as_ref().map(|l| &l.secrets)),
            component: pattern(layout.as_ref().map(|l| &l.component)),
            base: pattern(layout.as_ref().map(|l| &l.base)),
            vault: pattern(layout.as_ref().map(|l| &l.vault)),
            terraform: pattern(layout.as_ref().map(|l| &l.terraform)),
            port: pattern(layout.as_ref().map(|l| &l.port)),
            orkes: pattern(layout.as_ref().map(|l| &l.orkes)),
            github: pattern(layout.as_ref().map(|l| &l.github)),
            globals: Map::from_iter([("platform", context::platform(spec))]),
        }
    }

    /// The path of a thing; a finding at `span` when the pattern gives none that can be used.
    pub fn of(&self, thing: Of, span: Span, bag: &mut Bag) -> Option<String> {
        let (pattern, scope) = self.pattern(thing);
        let compiled = pattern.compiled.as_ref()?;
        let value = match compiled.eval(&scope) {
            Ok(value) => value.unwrap_or_default(),
            Err(fault) => {
                bag.push(fault.finding(span));
                return None;
            }
        };
        let path = value.as_str().unwrap_or_default();
        if let Some(fault) = path_fault(path) {
            let message = format!("`{path}` can't be a path of the output: {fault}");
            let help = "write patterns of `layout` relative to the output root, such as `apps/${{ app.name }}.yaml`";
            bag.push(Finding::error(&BAD_PATH, pattern.span.or(span), message, help).also(span, "for this"));
            return None;
        }
        Some(path.to_owned())
    }

    fn pattern(&self, thing: Of) -> (&Pattern<'e>, Scope<'_>) {
        let one = |name: &str| Fields::new().with("name", name).build();
        let named = |root: &'static str, name: &str| {
            Scope::new(&self.globals).with(root, Fields::new().with("name", name).build())
        };
        let app = |name: &str, file: &str, category: &str| {
            let fields = Fields::new().with("name", name).with("file", file).with("category", category);
            Scope::new(&self.globals).with("app", fields.build())
        };
        match thing {
            Of::Root => (&self.root, Scope::new(&self.globals)),
            Of::Parent(category) => (&self.parent, named("category", category)),
            Of::Application(n, f, c) => (&self.application, app(n, f, c)),
            Of::Foundation(n, f, c) => (&self.foundation, app(n, f, c)),
            Of::ApplicationSet(n, f, c) => (&self.application_set, app(n, f, c)),
            Of::Manifests(n, f, c) => (&self.manifests, app(n, f, c)),
            Of::Values(n, f, c) => (&self.values, app(n, f, c)),
            Of::Project(name) => (&self.project, named("project", name)),
            Of::Namespace(name) => (&self.namespace, named("namespace", name)),
            Of::Settings => (&self.settings, Scope::new(&self.globals)),
            Of::Secrets(n, f, c, namespace) => (&self.secrets, app(n, f, c).with("namespace", one(namespace))),
            Of::Component(n, f, c, secret) => (&self.component, app(n, f, c).with("secret", one(secret))),
            Of::Base(name) => (&self.base, named("base", name)),
            Of::Vault(name) => (&self.vault, named("vault", name)),
            Of::Terraform => (&self.terraform, Scope::new(&self.globals)),
            Of::Port => (&self.port, Scope::new(&self.globals)),
            Of::Orkes => (&self.orkes, Scope::new(&self.globals)),
            Of::Github => (&self.github, Scope::new(&self.globals)),
        }
    }
}

/// A path that the spec gives as it is.
pub fn chosen(path: &Text, bag: &mut Bag) -> Option<String> {
    if let Some(fault) = path_fault(path) {
        let message = format!("`{}` can't be a path of the output: {fault}", &**path);
        bag.push(Finding::error(&BAD_PATH, path.span, message, "write a path relative to the output root"));
        return None;
    }
    Some(path.to_string())
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

/// The layout without a word of the spec: each of its keys has a default, so an empty mapping is one.
fn default_layout() -> Option<Layout> {
    Layout::read(&mut Reader::new(), &Value::from(Map::new()))
}
