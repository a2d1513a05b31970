//! Secrets after layers and defaults: stores at clusters, and what each Application needs.

use std::sync::Arc;

use super::instance::{ClusterRef, Instance, Resolved};
use super::spec::{
    AppSecret, CreationPolicy, DeletionPolicy, Delivery, ExternalKind, ExternalObject, SecretData, SecretDefaults,
    Spec, Spread, Store,
};
use crate::shape::{Named, Text};

/// A store as one cluster sees it.
#[derive(Clone, Debug)]
pub struct StoreAt {
    /// Its name, at its key.
    pub name: Text,
    /// The cluster.
    pub cluster: Arc<ClusterRef>,
    /// Its keys, with expressions evaluated.
    pub body: Store,
    /// Number of the Application that owns it where it serves the whole cluster: the app that it names, or the one that
    /// brings the operator.
    pub owner: Option<usize>,
}

impl Resolved {
    /// The version of the External Secrets Operator that an app brings to a cluster.
    #[must_use]
    pub fn operator_version(&self, cluster: &str) -> Option<&Text> {
        self.operators.get(cluster).and_then(|&number| self.instances.get(number)).and_then(operator_version)
    }

    /// The store of that name at a cluster.
    #[must_use]
    pub fn store(&self, name: &str, cluster: &str) -> Option<&StoreAt> {
        let key = |store: &StoreAt| (Arc::clone(&store.name.value), Arc::clone(&store.cluster.name.value));
        let found = self.stores.binary_search_by(|s| {
            let (n, c) = key(s);
            (&*n, &*c).cmp(&(name, cluster))
        });
        found.ok().and_then(|i| self.stores.get(i))
    }
}

/// One secret of one Application, with the defaults.
#[derive(Clone, Copy, Debug)]
pub struct Need<'a> {
    /// Number of the Application.
    pub number: usize,
    /// The Application.
    pub instance: &'a Instance,
    /// Name of the Secret, at its key.
    pub name: &'a Text,
    /// What the spec says of it.
    pub secret: &'a AppSecret,
    defaults: Option<&'a SecretDefaults>,
}

impl<'a> Need<'a> {
    /// How it arrives.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        let sealed = self.secret.sealed.as_ref().map(|_| Delivery::Sealed);
        let default = || self.defaults.and_then(|d| d.delivery);
        self.secret.delivery.or(sealed).or_else(default).unwrap_or(Delivery::ExternalSecret)
    }

    /// Name of its store.
    #[must_use]
    pub fn store(&self) -> Option<&'a Text> {
        self.secret.store.as_ref().or_else(|| self.defaults.and_then(|d| d.store.as_ref()))
    }

    /// Names of all stores that it reads.
    pub fn stores(self) -> impl Iterator<Item = &'a Text> {
        let data = self.secret.data.iter().filter_map(|d| d.item.store.as_ref());
        let from = self.secret.data_from.iter().filter_map(|d| d.store.as_ref());
        let sealed = self.delivery() == Delivery::Sealed;
        self.store().filter(|_| !sealed).into_iter().chain(data).chain(from)
    }

    /// Whether an object of it comes into the folder of the app.
    #[must_use]
    pub fn has_object(&self) -> bool {
        self.delivery() != Delivery::Injector && self.spread() != Spread::ApplicationSet
    }

    /// How often values are read anew.
    #[must_use]
    pub fn refresh_interval(&self) -> Text {
        let default = || self.defaults.map(|d| d.refresh_interval.clone());
        self.secret.refresh_interval.clone().or_else(default).unwrap_or_else(|| Text::new("1h"))
    }

    /// Who owns the Secret.
    #[must_use]
    pub fn creation_policy(&self) -> CreationPolicy {
        let default = self.defaults.map_or(CreationPolicy::Owner, |d| d.creation_policy);
        self.secret.creation_policy.unwrap_or(default)
    }

    /// What becomes of the Secret when the value is gone.
    #[must_use]
    pub fn deletion_policy(&self) -> DeletionPolicy {
        let default = self.defaults.map_or(DeletionPolicy::Retain, |d| d.deletion_policy);
        self.secret.deletion_policy.unwrap_or(default)
    }

    /// How it comes into its namespaces.
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.secret.spread.unwrap_or(Spread::Individual)
    }

    /// Its values, sorted by key.
    #[must_use]
    pub fn data(&self) -> Vec<&'a Named<SecretData>> {
        let mut sorted: Vec<_> = self.secret.data.iter().collect();
        sorted.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        sorted
    }

    /// The namespaces it comes into.
    #[must_use]
    pub fn namespaces(&self) -> Vec<Text> {
        let own = || self.instance.body.namespace.clone();
        match self.secret.namespaces.is_empty() {
            true => own().into_iter().collect(),
            false => self.secret.namespaces.to_vec(),
        }
    }
}

/// All secrets, in the order of the Applications and of their names.
pub fn needs<'a>(spec: &'a Spec, resolved: &'a Resolved) -> impl Iterator<Item = Need<'a>> {
    resolved.instances.iter().enumerate().flat_map(move |(number, i)| of(spec, number, i))
}

/// The secrets of one Application, sorted by name.
pub fn of<'a>(spec: &'a Spec, number: usize, instance: &'a Instance) -> impl Iterator<Item = Need<'a>> {
    let defaults = spec.secrets.as_ref().and_then(|s| s.defaults.as_ref());
    let need =
        move |named: &'a Named<AppSecret>| Need { number, instance, name: &named.name, secret: &named.item, defaults };
    let mut sorted: Vec<_> = instance.body.secrets.iter().collect();
    sorted.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    sorted.into_iter().map(need)
}

/// The secret that overlays of an Application lie on.
#[must_use]
pub fn of_base<'a>(spec: &'a Spec, number: usize, instance: &'a Instance, base: &'a Named<AppSecret>) -> Need<'a> {
    let defaults = spec.secrets.as_ref().and_then(|s| s.defaults.as_ref());
    Need { number, instance, name: &base.name, secret: &base.item, defaults }
}

/// The chart of the External Secrets Operator.
pub const OPERATOR_CHART: &str = "external-secrets";

/// The version of the External Secrets chart of an app, which is that of the operator, if it brings that.
#[must_use]
pub fn operator_version(instance: &Instance) -> Option<&Text> {
    let charts = instance.body.all_sources().filter_map(|s| s.helm.as_ref());
    let of_operator = |c: &Text| c.rsplit('/').next() == Some(OPERATOR_CHART);
    charts.filter(|h| h.chart.as_ref().is_some_and(of_operator)).find_map(|h| h.version.as_ref())
}

/// The Application that owns a ClusterSecretStore.
#[must_use]
pub fn owner<'a>(resolved: &'a Resolved, store: &StoreAt) -> Option<(usize, &'a Instance)> {
    store.owner.and_then(|number| Some((number, resolved.instances.get(number)?)))
}

/// Whether a raw manifest takes secrets from a store of that name.
#[must_use]
pub fn names_store(doc: &crate::base::Value, store: &str) -> bool {
    let spec = doc.get("spec");
    let reference = spec.and_then(|s| s.get("secretStoreRef"));
    let nested = spec.and_then(|s| s.get("externalSecretSpec")).and_then(|s| s.get("secretStoreRef"));
    reference.or(nested).and_then(|r| r.str_at("name")) == Some(store)
}

/// The store of that name where the spec does not say at which cluster: that of Argo CD, if it is there.
#[must_use]
pub fn anywhere<'a>(resolved: &'a Resolved, name: &str, cluster: Option<&str>) -> Option<&'a StoreAt> {
    let local = || resolved.store(name, super::instance::LOCAL_NAME);
    match cluster {
        Some(cluster) => resolved.store(name, cluster),
        None => local().or_else(|| resolved.stores.iter().find(|s| *s.name == *name)),
    }
}

/// The kind of a store that something else makes, by word of the spec.
#[must_use]
pub fn external_store(spec: &Spec, name: &str) -> Option<&'static str> {
    let fits = |object: &&ExternalObject| {
        matches!(object.kind, ExternalKind::SecretStore | ExternalKind::ClusterSecretStore) && *object.name == *name
    };
    spec.external.iter().find(fits).map(|object| object.kind.word())
}
