//! Who acts as the identity of a store of Azure: whoever hands over the file for Terraform has to name them all.

use std::sync::Arc;

use super::{Work, stores};
use crate::model::secrets::{Need, StoreAt};

/// A ServiceAccount that acts as the identity of a store of Azure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acting {
    /// Name of the store.
    pub store: Arc<str>,
    /// The cluster.
    pub cluster: Arc<str>,
    /// Namespace of the ServiceAccount.
    pub namespace: Arc<str>,
    /// Its name.
    pub account: Arc<str>,
}

impl Work<'_, '_> {
    /// Notes the ServiceAccount that the operator takes for a store.
    pub fn acts_for_operator(&mut self, store: &StoreAt, namespace: &str) {
        self.acts(store, namespace, stores::account_name(store));
    }

    /// Notes the ServiceAccount of the pods that mount a secret: the driver asks Azure in their name. Pods that name none
    /// run as `default`.
    pub fn act_as_pods(&mut self, store: &StoreAt, need: &Need) {
        let account = need.secret.pods.as_ref().map_or_else(|| "default".into(), |p| p.account().value);
        self.acts(store, need.instance.namespace(), account);
    }

    fn acts(&mut self, store: &StoreAt, namespace: &str, account: Arc<str>) {
        if store.body.azure.as_ref().is_some_and(|a| a.auth.workload_identity.is_some()) {
            let (name, cluster) = (Arc::clone(&store.name.value), Arc::clone(&store.cluster.name.value));
            self.out.acting.insert(Acting { store: name, cluster, namespace: namespace.into(), account });
        }
    }
}
