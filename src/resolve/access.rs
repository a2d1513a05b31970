//! The Secret that single sign-on needs: a secret of the app that runs Argo CD, with the label by which Argo CD looks secrets of
//! its settings up (Argo CD 3.x, util/settings).

use crate::base::{Map, Value};
use crate::diag::Bag;
use crate::model::access::{OIDC_KEY, SSO_SECRET, connector_key};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::spec::{AppSecret, Given, SecretData, Spec, Sso};
use crate::shape::{Named, Reader, Shape, Text};

/// The secret; nothing where no value of single sign-on comes from a store.
pub fn secret(spec: &Spec, bag: &mut Bag) -> Option<Named<AppSecret>> {
    let sso = spec.access.as_ref()?.sso.as_deref()?;
    let mut data = Map::new();
    if let Some(Given::Stored(value)) = sso.oidc.as_ref().and_then(|oidc| oidc.client_secret.as_ref()) {
        data.set(OIDC_KEY, fetched(value));
    }
    for connector in sso.dex.iter().flat_map(|dex| dex.connectors.iter()) {
        for secret in connector.item.secrets.iter() {
            data.set(connector_key(&connector.name, &secret.name), fetched(&secret.item));
        }
    }
    if data.is_empty() {
        return None;
    }
    let mut cx = Reader::below(&["access", "sso"]);
    let item = AppSecret::read(&mut cx, &declaration(sso, data));
    bag.extend(cx.bag);
    Some(Named { name: Text { value: SSO_SECRET.into(), span: sso.span }, item: item? })
}

/// Gives the secret to the app that runs Argo CD.
pub fn give(secret: Named<AppSecret>, owner: &mut Instance) {
    owner.body.secrets.items.push(secret);
}

/// It binds late: Argo CD installs whatever the provider runs on, and must become healthy without it.
fn declaration(sso: &Sso, data: Map) -> Value {
    let labels = Map::from_iter([("app.kubernetes.io/part-of", Value::from("argocd"))]);
    let of_object = Fields::new()
        .with("argocd.argoproj.io/ignore-healthcheck", "true")
        .with("argocd.argoproj.io/sync-options", "SkipDryRunOnMissingResource=true");
    Fields::new()
        .maybe("store", sso.store.as_ref().map(Text::to_value))
        .with("wave", 1)
        .with("annotations", of_object.build())
        .with("template", Fields::new().with("labels", labels).build())
        .with("data", data)
        .at(sso.span)
}

fn fetched(data: &SecretData) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    Fields::new()
        .with("path", data.path.to_value())
        .maybe("property", text(&data.property))
        .maybe("version", text(&data.version))
        .maybe("store", text(&data.store))
        .maybe("decoding", text(&data.decoding))
        .at(data.span)
}
