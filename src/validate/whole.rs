//! All objects together: each once, each with an owner.

use crate::base::hash::{HashMap, HashSet};
use std::sync::Arc;

use super::permits::Permits;
use super::{OBJECT_TWICE, OBJECT_WITHOUT_OWNER};
use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::document::Identity;
use crate::model::plan::{Folder, Plan};
use crate::schemas::Schemas;
use crate::source::path::parent;

/// An object that was emitted.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is.
    pub identity: Identity,
    /// Its API version.
    pub api_version: Arc<str>,
    /// Its path.
    pub path: Arc<str>,
    /// Where it comes from.
    pub origin: Span,
    /// The template of the user that made it, if one did.
    pub template: Span,
}

/// Checks all objects of a tree, in a stable order.
pub fn together(plan: &Plan, schemas: &Schemas, seen: &[Seen], bag: &mut Bag) {
    let mut places: HashMap<(&str, &str, &str, &str, &str), &Seen> = HashMap::default();
    places.reserve(seen.len());
    let permits = Permits::new(plan);
    let by_hand: HashSet<&str> = plan.bootstrap.iter().map(String::as_str).collect();
    for object in seen {
        let folder = plan.folders.get(parent(&object.path));
        if folder.is_none_or(|f| f.owner.is_empty()) && !by_hand.contains(&*object.path) {
            bag.push(without_owner(object));
        }
        let cluster = folder.map_or("", |f| &f.cluster);
        let identity = &object.identity;
        let namespace = match schemas.is_cluster_scoped(&object.api_version, &identity.kind) {
            true => "",
            false => identity.namespace.as_deref().or(folder.map(|f| &*f.namespace)).unwrap_or_default(),
        };
        bag_refusal(&permits, object, folder, namespace, bag);
        let key = (cluster, &*identity.group, &*identity.kind, namespace, &*identity.name);
        if let Some(first) = places.insert(key, object) {
            let message = format!("{} `{}` comes out twice", identity.kind, identity.name);
            bag.push(twice(first, object, message));
        }
    }
}

fn bag_refusal(permits: &Permits, object: &Seen, folder: Option<&Folder>, namespace: &str, bag: &mut Bag) {
    if let Some(finding) = folder.and_then(|folder| permits.refusal(object, folder, namespace)) {
        bag.push(finding);
    }
}

fn twice(first: &Seen, second: &Seen, message: String) -> Finding {
    if !second.template.is_none() && first.template == second.template {
        let help = "let the name in the template tell the objects apart, such as by `${{ app.name }}`";
        let finding = Finding::error(&OBJECT_TWICE, second.template, message, help);
        let finding = finding.label("this template makes both");
        return finding.also(second.origin, "once for this").also(first.origin, "and once for this");
    }
    let help = match first.path == second.path {
        true => format!("keep one of the two in `{}`, or rename one", first.path),
        false => format!("keep one of `{}` and `{}`, or rename one of the objects", first.path, second.path),
    };
    Finding::error(&OBJECT_TWICE, second.template.or(second.origin), message, help)
        .also(first.template.or(first.origin), "first")
}

fn without_owner(object: &Seen) -> Finding {
    let message = format!(
        "no Application reads `{}`, so {} `{}` would never be applied",
        object.path, object.identity.kind, object.identity.name
    );
    let help = match object.template.is_none() {
        true => "let its path lie in a folder that an Application reads",
        false => "let `to` lie in a folder that an Application reads, such as that of `app.path`",
    };
    let finding = Finding::warning(&OBJECT_WITHOUT_OWNER, object.template.or(object.origin), message, help);
    if object.template.is_none() { finding } else { finding.also(object.origin, "made for this") }
}
