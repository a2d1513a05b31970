//! The Secret of a cluster (Argo CD 3.5, `util/db/cluster.go`).

use serde_json::{Map as Json, Value as JsonValue, json};

use super::{CREDENTIALS_FORM, Draft, Look, Wanted, Work, reference, texts};
use crate::base::suggest;
use crate::diag::{Bag, Finding};
use crate::model::onboarding::Overlay;
use crate::model::spec::{AzureLogin, Cluster, ClusterCredentials, SecretData};
use crate::shape::{Named, Text};

/// The program in Argo CD's image that asks clouds for tokens.
const AUTH: &str = "argocd-k8s-auth";
const EXEC_API: &str = "client.authentication.k8s.io/v1beta1";

/// The secret of a cluster that has credentials.
pub fn secret(work: &Work, cluster: &Named<Cluster>, bag: &mut Bag) -> Option<Wanted> {
    let credentials = cluster.item.credentials.as_deref()?;
    let name = &cluster.name;
    let store = work.store(credentials.store.as_ref());
    let azure = work.is_azure(store.as_ref());
    let convention = |what: &str| azure.then(|| by_convention(name, what));
    let login = one_login(name, credentials, bag)?;
    let mut draft = Draft::default();
    draft.text("name", name.to_value());
    let url = credentials.server_url.clone();
    match (&cluster.item.server, url) {
        (Some(server), None) => draft.text("server", server.to_value()),
        (server, url) => {
            let Some(data) = url.or_else(|| convention("server-url")) else {
                let message = format!("cluster `{}` has neither `server` nor `credentials.serverUrl`", &**name);
                let help = "add `server: https://…`, or `serverUrl: { path: … }` where the URL is in the store";
                bag.push(Finding::error(&CREDENTIALS_FORM, credentials.span, message, help));
                return None;
            };
            if let Some(server) = server {
                let message = format!("cluster `{}` has both `server` and `credentials.serverUrl`", &**name);
                let help = "keep one: Argo CD would know the cluster by one URL, and destinations by the other";
                bag.push(
                    Finding::error(&CREDENTIALS_FORM, data.span, message, help).also(server.span, "the other one"),
                );
            }
            draft.fetch("serverUrl", &data);
            draft.text("server", reference("serverUrl"));
        }
    }
    let ca = credentials.ca_cert.clone().filter(|_| !credentials.insecure);
    let ca = ca.or_else(|| convention("ca-cert").filter(|_| !credentials.insecure));
    ca.iter().for_each(|data| draft.fetch("caCert", data));
    let config = config(work, &mut draft, name, credentials, ca.is_some(), bag)?;
    if draft.data.is_empty() {
        let message = format!("nothing of the Secret of cluster `{}` comes from a store", &**name);
        let help = "add `caCert: { path: … }`: an ExternalSecret has to fetch something";
        bag.push(Finding::error(&CREDENTIALS_FORM, credentials.span, message, help));
        return None;
    }
    let text = serde_json::to_string_pretty(&config).unwrap_or_default();
    draft.text("config", text);
    scope(&mut draft, &cluster.item);
    let (labels, annotations) = (texts(&cluster.item.labels), texts(&cluster.item.annotations));
    let object = format!("{}-cluster-external-secret", &**name);
    let refresh = credentials.refresh_interval.as_ref();
    let look = Look { object, kind: "cluster", labels, annotations, store, refresh, span: credentials.span };
    let value = draft.secret(look);
    let overlay = Overlay { group: "clusters", name: name.value.clone(), base: login.base.into() };
    Some(Wanted { name: Text { value: format!("{}-cluster-secret", &**name).into(), span: name.span }, value, overlay })
}

/// The object in Key Vault that the Terraform of a cluster writes: `CLUSTER-ca-cert`, `CLUSTER-server-url`.
fn by_convention(cluster: &Text, what: &str) -> SecretData {
    let path = Text { value: format!("secret/{}-{what}", &**cluster).into(), span: cluster.span };
    SecretData {
        span: cluster.span,
        path,
        property: None,
        version: None,
        store: None,
        decoding: None,
        conversion: None,
        metadata: None,
        file: None,
        mode: None,
        template: None,
        object_type: None,
    }
}

/// A way to sign in to a cluster.
pub struct Login {
    /// Its key in the spec.
    pub key: &'static str,
    /// Name of the base that overlays of such clusters lie on.
    pub base: &'static str,
}

/// All ways to sign in to a cluster.
pub const LOGINS: [Login; 5] = [
    Login { key: "azure", base: "aks-clusters" },
    Login { key: "aws", base: "eks-clusters" },
    Login { key: "gcp", base: "gke-clusters" },
    Login { key: "token", base: "token-clusters" },
    Login { key: "clientCertificate", base: "certificate-clusters" },
];

fn has(credentials: &ClusterCredentials, key: &str) -> bool {
    match key {
        "azure" => credentials.azure.is_some(),
        "aws" => credentials.aws.is_some(),
        "gcp" => credentials.gcp,
        "token" => credentials.token.is_some(),
        _ => credentials.client_certificate.is_some(),
    }
}

/// Exactly one way to sign in.
fn one_login(cluster: &str, credentials: &ClusterCredentials, bag: &mut Bag) -> Option<&'static Login> {
    let given: Vec<&Login> = LOGINS.iter().filter(|login| has(credentials, login.key)).collect();
    let message = match given.as_slice() {
        [one] => return Some(one),
        [] => format!("the credentials of cluster `{cluster}` have no way to sign in"),
        several => {
            let listing = suggest::listing(several.iter().map(|login| login.key), 5);
            format!("the credentials of cluster `{cluster}` have more than one way to sign in: {listing}")
        }
    };
    let help = "give one of `azure`, `aws`, `gcp`, `token` and `clientCertificate`";
    bag.push(Finding::error(&CREDENTIALS_FORM, credentials.span, message, help));
    None
}

fn config(
    work: &Work,
    draft: &mut Draft,
    cluster: &str,
    credentials: &ClusterCredentials,
    ca: bool,
    bag: &mut Bag,
) -> Option<JsonValue> {
    let mut config = Json::new();
    let mut tls = Json::new();
    tls.insert("insecure".into(), credentials.insecure.into());
    if ca {
        tls.insert("caData".into(), reference("caCert").into());
    }
    if let Some(name) = &credentials.server_name {
        tls.insert("serverName".into(), (**name).into());
    }
    if let Some(azure) = &credentials.azure {
        config.insert("execProviderConfig".into(), of_azure(work, cluster, azure, bag)?);
    } else if let Some(aws) = &credentials.aws {
        let mut auth = Json::new();
        auth.insert("clusterName".into(), (*aws.cluster_name).into());
        auth.extend(aws.role_arn.as_ref().map(|r| ("roleARN".to_owned(), (**r).into())));
        auth.extend(aws.profile.as_ref().map(|p| ("profile".to_owned(), (**p).into())));
        config.insert("awsAuthConfig".into(), auth.into());
    } else if credentials.gcp {
        let exec = json!({ "command": AUTH, "args": ["gcp"], "apiVersion": EXEC_API });
        config.insert("execProviderConfig".into(), exec);
    } else if let Some(token) = &credentials.token {
        draft.fetch("token", token);
        config.insert("bearerToken".into(), reference("token").into());
    } else if let Some(certificate) = &credentials.client_certificate {
        draft.fetch("clientCert", &certificate.cert);
        draft.fetch("clientKey", &certificate.key);
        tls.insert("certData".into(), reference("clientCert").into());
        tls.insert("keyData".into(), reference("clientKey").into());
    }
    config.insert("tlsClientConfig".into(), tls.into());
    config.extend(credentials.proxy_url.as_ref().map(|p| ("proxyUrl".to_owned(), (**p).into())));
    Some(config.into())
}

/// kubelogin by workload identity; the token file is where the webhook of workload identity mounts it.
fn of_azure(work: &Work, cluster: &str, azure: &AzureLogin, bag: &mut Bag) -> Option<JsonValue> {
    let argocd = work.spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref());
    let client = azure.client_id.as_ref().or(argocd.map(|a| &a.client_id));
    let tenant = azure.tenant_id.as_ref().or(argocd.map(|a| &a.tenant_id));
    let (Some(client), Some(tenant)) = (client, tenant) else {
        let message = format!("nothing says as which identity Argo CD signs in to cluster `{cluster}`");
        let help = "add `azure: { clientId: …, tenantId: … }` to `platform.argocd`, or both keys here";
        bag.push(Finding::error(&CREDENTIALS_FORM, azure.span, message, help));
        return None;
    };
    Some(json!({
        "command": AUTH,
        "env": {
            "AZURE_CLIENT_ID": &**client,
            "AZURE_TENANT_ID": &**tenant,
            "AZURE_FEDERATED_TOKEN_FILE": "/var/run/secrets/azure/tokens/azure-identity-token",
            "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
            "AAD_ENVIRONMENT_NAME": &*azure.environment,
            "AAD_LOGIN_METHOD": "workloadidentity",
        },
        "args": ["azure"],
        "apiVersion": EXEC_API,
    }))
}

fn scope(draft: &mut Draft, cluster: &Cluster) {
    if !cluster.namespaces.is_empty() {
        let names: Vec<&str> = cluster.namespaces.iter().map(|n| &**n).collect();
        draft.text("namespaces", names.join(","));
    }
    if cluster.cluster_resources == Some(true) {
        draft.text("clusterResources", "true");
    }
    if let Some(project) = &cluster.project {
        draft.text("project", project.to_value());
    }
    if let Some(shard) = cluster.shard {
        draft.text("shard", shard.value.to_string());
    }
}
