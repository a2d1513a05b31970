//! Secrets by which Argo CD knows clusters and repositories: each is a secret of the app that runs Argo CD, so that stores,
//! policies and order follow as for any other.

mod bases;
mod body;
mod clusters;
mod identity;
mod repos;

use std::sync::Arc;

use super::access;
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Code, Finding};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::onboarding::{Onboarding, Overlay};
use crate::model::secrets::StoreAt;
use crate::model::spec::{AppSecret, Onboarding as Form, SecretData, Spec};
use crate::shape::{Named, Reader, Shape, Text};

crate::codes! {
    /// Clusters or repositories have credentials, but no app holds what Argo CD needs for them.
    ///
    /// Argo CD finds them by Secrets in its own namespace, and some Application has to deploy the objects that fetch
    /// these. It is the app called `argocd`, or the one that `platform.argocd.app` names, on the cluster of Argo CD, in its
    /// namespace.
    CREDENTIALS_WITHOUT_OWNER = "credentials-without-owner";
    /// The credentials of a cluster or repository lack something, or have two ways to sign in.
    ///
    /// Argo CD would take the Secret, and fail at the first connection. The help line says what belongs there.
    CREDENTIALS_FORM = "credentials-form";
    /// A secret has the name of one that is derived for a cluster or repository.
    ///
    /// The Secret of a cluster is called `NAME-cluster-secret`, that of a repository `NAME-secret`. Rename yours.
    CREDENTIALS_NAME_TAKEN = "credentials-name-taken";
}

/// The codes of what is derived for Argo CD.
pub const ALL_CODES: &[&[&Code]] = &[CODES, identity::CODES];

/// Adds the Secrets of clusters and repositories to the app that owns them.
pub fn add(spec: &Spec, stores: &[StoreAt], instances: &mut [Instance], bag: &mut Bag) -> Onboarding {
    let work = Work { spec, stores };
    let mut wanted: Vec<Wanted> = Vec::new();
    wanted.extend(spec.clusters.iter().filter_map(|cluster| clusters::secret(&work, cluster, bag)));
    wanted.extend(spec.repos.iter().filter_map(|repo| repos::secret(&work, repo, bag)));
    let identity = spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref());
    let mut onboarding = Onboarding::default();
    let sso = access::secret(spec, bag);
    let needed = wanted.first().map(|first| first.name.span).or(identity.map(|i| i.span));
    let apono = spec.integrations.as_ref().and_then(|i| i.apono.as_ref()).map(|apono| apono.span);
    let needed = needed.or(apono).or(sso.as_ref().map(|sso| sso.name.span));
    let Some((number, owner)) = needed.and_then(|needed| owner(spec, instances, needed, bag)) else {
        return onboarding;
    };
    sso.into_iter().for_each(|sso| access::give(sso, owner));
    identity.into_iter().for_each(|identity| identity::give(spec, identity, owner, bag));
    for Wanted { name, value, overlay } in wanted {
        if let Some(own) = owner.body.secrets.named(&name) {
            let message = format!("the secret `{}` of app `{}` has a name that is derived", &*name, &*owner.app);
            let finding = Finding::error(&CREDENTIALS_NAME_TAKEN, own.name.span, message, "give yours another name");
            bag.push(finding.also(name.span, "derived for this"));
            continue;
        }
        let Some(secret) = read(name, &value, bag) else { continue };
        if work.has_overlays() {
            bases::add(&work, &overlay, &mut onboarding);
            onboarding.overlays.insert(Arc::clone(&secret.name.value), overlay);
        }
        owner.body.secrets.items.push(secret);
    }
    if !onboarding.overlays.is_empty() {
        onboarding.owner = Some(number);
        body::build_by_kustomize(owner, bag);
    }
    onboarding
}

/// The Application that runs Argo CD, with its number.
fn owner<'i>(
    spec: &Spec,
    instances: &'i mut [Instance],
    needed: Span,
    bag: &mut Bag,
) -> Option<(usize, &'i mut Instance)> {
    let found = instances.iter_mut().enumerate().find(|(_, i)| spec.runs_argocd(i));
    if found.is_none() {
        let (name, namespace) = (spec.argocd_app(), spec.argocd_namespace());
        let message =
            format!("no app `{name}` in namespace `{}` owns the Secrets of clusters and repositories", &*namespace);
        let app = spec.platform.argocd.as_ref().and_then(|a| a.app.as_ref());
        let help =
            "name the app that runs Argo CD as `platform.argocd.app`; it goes to the cluster and namespace of Argo CD";
        let place = app.map_or(needed, |a| a.span);
        bag.push(Finding::error(&CREDENTIALS_WITHOUT_OWNER, place, message, help).also(needed, "needed for this"));
    }
    found
}

/// The declaration of a derived secret, read as one of the spec is.
fn read(name: Text, value: &Value, bag: &mut Bag) -> Option<Named<AppSecret>> {
    let mut cx = Reader::below(&["secrets", &name]);
    let secret = AppSecret::read(&mut cx, value);
    bag.extend(cx.bag);
    secret.map(|item| Named { name, item })
}

/// A secret to be.
struct Wanted {
    /// Name of the Secret.
    name: Text,
    /// Its declaration.
    value: Value,
    /// Where it lies, if it becomes an overlay.
    overlay: Overlay,
}

/// What the derivation looks at.
struct Work<'a> {
    spec: &'a Spec,
    stores: &'a [StoreAt],
}

impl Work<'_> {
    /// Whether each Secret is an overlay of kustomize.
    fn has_overlays(&self) -> bool {
        self.spec.platform.argocd.as_ref().is_some_and(|a| a.onboarding == Form::Overlays)
    }

    /// Name of the store that credentials come from.
    fn store(&self, own: Option<&Text>) -> Option<Text> {
        let defaults = self.spec.secrets.as_ref().and_then(|s| s.defaults.as_ref());
        own.or_else(|| defaults.and_then(|d| d.store.as_ref())).cloned()
    }

    /// The store of Azure that clusters there most likely use: that of all secrets, or the first one.
    fn azure_store(&self) -> Option<Text> {
        let default = self.store(None);
        let first = || self.stores.iter().find(|s| s.body.azure.is_some()).map(|s| s.name.clone());
        default.clone().filter(|_| self.is_azure(default.as_ref())).or_else(first).or(default)
    }

    /// Whether a store is one of Azure.
    fn is_azure(&self, store: Option<&Text>) -> bool {
        let of_azure = |s: &&StoreAt| store.is_some_and(|name| s.name == *name) && s.body.azure.is_some();
        self.stores.iter().any(|s| of_azure(&s))
    }
}

/// A Secret under construction: its text, and the values that are fetched for it.
#[derive(Default)]
struct Draft {
    text: Map,
    data: Map,
}

impl Draft {
    /// A key with a text.
    fn text(&mut self, key: &'static str, value: impl Into<Value>) {
        self.text.set(key, value);
    }

    /// A key with a value of the store.
    fn stored(&mut self, key: &'static str, data: &SecretData) {
        self.fetch(key, data);
        self.text.set(key, reference(key));
    }

    /// Fetches a value under a name that templates use.
    fn fetch(&mut self, key: &'static str, data: &SecretData) {
        let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
        let value = Fields::new()
            .with("path", data.path.to_value())
            .maybe("property", text(&data.property))
            .maybe("version", text(&data.version))
            .maybe("store", text(&data.store))
            .maybe("decoding", text(&data.decoding));
        self.data.set(key, value.at(data.span));
    }

    /// The declaration of the secret.
    ///
    /// Argo CD installs the operator itself and must become healthy without these: hence the late wave, no
    /// dry run before the kind is there, and no say in the health of the Application.
    fn secret(self, form: Look) -> Value {
        let mut labels = form.labels;
        labels.set("argocd.argoproj.io/secret-type", form.kind);
        labels.sort();
        let mut text = self.text;
        text.sort();
        let template = Fields::new().with("labels", labels).map("annotations", form.annotations).with("data", text);
        let of_object = Fields::new()
            .with("argocd.argoproj.io/ignore-healthcheck", "true")
            .with("argocd.argoproj.io/sync-options", "SkipDryRunOnMissingResource=true");
        Fields::new()
            .with("objectName", form.object)
            .maybe("store", form.store.as_ref().map(Text::to_value))
            .maybe("refreshInterval", form.refresh.map(Text::to_value))
            .with("wave", 1)
            .with("annotations", of_object.build())
            .with("template", template.build())
            .with("data", self.data)
            .at(form.span)
    }
}

/// What a Secret for Argo CD is called, and what it looks like.
struct Look<'a> {
    /// Name of the object that fetches it.
    object: String,
    /// What Argo CD takes it for.
    kind: &'static str,
    labels: Map,
    annotations: Map,
    store: Option<Text>,
    refresh: Option<&'a Text>,
    span: Span,
}

/// A reference to a fetched value in a template of External Secrets.
fn reference(key: &str) -> String {
    format!("{{{{ .{key} }}}}")
}

fn texts(of: &crate::shape::Dict<Text>) -> Map {
    let mut map: Map = of.iter().map(|t| (Arc::clone(&t.name.value), t.item.to_value())).collect();
    map.sort();
    map
}
