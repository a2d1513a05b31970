//! What `access` says, as keys of argocd-rbac-cm and argocd-cm.

use std::sync::Arc;

use crate::base::value::sorted;
use crate::base::{Kind, Map, Value};
use crate::model::access::{OIDC_KEY, SSO_SECRET, connector_key, policies, role_name};
use crate::model::context::Fields;
use crate::model::spec::{Access, Connector, Dex, Given, MatchMode, Oidc, Spec};
use crate::shape::{AnyMap, Named, Text};
use crate::yaml;

/// Keys of argocd-rbac-cm (Argo CD 3.x, `util/rbac`).
pub fn rbac(access: &Access) -> Map {
    let mut out = Map::new();
    for key in policies(access) {
        let mut text = String::new();
        key.lines.iter().for_each(|line| {
            text.push_str(&line.text);
            text.push('\n');
        });
        out.set(key.key, text);
    }
    if let Some(default) = &access.default {
        out.set("policy.default", Value::from(role_name(default)).at(default.span));
    }
    if access.match_mode == Some(MatchMode::Regex) {
        out.set("policy.matchMode", "regex");
    }
    if !access.scopes.is_empty() {
        let scopes: Vec<&str> = access.scopes.iter().map(|scope| &**scope).collect();
        out.set("scopes", Value::from(format!("[{}]", scopes.join(", "))).at(access.scopes.span));
    }
    out.sort();
    out
}

/// Keys of argocd-cm (Argo CD 3.x, `util/settings`).
pub fn settings(spec: &Spec, access: &Access) -> Map {
    let mut out = Map::new();
    let mut flag = |key: &'static str, flag: Option<bool>| flag.into_iter().for_each(|on| out.set(key, on.to_string()));
    flag("admin.enabled", access.admin);
    flag("users.anonymous.enabled", access.anonymous);
    if let Some(duration) = &access.session {
        out.set("users.session.duration", duration.to_value());
    }
    for account in access.accounts.iter() {
        let words: Vec<&str> = account.item.capabilities.iter().map(|c| c.word()).collect();
        out.set(format!("accounts.{}", &*account.name), Value::from(words.join(", ")).at(account.name.span));
        if let Some(enabled) = account.item.enabled {
            out.set(format!("accounts.{}.enabled", &*account.name), enabled.to_string());
        }
    }
    if let Some(sso) = access.sso.as_deref() {
        sso.url.iter().for_each(|url| out.set("url", url.to_value()));
        sso.oidc.iter().for_each(|oidc| out.set("oidc.config", text(&of_oidc(spec, oidc))));
        sso.dex.iter().for_each(|dex| out.set("dex.config", text(&of_dex(dex))));
    }
    out
}

fn of_oidc(spec: &Spec, oidc: &Oidc) -> Value {
    let texts = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let secret = oidc.client_secret.as_ref().map(|given| match given {
        Given::Plain(text) => text.to_value(),
        Given::Stored(data) => Value::from(reference(OIDC_KEY)).at(data.span),
    });
    let fields = Fields::new()
        .with("name", oidc.name.to_value())
        .with("issuer", oidc.issuer.to_value())
        .with("clientID", oidc.client_id.to_value())
        .maybe("clientSecret", secret)
        .maybe("cliClientID", texts(&oidc.cli_client_id))
        .list("requestedScopes", scopes(spec, oidc))
        .maybe("requestedIDTokenClaims", oidc.id_token_claims.as_ref().map(|claims| sorted(&claims.to_value())))
        .maybe("logoutURL", texts(&oidc.logout_url))
        .maybe("enablePKCEAuthentication", oidc.pkce)
        .maybe("rootCA", texts(&oidc.root_ca));
    more(fields, oidc.config.as_ref())
}

/// The settings that Apono asks for have `offline_access` among the scopes.
fn scopes(spec: &Spec, oidc: &Oidc) -> Vec<Value> {
    const OFFLINE: &str = "offline_access";
    let apono = spec.integrations.as_ref().is_some_and(|i| i.apono.is_some());
    let lacks = !oidc.scopes.is_empty() && !oidc.scopes.iter().any(|scope| &**scope == OFFLINE);
    oidc.scopes.iter().map(Text::to_value).chain((apono && lacks).then(|| OFFLINE.into())).collect()
}

fn of_dex(dex: &Dex) -> Value {
    let mut connectors: Vec<&Named<Connector>> = dex.connectors.iter().collect();
    connectors.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    let connector = |named: &&Named<Connector>| {
        let item = &named.item;
        let mut config: Map = item.config.map.iter().map(|e| (Arc::clone(&e.key), sorted(&e.value))).collect();
        for secret in item.secrets.iter() {
            let value = Value::from(reference(&connector_key(&named.name, &secret.name))).at(secret.name.span);
            config.set(Arc::clone(&secret.name.value), value);
        }
        config.sort();
        Fields::new()
            .with("type", item.kind.to_value())
            .with("id", named.name.to_value())
            .with("name", item.name.as_ref().unwrap_or(&named.name).to_value())
            .with("config", config)
            .at(named.name.span)
    };
    let fields = Fields::new().with("connectors", connectors.iter().map(connector).collect::<Vec<_>>());
    more(fields, dex.config.as_ref())
}

/// Further keys, as the user has them.
fn more(fields: Fields, config: Option<&AnyMap>) -> Value {
    let mut value = fields.build();
    let mut entries: Vec<_> = config.into_iter().flat_map(|config| config.map.iter()).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    if let Kind::Map(map) = &mut value.kind {
        let map = Arc::make_mut(map);
        entries.into_iter().for_each(|entry| map.set(Arc::clone(&entry.key), sorted(&entry.value)));
    }
    value
}

fn reference(key: &str) -> String {
    format!("${SSO_SECRET}:{key}")
}

fn text(value: &Value) -> Value {
    let mut text = String::new();
    yaml::write(&mut text, value);
    Value::from(text).at(value.span)
}
