//! The one file that names all stages; `of_tree` is the other way in.

mod of_tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Value, json};
use crate::diag::{Bag, Finding, Suppressed};
use crate::model::about::About;
use crate::model::context::parse_version;
use crate::model::document::{Document, Identity};
use crate::model::instance::Resolved;
use crate::model::plan::{PlainFile, Plan};
use crate::model::spec::Spec;
use crate::model::tree::Tree;
use crate::render::{Hits, Rendered, Templates};
use crate::schemas::Schemas;
use crate::source::path::parent;
use crate::source::{SourceMap, World};
use crate::template::Engine;
use crate::tree::Piece;
use crate::validate::literals::Scanner;
use crate::validate::secrets::{self, Known, Text};
use crate::validate::{
    Seen, Validator, access, applications, argocd_cm, home, identity, kustomize, placeholders, self_service, size,
    values, workflows,
};
use crate::{check, codes, gather, load, lower, model, render, resolve, settle, tree, validate, yaml};

pub use crate::model::progress::{Progress, Reached, Silent};
pub use of_tree::check_tree;

/// What a run gives: the tree, if nothing stands against it, and all that was found on the way.
#[derive(Debug)]
pub struct Outcome {
    /// The texts that findings point into.
    pub sources: SourceMap,
    /// All findings, in report order.
    pub findings: Vec<Finding>,
    /// Findings that comments allow, in report order.
    pub allowed: Vec<Suppressed>,
    /// The tree; `None` when a finding is an error.
    pub tree: Option<Tree>,
    /// How far it came.
    pub reached: Reached,
    /// What the spec says of itself, for whoever compares trees.
    pub about: About,
}

/// What was found on the way.
#[derive(Default)]
struct Found {
    /// What decides whether the next stage may start.
    bag: Bag,
    /// What is no reason to stop. Secrets in plain text are here, and so they are known wherever it stops.
    apart: Bag,
    policy: settle::Policy,
    reached: Reached,
    about: About,
}

/// Runs all stages on the spec at `path`. Each stage adds what it finds; the ones that can't make
/// sense of faulty input wait for a bag without errors.
pub fn run(world: &dyn World, path: &str, progress: &dyn Progress) -> Outcome {
    let mut sources = SourceMap::new();
    let mut found = Found::default();
    let tree = stages(world, path, progress, &mut sources, &mut found);
    settled(world, sources, found, tree)
}

/// What becomes of all that was found.
fn settled(world: &dyn World, sources: SourceMap, found: Found, tree: Option<Tree>) -> Outcome {
    // Those that were kept apart come first: the spec says best where a secret is that also comes out.
    let Found { bag, apart: mut all, policy, reached, about } = found;
    all.extend(bag);
    let (sources, codes, today) = (sources, &codes::all(), world.today());
    let input = settle::Input { sources: &sources, policy: &policy, codes, today };
    let settle::Settled { bag, allowed } = settle::settle(&input, all);
    let tree = tree.filter(|_| bag.clean().is_some());
    let mut findings = bag.into_sorted();
    settle::keep_sound_edits(&mut findings, &sources);
    Outcome { sources, findings, allowed, tree, reached, about }
}

/// Reads the spec at `path` and resolves its apps, for whoever asks about them without the tree. Nothing is given when
/// a finding is an error.
pub fn read(world: &dyn World, path: &str) -> (Vec<Finding>, SourceMap, Option<(Spec, Resolved)>) {
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let loaded = load::load(world, path, &mut sources, &mut bag);
    let read = loaded.spec.map(|spec| {
        let engine = Engine::new(to_yaml);
        let resolved = resolve::resolve(&spec, &engine, &sources, &mut bag);
        (spec, resolved)
    });
    let read = read.filter(|_| bag.clean().is_some());
    (bag.into_sorted(), sources, read)
}

fn stages(
    world: &dyn World,
    path: &str,
    progress: &dyn Progress,
    sources: &mut SourceMap,
    found: &mut Found,
) -> Option<Tree> {
    let Found { bag, apart, policy, reached, about } = found;
    let load::Loaded { spec, root } = load::load(world, path, sources, bag);
    Scanner { sources }.spec(&root, apart);
    rayon::spawn(move || drop(root));
    let spec = spec?;
    *reached = Reached::Spec;
    let engine = Engine::new(to_yaml);
    let resolved = resolve::resolve(&spec, &engine, sources, bag);
    let gathered = gather::gather(world, &spec, &resolved, sources, bag);
    Scanner { sources }.files(&gathered, apart);
    let facts = argocd_cm::files(&resolved, &gathered, sources, apart);
    *policy = settle::Policy::of(&spec, &resolved, &gathered);
    let order = check::check(&spec, &resolved, &gathered, bag);
    bag.clean()?;
    *reached = Reached::Plan;
    *about = About::of(&spec, &resolved);
    let schemas = Schemas::new(version(&spec), &gathered.schemas, bag);
    let input =
        lower::Input { spec: &spec, resolved: &resolved, gathered: &gathered, order: &order, schemas: &schemas };
    let mut plan = lower::lower(&input, &engine, sources, bag);
    let argocd = model::judge::version(&spec);
    // The plan shares what it needs of them. Freed beside the long part they cost no time of their own.
    rayon::spawn(move || drop((resolved, spec)));
    let templates = Templates::new(&engine, &plan, &gathered.templates, sources, bag);
    bag.clean()?;
    *reached = Reached::Everything;
    let validator = Validator { schemas: &schemas, sources, argocd };
    let tree = produce(&mut plan, &templates, validator, facts, progress, bag);
    rayon::spawn(move || drop(plan));
    Some(tree)
}

/// Renders, validates and writes out each thing of the plan, on all threads, then joins the pieces.
fn produce(
    plan: &mut Plan,
    templates: &Templates,
    validator: Validator,
    facts: argocd_cm::Facts,
    progress: &dyn Progress,
    bag: &mut Bag,
) -> Tree {
    let files = std::mem::take(&mut plan.files);
    let hits = Hits::default();
    let jobs = templates.jobs(plan);
    progress.begin(jobs.len() + plan.raw.len());
    let kept = Kept::of(plan);
    let finish = |rendered: Rendered| {
        progress.advance();
        Product::new(rendered, validator, &kept)
    };
    let rendered = jobs.into_par_iter().map(|job| finish(templates.render(job, &hits)));
    let raw = plan.raw.par_iter().map(|file| finish(render::raw(file, &hits)));
    // Each run of neighbours is joined by the thread that made it; the runs keep their order.
    let products = rendered.chain(raw).fold(Product::default, Product::joined);
    let products: Vec<Product> = products.collect();
    progress.end();
    let mut joined = Product { files, facts, ..Product::default() };
    products.into_iter().for_each(|product| joined.extend(product));
    joined.fold(plan, templates, validator, &hits);
    render::unused_patches(plan, &hits, bag);
    bag.extend(std::mem::take(&mut joined.bag));
    for file in &joined.files {
        argocd_cm::file_hosts(file, validator.sources, &mut joined.facts);
        if let (Some(value), Ok(text)) = (&file.value, std::str::from_utf8(&file.bytes)) {
            identity::check(value, text, file.origin, validator.sources, bag);
        }
    }
    let (whole, content) = rayon::join(
        || {
            let mut bag = Bag::new();
            validate::together(plan, validator.schemas, &joined.seen, &mut bag);
            argocd_cm::together(plan, &joined.facts, &mut bag);
            applications::together(plan, &joined.applications, &mut bag);
            workflows::together(plan, validator.sources, &joined.workflows, &mut bag);
            home::check(plan, &joined.strays, &mut bag);
            size::check(plan, &joined.large, &mut bag);
            self_service::together(plan, &joined.own, validator.sources, &mut bag);
            bag
        },
        || joined.content(plan, validator),
    );
    bag.extend(whole);
    bag.extend(content);
    let overlays = tree::overlays(plan, &joined.built, &joined.bases);
    joined.replace(written(overlays, validator, bag), plan);
    let mut tree = tree::tree(joined.pieces, joined.files, bag);
    let derived = tree::kustomizations(plan, &tree);
    let more = derived.iter().filter(|document| kept.kustomized.contains(parent(&document.path))).cloned();
    joined.kustomized.extend(more);
    tree.extend(tree::tree(written(derived, validator, bag), Vec::new(), bag));
    tree::keep_folders(plan, &mut tree);
    let sources = validator.sources;
    kustomize::check(&kustomize::Input { plan, sources, tree: &tree, documents: &joined.kustomized }, bag);
    tree
}

/// Files that only arrange objects, checked and written out.
fn written(documents: Vec<Document>, validator: Validator, bag: &mut Bag) -> Vec<(Arc<str>, Piece)> {
    let piece = |document: Document| {
        validator.document(&document, bag);
        let mut text = String::new();
        write(&document, &mut text);
        (document.path, Piece { text, origin: document.origin, tags: document.tags, identity: None })
    };
    documents.into_iter().map(piece).collect()
}

fn write(document: &Document, to: &mut String) {
    match document.path.ends_with(".json") {
        true => json::write(to, &document.value),
        false => yaml::write(to, &document.value),
    }
}

/// Paths of objects that are kept as values, because overlays come of them.
struct Kept<'p> {
    plan: &'p Plan,
    /// Whether what ApplicationSets make is known already.
    folded: bool,
    built: &'p BTreeMap<String, String>,
    bases: BTreeSet<&'p str>,
    /// Folders whose documents are kept, because kustomize builds them.
    kustomized: BTreeSet<String>,
}

impl Kept<'_> {
    fn of(plan: &Plan) -> Kept<'_> {
        Kept {
            plan,
            folded: false,
            built: &plan.overlays,
            bases: plan.overlays.values().map(String::as_str).collect(),
            kustomized: kustomize::folders(plan),
        }
    }
}

/// What comes of one thing.
#[derive(Default)]
struct Product {
    pieces: Vec<(Arc<str>, Piece)>,
    files: Vec<PlainFile>,
    seen: Vec<Seen>,
    facts: argocd_cm::Facts,
    secrets: Vec<secrets::Facts>,
    values: Vec<values::Facts>,
    applications: Vec<applications::Facts>,
    workflows: Vec<workflows::Facts>,
    strays: Vec<home::Stray>,
    large: Vec<size::Large>,
    built: Vec<Document>,
    bases: Vec<Document>,
    /// Applications that an ApplicationSet is to make.
    members: Vec<Document>,
    kustomized: Vec<Document>,
    /// Documents that are no Kubernetes objects, and what pods mount.
    own: self_service::Own,
    bag: Bag,
}

impl Product {
    fn new(rendered: Rendered, validator: Validator, kept: &Kept) -> Product {
        let environment = rendered.documents.first().and_then(|d| d.tags.environment.clone());
        let mut product = Product { files: rendered.files, bag: rendered.bag, ..Product::default() };
        let mut buffer = String::with_capacity(4096);
        product.files.iter().for_each(|file| validator.plain(file, &mut product.bag));
        for document in rendered.documents {
            if kept.bases.contains(&*document.path) {
                product.bases.push(document);
                continue;
            }
            validator.document(&document, &mut product.bag);
            product.facts.extend(argocd_cm::document(&document, validator.sources, &mut product.bag));
            access::document(&document, validator.sources, validator.argocd, &mut product.bag);
            // What a set makes has been judged Application by Application.
            if !kept.folded || document.value.str_at("kind") != Some("ApplicationSet") {
                product.secrets.extend(secrets::document(&document, validator.sources, &mut product.bag));
                product.applications.extend(applications::document(&document, validator.sources));
            }
            product.workflows.extend(workflows::document(&document));
            product.values.extend(values::document(&document));
            product.strays.extend(home::document(&document));
            product.own.see(&document);
            if render::sets::is_member(kept.plan, &document) {
                product.see(&document, validator);
                product.members.push(document);
                continue;
            }
            buffer.clear();
            write(&document, &mut buffer);
            if kept.kustomized.contains(parent(&document.path)) {
                product.kustomized.push(document.clone());
            } else {
                placeholders::check(&document, validator.sources, &mut product.bag);
            }
            product.large.extend(size::document(&document, buffer.len()));
            if kept.built.contains_key(&*document.path) {
                product.built.push(document.clone());
            }
            argocd_cm::hosts(&document, &buffer, validator.sources, &mut product.facts);
            identity::check(&document.value, &buffer, document.origin, validator.sources, &mut product.bag);
            product.add(document, buffer.as_str().to_owned(), validator);
        }
        environment.iter().for_each(|environment| product.bag.about(environment));
        product
    }

    fn add(&mut self, document: Document, text: String, validator: Validator) {
        let identity = self.see(&document, validator);
        let piece = Piece { text, origin: document.origin, tags: document.tags, identity };
        self.pieces.push((document.path, piece));
    }

    /// Notes an object for the rules over all of them.
    fn see(&mut self, document: &Document, validator: Validator) -> Option<Identity> {
        let identity = document.identity();
        if let (Some(identity), Some((api_version, _))) = (identity.clone(), document.type_of()) {
            let (path, api_version) = (Arc::clone(&document.path), api_version.into());
            let template = validator.own_template(document);
            self.seen.push(Seen { identity, api_version, path, origin: document.origin, template });
        }
        identity
    }

    /// Puts ApplicationSets in the place of the Applications that they make.
    fn fold(&mut self, plan: &Plan, templates: &Templates, validator: Validator, hits: &Hits) {
        let items = render::sets::fold(plan, &std::mem::take(&mut self.members), &mut self.bag);
        let kept = Kept { folded: true, ..Kept::of(plan) };
        for job in templates.jobs_of("applicationSets", &items) {
            self.extend(Product::new(templates.render(job, hits), validator, &kept));
        }
    }

    /// Puts overlays in the place of the objects that come of them.
    fn replace(&mut self, overlays: Vec<(Arc<str>, Piece)>, plan: &Plan) {
        let mut texts: BTreeMap<Arc<str>, Piece> = overlays.into_iter().collect();
        if texts.is_empty() {
            return;
        }
        for (path, piece) in self.pieces.iter_mut().filter(|(path, _)| plan.overlays.contains_key(&**path)) {
            piece.text = texts.remove(path).map(|overlay| overlay.text).unwrap_or_default();
        }
        self.pieces.extend(texts);
    }

    fn joined(mut self, other: Product) -> Product {
        self.extend(other);
        self
    }

    fn extend(&mut self, other: Product) {
        self.pieces.extend(other.pieces);
        self.files.extend(other.files);
        self.seen.extend(other.seen);
        self.facts.extend(other.facts);
        self.secrets.extend(other.secrets);
        self.values.extend(other.values);
        self.applications.extend(other.applications);
        self.workflows.extend(other.workflows);
        self.strays.extend(other.strays);
        self.large.extend(other.large);
        self.built.extend(other.built);
        self.bases.extend(other.bases);
        self.members.extend(other.members);
        self.kustomized.extend(other.kustomized);
        self.own.extend(other.own);
        self.bag.extend(other.bag);
    }
}

impl Product {
    /// The rules about secrets and about what stands in values, over all that came out.
    fn content(&self, plan: &Plan, validator: Validator) -> Bag {
        let of =
            self.pieces.iter().map(|(path, piece)| Text { path, text: &piece.text, identity: piece.identity.as_ref() });
        let texts: &[Text] = &of.collect::<Vec<_>>();
        let (files, known, sources) = (&self.files, &Known::of(&plan.external), validator.sources);
        let places = &secrets::Places::new(plan, &self.secrets);
        let objects: &[secrets::Placed] = &secrets::place(places, &self.secrets);
        let charts: &[secrets::Chart] = &secrets::charts_of(objects, files);
        let (mut bag, mut more) = (Bag::new(), Bag::new());
        rayon::join(
            || secrets::together(&secrets::Input { plan, sources, objects, charts, texts, known }, &mut bag),
            || {
                let facts = &self.values;
                values::together(&values::Input { plan, sources, facts, objects, places, charts, files }, &mut more);
            },
        );
        bag.extend(more);
        bag
    }
}

fn version(spec: &Spec) -> (u32, u32) {
    parse_version(&spec.argocd_version()).unwrap_or((u32::MAX, 0))
}

fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    yaml::write(&mut text, value);
    text
}
