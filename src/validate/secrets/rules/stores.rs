//! References to stores of External Secrets, and what stores refer to.

use std::collections::BTreeSet;

use super::super::facts::{External, Need, Role, Store, StoreRef};
use super::super::scene::{Placed, Scene};
use crate::base::suggest;
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A store is there, but not for the namespace that names it.
    ///
    /// A SecretStore serves the ExternalSecrets of its own namespace only. A ClusterSecretStore serves all
    /// namespaces, or those that its `conditions` let in; one condition that fits is enough. The
    /// ExternalSecret stays in error otherwise, and its Secret is never made.
    ///
    /// Write `kind: ClusterSecretStore` where one of that name is there, make the store a
    /// ClusterSecretStore, or add a SecretStore to the namespace.
    STORE_OUT_OF_SCOPE = "store-out-of-scope";
    /// A store is named that nothing makes.
    ///
    /// No Secret comes of an ExternalSecret without its store. Mend the name, add the SecretStore or
    /// ClusterSecretStore, or say under `external` that it is made elsewhere.
    UNKNOWN_STORE = "unknown-store";
    /// A reference to a store has no `kind`.
    ///
    /// It means SecretStore then, and whoever has a ClusterSecretStore in mind finds out at the first sync.
    /// Write `kind: SecretStore` or `kind: ClusterSecretStore`.
    IMPLICIT_STORE_KIND = "implicit-store-kind": warning;
    /// A SecretStore names a ServiceAccount, Secret or ConfigMap of another namespace.
    ///
    /// External Secrets refuses that: with it, whoever may write to one namespace could read from all. Only
    /// a ClusterSecretStore may do it. Move what it names into the namespace of the store, or make the
    /// store a ClusterSecretStore.
    CROSS_NAMESPACE_SA = "cross-namespace-sa";
}

/// How many names a help line lists.
const SHOWN: usize = 5;
/// How many are looked at for that.
const MOST: usize = 100;

/// Checks all references.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for object in scene.objects {
        match &object.facts.role {
            Role::External(external) => references(scene, object, external, bag),
            Role::Store(store) if !store.cluster_wide => own_namespace(scene, object, bag),
            _ => {}
        }
    }
}

fn references(scene: &Scene, object: &Placed, external: &External, bag: &mut Bag) {
    for reference in &external.stores {
        let namespaces: Vec<&str> = match &external.spread {
            Some(spread) => spread.namespaces.iter().map(|n| &**n).collect(),
            None => vec![object.namespace],
        };
        let refusal = namespaces.iter().find_map(|namespace| refusal(scene, object, reference, namespace));
        match refusal {
            Some(finding) => bag.push(finding),
            None if reference.cluster_wide.is_none() => bag.push(implicit(scene, object, reference)),
            None => {}
        }
    }
}

/// The store that a reference means, for one namespace.
pub fn resolve<'a>(scene: &Scene<'a>, object: &Placed, reference: &StoreRef, namespace: &str) -> Option<&'a Store> {
    scene.store(object.cluster, reference.cluster_wide == Some(true), namespace, &reference.name)
}

fn refusal(scene: &Scene, object: &Placed, reference: &StoreRef, namespace: &str) -> Option<Finding> {
    let wide = reference.cluster_wide == Some(true);
    let (cluster, name) = (object.cluster, &*reference.name);
    if let Some(store) = resolve(scene, object, reference, namespace) {
        let in_scope = |c| scene.serves(c, cluster, namespace) != Some(false);
        let served = !wide || store.conditions.is_empty() || store.conditions.iter().any(in_scope);
        return (!served).then(|| refused(scene, object, reference, namespace));
    }
    if scene.may_have_store(cluster, wide, namespace, name) {
        return None;
    }
    Some(match scene.stores_called(name).iter().find(|(_, placed)| placed.cluster == cluster) {
        Some(_) => out_of_scope(scene, object, reference, namespace),
        None => unknown(scene, object, reference),
    })
}

fn kind(wide: bool) -> &'static str {
    if wide { "ClusterSecretStore" } else { "SecretStore" }
}

/// It is a ClusterSecretStore, and does not let the namespace in.
fn refused(scene: &Scene, object: &Placed, reference: &StoreRef, namespace: &str) -> Finding {
    let (name, kind, own) = (&*reference.name, &object.facts.kind, &object.facts.name);
    let message = format!(
        "{kind} `{own}` can't use ClusterSecretStore `{name}`: none of its conditions lets namespace `{namespace}` in"
    );
    let help = format!("add `- namespaces: [{namespace}]` to `spec.conditions` of the store");
    let finding = Finding::error(&STORE_OUT_OF_SCOPE, scene.at(reference.span, object), message, help);
    with_store(scene, object, name, true, finding)
}

/// There is a store of that name, of the other kind or in another namespace.
fn out_of_scope(scene: &Scene, object: &Placed, reference: &StoreRef, namespace: &str) -> Finding {
    let wide = reference.cluster_wide == Some(true);
    let (name, own_kind, own) = (&*reference.name, &object.facts.kind, &object.facts.name);
    let here = scene.stores_called(name).iter().filter(|(_, placed)| placed.cluster == object.cluster);
    let cluster_wide = here.clone().any(|(store, _)| store.cluster_wide);
    let namespaced = here.filter(|(store, _)| !store.cluster_wide).map(|(_, placed)| placed.namespace);
    let of: BTreeSet<&str> = namespaced.take(MOST).collect();
    let (there, help) = if cluster_wide {
        ("it is a ClusterSecretStore".to_owned(), "write `kind: ClusterSecretStore`".to_owned())
    } else if wide {
        let there = format!("it is a SecretStore, in namespace {}", suggest::listing(of.iter().copied(), SHOWN));
        let help = match scene.store(object.cluster, false, namespace, name).is_some() {
            true => "write `kind: SecretStore`",
            false => "make the store a ClusterSecretStore",
        };
        (there, help.to_owned())
    } else {
        let there = format!("it is in namespace {}", suggest::listing(of.iter().copied(), SHOWN));
        let help = format!(
            "make the store a ClusterSecretStore and write `kind: ClusterSecretStore`, or add a SecretStore \
             `{name}` to namespace `{namespace}`"
        );
        (there, help)
    };
    let message = format!("{own_kind} `{own}` can't use {} `{name}` from namespace `{namespace}`: {there}", kind(wide));
    let finding = Finding::error(&STORE_OUT_OF_SCOPE, scene.at(reference.span, object), message, help);
    with_store(scene, object, name, cluster_wide, finding)
}

fn with_store(scene: &Scene, object: &Placed, name: &str, wide: bool, finding: Finding) -> Finding {
    let same = |(store, placed): &&(&Store, &Placed)| placed.cluster == object.cluster && store.cluster_wide == wide;
    match scene.stores_called(name).iter().find(same) {
        Some((store, placed)) => finding.also(scene.at(store.span, placed), "the store"),
        None => finding,
    }
}

fn unknown(scene: &Scene, object: &Placed, reference: &StoreRef) -> Finding {
    let (name, own_kind, own) = (&*reference.name, &object.facts.kind, &object.facts.name);
    let message = match scene.stores_called(name).first() {
        Some((_, placed)) => format!(
            "{own_kind} `{own}` names the store `{name}`, which is on cluster `{}` only, not on `{}`",
            placed.cluster, object.cluster
        ),
        None => format!("{own_kind} `{own}` names the store `{name}`, which nothing makes"),
    };
    let near = super::meant(name, scene.store_names(object.cluster));
    let help = match near {
        Some(near) if near != name => format!("did you mean `{near}`?"),
        _ => format!(
            "add a {} of that name, or list it under `external` if it is made elsewhere",
            kind(reference.cluster_wide == Some(true))
        ),
    };
    Finding::error(&UNKNOWN_STORE, scene.at(reference.span, object), message, help)
}

fn implicit(scene: &Scene, object: &Placed, reference: &StoreRef) -> Finding {
    let (name, own_kind, own) = (&*reference.name, &object.facts.kind, &object.facts.name);
    let message = format!("{own_kind} `{own}` names the store `{name}` without its kind, which means SecretStore");
    let help = "write `kind: SecretStore` beside the name";
    Finding::warning(&IMPLICIT_STORE_KIND, scene.at(reference.span, object), message, help)
}

/// What a SecretStore names lies in its own namespace.
fn own_namespace(scene: &Scene, object: &Placed, bag: &mut Bag) {
    for read in object.facts.reads.iter().filter(|read| read.need == Need::Store) {
        let Some(namespace) = read.namespace.as_deref().filter(|n| *n != object.namespace) else { continue };
        let (own, at, kind, name) = (&object.facts.name, object.namespace, read.kind.name(), &read.name);
        let message = format!(
            "SecretStore `{own}` of namespace `{at}` names {kind} `{name}` of namespace `{namespace}`, which only a \
             ClusterSecretStore may"
        );
        let help = format!(
            "make it a ClusterSecretStore, or take `namespace` out and have {kind} `{name}` in namespace `{at}`"
        );
        bag.push(Finding::error(&CROSS_NAMESPACE_SA, scene.at(read.span, object), message, help));
    }
}
