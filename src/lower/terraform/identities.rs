//! Identities of Entra, and the ServiceAccounts that are federated with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{FEDERATION_LIMIT, HandOver, PURPOSE_TWICE};
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::lower::Input;
use crate::lower::secrets::Acting;
use crate::model::context::Fields;
use crate::model::identity;
use crate::model::instance::LOCAL_NAME;
use crate::model::spec::{AzureLogin, Spec};
use crate::shape::Text;

/// Most federated credentials of a user-assigned identity.
const MOST: usize = 20;

/// A ServiceAccount: cluster, namespace, name.
type Account = (Arc<str>, Arc<str>, Arc<str>);

/// What the spec says of an identity.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    /// Client id.
    pub client: Option<&'a Text>,
    /// Tenant.
    pub tenant: Option<&'a Text>,
    /// Object id.
    pub principal: Option<&'a Text>,
    /// Where it is said.
    pub span: Span,
}

/// Identities by purpose, each with its ServiceAccounts.
#[derive(Default)]
pub struct Identities<'a>(BTreeMap<Arc<str>, (Stated<'a>, BTreeSet<Account>)>);

impl<'a> Identities<'a> {
    /// Adds ServiceAccounts to the identity of a purpose, which must be the same one wherever it is said.
    pub fn add(&mut self, purpose: &Arc<str>, stated: Stated<'a>, of: impl Iterator<Item = Account>, bag: &mut Bag) {
        let (known, accounts) = self.0.entry(Arc::clone(purpose)).or_insert_with(|| (stated, BTreeSet::new()));
        let client = |s: &Stated| s.client.map(|c| c.to_ascii_lowercase());
        if let (Some(one), Some(other)) = (client(known), client(&stated))
            && one != other
        {
            let message = format!("two identities have the purpose `{purpose}`");
            let help = "add a `purpose` beside one of the two client ids";
            bag.push(Finding::error(&PURPOSE_TWICE, stated.span, message, help).also(known.span, "the other one"));
            return;
        }
        accounts.extend(of);
        known.client = known.client.or(stated.client);
        known.tenant = known.tenant.or(stated.tenant);
        known.principal = known.principal.or(stated.principal);
    }

    /// Object id of the identity of a purpose, where the spec says it.
    pub fn principal(&self, purpose: &str) -> Option<&Text> {
        self.0.get(purpose).and_then(|(stated, _)| stated.principal)
    }

    /// Where identities stand.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.0.values().map(|(stated, _)| stated.span)
    }

    /// No identity may have more federated credentials than Entra takes.
    pub fn check(&self, bag: &mut Bag) {
        for (purpose, (stated, accounts)) in self.0.iter().filter(|(_, (_, accounts))| accounts.len() > MOST) {
            let message = format!("{} ServiceAccounts act as the identity `{purpose}`", accounts.len());
            let help =
                format!("Entra takes {MOST}: set `cluster: true` on the store, or give it other identities for some");
            bag.push(Finding::warning(&FEDERATION_LIMIT, stated.span, message, help));
        }
    }

    /// As Terraform takes them, by purpose.
    pub fn value(&self) -> Map {
        let account = |(cluster, namespace, name): &Account| -> Value {
            Fields::new()
                .with("cluster", Arc::clone(cluster))
                .with("namespace", Arc::clone(namespace))
                .with("service_account_name", Arc::clone(name))
                .build()
        };
        let value = |(stated, accounts): &(Stated, BTreeSet<Account>)| {
            Fields::new()
                .maybe("client_id", stated.client.map(Text::to_value))
                .maybe("tenant_id", stated.tenant.map(Text::to_value))
                .maybe("principal_id", stated.principal.map(Text::to_value))
                .with("service_accounts", accounts.iter().map(account).collect::<Vec<_>>())
                .at(stated.span)
        };
        self.0.iter().map(|(purpose, identity)| (Arc::clone(purpose), value(identity))).collect()
    }
}

/// The ServiceAccounts of Argo CD, on its own cluster.
fn accounts(spec: &Spec) -> impl Iterator<Item = Account> {
    let all = identity::argocd_accounts(spec).into_iter();
    all.map(|a| (LOCAL_NAME.into(), a.namespace.value, a.name.into()))
}

fn purpose(spec: &Spec) -> Arc<str> {
    let argocd = spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref());
    let stated = argocd.and_then(|a| a.purpose.as_ref());
    stated.map_or_else(|| format!("argocd-{}", &*spec.platform.name).into(), |p| Arc::clone(&p.value))
}

/// The identity that Argo CD runs as.
pub fn argocd<'a>(spec: &'a Spec, all: &mut HandOver<'a>) {
    let Some(azure) = spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref()) else { return };
    let (client, tenant, principal) = (Some(&azure.client_id), Some(&azure.tenant_id), azure.principal_id.as_ref());
    let stated = Stated { client, tenant, principal, span: azure.span };
    // The first one, so nothing is in its way.
    all.identities.add(&purpose(spec), stated, accounts(spec), &mut Bag::new());
}

/// The identity by which Argo CD signs in to a cluster, and its purpose: that of Argo CD, or one of its own.
pub fn login<'a>(spec: &'a Spec, azure: &'a AzureLogin, all: &mut HandOver<'a>, bag: &mut Bag) -> Arc<str> {
    let argocd = spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref());
    let client = azure.client_id.as_ref().or(argocd.map(|a| &a.client_id));
    let tenant = azure.tenant_id.as_ref().or(argocd.map(|a| &a.tenant_id));
    let same = argocd.is_some_and(|a| client.is_none_or(|c| c.eq_ignore_ascii_case(&a.client_id)));
    let first = |id: &Text| id.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let purpose = match (&azure.purpose, client) {
        (Some(purpose), _) if !same => Arc::clone(&purpose.value),
        (None, Some(client)) if !same => format!("argocd-{}", first(client)).into(),
        _ => purpose(spec),
    };
    let stated = Stated { client, tenant, principal: azure.principal_id.as_ref(), span: azure.span };
    all.identities.add(&purpose, stated, accounts(spec), bag);
    purpose
}

/// The identities of stores, with those who act as them.
pub fn stores<'a>(input: &'a Input, acting: &BTreeSet<Acting>, all: &mut HandOver<'a>, bag: &mut Bag) {
    for who in acting {
        let Some(store) = input.resolved.store(&who.store, &who.cluster) else { continue };
        let Some(azure) = store.body.azure.as_deref() else { continue };
        let Some(identity) = &azure.auth.workload_identity else { continue };
        let vault = all.vault(azure);
        let named = identity.purpose.as_ref().map(|p| Arc::clone(&p.value));
        let purpose = named.unwrap_or_else(|| format!("{vault}-access").into());
        let (client, principal) = (identity.client_id.as_ref(), identity.principal_id.as_ref());
        let stated = Stated { client, tenant: azure.tenant_id.as_ref(), principal, span: identity.span };
        let account = (Arc::clone(&who.cluster), Arc::clone(&who.namespace), Arc::clone(&who.account));
        all.identities.add(&purpose, stated, std::iter::once(account), bag);
        all.grant(&identity.role, "key_vault", vault, &purpose);
    }
}
