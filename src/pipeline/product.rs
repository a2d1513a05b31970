//! What comes of the things of a plan, judged and written out, and how it is joined.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::write;
use crate::diag::Bag;
use crate::model::document::{Document, Identity};
use crate::model::plan::{PlainFile, Plan};
use crate::render::{self, Hits, Rendered, Templates};
use crate::source::path::parent;
use crate::tree::Piece;
use crate::validate::secrets::{self, Known, Text};
use crate::validate::{
    Seen, Validator, access, applications, argocd_cm, home, identity, kustomize, placeholders, removal, scaling,
    self_service, size, values, workflows,
};

/// Paths of objects that are kept as values, because overlays come of them.
pub(super) struct Kept<'p> {
    pub(super) plan: &'p Plan,
    /// Whether what ApplicationSets make is known already.
    pub(super) folded: bool,
    pub(super) built: &'p BTreeMap<String, String>,
    pub(super) bases: BTreeSet<&'p str>,
    /// Folders whose documents are kept, because kustomize builds them.
    pub(super) kustomized: BTreeSet<String>,
}

impl Kept<'_> {
    pub(super) fn of(plan: &Plan) -> Kept<'_> {
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
pub(super) struct Product {
    pub(super) pieces: Vec<(Arc<str>, Piece)>,
    pub(super) files: Vec<PlainFile>,
    pub(super) seen: Vec<Seen>,
    pub(super) facts: argocd_cm::Facts,
    pub(super) secrets: Vec<secrets::Facts>,
    pub(super) values: Vec<values::Facts>,
    pub(super) applications: Vec<applications::Facts>,
    pub(super) removal: Vec<removal::Facts>,
    pub(super) workflows: Vec<workflows::Facts>,
    pub(super) scaling: Vec<scaling::Facts>,
    pub(super) strays: Vec<home::Stray>,
    pub(super) large: Vec<size::Large>,
    pub(super) built: Vec<Document>,
    pub(super) bases: Vec<Document>,
    /// Applications that an ApplicationSet is to make.
    pub(super) members: Vec<Document>,
    pub(super) kustomized: Vec<Document>,
    /// Documents that are no Kubernetes objects, and what pods mount.
    pub(super) own: self_service::Own,
    pub(super) bag: Bag,
}

impl Product {
    pub(super) fn new(rendered: Rendered, validator: Validator, kept: &Kept) -> Product {
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
                product.removal.extend(removal::document(&document));
            }
            product.workflows.extend(workflows::document(&document));
            product.values.extend(values::document(&document));
            product.scaling.extend(scaling::document(&document));
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

    pub(super) fn add(&mut self, document: Document, text: String, validator: Validator) {
        let identity = self.see(&document, validator);
        let piece = Piece { text, origin: document.origin, tags: document.tags, identity };
        self.pieces.push((document.path, piece));
    }

    /// Notes an object for the rules over all of them.
    pub(super) fn see(&mut self, document: &Document, validator: Validator) -> Option<Identity> {
        let identity = document.identity();
        if let (Some(identity), Some((api_version, _))) = (identity.clone(), document.type_of()) {
            let (path, api_version) = (Arc::clone(&document.path), api_version.into());
            let template = validator.own_template(document);
            self.seen.push(Seen { identity, api_version, path, origin: document.origin, template });
        }
        identity
    }

    /// Puts ApplicationSets in the place of the Applications that they make.
    pub(super) fn fold(&mut self, plan: &Plan, templates: &Templates, validator: Validator, hits: &Hits) {
        let items = render::sets::fold(plan, &std::mem::take(&mut self.members), &mut self.bag);
        let kept = Kept { folded: true, ..Kept::of(plan) };
        for job in templates.jobs_of("applicationSets", &items) {
            self.extend(Product::new(templates.render(job, hits), validator, &kept));
        }
    }

    /// Puts overlays in the place of the objects that come of them.
    pub(super) fn replace(&mut self, overlays: Vec<(Arc<str>, Piece)>, plan: &Plan) {
        let mut texts: BTreeMap<Arc<str>, Piece> = overlays.into_iter().collect();
        if texts.is_empty() {
            return;
        }
        for (path, piece) in self.pieces.iter_mut().filter(|(path, _)| plan.overlays.contains_key(&**path)) {
            piece.text = texts.remove(path).map(|overlay| overlay.text).unwrap_or_default();
        }
        self.pieces.extend(texts);
    }

    pub(super) fn joined(mut self, other: Product) -> Product {
        self.extend(other);
        self
    }

    pub(super) fn extend(&mut self, other: Product) {
        self.pieces.extend(other.pieces);
        self.files.extend(other.files);
        self.seen.extend(other.seen);
        self.facts.extend(other.facts);
        self.secrets.extend(other.secrets);
        self.values.extend(other.values);
        self.scaling.extend(other.scaling);
        self.applications.extend(other.applications);
        self.removal.extend(other.removal);
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
    pub(super) fn content(&self, plan: &Plan, validator: Validator) -> Bag {
        let of =
            self.pieces.iter().map(|(path, piece)| Text { path, text: &piece.text, identity: piece.identity.as_ref() });
        let texts: &[Text] = &of.collect::<Vec<_>>();
        let (files, known, sources) = (&self.files, Known(&plan.external), validator.sources);
        let places = &secrets::Places::new(plan, &self.secrets);
        let objects: &[secrets::Placed] = &secrets::place(places, &self.secrets);
        let charts: &[secrets::Chart] = &secrets::charts_of(objects, files);
        let of_files = secrets::loose(plan, files);
        let nowhere = secrets::nowhere(plan, &of_files);
        let loose: &[secrets::Chart] = &secrets::charts_of(&nowhere, files);
        let (mut bag, mut more) = (Bag::new(), Bag::new());
        rayon::join(
            || secrets::together(&secrets::Input { plan, sources, objects, charts, loose, texts, known }, &mut bag),
            || {
                let facts = &self.values;
                let input = values::Input { plan, sources, facts, objects, places, charts, loose, files };
                values::together(&input, &mut more);
                let (facts, seen, argocd) = (&self.removal, &self.seen, validator.argocd);
                removal::together(&removal::Input { plan, sources, argocd, facts, charts, seen }, &mut more);
            },
        );
        bag.extend(more);
        let (facts, seen) = (&self.applications, &self.seen);
        let input = applications::kinds::Input { plan, schemas: validator.schemas, facts, seen, objects };
        applications::kinds::check(&input, &mut bag);
        secrets::explained(bag, loose)
    }
}
