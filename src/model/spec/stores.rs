//! Stores: where secrets come from.

use super::vault::VaultStore;
use crate::shape::{AnyMap, Dict, List, Text};

crate::shape! {
    /// A place that secrets come from. Text may hold expressions over `cluster` and `platform`; the store is
    /// made for each cluster on which an app uses it.
    Store {
        /// Whether one ClusterSecretStore serves all namespaces; otherwise there is a SecretStore in each namespace that uses it.
        cluster: bool = false,
        /// App that owns the ClusterSecretStore and its ServiceAccount. The app of the chart external-secrets when left out.
        app: Option<Text>,
        /// Namespaces that may use it; any when left out.
        namespaces: List<Text>,
        /// Regular expressions of namespaces that may use it (ClusterSecretStore only).
        namespace_regexes ("namespaceRegexes"): List<Text>,
        /// Labels of namespaces that may use it (ClusterSecretStore only).
        namespace_labels ("namespaceLabels"): Dict<Text>,
        /// HashiCorp Vault or OpenBao, key-value engine.
        vault: Option<Box<VaultStore>>,
        /// Azure Key Vault.
        azure: Option<Box<AzureStore>>,
        /// AWS Secrets Manager or Parameter Store.
        aws: Option<Box<AwsStore>>,
        /// Google Secret Manager.
        gcp: Option<Box<GcpStore>>,
        /// Any other provider of External Secrets, as its `spec.provider` has it.
        provider: Option<AnyMap>,
        /// Labels of the store.
        labels: Dict<Text>,
        /// Annotations of the store.
        annotations: Dict<Text>,
        /// How often the store itself is checked, such as `1h`.
        refresh_interval ("refreshInterval"): Option<Text>,
        /// Retries, as External Secrets takes them: `maxRetries` and `retryInterval`.
        retry: Option<AnyMap>,
        /// Class of the operator that serves the store, where there are several.
        controller: Option<Text>,
    }
}

crate::shape! {
    /// A ServiceAccount that a store or a workload acts as.
    Account {
        /// Name.
        name: Text,
        /// Namespace. That of the store's owner, or of the secret, when left out.
        namespace: Option<Text>,
        /// Whether it is emitted; otherwise something else makes it.
        create: bool = true,
        /// Labels.
        labels: Dict<Text>,
        /// Annotations.
        annotations: Dict<Text>,
        /// Audiences of the tokens that are requested for it.
        audiences: List<Text>,
    }
}

crate::shape! {
    /// A key of a Secret.
    SecretKey {
        /// Name of the Secret.
        name: Text,
        /// Key in it.
        key: Text,
        /// Namespace of it (ClusterSecretStore only).
        namespace: Option<Text>,
    }
}

crate::shape! {
    /// Azure Key Vault.
    AzureStore {
        /// URL of the vault, such as `https://acme.vault.azure.net`.
        url: Text,
        /// Resource group of the vault, by which Terraform finds it.
        resource_group ("resourceGroup"): Option<Text>,
        /// Entra tenant.
        tenant_id ("tenantId"): Option<Text>,
        /// Cloud: PublicCloud, USGovernmentCloud, ChinaCloud or GermanCloud.
        environment: Option<Text>,
        /// How the operator signs in.
        auth: AzureAuth,
    }
}

crate::shape! {
    /// How Azure lets the operator in: exactly one of these.
    AzureAuth {
        /// A federated ServiceAccount.
        workload_identity ("workloadIdentity"): Option<WorkloadIdentity>,
        /// The identity of the node or pod.
        managed_identity ("managedIdentity"): Option<ManagedIdentity>,
        /// A client id with a secret or certificate.
        service_principal ("servicePrincipal"): Option<ServicePrincipal>,
    }
}

crate::shape! {
    /// A federated ServiceAccount.
    WorkloadIdentity {
        /// The ServiceAccount.
        service_account ("serviceAccount"): Account,
        /// Client id of the identity, as the annotation `azure.workload.identity/client-id`.
        client_id ("clientId"): Option<Text>,
        /// Object id of the identity, which role assignments go to. It is not the client id.
        principal_id ("principalId"): Option<Text>,
        /// What its federated credentials are called by; the name of the vault with `-access` when left out.
        purpose: Option<Text>,
        /// Role that Terraform gives it on the vault.
        role: Text = "Key Vault Secrets User",
    }
}

crate::shape! {
    /// The identity of the node or pod.
    ManagedIdentity {
        /// Client id, where there are several.
        client_id ("clientId"): Option<Text>,
    }
}

crate::shape! {
    /// A client id with a secret or certificate, each a key of a Secret.
    ServicePrincipal {
        /// Client id.
        client_id ("clientId"): SecretKey,
        /// Client secret.
        client_secret ("clientSecret"): Option<SecretKey>,
        /// Client certificate.
        client_certificate ("clientCertificate"): Option<SecretKey>,
    }
}

crate::choice! {
    /// Which service of AWS.
    AwsService {
        /// Secrets Manager.
        SecretsManager = "SecretsManager",
        /// Parameter Store of Systems Manager.
        ParameterStore = "ParameterStore",
    }
}

crate::shape! {
    /// AWS Secrets Manager or Parameter Store.
    AwsStore {
        /// Region.
        region: Text,
        /// Service; Secrets Manager when left out.
        service: Option<AwsService>,
        /// Role that is assumed after signing in.
        role: Option<Text>,
        /// How the operator signs in; by the identity of its own pod when left out.
        auth: Option<AwsAuth>,
    }
}

crate::shape! {
    /// How AWS lets the operator in: exactly one of these.
    AwsAuth {
        /// A ServiceAccount with a role (IRSA).
        service_account ("serviceAccount"): Option<Account>,
        /// Role of the ServiceAccount, as the annotation `eks.amazonaws.com/role-arn`.
        role_arn ("roleArn"): Option<Text>,
        /// An access key, each half a key of a Secret.
        access_key ("accessKey"): Option<AwsAccessKey>,
    }
}

crate::shape! {
    /// An access key, each half a key of a Secret.
    AwsAccessKey {
        /// Access key id.
        id: SecretKey,
        /// Secret access key.
        secret: SecretKey,
    }
}

crate::shape! {
    /// Google Secret Manager.
    GcpStore {
        /// Project.
        project_id ("projectId"): Text,
        /// Location of regional secrets.
        location: Option<Text>,
        /// How the operator signs in; by the identity of its own pod when left out.
        auth: Option<GcpAuth>,
    }
}

crate::shape! {
    /// How Google lets the operator in: exactly one of these.
    GcpAuth {
        /// A ServiceAccount bound to a Google service account.
        workload_identity ("workloadIdentity"): Option<GcpWorkloadIdentity>,
        /// A key file, as a key of a Secret.
        credentials: Option<SecretKey>,
    }
}

crate::shape! {
    /// A ServiceAccount bound to a Google service account.
    GcpWorkloadIdentity {
        /// The ServiceAccount.
        service_account ("serviceAccount"): Account,
        /// Google service account, as the annotation `iam.gke.io/gcp-service-account`.
        google_account ("googleAccount"): Option<Text>,
        /// Location of the cluster.
        cluster_location ("clusterLocation"): Option<Text>,
        /// Name of the cluster at Google.
        cluster_name ("clusterName"): Option<Text>,
        /// Project of the cluster.
        cluster_project_id ("clusterProjectId"): Option<Text>,
    }
}

impl AzureStore {
    /// Name of the vault: the first part of the host.
    #[must_use]
    pub fn vault_name(&self) -> &str {
        let rest = self.url.split_once("://").map_or(&*self.url, |(_, rest)| rest);
        rest.split(['.', '/', ':']).next().unwrap_or(rest)
    }
}

impl Store {
    /// Kind of the store's object.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.cluster { "ClusterSecretStore" } else { "SecretStore" }
    }

    /// The ServiceAccount that it acts as.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        let vault = self.vault.as_ref().and_then(|v| v.account());
        let azure = self.azure.as_ref().and_then(|a| a.auth.workload_identity.as_ref()).map(|w| &w.service_account);
        let aws = self.aws.as_ref().and_then(|a| a.auth.as_ref()).and_then(|a| a.service_account.as_ref());
        let gcp = self.gcp.as_ref().and_then(|g| g.auth.as_ref()).and_then(|a| a.workload_identity.as_ref());
        vault.or(azure).or(aws).or(gcp.map(|w| &w.service_account))
    }
}
