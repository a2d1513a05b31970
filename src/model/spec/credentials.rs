//! What Argo CD needs to reach clusters and repositories.

use serde_json::json;

use super::SecretData;
use crate::base::{Kind, Value};
use crate::shape::{Reader, Schemas, Shape, Text};

/// A text that stands in the spec, or a value of a store.
#[derive(Clone, Debug)]
pub enum Given {
    /// The text itself: no secret.
    Plain(Text),
    /// A value of the store.
    Stored(Box<SecretData>),
}

impl Shape for Given {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Map(_) => SecretData::read(cx, value).map(|data| Given::Stored(Box::new(data))),
            _ => Text::read(cx, value).map(Given::Plain),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [Text::schema(schemas), SecretData::schema(schemas)] })
    }
}

crate::shape! {
    /// How Argo CD signs in to a cluster. The Secret comes from a store, labelled for Argo CD.
    ClusterCredentials {
        /// Store; that of `secrets.defaults` when left out.
        store: Option<Text>,
        /// CA of the API server, in base64. With a store of Azure `secret/CLUSTER-ca-cert` when left out.
        ca_cert ("caCert"): Option<SecretData>,
        /// URL of the API server, where the cluster has no `server`. With a store of Azure `secret/CLUSTER-server-url` when left out.
        server_url ("serverUrl"): Option<SecretData>,
        /// By an identity of Entra, with workload identity.
        azure: Option<AzureLogin>,
        /// By a role of AWS.
        aws: Option<AwsLogin>,
        /// By the identity that Argo CD runs as at Google.
        gcp: bool = false,
        /// By a token.
        token: Option<SecretData>,
        /// By a client certificate.
        client_certificate ("clientCertificate"): Option<ClientCertificate>,
        /// Whether the server's certificate is not checked.
        insecure: bool = false,
        /// Name in the server's certificate, if not that of the URL.
        server_name ("serverName"): Option<Text>,
        /// Proxy.
        proxy_url ("proxyUrl"): Option<Text>,
        /// How often values are read anew.
        refresh_interval ("refreshInterval"): Option<Text>,
    }
}

crate::shape! {
    /// An identity of Entra.
    AzureLogin {
        /// Client id of the identity that signs in; that of `platform.argocd.azure` when left out.
        client_id ("clientId"): Option<Text>,
        /// Tenant; that of `platform.argocd.azure` when left out.
        tenant_id ("tenantId"): Option<Text>,
        /// Object id of the identity, which role assignments go to, where it is not that of `platform.argocd.azure`.
        principal_id ("principalId"): Option<Text>,
        /// What its federated credentials are called by, where it is not that of `platform.argocd.azure`; `argocd-` and the
        /// first part of the client id when left out.
        purpose: Option<Text>,
        /// Role that Terraform gives it on the cluster.
        role: Text = "Azure Kubernetes Service RBAC Cluster Admin",
        /// Cloud, as kubelogin calls it.
        environment: Text = "AzurePublicCloud",
    }
}

crate::shape! {
    /// A role of AWS.
    AwsLogin {
        /// Name of the cluster at AWS.
        cluster_name ("clusterName"): Text,
        /// Role that is assumed.
        role_arn ("roleArn"): Option<Text>,
        /// Profile.
        profile: Option<Text>,
    }
}

crate::shape! {
    /// A client certificate, both parts in base64.
    ClientCertificate {
        /// Certificate.
        cert: SecretData,
        /// Key.
        key: SecretData,
    }
}

crate::choice! {
    /// What a repository holds.
    RepoKind {
        /// A git repository.
        Git = "git",
        /// A chart repository.
        Helm = "helm",
        /// An OCI registry.
        Oci = "oci",
    }
}

crate::choice! {
    /// What credentials are for.
    CredentialsFor {
        /// The repository of that URL.
        Repository = "repository",
        /// All repositories whose URL begins with it, unless they have their own.
        Prefix = "prefix",
    }
}

crate::shape! {
    /// How Argo CD signs in to a repository. The Secret comes from a store, labelled for Argo CD.
    RepoCredentials {
        /// Store; that of `secrets.defaults` when left out.
        store: Option<Text>,
        /// What they are for.
        scope ("for"): CredentialsFor = "repository",
        /// User name.
        username: Option<Given>,
        /// Password or token of the user.
        password: Option<SecretData>,
        /// Bearer token, for Bitbucket Data Center.
        bearer_token ("bearerToken"): Option<SecretData>,
        /// Private key, for URLs of ssh.
        ssh_private_key ("sshPrivateKey"): Option<SecretData>,
        /// App of GitHub.
        github_app ("githubApp"): Option<GithubApp>,
        /// Client certificate.
        client_certificate ("clientCertificate"): Option<ClientCertificate>,
        /// Key file of a Google service account.
        google_key ("googleKey"): Option<SecretData>,
        /// Service principal of Azure DevOps.
        azure_principal ("azurePrincipal"): Option<AzurePrincipal>,
        /// By the identity of Entra that Argo CD runs as, with workload identity: Azure DevOps, and charts in a registry of Azure. From Argo CD 3.0.
        azure_workload_identity ("azureWorkloadIdentity"): bool = false,
        /// URL of the repository as the store has it. With `azureWorkloadIdentity` it is the one value that is fetched: External Secrets makes no Secret without any.
        stored_url ("url"): Option<SecretData>,
        /// How often values are read anew.
        refresh_interval ("refreshInterval"): Option<Text>,
    }
}

crate::shape! {
    /// App of GitHub.
    GithubApp {
        /// Id of the app.
        id: Given,
        /// Id of the installation.
        installation_id ("installationId"): Given,
        /// Private key.
        private_key ("privateKey"): SecretData,
        /// URL of the API of GitHub Enterprise.
        enterprise_url ("enterpriseUrl"): Option<Text>,
    }
}

crate::shape! {
    /// Service principal of Azure DevOps.
    AzurePrincipal {
        /// Client id.
        client_id ("clientId"): Given,
        /// Tenant.
        tenant_id ("tenantId"): Given,
        /// Client secret.
        client_secret ("clientSecret"): SecretData,
    }
}
