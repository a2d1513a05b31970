//! Documents of Port and Orkes against each other: derived ones, and those of the user.

mod borders;
mod catalog;
mod flow;
mod inputs;
mod mounts;
mod references;
mod requirements;
mod tasks;

use std::collections::BTreeMap;

use crate::base::{Span, Value};
use crate::diag::{Bag, Code, Finding};
use crate::model::document::Document;
use crate::model::forms::Form;
use crate::model::plan::Plan;
use crate::source::SourceMap;

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[
    borders::CODES,
    catalog::CODES,
    flow::CODES,
    inputs::CODES,
    mounts::CODES,
    references::CODES,
    requirements::CODES,
    tasks::CODES,
];

/// Documents of Port and Orkes, and what pods mount.
#[derive(Default)]
pub struct Own {
    documents: Vec<Document>,
    mounts: Vec<mounts::Mounts>,
}

impl Own {
    /// Notes what a document has to say.
    pub fn see(&mut self, document: &Document) {
        self.mounts.extend(mounts::document(document));
        self.documents.extend(document.form.map(|_| document.clone()));
    }

    /// Adds what others have to say.
    pub fn extend(&mut self, other: Own) {
        self.mounts.extend(other.mounts);
        self.documents.extend(other.documents);
    }
}

/// What the rules look at.
struct Scene<'a> {
    sources: &'a SourceMap,
    /// Workflows by name and version.
    workflows: BTreeMap<(&'a str, i64), &'a Document>,
    /// Task definitions by name.
    tasks: BTreeMap<&'a str, &'a Document>,
    /// Actions by identifier.
    actions: BTreeMap<&'a str, &'a Document>,
    /// Blueprints by identifier.
    blueprints: BTreeMap<&'a str, &'a Document>,
    /// Blueprints that are in Port already.
    known: Vec<&'a str>,
}

/// Runs the rules over all documents that are no Kubernetes objects, and what pods mount.
pub fn together(plan: &Plan, own: &Own, sources: &SourceMap, bag: &mut Bag) {
    mounts::together(&own.mounts, bag);
    let of = |form: Form| own.documents.iter().filter(move |document| document.form == Some(form));
    let scene = Scene {
        sources,
        workflows: of(Form::Workflow).filter_map(|d| Some(((d.value.str_at("name")?, version(&d.value)), d))).collect(),
        tasks: of(Form::Task).filter_map(|d| Some((d.value.str_at("name")?, d))).collect(),
        actions: of(Form::Action).filter_map(|d| Some((d.value.str_at("identifier")?, d))).collect(),
        blueprints: of(Form::Blueprint).filter_map(|d| Some((d.value.str_at("identifier")?, d))).collect(),
        known: plan.known_blueprints.iter().map(|name| &**name).collect(),
    };
    for document in of(Form::Workflow) {
        flow::check(&scene, document, bag);
    }
    of(Form::Task).for_each(|document| tasks::definition(&scene, document, bag));
    for document in of(Form::Action) {
        inputs::check(&scene, document, bag);
        borders::check(&scene, document, bag);
        catalog::action(&scene, document, bag);
    }
    borders::twice(&scene, &of(Form::Action).collect::<Vec<_>>(), bag);
    of(Form::Blueprint).for_each(|document| catalog::blueprint(&scene, document, bag));
    of(Form::Mapping).for_each(|document| catalog::mapping(&scene, document, bag));
}

/// Version of a workflow; 1 when left out.
fn version(value: &Value) -> i64 {
    value.get("version").and_then(Value::as_int).unwrap_or(1)
}

impl Scene<'_> {
    /// The place of a value of a document: that of the spec or a file of the user, not one in a built-in template.
    fn place(&self, document: &Document, span: Span) -> Span {
        self.sources.in_input(span, document.origin)
    }

    /// An error at a value of a document.
    fn error(
        &self,
        code: &'static Code,
        document: &Document,
        at: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let place = self.place(document, at);
        let (kind, name) = document.named();
        let message = format!("{kind} `{name}`: {}", message.into());
        let finding = Finding::error(code, place, message, help.into());
        match document.origin.contains(place) || document.origin == place {
            true => finding,
            false => finding.also(document.origin, "in what comes from this"),
        }
    }

    /// Names of the workflows, for help lines.
    fn workflow_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.workflows.keys().map(|(name, _)| *name).collect();
        names.dedup();
        names
    }
}
