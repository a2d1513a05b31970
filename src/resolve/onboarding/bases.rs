//! What overlays lie on. A base follows from the way to sign in and from nothing else, so that a further cluster changes
//! no base.

use std::sync::Arc;

use super::clusters::{self, LOGINS};
use super::repos::{self, WAYS};
use super::{Wanted, Work, read};
use crate::base::{Map, Value};
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::onboarding::{Onboarding, Overlay, PLACEHOLDER};
use crate::model::spec::{Cluster, Repo};
use crate::shape::{Named, Reader, Shape, Text};

/// Adds the base of an overlay, if it isn't there yet.
pub fn add(work: &Work, overlay: &Overlay, onboarding: &mut Onboarding) {
    if onboarding.bases.contains_key(&overlay.base) {
        return;
    }
    let wanted = match overlay.group {
        "clusters" => of_clusters(work, &overlay.base),
        _ => of_repos(work, &overlay.base),
    };
    let secret = wanted.and_then(|w| read(w.name, &w.value, &mut Bag::new()));
    onboarding.bases.extend(secret.map(|secret| (Arc::clone(&overlay.base), secret)));
}

/// A cluster that has nothing but its way to sign in.
fn of_clusters(work: &Work, base: &str) -> Option<Wanted> {
    let login = LOGINS.iter().find(|login| login.base == base)?;
    let store = match login.key {
        "azure" => work.azure_store(),
        _ => work.store(None),
    };
    let by_convention = work.is_azure(store.as_ref());
    let way = match login.key {
        "azure" if work.spec.platform.argocd.as_ref().is_some_and(|a| a.azure.is_some()) => Value::from(Map::new()),
        "azure" => Fields::new().with("clientId", PLACEHOLDER).with("tenantId", PLACEHOLDER).build(),
        "aws" => Fields::new().with("clusterName", PLACEHOLDER).build(),
        "gcp" => true.into(),
        "token" => stored(),
        _ => Fields::new().with("cert", stored()).with("key", stored()).build(),
    };
    let credentials = Fields::new()
        .maybe("store", store.map(|store| store.to_value()))
        .maybe("caCert", (!by_convention).then(stored))
        .with(login.key, way)
        .build();
    let server = (!by_convention).then(|| format!("https://{PLACEHOLDER}"));
    let value = Fields::new().maybe("server", server).with("credentials", credentials).build();
    let item = Cluster::read(&mut Reader::new(), &value)?;
    clusters::secret(work, &Named { name: Text::new(PLACEHOLDER), item }, &mut Bag::new())
}

/// A repository that has nothing but its way to sign in.
fn of_repos(work: &Work, base: &str) -> Option<Wanted> {
    let prefix = |way| [false, true].into_iter().find(|&prefix| *repos::base(way, prefix) == *base);
    let (way, prefix) = WAYS.iter().find_map(|way| Some((way, prefix(way)?)))?;
    let fields = Fields::new().with("for", if prefix { "prefix" } else { "repository" });
    let principal = || Fields::new().with("clientId", PLACEHOLDER).with("tenantId", PLACEHOLDER);
    let fields = match way.key {
        "password" => fields.with("username", stored()).with("password", stored()),
        "githubApp" => {
            let app = Fields::new().with("id", PLACEHOLDER).with("installationId", PLACEHOLDER);
            fields.with("githubApp", app.with("privateKey", stored()).build())
        }
        "clientCertificate" => {
            fields.with("clientCertificate", Fields::new().with("cert", stored()).with("key", stored()).build())
        }
        "azurePrincipal" => fields.with("azurePrincipal", principal().with("clientSecret", stored()).build()),
        "azureWorkloadIdentity" => fields.with("azureWorkloadIdentity", true).with("url", stored()),
        key => fields.with(key, stored()),
    };
    let url = match way.key {
        "sshPrivateKey" => format!("git@{PLACEHOLDER}:{PLACEHOLDER}"),
        _ => format!("https://{PLACEHOLDER}"),
    };
    let value = Fields::new().with("url", url).with("credentials", fields.build()).build();
    let item = Repo::read(&mut Reader::new(), &value)?;
    repos::secret(work, &Named { name: Text::new(PLACEHOLDER), item }, &mut Bag::new())
}

/// A value of a store, by a path that each overlay replaces.
fn stored() -> Value {
    Fields::new().with("path", PLACEHOLDER).build()
}
