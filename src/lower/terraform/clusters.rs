//! Clusters that Argo CD signs in to by workload identity, and what their Terraform puts into a Key Vault.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{HandOver, KEY_VAULT_SECRET_TWICE, identities};
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::lower::{Input, policy};
use crate::model::context::Fields;
use crate::model::secrets::{self, Need};
use crate::model::spec::{AzureStore, Cluster, SecretData};
use crate::shape::{Named, Text};

/// Values of the Secret of a cluster, with the output of the cluster's module that has each, and the end of the name
/// that its secret has when the spec says nothing.
const OUTPUTS: &[(&str, &str, &str)] =
    &[("caCert", "cluster_ca_certificate", "ca-cert"), ("serverUrl", "aks_cluster_api_server_url", "server-url")];

/// Who wanted a secret of a vault first, by vault and name.
type Taken<'a> = BTreeMap<(&'a str, &'a str), Wish>;

/// A wish for a secret of a vault.
struct Wish {
    /// Where it is said.
    span: Span,
    /// The key of the credentials that says it.
    key: &'static str,
    /// Name that the secret has when the spec says nothing.
    usual: String,
}

/// Adds all clusters that have credentials of Azure.
pub fn add<'a>(input: &'a Input, all: &mut HandOver<'a>, bag: &mut Bag) {
    let of_azure = |c: &&Named<Cluster>| c.item.credentials.as_ref().is_some_and(|c| c.azure.is_some());
    let mut clusters: Vec<_> = input.spec.clusters.iter().filter(of_azure).collect();
    clusters.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    if clusters.is_empty() {
        return;
    }
    let needs = needs(input);
    let mut taken = Taken::new();
    for cluster in clusters {
        let Some(azure) = cluster.item.credentials.as_ref().and_then(|c| c.azure.as_ref()) else { continue };
        let purpose = identities::login(input.spec, azure, all, bag);
        all.grant(&azure.role, "cluster", &cluster.name, &purpose);
        let need = needs.get(&*format!("{}-cluster-secret", &*cluster.name));
        let filled = need.map(|need| filled(input, cluster, need, all, &mut taken, bag)).unwrap_or_default();
        all.clusters.insert(&cluster.name, (cluster, filled));
    }
}

/// The secrets of the app that runs Argo CD, by name.
fn needs<'a>(input: &'a Input) -> BTreeMap<&'a str, Need<'a>> {
    let instances = input.resolved.instances.iter().enumerate();
    let local = instances.filter(|(_, i)| input.spec.runs_argocd(i));
    local.flat_map(|(number, i)| secrets::of(input.spec, number, i)).map(|need| (&**need.name, need)).collect()
}

/// The secrets of a Key Vault that Terraform fills for a cluster, by the output that it takes.
fn filled<'a>(
    input: &'a Input,
    cluster: &'a Named<Cluster>,
    need: &Need<'a>,
    all: &mut HandOver<'a>,
    taken: &mut Taken<'a>,
    bag: &mut Bag,
) -> Map {
    let mut filled = Map::new();
    for (key, output, end) in OUTPUTS {
        let Some(data) = need.secret.data.named(key).map(|d| &d.item) else { continue };
        let Some((azure, name)) = at(input, need, data) else { continue };
        let vault = all.vault(azure);
        let usual = format!("{}-{end}", &*cluster.name);
        let wish = Wish { span: data.path.span.or(cluster.name.span), key, usual };
        match taken.get(&(vault, name)) {
            // Who goes by the rule is right.
            Some(first) if name == wish.usual => bag.push(twice(vault, name, first, &wish)),
            Some(first) => bag.push(twice(vault, name, &wish, first)),
            None => drop(taken.insert((vault, name), wish)),
        }
        let value = Fields::new().with("key_vault", vault).with("name", name).at(data.span);
        filled.set(*output, value);
    }
    filled
}

fn twice(vault: &str, name: &str, wrong: &Wish, other: &Wish) -> Finding {
    let message = format!("the secret `{name}` of Key Vault `{vault}` is wanted twice");
    let help = format!("give each cluster its own; without `{}` it is `{}`", wrong.key, wrong.usual);
    Finding::error(&KEY_VAULT_SECRET_TWICE, wrong.span, message, help).also(other.span, "the other one")
}

/// The Key Vault that a value comes from, and the name of the secret there, where it is all of a secret.
fn at<'a>(input: &'a Input, need: &Need<'a>, data: &'a SecretData) -> Option<(&'a AzureStore, &'a str)> {
    let store = data.store.as_ref().or(need.store())?;
    let store = input.resolved.store(store, &need.instance.cluster.name)?;
    let azure = store.body.azure.as_deref()?;
    let typed = data.path.split_once('/');
    let name = typed.map_or(Some(&*data.path), |(kind, name)| (kind == "secret").then_some(name))?;
    data.property.is_none().then_some((azure, name))
}

/// Clusters, as Terraform takes them.
pub fn value(all: &HandOver) -> Map {
    let value = |(cluster, filled): &(&Named<Cluster>, Map)| -> Value {
        Fields::new()
            .maybe("environment", cluster.item.environment.as_ref().map(Text::to_value))
            .with("labels", policy::texts(&cluster.item.labels))
            .with("secrets", filled.clone())
            .at(cluster.name.span)
    };
    all.clusters.iter().map(|(name, entry)| (Arc::from(*name), value(entry))).collect()
}
