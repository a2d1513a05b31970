//! What the Terraform of the clusters needs to know of the platform: the secrets of Key Vault that Argo CD reads, the
//! ServiceAccounts that are federated with identities of Entra, and the roles of these.
//!
//! Facts of the contract: a secret, a federated credential and a role assignment of the azurerm provider 4.x.

mod clusters;
mod identities;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Input;
use super::paths::{Of, Paths};
use super::secrets::Acting;
use crate::base::{Map, Span, Value};
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::plan::Item;
use crate::model::spec::{AzureStore, Cluster};
use crate::shape::{Named, Text};
use identities::Identities;

crate::codes! {
    /// Two identities of Entra have the same purpose.
    ///
    /// Federated credentials and role assignments are called by the purpose of their identity, so one would take the place of the
    /// other in Terraform. Give one of the two a `purpose` of its own, beside its `clientId`.
    PURPOSE_TWICE = "purpose-twice";
    /// Two clusters want their URL or CA in one secret of a Key Vault.
    ///
    /// Terraform would write the one over the other, and Argo CD would talk to the wrong cluster, or to none. Give each
    /// cluster a path of its own, or take `path` out: then the name of the cluster is in it.
    KEY_VAULT_SECRET_TWICE = "key-vault-secret-twice";
    /// More ServiceAccounts act as one identity than Entra lets in.
    ///
    /// A user-assigned identity has at most 20 federated credentials, one for each ServiceAccount on each cluster
    /// (Microsoft Entra, "Configure a user-assigned managed identity to trust an external identity provider"). Terraform would
    /// fail half-way. Take one ClusterSecretStore instead of a store in each namespace, or spread the clusters over several
    /// identities.
    FEDERATION_LIMIT = "federation-limit": warning;
}

/// Roles of one identity in one place: role, kind and name of the scope, purpose.
type Grant = (Text, &'static str, Arc<str>, Arc<str>);

/// All that is handed over.
#[derive(Default)]
struct HandOver<'a> {
    /// Clusters that Argo CD signs in to by workload identity, with the secrets that Terraform fills, by output.
    clusters: BTreeMap<&'a str, (&'a Named<Cluster>, Map)>,
    /// Key Vaults by name.
    vaults: BTreeMap<&'a str, &'a AzureStore>,
    identities: Identities<'a>,
    grants: BTreeMap<Arc<str>, Grant>,
}

impl<'a> HandOver<'a> {
    /// Notes a vault.
    fn vault(&mut self, azure: &'a AzureStore) -> &'a str {
        let name = azure.vault_name();
        let known = self.vaults.entry(name).or_insert(azure);
        if known.resource_group.is_none() {
            *known = azure;
        }
        name
    }

    /// Notes that the identity of a purpose has a role.
    fn grant(&mut self, role: &Text, kind: &'static str, scope: &str, purpose: &Arc<str>) {
        let grant = (role.clone(), kind, scope.into(), Arc::clone(purpose));
        self.grants.insert(format!("{kind}/{scope}/{purpose}").into(), grant);
    }
}

/// The file for Terraform, if there is anything to hand over.
pub fn lower(input: &Input, paths: &Paths, acting: &BTreeSet<Acting>, bag: &mut Bag) -> Vec<Item> {
    let mut all = HandOver::default();
    identities::argocd(input.spec, &mut all);
    clusters::add(input, &mut all, bag);
    identities::stores(input, acting, &mut all, bag);
    all.identities.check(bag);
    let Some(span) = all.span() else { return Vec::new() };
    let Some(path) = paths.of(Of::Terraform, span, bag) else { return Vec::new() };
    let value = Fields::new()
        .with("path", path.as_str())
        .with("clusters", clusters::value(&all))
        .with("keyVaults", vaults(&all))
        .with("federatedCredentials", all.identities.value())
        .with("roleAssignments", grants(&all))
        .at(span);
    vec![Item { name: path.into(), span, value, patches: Arc::from([]) }]
}

impl HandOver<'_> {
    /// Where the first thing that is handed over stands; nothing when there is none.
    fn span(&self) -> Option<Span> {
        let clusters = self.clusters.values().map(|(cluster, _)| cluster.name.span);
        clusters.chain(self.identities.spans()).next()
    }
}

fn vaults(all: &HandOver) -> Map {
    let value = |azure: &AzureStore| {
        let group = azure.resource_group.as_ref().map(Text::to_value);
        Fields::new().with("url", azure.url.to_value()).maybe("resource_group", group).at(azure.span)
    };
    all.vaults.iter().map(|(name, azure)| (Arc::from(*name), value(azure))).collect()
}

fn grants(all: &HandOver) -> Map {
    let value = |(role, kind, scope, purpose): &Grant| -> Value {
        let scope = Fields::new().with("kind", *kind).with("name", Arc::clone(scope)).build();
        Fields::new()
            .with("role", role.to_value())
            .with("scope", scope)
            .with("purpose", Arc::clone(purpose))
            .maybe("principal_id", all.identities.principal(purpose).map(Text::to_value))
            .build()
    };
    all.grants.iter().map(|(key, grant)| (Arc::clone(key), value(grant))).collect()
}
