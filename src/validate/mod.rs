//! Stage: each object against the schema of its kind, and all objects together.

pub mod access;
pub mod applications;
pub mod argocd_cm;
mod charts;
pub mod external;
pub mod home;
pub mod identity;
pub mod kustomize;
pub mod literals;
mod locate;
pub mod objects;
mod permits;
mod phrase;
pub mod placeholders;
pub mod removal;
pub mod scaling;
pub mod secrets;
pub mod self_service;
pub mod size;
pub mod values;
mod whole;
pub mod workflows;

use crate::base::{Span, Value, pointer};
use crate::diag::{Bag, Code, Finding, Level, Place};
use crate::model::document::Document;
use crate::model::plan::PlainFile;
use crate::schemas::Schemas;
use crate::source::{SourceFile, SourceMap};
use literals::Scanner;
pub use whole::{Seen, together};

crate::codes! {
    /// An object does not fit the schema of its kind.
    ///
    /// Kubernetes prunes unknown fields in silence, and Argo CD fails at sync time on wrong types; the
    /// schemas here are closed, so both are found before. The message names the field.
    SCHEMA = "schema";
    /// A field stands in the wrong place of an object: the kind has a field of that name, one or more levels up or right
    /// below.
    ///
    /// Mostly the indentation is at fault: `resources` beside the containers, `replicas` in the template of the pod. Kubernetes
    /// drops the field in silence, so the object is accepted and what was meant does not happen.
    ///
    /// Move it to where the help line says.
    MISPLACED_FIELD = "misplaced-field";
    /// There is no schema for a kind, so objects of it are emitted without being checked.
    ///
    /// Name its CustomResourceDefinition, or a JSON Schema, under `schemas`.
    UNKNOWN_KIND = "unknown-kind": warning;
    /// A schema given by the user can't be used.
    ///
    /// Objects of its kind can't be checked then. The message says what is wrong in it. References reach
    /// only what is in the same file; nothing is fetched.
    SCHEMA_UNUSABLE = "schema-unusable";
    /// Two objects are the same one: same cluster, group, kind, namespace and name.
    ///
    /// Two Applications would fight over it, or one file would silently win over the other. Keep one,
    /// or rename one.
    OBJECT_TWICE = "object-twice";
    /// The AppProject of the Application that reads an object's file does not allow the object, so its
    /// sync would fail.
    ///
    /// Projects are derived from what apps use; objects that templates of your own add are not part of
    /// that. Allow the kind or namespace under `projects`.
    PROJECT_REFUSES = "project-refuses";
    /// No Application reads the file of an object, so it would never reach a cluster.
    ///
    /// Put it into a folder that an Application reads, by the `to` of its template or by `layout`.
    OBJECT_WITHOUT_OWNER = "object-without-owner": warning;
}

/// The codes of the modules below this one.
pub const NESTED_CODES: &[&[&Code]] = &[
    access::CODES,
    argocd_cm::CODES,
    external::CODES,
    scaling::CODES,
    literals::CODES,
    home::CODES,
    identity::CODES,
    placeholders::CODES,
    size::CODES,
];

/// What the validation of documents needs to know.
#[derive(Clone, Copy)]
pub struct Validator<'a> {
    /// The schemas.
    pub schemas: &'a Schemas,
    /// The loaded texts.
    pub sources: &'a SourceMap,
    /// Version of Argo CD, as its rules of RBAC go.
    pub argocd: crate::rbac::Version,
}

impl Validator<'_> {
    /// Checks one object: by the rules for its kind, against its schema, and for secrets in plain text.
    pub fn document(&self, document: &Document, bag: &mut Bag) {
        let mut said = Bag::new();
        objects::document(document, self.sources, &mut said);
        self.by_schema(document, &said, bag);
        bag.extend(said);
    }

    /// Checks one object against its schema. What rules have said of a place is said better.
    fn by_schema(&self, document: &Document, better: &Bag, bag: &mut Bag) {
        let secret = Scanner { sources: self.sources }.document(document, bag);
        let checked = match (document.form, document.type_of()) {
            (Some(form), _) => {
                form.schema().map_or(Ok(Some(Vec::new())), |file| self.schemas.form_errors(file, &document.value))
            }
            (None, Some((api_version, kind))) => self.schemas.errors(api_version, kind, &document.value),
            (None, None) => return,
        };
        match checked {
            Ok(Some(errors)) => {
                // The schema refuses all contents of Secrets; where a secret was found, that has been said better.
                let said = |f: &phrase::Fault| secret && ["/data", "/stringData"].contains(&f.pointer.as_str());
                let mut add = |mut f: phrase::Fault| {
                    let code = self.misplaced(document, &mut f);
                    let missing = f.missing.clone();
                    let finding = (!said(&f)).then(|| self.locate(document, code, f));
                    bag.extend(finding.filter(|f| !says(better, f, missing.as_deref())).into_iter().collect());
                };
                errors.iter().for_each(|e| phrase::findings(e, &mut add));
            }
            Ok(None) => bag.push(unknown_kind(document)),
            Err(unusable) => {
                let (api_version, kind) = document.type_of().unwrap_or_default();
                let message = format!("the schema of {kind} in {api_version} can't be used: {}", unusable.reason);
                let help = "mend the schema; references reach only what is in the same file";
                let finding = Finding::error(&SCHEMA_UNUSABLE, unusable.place.or(document.origin), message, help);
                bag.push(finding.also(document.origin, "needed for this"));
            }
        }
    }

    /// Checks a file that is no object for secrets in plain text.
    pub fn plain(&self, file: &PlainFile, bag: &mut Bag) {
        Scanner { sources: self.sources }.plain(file, bag);
    }

    /// The code of a fault. A field that belongs elsewhere in the object gets a help that says where.
    fn misplaced(&self, document: &Document, fault: &mut phrase::Fault) -> &'static Code {
        let home = || {
            let key = fault.key.as_deref().filter(|_| fault.unknown)?;
            let (api_version, kind) = document.type_of()?;
            let mut homes = self.schemas.homes_of(api_version, kind, &fault.pointer, key);
            let held = |home: &Vec<String>| pointer::deepest(&document.value, home).1 == home.len();
            if homes.len() > 1 {
                homes.retain(held);
            }
            let home = homes.pop().filter(|home| homes.is_empty() && !home.is_empty())?;
            // A field that stands there already was not meant here.
            let taken = held(&home) && pointer::deepest(&document.value, &home).0.get(key).is_some();
            let mut path = String::new();
            home.iter().for_each(|token| pointer::push(&mut path, token));
            (!taken).then(|| phrase::dotted(&path))
        };
        let Some(home) = home() else { return &SCHEMA };
        fault.help = format!("move it into `{home}`, which has a field of that name");
        &MISPLACED_FIELD
    }

    /// A fault at its place: that of the value in the spec, a manifest or a template of the user. Where
    /// a built-in template wrote the value, that of the thing it was rendered for.
    fn locate(&self, document: &Document, code: &'static Code, fault: phrase::Fault) -> Finding {
        let span = place(&document.value, &fault);
        let built_in = self.is_built_in(span);
        let (kind, object) = document.named();
        let message = format!("{kind} `{object}`: {}", fault.message);
        let primary = if built_in { document.origin } else { span };
        let finding = Finding::error(code, primary, message, fault.help);
        match built_in {
            true => finding.also(span, "written by this template"),
            false if !document.origin.contains(primary) => finding.also(document.origin, "in what comes from this"),
            false => finding,
        }
    }

    /// The template of the user that made an object, if one did.
    pub fn own_template(&self, document: &Document) -> Span {
        if self.is_built_in(document.template) { Span::NONE } else { document.template }
    }

    fn is_built_in(&self, span: Span) -> bool {
        self.sources.file_of(span).is_none_or(SourceFile::is_built_in)
    }
}

/// Whether a rule says what the schema says: an error at the same place. About a field that is missing it may point
/// deeper, but its help speaks of that field.
fn says(better: &Bag, finding: &Finding, missing: Option<&str>) -> bool {
    let within = |b: &Finding| match (&b.primary.place, &finding.primary.place) {
        (Place::Span(inner), Place::Span(outer)) => missing.is_some() && outer.contains(*inner),
        _ => false,
    };
    let same = |b: &&Finding| b.level == Level::Error && (b.primary.place == finding.primary.place || within(b));
    let names = |b: &Finding| {
        missing.is_none_or(|field| b.help.contains(&format!("`{field}`")) || b.help.contains(&format!("`{field}: ")))
    };
    better.findings().iter().filter(same).any(names)
}

/// The deepest place on the way to a fault.
fn place(root: &Value, fault: &phrase::Fault) -> Span {
    let mut tokens = pointer::tokens(&fault.pointer).unwrap_or_default();
    if let Some(key) = &fault.key {
        let (parent, depth) = pointer::deepest(root, &tokens);
        if let Some(entry) = parent.as_map().and_then(|m| m.entry(key)).filter(|_| depth == tokens.len())
            && !entry.key_span.is_none()
        {
            return entry.key_span;
        }
        tokens.push(key.clone());
    }
    loop {
        let (found, depth) = pointer::deepest(root, &tokens);
        if !found.span.is_none() || depth == 0 {
            return found.span;
        }
        tokens.truncate(depth - 1);
    }
}

fn unknown_kind(document: &Document) -> Finding {
    let (api_version, kind) = document.type_of().unwrap_or_default();
    let message = format!("there is no schema for {kind} in {api_version}, so it is not checked");
    let help = "name its CustomResourceDefinition under `schemas`, such as `schemas: [crds/*.yaml]`";
    let place = document.value.get("kind").map_or(Span::NONE, |k| k.span).or(document.origin);
    Finding::warning(&UNKNOWN_KIND, place, message, help)
}
