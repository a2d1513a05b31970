//! Keys of the settings.

use super::known::{AZURE, CONNECTOR, CONNECTOR_CONFIG, DEX, OIDC, SETTING_PREFIXES, SETTINGS, other_case, slip};
use super::{Place, SETTING_KEY_CASE, UNKNOWN_OIDC_KEY, UNKNOWN_SETTING};
use crate::base::{Entry, Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::validate::locate::{key_of, locate_word};

/// What to write for keys that other programs have in such a place.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "insecureSkipVerify",
        "take it out; give the certificate of the provider's CA as `rootCA`, or, to verify nothing, set the key \
         `oidc.tls.insecure.skip.verify: \"true\"` of argocd-cm",
    ),
    ("groupsClaim", GROUPS),
    ("groupClaim", GROUPS),
    ("groupsKey", GROUPS),
    ("redirectURI", CALLBACK),
    ("redirectURL", CALLBACK),
    ("scopes", "write `requestedScopes`"),
    ("scope", "write `requestedScopes`"),
    (
        "insecureEnableGroups",
        "take it out; it is a key of Dex, here groups come with `requestedScopes: [openid, groups]`",
    ),
    ("getUserInfo", "write `enableUserInfoGroups: true` and `userInfoPath`"),
    ("userNameKey", "take it out; Argo CD shows the claims `name` and `email`"),
    ("rootCAs", "write `rootCA`, with the certificate itself"),
    ("caData", "write `rootCA`, with the certificate itself"),
    ("usePKCE", "write `enablePKCEAuthentication`"),
];
const GROUPS: &str = "take it out; the claims that hold groups are named by `scopes` of argocd-rbac-cm, such as \
                      `scopes: '[groups, email]'`";
const CALLBACK: &str = "take it out; Argo CD derives it from `url` of argocd-cm and adds `/auth/callback`";

/// Checks the keys of `oidc.config`.
pub fn oidc(config: &Value, place: Place<'_>, bag: &mut Bag) {
    for entry in config.as_map().into_iter().flatten() {
        oidc_key(entry, "oidc.config", OIDC, config, place, bag);
        if &*entry.key == "azure" {
            let entries = entry.value.as_map().into_iter().flatten();
            entries.for_each(|e| oidc_key(e, "oidc.config.azure", AZURE, config, place, bag));
        }
    }
}

fn oidc_key(entry: &Entry, within: &str, known: &[&str], holder: &Value, place: Place<'_>, bag: &mut Bag) {
    if known.contains(&&*entry.key) {
        return;
    }
    let span = key_place(entry, holder, place);
    let elsewhere = ELSEWHERE.iter().find(|(name, _)| name.eq_ignore_ascii_case(&entry.key)).map(|(_, help)| *help);
    if let Some(name) = other_case(&entry.key, known) {
        bag.push(wrong_case(span, &entry.key, name, within));
        return;
    }
    let help = match (elsewhere, slip(&entry.key, known)) {
        (Some(help), _) => help.to_owned(),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("take it out, or write one of the keys of `{within}`: {}", known.join(", ")),
    };
    let message = format!("`{}` is no key of `{within}`; Argo CD drops it in silence", entry.key);
    let finding = Finding::warning(&UNKNOWN_OIDC_KEY, span, message, help);
    bag.push(match suggest::sure(&entry.key, known.iter().copied()).filter(|_| elsewhere.is_none()) {
        Some(sure) => finding.replacing(span, &*entry.key, sure),
        None => finding,
    });
}

/// Checks the case of the keys of `dex.config`. Which keys there are is for each connector to know.
pub fn dex(config: &Value, place: Place<'_>, bag: &mut Bag) {
    let mut check = |map: Option<&Value>, within: &str, known: &[&str]| {
        for entry in map.and_then(Value::as_map).into_iter().flatten() {
            if let Some(name) = other_case(&entry.key, known) {
                bag.push(wrong_case(key_place(entry, config, place), &entry.key, name, within));
            }
        }
    };
    check(Some(config), "dex.config", DEX);
    for connector in config.get("connectors").and_then(Value::as_list).unwrap_or_default() {
        check(Some(connector), "a connector of dex.config", CONNECTOR);
        check(connector.get("config"), "the config of a connector", CONNECTOR_CONFIG);
    }
}

/// Checks a key of argocd-cm.
pub fn setting(entry: &Entry, place: Place<'_>, bag: &mut Bag) {
    let key = &*entry.key;
    if SETTINGS.contains(&key) || SETTING_PREFIXES.iter().any(|prefix| key.starts_with(prefix)) {
        return;
    }
    // Settings of the spec are written anew, and their keys have no place of their own.
    let span = place.of(entry.key_span.or(key_of(place.sources, entry.value.span, key)));
    if let Some(name) = other_case(key, SETTINGS) {
        bag.push(wrong_case(span, key, name, "argocd-cm"));
    } else if let Some(near) = slip(key, SETTINGS) {
        let message = format!("`{key}` is no setting of Argo CD; it would be dropped in silence");
        let finding = Finding::warning(&UNKNOWN_SETTING, span, message, format!("did you mean `{near}`?"));
        bag.push(match suggest::sure(key, SETTINGS.iter().copied()) {
            Some(sure) => finding.replacing(span, key, sure),
            None => finding,
        });
    }
}

fn wrong_case(span: Span, key: &str, name: &str, within: &str) -> Finding {
    let within = if within.contains(' ') { within.to_owned() } else { format!("`{within}`") };
    let message = format!("the key of {within} is called `{name}`, not `{key}`");
    Finding::error(&SETTING_KEY_CASE, span, message, format!("write `{name}`")).replacing(span, key, name)
}

/// Where a key stands: at its own place, or in the text or mapping that holds it.
fn key_place(entry: &Entry, holder: &Value, place: Place<'_>) -> Span {
    let own = entry.key_span;
    let exact =
        !own.is_none() && place.sources.text_of(own).is_some_and(|text| text.trim_matches(['"', '\'']) == &*entry.key);
    match exact {
        true => own,
        false => place.of(locate_word(place.sources, own.or(holder.span), &entry.key)),
    }
}
