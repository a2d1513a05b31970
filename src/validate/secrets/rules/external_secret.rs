//! What an ExternalSecret says on its own.

use crate::base::hash::HashMap;

use super::super::read::{at, list};
use crate::base::{Entry, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;

crate::codes! {
    /// An ExternalSecret is such that the webhook of External Secrets refuses it.
    ///
    /// The CRD lets it through, so it is applied nowhere and the sync fails there: one key of the Secret
    /// filled twice while nothing is ever deleted from it, or a type of Secret that a controller of
    /// Kubernetes fills and nobody else may (External Secrets 2.9.0, webhook validation).
    EXTERNAL_SECRET_INVALID = "external-secret-invalid";
    /// An ExternalSecret does not say how often it is refreshed, or is refreshed too often or never.
    ///
    /// Left out, the interval is whatever the CRD of the installed release fills in, which shows as a
    /// difference in Argo CD. Below a minute, each ExternalSecret is a steady load for the store behind it,
    /// and many stores limit requests. Zero means never, whatever the policy says.
    ///
    /// Write `refreshInterval: 1h`, or `refreshPolicy: CreatedOnce` or `OnChange` where that is meant.
    REFRESH_INTERVAL = "refresh-interval": warning;
}

/// Checks one object.
pub fn document(document: &Document, place: impl Fn(Span) -> Span, bag: &mut Bag) {
    let Some((version, kind)) = document.type_of() else { return };
    let entry = |value: &Value, key: &str| value.as_map().and_then(|map| map.entry(key)).cloned();
    let spec = match kind {
        _ if !version.starts_with("external-secrets.io/") => return,
        "ExternalSecret" => entry(&document.value, "spec"),
        "ClusterExternalSecret" => document.value.get("spec").and_then(|spec| entry(spec, "externalSecretSpec")),
        _ => return,
    };
    let Some(Entry { value: spec, key_span, .. }) = &spec else { return };
    let name = document.value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default();
    let own = format!("{kind} `{name}`");
    refresh(&own, (spec, *key_span), &place, bag);
    twice(&own, spec, &place, bag);
    service_account_token(&own, spec, &place, bag);
}

/// Keys of `data` that stand twice (validated under `deletionPolicy: Retain`, the default).
fn twice(own: &str, spec: &Value, place: &impl Fn(Span) -> Span, bag: &mut Bag) {
    let policy = at(spec, &["target", "deletionPolicy"]).and_then(Value::as_str).unwrap_or("Retain");
    if policy != "Retain" {
        return;
    }
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for key in list(spec, &["data"]).iter().filter_map(|item| item.get("secretKey")) {
        let Some(name) = key.as_str() else { continue };
        if let Some(first) = seen.insert(name, key.span) {
            let message = format!("{own} fills the key `{name}` twice");
            let help = "take one of the two out, or give it another `secretKey`";
            let finding = Finding::error(&EXTERNAL_SECRET_INVALID, place(key.span), message, help);
            bag.push(finding.also(place(first), "first"));
        }
    }
}

fn service_account_token(own: &str, spec: &Value, place: &impl Fn(Span) -> Span, bag: &mut Bag) {
    let Some(template) = at(spec, &["target", "template"]) else { return };
    let token = template.get("type").filter(|t| t.as_str() == Some("kubernetes.io/service-account-token"));
    let named = at(template, &["metadata", "annotations", "kubernetes.io/service-account.name"]).is_some();
    if let Some(kind) = token.filter(|_| named) {
        let message = format!("{own} makes a token of a ServiceAccount, which only Kubernetes may");
        let help = "take `type` out of the template; a token comes of a Secret of that type without data";
        bag.push(Finding::error(&EXTERNAL_SECRET_INVALID, place(kind.span), message, help));
    }
}

fn refresh(own: &str, (spec, key): (&Value, Span), place: &impl Fn(Span) -> Span, bag: &mut Bag) {
    let policy = spec.str_at("refreshPolicy");
    if matches!(policy, Some("CreatedOnce" | "OnChange")) {
        return;
    }
    let help = "write `refreshInterval: 1h`, or `refreshPolicy: CreatedOnce` if once is enough";
    let Some(interval) = spec.get("refreshInterval") else {
        let message = format!("{own} does not say how often it is refreshed");
        bag.push(Finding::warning(&REFRESH_INTERVAL, place(key), message, help));
        return;
    };
    let Some(seconds) = interval.as_str().and_then(seconds) else { return };
    let text = interval.as_str().unwrap_or_default();
    let message = if seconds == 0.0 && policy == Some("Periodic") {
        format!("{own} is never refreshed: an interval of zero means once, whatever `refreshPolicy` says")
    } else if seconds > 0.0 && seconds < 60.0 {
        format!("{own} is refreshed every {text}, which is a steady load for the store behind it")
    } else {
        return;
    };
    bag.push(Finding::warning(&REFRESH_INTERVAL, place(interval.span), message, help));
}

/// A duration as Go writes it (`time.ParseDuration`), in seconds.
fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() && rest != "0" {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        let after = rest.get(digits..)?;
        let unit_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let unit = match after.get(..unit_end)? {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            _ => 0.0,
        };
        total += number * unit;
        rest = after.get(unit_end..)?;
    }
    Some(total)
}
