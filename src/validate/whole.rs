//! All objects together: each once, each with an owner.

use std::collections::HashMap;
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
}

/// Checks all objects of a tree, in a stable order.
pub fn together(plan: &Plan, schemas: &Schemas, seen: &[Seen], bag: &mut Bag) {
    let mut places: HashMap<(&str, &str, &str, &str, &str), &Seen> = HashMap::with_capacity(seen.len());
    let permits = Permits::new(plan);
    for object in seen {
        let folder = plan.folders.get(parent(&object.path));
        if folder.is_none() && !plan.bootstrap.iter().any(|p| **p == *object.path) {
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
            let help = format!("keep one of `{}` and `{}`, or rename one of the objects", first.path, object.path);
            bag.push(Finding::error(&OBJECT_TWICE, object.origin, message, help).also(first.origin, "first"));
        }
    }
}

fn bag_refusal(permits: &Permits, object: &Seen, folder: Option<&Folder>, namespace: &str, bag: &mut Bag) {
    if let Some(finding) = folder.and_then(|folder| permits.refusal(object, folder, namespace)) {
        bag.push(finding);
    }
}

fn without_owner(object: &Seen) -> Finding {
    let message = format!(
        "no Application reads `{}`, so {} `{}` would never be applied",
        object.path, object.identity.kind, object.identity.name
    );
    let help = "let its path lie in a folder that an Application reads";
    Finding::warning(&OBJECT_WITHOUT_OWNER, object.origin, message, help)
}
