//! Stage: templates and plan to documents.

mod header;
mod patches;
pub mod sets;

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::{Document, Tags};
use crate::model::forms::Form;
use crate::model::gathered::TemplateFile;
use crate::model::plan::{FORS, Item, PlainFile, Plan, RawFile};
use crate::model::tree::Made;
use crate::model::{context, spec::Patch};
use crate::source::{FileId, SourceMap};
use crate::template::{Compiled, Engine, Names, Scope, TextTemplate};
use crate::yaml;
pub use patches::Hits;

crate::codes! {
    /// The first document of a template is not a header that says what it is rendered for and where
    /// the result goes.
    ///
    /// A header is a mapping with `for` (one of the kinds of things of the plan) and `to` (a path
    /// pattern); `when` may hold an expression that decides whether it is rendered.
    TEMPLATE_HEADER = "template-header";
    /// A template gives something that is not a Kubernetes object.
    ///
    /// It would lie in a folder that Argo CD reads, and stop the whole Application there. Give it `apiVersion`
    /// and `kind`; a file that is no object is written by a text template, whose name ends in `.j2`. A document
    /// may also be empty for some of the things it is rendered for: then nothing is written.
    TEMPLATE_RESULT = "template-result";
    /// A template gives a path that can't be one of the output.
    ///
    /// Paths are relative to the output root, have `/` between folders, and no empty part, `.` or `..`: no
    /// template may write elsewhere. Mend `to`, or the name in the spec that is part of the path.
    TEMPLATE_PATH = "template-path";
    /// A patch matches no object of any app it applies to, so it does nothing.
    ///
    /// Its `target` is compared with the objects that come out: `kind`, and `name` and `namespace` where
    /// they are given, each as the object has it. Without `target`, the Application of the app is meant.
    /// Objects inside charts and other repositories are not seen here; use `kustomize` patches for those.
    PATCH_HITS_NOTHING = "patch-hits-nothing";
    /// A patch can't be applied to an object that it matches, or changes nothing in it.
    ///
    /// A patch that fails in silence is the difference that nobody finds. RFC 6902 operations fail where
    /// their path does not exist: `replace` and `remove` need the key, `add` needs what is above it. A merge
    /// patch that changes nothing repeats what the spec says already. Mend the path or the keys, or take
    /// the patch out.
    PATCH_FAILED = "patch-failed";
}

/// All templates, compiled.
#[derive(Debug)]
pub struct Templates<'e> {
    all: Vec<Template<'e>>,
    globals: Map,
}

/// One template file.
#[derive(Debug)]
struct Template<'e> {
    header: header::Header<'e>,
    body: Body<'e>,
    /// The place of `to`.
    span: Span,
}

#[derive(Debug)]
enum Body<'e> {
    Documents(Vec<(Compiled<'e>, Span)>),
    Text(Box<TextTemplate>),
}

/// What one thing of the plan became.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Objects.
    pub documents: Vec<Document>,
    /// Files that are no objects.
    pub files: Vec<PlainFile>,
    /// Findings.
    pub bag: Bag,
}

/// A template and a thing that it is rendered for.
#[derive(Clone, Copy, Debug)]
pub struct Job<'j> {
    template: usize,
    item: &'j Item,
}

impl<'e> Templates<'e> {
    /// Compiles all templates of a plan. Faults are findings.
    pub fn new(engine: &'e Engine, plan: &Plan, files: &[TemplateFile], sources: &SourceMap, bag: &mut Bag) -> Self {
        let globals = Map::from_iter([("platform", plan.platform.clone())]);
        let compiled = |file: &TemplateFile| {
            let mut bag = Bag::new();
            (compile(engine, file, sources, &mut bag), bag)
        };
        let compiled: Vec<(Option<Template>, Bag)> = files.par_iter().map(compiled).collect();
        let mut all = Vec::with_capacity(compiled.len());
        for (template, found) in compiled {
            bag.extend(found);
            all.extend(template);
        }
        Templates { all, globals }
    }

    /// No templates, for a tree that is there already.
    #[must_use]
    pub fn none() -> Self {
        Templates { all: Vec::new(), globals: Map::new() }
    }

    /// Each template with each thing it is rendered for, in a stable order.
    pub fn jobs<'j>(&self, plan: &'j Plan) -> Vec<Job<'j>> {
        let of = |(template, t): (usize, &Template)| {
            let items = plan.items.get(t.header.items).map(Vec::as_slice).unwrap_or_default();
            items.iter().map(move |item| Job { template, item }).collect::<Vec<_>>()
        };
        self.all.iter().enumerate().flat_map(of).collect()
    }

    /// The templates of one kind of things, each with each of these things.
    pub fn jobs_of<'j>(&self, kind: &str, items: &'j [Item]) -> Vec<Job<'j>> {
        let fitting = self.all.iter().enumerate().filter(|(_, t)| t.header.items == kind);
        fitting.flat_map(|(template, _)| items.iter().map(move |item| Job { template, item })).collect()
    }

    /// Renders one of them.
    pub fn render(&self, job: Job, hits: &Hits) -> Rendered {
        let mut out = Rendered::default();
        let Some(template) = self.all.get(job.template) else { return out };
        let scope = Scope::new(&self.globals).with(template.header.variable, job.item.value.clone());
        match template.header.path(&scope, job.item.span, &mut out.bag) {
            Some(path) => template.fill(&path, &scope, job.item, hits, &mut out),
            None => return out,
        }
        out
    }
}

impl Template<'_> {
    fn fill(&self, path: &str, scope: &Scope<'_>, item: &Item, hits: &Hits, out: &mut Rendered) {
        let bodies = match &self.body {
            Body::Documents(bodies) => bodies,
            Body::Text(text) => {
                let (path, origin, template) = (path.to_owned(), item.span, self.span);
                match text.eval(scope) {
                    Ok(text) => {
                        let bytes = text.into();
                        let (value, tags) = (None, tags(item));
                        out.files.push(PlainFile { path, bytes, value, origin, template, tags, made: Made::Derived });
                    }
                    Err(fault) => out.bag.push(fault.finding(item.span)),
                }
                return;
            }
        };
        let path: Arc<str> = path.into();
        for (body, span) in bodies {
            let value = match body.eval(scope) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(fault) => {
                    out.bag.push(fault.finding(item.span));
                    continue;
                }
            };
            let form = Form::of(self.header.items);
            if form.is_none() && (value.str_at("apiVersion").is_none() || value.str_at("kind").is_none()) {
                let help = "give it `apiVersion` and `kind`; files that are no objects are `.j2` templates";
                let finding = Finding::error(&TEMPLATE_RESULT, *span, "this template gives no Kubernetes object", help);
                out.bag.push(finding.also(item.span, "while rendering this"));
                continue;
            }
            let value = patches::apply(value, &item.patches, Some(&item.name), item.span, hits, &mut out.bag);
            let (path, template) = (Arc::clone(&path), self.span);
            out.documents.push(Document { path, value, origin: item.span, template, tags: tags(item), form });
        }
    }
}

/// The documents of raw manifests, patched.
pub fn raw(file: &RawFile, hits: &Hits) -> Rendered {
    let mut out = Rendered::default();
    let path: Arc<str> = file.path.as_str().into();
    for doc in &file.docs {
        let value = patches::apply(doc.clone(), &file.patches, None, doc.span, hits, &mut out.bag);
        let (template, tags) = (Span::NONE, file.tags.clone());
        out.documents.push(Document { path: Arc::clone(&path), value, origin: doc.span, template, tags, form: None });
    }
    out
}

/// Findings for patches that hit nothing in any of the plan's things.
pub fn unused_patches(plan: &Plan, hits: &Hits, bag: &mut Bag) {
    let of_items = plan.items.values().flatten().flat_map(|i| i.patches.iter());
    let unused = |patch: &&Patch| !hits.contains(patch.span);
    for patch in of_items.filter(unused) {
        let help = match &patch.target {
            Some(_) => "mend `target`: kind, name and namespace as the object has them",
            None => "add `target: { kind: …, name: … }`; without it only the Application is meant",
        };
        let span = patch.target.as_ref().map_or(patch.span, |t| t.span);
        bag.push(
            Finding::error(&PATCH_HITS_NOTHING, span, "this patch matches no object", help)
                .label("nothing like this comes out"),
        );
    }
}

fn tags(item: &Item) -> Tags {
    let text = |key: &str| item.value.str_at(key).map(Into::into);
    let environment = text("environment");
    Tags { app: text("app"), category: text("category"), cluster: text("cluster"), environment }
}

fn compile<'e>(engine: &'e Engine, file: &TemplateFile, sources: &SourceMap, bag: &mut Bag) -> Option<Template<'e>> {
    match file.name.ends_with(".j2") {
        true => compile_text(engine, file.file, sources, bag),
        false => compile_documents(engine, file.file, sources, bag),
    }
}

fn compile_documents<'e>(engine: &'e Engine, id: FileId, sources: &SourceMap, bag: &mut Bag) -> Option<Template<'e>> {
    let errors = bag.errors();
    let docs = yaml::read(sources, id, bag, &yaml::Limits::default());
    let nothing = Value::default().at(sources.file(id)?.span(0, 0));
    let (first, bodies) = match docs.split_first() {
        Some(split) => split,
        None if bag.errors() > errors => return None,
        None => (&nothing, [].as_slice()),
    };
    let header = header::Header::compile(engine, first, sources, bag)?;
    let names = names(header.variable, header.items);
    let compile = |doc: &Value| Some((engine.compile(doc, &names, Some(sources), bag)?, doc.span));
    let bodies: Vec<_> = bodies.iter().filter(|d| !d.is_null()).filter_map(compile).collect();
    let span = header.to_span;
    Some(Template { header, body: Body::Documents(bodies), span })
}

/// A text template begins with its header between two lines `---`.
fn compile_text<'e>(engine: &'e Engine, id: FileId, sources: &SourceMap, bag: &mut Bag) -> Option<Template<'e>> {
    let file = sources.file(id)?;
    let Some(end) = file.text.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n")) else {
        let help = "begin the file with `---`, lines `for: …` and `to: …`, and `---`";
        let place = file.span(0, file.text.find('\n').unwrap_or(file.text.len()));
        bag.push(Finding::error(&TEMPLATE_HEADER, place, "this text template has no header", help));
        return None;
    };
    let header_span = file.span(4, 4 + end);
    let header = yaml::read_embedded(sources.text_of(header_span)?, header_span).ok()?;
    let header = header::Header::compile(engine, header.first()?, sources, bag)?;
    let start = 4 + end + "\n---\n".len();
    let names = names(header.variable, header.items);
    let text = engine.compile_text(file.text.get(start..)?, file.span(start, file.text.len()), &names, bag)?;
    let span = header.to_span;
    Some(Template { header, body: Body::Text(Box::new(text)), span })
}

fn names(variable: &'static str, items: &str) -> Names {
    let fields = FORS.iter().find(|(name, ..)| *name == items).map(|(_, _, fields)| *fields).unwrap_or_default();
    Names::new().with("platform", context::shape(context::PLATFORM_FIELDS)).with(variable, context::shape(fields))
}
