//! The one file that names all stages; `of_tree` is the other way in.

mod ahead;
mod of_tree;
mod product;

use std::any::Any;
use std::sync::Arc;

use rayon::prelude::*;

use product::{Kept, Product};

use crate::base::{Day, Value, json};
use crate::diag::{Bag, Finding, Level, Suppressed};
use crate::model::about::About;
use crate::model::context::parse_version;
use crate::model::document::Document;
use crate::model::instance::Resolved;
use crate::model::plan::Plan;
use crate::model::spec::Spec;
use crate::model::tree::{Made, Tree};
use crate::render::{Hits, Rendered, Templates};
use crate::schemas::Schemas;
use crate::source::path::parent;
use crate::source::{SourceMap, World};
use crate::template::Engine;
use crate::tree::Piece;
use crate::validate::literals::Scanner;
use crate::validate::{
    Validator, applications, argocd_cm, external, home, identity, kustomize, scaling, self_service, size, workflows,
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
    /// What is no longer needed.
    pub spent: Spent,
    policy: settle::Policy,
    today: Option<Day>,
}

impl Outcome {
    /// Adds findings that are settled.
    pub fn add(&mut self, bag: Bag) {
        let mut all: Bag = std::mem::take(&mut self.findings).into_iter().collect();
        all.extend(bag);
        self.findings = all.into_sorted();
    }

    /// Settles findings that came after the tree, as those before it were: comments allow them, the spec says how grave
    /// they are. `whole` says whether all that can be found then was looked for.
    ///
    /// # Errors
    /// All of them, when one is an error.
    pub fn late(&mut self, bag: Bag, whole: bool) -> Result<Bag, Bag> {
        let (sources, codes, policy) = (&self.sources, &codes::all(), &self.policy);
        let input = settle::Input { sources, policy, codes, today: self.today, of: settle::Stage::After { whole } };
        let settle::Settled { bag, allowed } = settle::settle(&input, bag);
        self.allowed.extend(allowed);
        if bag.clean().is_some() { Ok(bag) } else { Err(bag) }
    }
}

/// What a run has used up. To free it takes longer than to end a process, which takes it along: a program that ends
/// forgets it.
#[derive(Debug, Default)]
pub struct Spent(Vec<Box<dyn Any + Send + Sync>>);

impl Spent {
    fn keep(&mut self, what: impl Any + Send + Sync) {
        self.0.push(Box::new(what));
    }
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
    spent: Spent,
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
    let Found { bag, apart: mut all, policy, reached, about, spent } = found;
    all.extend(bag);
    let (sources, codes, today) = (sources, &codes::all(), world.today());
    let input = settle::Input { sources: &sources, policy: &policy, codes, today, of: settle::Stage::Tree };
    let settle::Settled { bag, allowed } = settle::settle(&input, all);
    let tree = tree.filter(|_| bag.clean().is_some());
    let mut findings = bag.into_sorted();
    settle::keep_sound_edits(&mut findings, &sources);
    Outcome { sources, findings, allowed, tree, reached, about, spent, policy, today }
}

/// Reads the spec at `path` and resolves its apps, for whoever asks about them without the tree. When there are errors
/// they are given, and nothing else: what is less grave is for those who settle it.
pub fn read(world: &dyn World, path: &str) -> (Vec<Finding>, SourceMap, Option<(Spec, Resolved)>) {
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let root = load::load(world, path, &mut sources, &mut bag);
    let read = load::spec(&root, &mut bag).map(|spec| {
        let engine = Engine::new(to_yaml);
        let resolved = resolve::resolve(&spec, &engine, &sources, &mut bag);
        (spec, resolved)
    });
    let read = read.filter(|_| bag.clean().is_some());
    let mut findings = bag.into_sorted();
    findings.retain(|finding| finding.level == Level::Error);
    (findings, sources, read)
}

fn stages(
    world: &dyn World,
    path: &str,
    progress: &dyn Progress,
    sources: &mut SourceMap,
    found: &mut Found,
) -> Option<Tree> {
    let Found { bag, apart, policy, reached, about, spent } = found;
    let root = load::load(world, path, sources, bag);
    let scan = || Scanner { sources }.spec(&root, apart);
    let (spec, ()) = rayon::join(|| load::spec(&root, bag), scan);
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
    let ((mut plan, templates), ()) = rayon::join(
        || {
            let plan = lower::lower(&input, &engine, sources, bag);
            let templates = Templates::new(&engine, &plan, &gathered.templates, sources, bag);
            (plan, templates)
        },
        || schemas.prepare(&ahead::kinds(&gathered)),
    );
    let argocd = model::judge::version(&spec);
    // The plan shares what it needs of them. Freed beside the long part they cost no time of their own.
    rayon::spawn(move || drop((resolved, spec)));
    bag.clean()?;
    *reached = Reached::Everything;
    let validator = Validator { schemas: &schemas, sources, argocd };
    let tree = produce(&mut plan, &templates, validator, facts, progress, bag, spent);
    spent.keep(plan);
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
    spent: &mut Spent,
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
    let (whole, content) = rayon::join(|| together(plan, &joined, validator), || joined.content(plan, validator));
    bag.extend(whole);
    bag.extend(content);
    let overlays = tree::overlays(plan, &joined.built, &joined.bases);
    joined.replace(written(overlays, validator, bag), plan);
    // Only the texts are wanted from here on.
    let values = joined.files.iter_mut().map(|file| file.value.take()).collect::<Vec<_>>();
    let pieces = std::mem::take(&mut joined.pieces);
    let mut tree = tree::tree(pieces, std::mem::take(&mut joined.files), bag);
    let derived = tree::kustomizations(plan, &tree);
    let more = derived.iter().filter(|document| kept.kustomized.contains(parent(&document.path))).cloned();
    joined.kustomized.extend(more);
    let mut derived = tree::tree(written(derived, validator, bag), Vec::new(), bag);
    derived.values_mut().for_each(|file| file.made = Made::Kustomization);
    tree.extend(derived);
    tree::keep_folders(plan, &mut tree);
    let sources = validator.sources;
    external::check(plan, bag);
    applications::absent(plan, &tree, bag);
    kustomize::check(&kustomize::Input { plan, sources, tree: &tree, documents: &joined.kustomized }, bag);
    spent.keep((values, joined));
    tree
}

/// The rules over all that came out, but for those about content.
fn together(plan: &Plan, joined: &Product, validator: Validator) -> Bag {
    let mut bag = Bag::new();
    validate::together(plan, validator.schemas, &joined.seen, &mut bag);
    argocd_cm::together(plan, &joined.facts, validator.argocd, &mut bag);
    applications::together(plan, &joined.applications, &mut bag);
    applications::namespaces(plan, validator.schemas, &joined.seen, &joined.applications, &mut bag);
    workflows::together(plan, validator.sources, &joined.workflows, &mut bag);
    home::check(plan, &joined.strays, &mut bag);
    scaling::together(plan, validator.sources, &joined.scaling, &mut bag);
    size::check(plan, &joined.large, &mut bag);
    self_service::together(plan, &joined.own, validator.sources, &mut bag);
    bag
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

fn version(spec: &Spec) -> (u32, u32) {
    parse_version(&spec.argocd_version()).unwrap_or((u32::MAX, 0))
}

fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    yaml::write(&mut text, value);
    text
}
