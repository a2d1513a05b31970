//! What comes in from outside: Ingress, Gateway, and Traefik's kinds.

use super::super::facts::{Facts, Kind, Made, Need, Read};
use super::walk::{mentions_issuer, text};
use super::{at, list};
use crate::base::Value;

/// An Ingress. With an issuer in its annotations, cert-manager makes the Secrets of its `tls`.
pub fn ingress(facts: &mut Facts, value: &Value) {
    let issued = at(value, &["metadata", "annotations"]).is_some_and(mentions_issuer);
    tls(facts, list(value, &["spec", "tls"]).iter().filter_map(|tls| tls.get("secretName")), issued);
}

/// A Gateway, likewise.
pub fn gateway(facts: &mut Facts, value: &Value) {
    let issued = at(value, &["metadata", "annotations"]).is_some_and(mentions_issuer);
    let listeners = list(value, &["spec", "listeners"]).iter();
    let references = listeners.flat_map(|listener| list(listener, &["tls", "certificateRefs"]));
    let own = references.filter(|r| r.get("namespace").is_none() && r.str_at("kind").unwrap_or("Secret") == "Secret");
    tls(facts, own.filter_map(|r| r.get("name")), issued);
}

fn tls<'v>(facts: &mut Facts, names: impl Iterator<Item = &'v Value>, issued: bool) {
    for name in names {
        let Some(text) = text(name) else { continue };
        if issued {
            facts.makes.push(Made::aside(text, name.span));
        } else {
            facts.reads.push(read(Kind::Secret, text, name, Need::Tls));
        }
    }
}

/// One of Traefik's kinds (Traefik 3.7): the fields of all of them that name a Secret.
pub fn traefik(facts: &mut Facts, value: &Value) {
    let Some(spec) = value.get("spec") else { return };
    let need = match &*facts.kind {
        "IngressRoute" | "IngressRouteTCP" | "TLSStore" => Need::Tls,
        _ => Need::Other,
    };
    let one: &[&[&str]] = &[
        &["tls", "secretName"],
        &["defaultCertificate", "secretName"],
        &["basicAuth", "secret"],
        &["digestAuth", "secret"],
        &["forwardAuth", "tls", "caSecret"],
        &["forwardAuth", "tls", "certSecret"],
    ];
    let several: &[&[&str]] = &[&["rootCAsSecrets"], &["certificatesSecrets"], &["clientAuth", "secretNames"]];
    let single = one.iter().filter_map(|path| at(spec, path));
    let lists = several.iter().flat_map(|path| list(spec, path));
    let secrets: Vec<&Value> = single.chain(lists).collect();
    for name in secrets {
        facts.reads.extend(text(name).map(|text| read(Kind::Secret, text, name, need)));
    }
    for root in list(spec, &["rootCAs"]) {
        for (field, kind) in [("secret", Kind::Secret), ("configMap", Kind::ConfigMap)] {
            let Some(name) = root.get(field) else { continue };
            facts.reads.extend(text(name).map(|text| read(kind, text, name, need)));
        }
    }
}

fn read(kind: Kind, name: std::sync::Arc<str>, at: &Value, need: Need) -> Read {
    Read { kind, name, namespace: None, span: at.span, keys: Vec::new(), need }
}
