//! How people log in: by Dex or by OpenID Connect, and not by both.

use std::collections::BTreeMap;

use super::Place;
use crate::base::{Entry, Span, Value};
use crate::diag::{Bag, Finding};
use crate::validate::locate::key_of;

crate::codes! {
    /// Dex is told what to do, and does not run or is not asked.
    ///
    /// Argo CD logs people in either by Dex, which `dex.config` sets up, or straight by OpenID Connect, which
    /// `oidc.config` does. Where there are both it takes `oidc.config`, and `dex.config` has no effect (Argo CD 3.x,
    /// `ArgoCDSettings.IssuerURL`). Where `dex.config` stands alone and the chart has `dex.enabled: false`, the login
    /// leads to a service that is not there.
    ///
    /// Keep one of the two. With `oidc.config`, `dex.enabled: false` saves the pod.
    DEX_CONFLICT = "dex-conflict": error warning;
}

/// A setting that says how people log in.
#[derive(Debug)]
pub struct Login {
    /// What it says.
    what: What,
    span: Span,
    pub(super) namespace: Option<String>,
    pub(super) path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// `dex.config` is given.
    Dex,
    /// `oidc.config` is given.
    Oidc,
    /// The chart runs no Dex.
    Off,
}

impl Login {
    fn new(what: What, span: Span, place: Place<'_>) -> Login {
        Login { what, span, namespace: place.namespace.map(str::to_owned), path: place.path.to_owned() }
    }

    /// What a key of argocd-cm says; an empty one says nothing.
    pub(super) fn of_setting(entry: &Entry, place: Place<'_>) -> Option<Login> {
        let what = match &*entry.key {
            "dex.config" => What::Dex,
            "oidc.config" => What::Oidc,
            _ => return None,
        };
        let empty = entry.value.is_null() || entry.value.as_str().is_some_and(|text| text.trim().is_empty());
        let span = entry.key_span.or(key_of(place.sources, entry.value.span, &entry.key));
        (!empty).then(|| Login::new(what, place.of(span), place))
    }

    /// What the values of the chart say of Dex.
    pub(super) fn of_values(values: &Value, place: Place<'_>) -> Option<Login> {
        let enabled = values.get("dex")?.get("enabled")?;
        (enabled.as_bool() == Some(false)).then(|| Login::new(What::Off, place.of(enabled.span), place))
    }
}

/// Checks the settings of each Argo CD, told apart by their namespaces.
pub fn check(logins: &[Login], namespace: &dyn Fn(&Option<String>, &str) -> String, bag: &mut Bag) {
    let mut homes: BTreeMap<String, Vec<&Login>> = BTreeMap::new();
    for login in logins {
        homes.entry(namespace(&login.namespace, &login.path)).or_default().push(login);
    }
    for home in homes.values() {
        let first = |what: What| home.iter().find(|login| login.what == what);
        let Some(dex) = first(What::Dex) else { continue };
        if let Some(oidc) = first(What::Oidc) {
            let message = "`dex.config` has no effect beside `oidc.config`, which Argo CD takes";
            let help = "keep one of the two";
            bag.push(Finding::warning(&DEX_CONFLICT, dex.span, message, help).also(oidc.span, "because of this"));
        } else if let Some(off) = first(What::Off) {
            let message = "`dex.config` sets up Dex, which does not run, so nobody can log in by it";
            let help = "take `dex.enabled: false` out, or write `oidc.config` instead of `dex.config`";
            bag.push(Finding::error(&DEX_CONFLICT, dex.span, message, help).also(off.span, "Dex is off here"));
        }
    }
}
