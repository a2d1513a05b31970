//! Vault: paths of its KV engine, and how it is reached.

use crate::base::hash::HashMap;
use std::collections::BTreeSet;

use super::super::facts::{External, Remote, Role, VaultPath};
use super::super::scene::{Placed, Scene};
use super::stores;
use crate::base::Span;
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A value is read from Vault without `property`, so the Secret gets all that lies under the path as
    /// one JSON text.
    ///
    /// A password that is `{"value":"…"}` is refused wherever it is used, and the message there never says
    /// why. Write `property` with the name of the value, or take the JSON apart in `target.template`.
    KV_WITHOUT_PROPERTY = "kv-without-property": warning;
    /// A path into version 2 of Vault's KV engine lacks the segment `data`, or has one too many.
    ///
    /// The Vault Agent Injector and the CSI provider read paths of the API: `secret/data/app` is the entry
    /// that the command line calls `secret/app`. External Secrets puts mount and `data` in by itself, so
    /// there the key is `app` alone. Mounts are those of the stores in the tree.
    KV2_DATA_SEGMENT = "kv2-data-segment": error warning fixable;
    /// Vault is reached by plain HTTP.
    ///
    /// Tokens and secrets cross the network for anybody to read. Let Vault serve TLS, write `https://`, and
    /// name its CA: `caProvider` or `caBundle` in a store, `vaultCACertPath` in a SecretProviderClass, the
    /// annotation `vault.hashicorp.com/ca-cert` for the injector.
    VAULT_PLAIN_HTTP = "vault-plain-http": warning;
}

/// Checks all that has to do with Vault.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mounts = mounts(scene);
    for object in scene.objects {
        if let Role::External(external) = &object.facts.role {
            external.remotes.iter().for_each(|remote| read(scene, object, external, remote, bag));
        }
        let facts = object.facts;
        paths(scene, object, &mounts, &facts.vault_paths, bag);
        facts.vault_addresses.iter().for_each(|(address, span)| plain(scene, object, address, *span, bag));
    }
    for chart in scene.charts {
        paths(scene, chart.app, &mounts, &chart.vault_paths, bag);
        chart.vault_addresses.iter().for_each(|(address, span)| plain(scene, chart.app, address, *span, bag));
    }
}

type Mounts<'a> = HashMap<&'a str, BTreeSet<&'a str>>;

/// The mounts of version 2 that stores name, by cluster.
fn mounts<'a>(scene: &Scene<'a>) -> Mounts<'a> {
    let mut out = Mounts::default();
    for object in scene.objects {
        let Role::Store(store) = &object.facts.role else { continue };
        let Some(vault) = store.vault.as_ref().filter(|vault| vault.v2) else { continue };
        out.entry(object.cluster).or_default().extend(vault.mount.as_deref().filter(|m| !m.is_empty()));
    }
    out
}

fn read(scene: &Scene, object: &Placed, external: &External, remote: &Remote, bag: &mut Bag) {
    let Some(reference) = external.stores.get(remote.store) else { return };
    let spread = external.spread.as_ref().and_then(|spread| spread.namespaces.first());
    let namespace = spread.map_or(object.namespace, |n| &**n);
    // One that is out of reach says as well what is behind it.
    let named = || scene.stores_called(&reference.name).iter().find(|(_, placed)| placed.cluster == object.cluster);
    let store = stores::resolve(scene, object, reference, namespace).or_else(|| named().map(|(store, _)| *store));
    let Some(vault) = store.and_then(|store| store.vault.as_ref()) else { return };
    let (kind, own, key) = (&object.facts.kind, &object.facts.name, &remote.key);
    let place = scene.at(remote.span, object);
    if remote.whole && !external.takes_json {
        let message = format!("{kind} `{own}` reads all of `{key}` as one JSON text, for lack of `property`");
        let help = "add `property` with the name of the value under that path, such as `property: password`";
        bag.push(Finding::warning(&KV_WITHOUT_PROPERTY, place, message, help));
    }
    let Some(mount) = vault.mount.as_deref().filter(|mount| !mount.is_empty()) else { return };
    let inside = key.strip_prefix(mount).and_then(|rest| rest.strip_prefix('/'));
    let logical = inside.unwrap_or(key);
    let logical = logical.strip_prefix("data/").filter(|_| vault.v2).unwrap_or(logical);
    if logical.len() < key.len() {
        let what = if inside.is_some() { "begins with the mount of its store" } else { "begins with `data/`" };
        let message = format!("the key `{key}` of {kind} `{own}` {what}, which External Secrets puts in by itself");
        let help = format!("write `{logical}`");
        bag.push(Finding::warning(&KV2_DATA_SEGMENT, place, message, help).replacing(place, &**key, logical));
    }
}

/// Segments after the mount that KV v2 has (Vault 1.21, "KV secrets engine - version 2 (API)").
const SEGMENTS: [&str; 7] = ["data", "metadata", "subkeys", "delete", "undelete", "destroy", "config"];

fn paths(scene: &Scene, object: &Placed, mounts: &Mounts, paths: &[VaultPath], bag: &mut Bag) {
    let Some(mounts) = mounts.get(object.cluster).filter(|_| !paths.is_empty()) else { return };
    for VaultPath { path, span } in paths {
        let api = path.trim_start_matches('/');
        let api = api.strip_prefix("v1/").unwrap_or(api);
        let inside = |mount: &&str| api.strip_prefix(mount).and_then(|rest| rest.strip_prefix('/'));
        let Some(mount) = mounts.iter().rev().find(|mount| inside(mount).is_some()) else { continue };
        let rest = inside(mount).unwrap_or_default();
        if SEGMENTS.contains(&rest.split('/').next().unwrap_or_default()) {
            continue;
        }
        let message = format!("`{path}` lacks the segment `data`: `{mount}` is version 2 of Vault's KV engine");
        let help = format!("write `{mount}/data/{rest}`");
        let finding = Finding::error(&KV2_DATA_SEGMENT, scene.at(*span, object), message, help);
        let mended = format!("{}{mount}/data/{rest}", path.strip_suffix(api).unwrap_or_default());
        bag.push(finding.replacing(*span, &**path, mended));
    }
}

fn plain(scene: &Scene, object: &Placed, address: &str, span: Span, bag: &mut Bag) {
    let Some(rest) = address.strip_prefix("http://") else { return };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if ["localhost", "127.0.0.1", "[", "host.docker.internal"].contains(&host) {
        return;
    }
    let message = format!("{} `{}` reaches Vault by plain HTTP", object.facts.kind, object.facts.name);
    let help = format!("let Vault serve TLS, write `https://{rest}`, and name its CA");
    bag.push(Finding::warning(&VAULT_PLAIN_HTTP, scene.at(span, object), message, help));
}
