//! Keys that are read against keys that are written.

use super::super::facts::{Kind, Need, Read};
use super::super::scene::{Placed, Scene};
use crate::base::{Span, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A Secret or ConfigMap lacks a key that is read from it.
    ///
    /// The pod that reads it does not start, or starts without its password. Keys are known for
    /// ExternalSecrets (those of `data`; with `template.data` and without `mergePolicy: Merge` only those of
    /// the template), SealedSecrets, SecretProviderClasses, ConfigMaps and kustomizations; where `dataFrom`
    /// or a `templateFrom` may bring others, nothing is reported. What charts read without saying so in
    /// their values is in `schemas/charts`.
    ///
    /// Give the key the name that is read, or say in the values which key it is.
    SECRET_KEY_MISMATCH = "secret-key-mismatch";
}

/// Checks all references that name keys.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (object, chart, read, namespace) in scene.references() {
        if read.keys.is_empty() || read.need == Need::Optional || !matches!(read.kind, Kind::Secret | Kind::ConfigMap) {
            continue;
        }
        let place = (object.cluster, namespace);
        let Some(makers) = scene.makers(read.kind, place, &read.name) else { continue };
        // Where something else makes it, there are keys that are not to be seen here.
        if makers.iter().any(|(made, _)| made.keys.open) || makers.iter().all(|(made, _)| made.adds) {
            continue;
        }
        let written: Vec<&str> = makers.iter().flat_map(|(made, _)| &made.keys.names).map(|key| &**key).collect();
        let Some((made, maker)) = makers.first() else { continue };
        for (key, span) in read.keys.iter().filter(|(key, _)| !written.contains(&&**key)) {
            let implicit = chart.is_some_and(|c| c.implicit.iter().any(|(at, name)| at == span && name == key));
            let reader = match chart {
                Some(chart) if implicit => {
                    format!("chart `{}` reads", chart.release.chart.as_deref().unwrap_or_default())
                }
                Some(chart) => format!("the values of `{}` read", chart.app.facts.name),
                None => format!("{} `{}` reads", object.facts.kind, object.facts.name),
            };
            let finding = mismatch(scene, object, read, (key, *span), &reader, &written, maker);
            bag.push(finding.also(scene.at(made.span, maker), "made here"));
        }
    }
}

fn mismatch(
    scene: &Scene,
    object: &Placed,
    read: &Read,
    (key, span): (&str, Span),
    reader: &str,
    written: &[&str],
    maker: &Placed,
) -> Finding {
    let kind = read.kind.name();
    let message = format!("{reader} key `{key}` of {kind} `{}`, which has no such key", read.name);
    let add = format!("add key `{key}` to {} `{}`", maker.facts.kind, maker.facts.name);
    let help = match written {
        [] => add,
        _ => format!("{add}; it has {}", suggest::listing(written.iter().copied(), 8)),
    };
    Finding::error(&SECRET_KEY_MISMATCH, scene.at(span, object), message, help)
}
