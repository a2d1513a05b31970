//! The Secret of a repository (Argo CD 3.5, `util/db/repository_secrets.go`).

use std::sync::Arc;

use super::{CREDENTIALS_FORM, Draft, Look, Wanted, Work};
use crate::base::{Map, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::onboarding::Overlay;
use crate::model::spec::{CredentialsFor, Given, Repo, RepoCredentials, RepoKind};
use crate::shape::{Named, Text};

/// The secret of a repository that has credentials.
pub fn secret(work: &Work, repo: &Named<Repo>, bag: &mut Bag) -> Option<Wanted> {
    let item = &repo.item;
    let credentials = item.credentials.as_deref()?;
    let name = &repo.name;
    let way = one_way(repo, credentials, bag)?;
    let prefix = credentials.scope == CredentialsFor::Prefix;
    let mut draft = Draft::default();
    let oci_charts = item.kind == RepoKind::Helm && item.url.starts_with("oci://");
    // Charts in registries are named without the scheme (Argo CD 3.x, `enableOCI` repositories).
    let url = if oci_charts { item.url.trim_start_matches("oci://") } else { &item.url };
    draft.text("url", Value::from(url).at(item.url.span));
    draft.text("type", item.kind.word());
    if oci_charts {
        draft.text("enableOCI", "true");
    }
    if item.kind == RepoKind::Helm && !prefix {
        draft.text("name", name.to_value());
    }
    let flags = [("insecure", item.insecure), ("enableLfs", item.lfs)];
    for (key, flag) in flags {
        flag.into_iter().for_each(|flag| draft.text(key, flag.to_string()));
    }
    item.proxy.iter().for_each(|proxy| draft.text("proxy", proxy.to_value()));
    item.project.iter().for_each(|project| draft.text("project", project.to_value()));
    login(&mut draft, credentials, prefix);
    let kind = if prefix { "repo-creds" } else { "repository" };
    let object = format!("{}-external-secret", &**name);
    let refresh = credentials.refresh_interval.as_ref();
    let store = work.store(credentials.store.as_ref());
    let (labels, annotations, span) = (Map::new(), Map::new(), credentials.span);
    let value = draft.secret(Look { object, kind, labels, annotations, store, refresh, span });
    let overlay = Overlay { group: "repos", name: name.value.clone(), base: base(way, prefix) };
    Some(Wanted { name: Text { value: format!("{}-secret", &**name).into(), span: name.span }, value, overlay })
}

/// Name of the base that overlays of such repositories lie on.
pub fn base(way: &Way, prefix: bool) -> Arc<str> {
    let kind = if prefix { "repo-creds" } else { "repos" };
    format!("{kind}{}", way.suffix).into()
}

/// A way to sign in to a repository.
pub struct Way {
    /// Its key in the spec.
    pub key: &'static str,
    /// What the name of its base ends in.
    suffix: &'static str,
}

/// All ways to sign in to a repository.
pub const WAYS: [Way; 8] = [
    Way { key: "password", suffix: "" },
    Way { key: "bearerToken", suffix: "-bearer" },
    Way { key: "sshPrivateKey", suffix: "-ssh" },
    Way { key: "githubApp", suffix: "-github-app" },
    Way { key: "clientCertificate", suffix: "-certificate" },
    Way { key: "googleKey", suffix: "-google" },
    Way { key: "azurePrincipal", suffix: "-azure" },
    Way { key: "azureWorkloadIdentity", suffix: "-azure-identity" },
];

fn has(credentials: &RepoCredentials, key: &str) -> bool {
    match key {
        "password" => credentials.password.is_some(),
        "bearerToken" => credentials.bearer_token.is_some(),
        "sshPrivateKey" => credentials.ssh_private_key.is_some(),
        "githubApp" => credentials.github_app.is_some(),
        "clientCertificate" => credentials.client_certificate.is_some(),
        "googleKey" => credentials.google_key.is_some(),
        "azureWorkloadIdentity" => credentials.azure_workload_identity,
        _ => credentials.azure_principal.is_some(),
    }
}

fn given(draft: &mut Draft, key: &'static str, value: &Given) {
    match value {
        Given::Plain(text) => draft.text(key, text.to_value()),
        Given::Stored(data) => draft.stored(key, data),
    }
}

fn login(draft: &mut Draft, credentials: &RepoCredentials, prefix: bool) {
    credentials.username.iter().for_each(|v| given(draft, "username", v));
    let stored = [
        ("password", credentials.password.as_ref()),
        ("bearerToken", credentials.bearer_token.as_ref()),
        ("sshPrivateKey", credentials.ssh_private_key.as_ref()),
        ("gcpServiceAccountKey", credentials.google_key.as_ref()),
        ("tlsClientCertData", credentials.client_certificate.as_ref().map(|c| &c.cert)),
        ("tlsClientCertKey", credentials.client_certificate.as_ref().map(|c| &c.key)),
    ];
    for (key, data) in stored {
        data.into_iter().for_each(|data| draft.stored(key, data));
    }
    if credentials.azure_workload_identity {
        draft.text("useAzureWorkloadIdentity", "true");
    }
    credentials.stored_url.iter().for_each(|url| draft.stored("url", url));
    if let Some(app) = &credentials.github_app {
        given(draft, "githubAppID", &app.id);
        given(draft, "githubAppInstallationID", &app.installation_id);
        draft.stored("githubAppPrivateKey", &app.private_key);
        app.enterprise_url.iter().for_each(|url| draft.text("githubAppEnterpriseBaseUrl", url.to_value()));
    }
    if let Some(principal) = &credentials.azure_principal {
        // Both kinds of Secret have these keys, spelled in two ways.
        let (client, tenant) = match prefix {
            true => ("azureServicePrincipalClientID", "azureServicePrincipalTenantID"),
            false => ("azureServicePrincipalClientId", "azureServicePrincipalTenantId"),
        };
        given(draft, client, &principal.client_id);
        given(draft, tenant, &principal.tenant_id);
        draft.stored("azureServicePrincipalClientSecret", &principal.client_secret);
    }
}

/// Exactly one way to sign in, and one that the URL takes.
fn one_way(repo: &Named<Repo>, credentials: &RepoCredentials, bag: &mut Bag) -> Option<&'static Way> {
    let given: Vec<&Way> = WAYS.iter().filter(|way| has(credentials, way.key)).collect();
    let name = &*repo.name;
    let mut fault = |message: String, help: &str| {
        bag.push(Finding::error(&CREDENTIALS_FORM, credentials.span, message, help));
        None
    };
    let url = &*repo.item.url;
    let ssh = url.starts_with("ssh://") || (url.contains('@') && !url.contains("://"));
    let way = match given.as_slice() {
        // A client certificate may stand beside a password.
        [way] | [way, Way { key: "clientCertificate", .. }] if given.len() == 1 || way.key == "password" => way,
        [] => {
            let help = "give one of `password`, `sshPrivateKey`, `githubApp`, `bearerToken`, `googleKey`, `azurePrincipal`, \
                        `azureWorkloadIdentity` and `clientCertificate`";
            return fault(format!("the credentials of repository `{name}` have no way to sign in"), help);
        }
        several => {
            let listing = suggest::listing(several.iter().map(|way| way.key), 8);
            let message =
                format!("the credentials of repository `{name}` have more than one way to sign in: {listing}");
            return fault(message, "keep one of them");
        }
    };
    if ssh != credentials.ssh_private_key.is_some() {
        let (what, help) = match ssh {
            true => ("needs `sshPrivateKey`: its URL is one of ssh", "add `sshPrivateKey`, or write the URL of https"),
            false => (
                "takes no `sshPrivateKey`: its URL is not one of ssh",
                "give `username` and `password`, or write the URL of ssh",
            ),
        };
        return fault(format!("repository `{name}` {what}"), help);
    }
    if let Some((what, help)) = identity_fault(&repo.item, credentials) {
        return fault(format!("repository `{name}` {what}"), help);
    }
    if credentials.password.is_some() && credentials.username.is_none() {
        return fault(
            format!("repository `{name}` has a password without `username`"),
            "add `username`; for tokens any text does",
        );
    }
    Some(way)
}

/// What stands against workload identity: Argo CD takes it for git and for charts in registries (Argo CD 3.5,
/// `Repository.GetGitCreds`, `GetHelmCreds`, `GetOCICreds`).
fn identity_fault(repo: &Repo, credentials: &RepoCredentials) -> Option<(&'static str, &'static str)> {
    let in_registry = repo.url.starts_with("oci://");
    match repo.kind {
        _ if !credentials.azure_workload_identity => None,
        RepoKind::Oci => Some((
            "can't use workload identity: Argo CD takes it for git and for charts",
            "give `username` and `password`",
        )),
        RepoKind::Helm if !in_registry => Some((
            "can't use workload identity: of charts it serves those in registries of Azure",
            "write the URL of the registry, as `oci://…`",
        )),
        _ if credentials.stored_url.is_none() => Some((
            "has no value to fetch, and External Secrets makes no Secret of nothing",
            "keep the URL in the store too, and add `url: { path: … }` to the credentials",
        )),
        _ => None,
    }
}
