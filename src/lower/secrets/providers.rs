//! `spec.provider` of stores, and what their ServiceAccounts need.

use super::stores::{account_name, account_namespace, has_account};
use super::vault::role_name;
use crate::base::value::sorted;
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::secrets::StoreAt;
use crate::model::spec::{AwsStore, AzureStore, GcpStore, SecretKey, VaultStore};
use crate::shape::{AnyMap, Text};

fn text(of: Option<&Text>) -> Option<Value> {
    of.map(Text::to_value)
}

/// The provider of a store, for a SecretStore in that namespace. `home` is the namespace of its ServiceAccount.
pub fn provider(store: &StoreAt, namespace: Option<&str>, home: &str) -> Value {
    let body = &store.body;
    let account = has_account(store).then(|| account_ref(store, home));
    let (key, value) = if let Some(vault) = &body.vault {
        ("vault", self::vault(store, vault, namespace, account))
    } else if let Some(azure) = &body.azure {
        ("azurekv", self::azure(azure, account))
    } else if let Some(aws) = &body.aws {
        ("aws", self::aws(aws, account))
    } else if let Some(gcp) = &body.gcp {
        ("gcpsm", self::gcp(gcp, account))
    } else {
        return body.provider.as_ref().map(|p| sorted(&p.to_value())).unwrap_or_default();
    };
    Fields::new().with(key, value).build()
}

/// `serviceAccountRef`. Only a ClusterSecretStore names the namespace.
fn account_ref(store: &StoreAt, home: &str) -> Value {
    let stated = store.body.account();
    let audiences = stated.map(|a| a.audiences.iter().map(Text::to_value).collect()).unwrap_or_default();
    let span = stated.map(|a| a.name.span).unwrap_or_default();
    Fields::new()
        .with("name", Value::from(account_name(store)).at(span))
        .maybe("namespace", store.body.cluster.then(|| Value::from(account_namespace(store, home))))
        .list("audiences", audiences)
        .build()
}

fn key(key: &SecretKey) -> Value {
    Fields::new()
        .with("name", key.name.to_value())
        .maybe("namespace", text(key.namespace.as_ref()))
        .with("key", key.key.to_value())
        .at(key.span)
}

fn with_more(fields: Value, more: Option<&AnyMap>) -> Value {
    match more {
        Some(more) => crate::base::merge::merge(&fields, &sorted(&more.to_value())),
        None => fields,
    }
}

fn vault(store: &StoreAt, vault: &VaultStore, namespace: Option<&str>, account: Option<Value>) -> Value {
    let ca = vault.ca_provider.as_ref().map(|ca| {
        Fields::new()
            .with("type", ca.kind.word())
            .with("name", ca.name.to_value())
            .maybe("namespace", text(ca.namespace.as_ref()))
            .with("key", ca.key.to_value())
            .at(ca.span)
    });
    let fields = Fields::new()
        .with("server", vault.server.to_value())
        .with("path", Value::from(vault.path.trim_matches('/')).at(vault.path.span))
        .with("version", vault.version.word())
        .maybe("namespace", text(vault.namespace.as_ref()))
        .maybe("caBundle", text(vault.ca_bundle.as_ref()))
        .maybe("caProvider", ca)
        .with("auth", vault_auth(store, vault, namespace, account));
    with_more(fields.at(vault.span), vault.more.as_ref())
}

fn vault_auth(store: &StoreAt, vault: &VaultStore, namespace: Option<&str>, account: Option<Value>) -> Value {
    let auth = &vault.auth;
    let role = || role_name(store, namespace).to_value();
    let fields = if let Some(kubernetes) = &auth.kubernetes {
        let fields = Fields::new()
            .with("mountPath", kubernetes.mount_path.to_value())
            .with("role", role())
            .maybe("serviceAccountRef", account);
        Fields::new().with("kubernetes", fields.at(kubernetes.span))
    } else if let Some(app_role) = &auth.app_role {
        let fields = Fields::new()
            .with("path", app_role.mount_path.to_value())
            .maybe("roleId", text(app_role.role_id.as_ref()))
            .maybe("roleRef", app_role.role_ref.as_ref().map(key))
            .with("secretRef", key(&app_role.secret_ref));
        Fields::new().with("appRole", fields.at(app_role.span))
    } else if let Some(jwt) = &auth.jwt {
        let token = account.map(|account| Fields::new().with("serviceAccountRef", account).build());
        let fields = Fields::new()
            .with("path", jwt.mount_path.to_value())
            .with("role", role())
            .maybe("secretRef", jwt.secret_ref.as_ref().map(key))
            .maybe("kubernetesServiceAccountToken", token.filter(|_| jwt.secret_ref.is_none()));
        Fields::new().with("jwt", fields.at(jwt.span))
    } else if let Some(token) = &auth.token {
        Fields::new().with("tokenSecretRef", key(token))
    } else {
        return auth.other.as_ref().map(|o| sorted(&o.to_value())).unwrap_or_default();
    };
    fields.at(auth.span)
}

fn azure(azure: &AzureStore, account: Option<Value>) -> Value {
    let auth = &azure.auth;
    let kind = match (auth.workload_identity.is_some(), auth.managed_identity.is_some()) {
        (true, _) => "WorkloadIdentity",
        (_, true) => "ManagedIdentity",
        _ => "ServicePrincipal",
    };
    let principal = auth.service_principal.as_ref().map(|principal| {
        Fields::new()
            .with("clientId", key(&principal.client_id))
            .maybe("clientSecret", principal.client_secret.as_ref().map(key))
            .maybe("clientCertificate", principal.client_certificate.as_ref().map(key))
            .at(principal.span)
    });
    let identity = auth.managed_identity.as_ref().and_then(|m| m.client_id.as_ref());
    Fields::new()
        .with("authType", kind)
        .with("vaultUrl", azure.url.to_value())
        .maybe("tenantId", text(azure.tenant_id.as_ref()).filter(|_| auth.workload_identity.is_none()))
        .maybe("environmentType", text(azure.environment.as_ref()))
        .maybe("serviceAccountRef", account)
        .maybe("identityId", text(identity))
        .maybe("authSecretRef", principal)
        .at(azure.span)
}

fn aws(aws: &AwsStore, account: Option<Value>) -> Value {
    let keys = aws.auth.as_ref().and_then(|a| a.access_key.as_ref()).map(|access| {
        let keys = Fields::new()
            .with("accessKeyIDSecretRef", key(&access.id))
            .with("secretAccessKeySecretRef", key(&access.secret));
        Fields::new().with("secretRef", keys.at(access.span)).build()
    });
    let jwt = account.map(|account| {
        let jwt = Fields::new().with("serviceAccountRef", account).build();
        Fields::new().with("jwt", jwt).build()
    });
    let service = aws.service.map_or("SecretsManager", crate::model::spec::AwsService::word);
    Fields::new()
        .with("service", service)
        .with("region", aws.region.to_value())
        .maybe("role", text(aws.role.as_ref()))
        .maybe("auth", jwt.or(keys))
        .at(aws.span)
}

fn gcp(gcp: &GcpStore, account: Option<Value>) -> Value {
    let auth = gcp.auth.as_ref();
    let identity = auth.and_then(|a| a.workload_identity.as_ref()).map(|identity| {
        let fields = Fields::new()
            .maybe("serviceAccountRef", account)
            .maybe("clusterLocation", text(identity.cluster_location.as_ref()))
            .maybe("clusterName", text(identity.cluster_name.as_ref()))
            .maybe("clusterProjectID", text(identity.cluster_project_id.as_ref()));
        Fields::new().with("workloadIdentity", fields.at(identity.span)).build()
    });
    let keys = auth.and_then(|a| a.credentials.as_ref()).map(|credentials| {
        let fields = Fields::new().with("secretAccessKeySecretRef", key(credentials)).build();
        Fields::new().with("secretRef", fields).build()
    });
    Fields::new()
        .with("projectID", gcp.project_id.to_value())
        .maybe("location", text(gcp.location.as_ref()))
        .maybe("auth", identity.or(keys))
        .at(gcp.span)
}

/// Annotations by which clouds know a ServiceAccount: Azure workload identity, EKS roles for service accounts,
/// GKE workload identity.
pub fn account_annotations(store: &StoreAt) -> Map {
    let body = &store.body;
    let azure = body.azure.as_ref().filter(|a| a.auth.workload_identity.is_some());
    let client = azure.and_then(|a| a.auth.workload_identity.as_ref()).and_then(|w| w.client_id.as_ref());
    let tenant = azure.and_then(|a| a.tenant_id.as_ref());
    let role = body.aws.as_ref().and_then(|a| a.auth.as_ref()).and_then(|a| a.role_arn.as_ref());
    let google = body.gcp.as_ref().and_then(|g| g.auth.as_ref()).and_then(|a| a.workload_identity.as_ref());
    let pairs = [
        ("azure.workload.identity/client-id", client),
        ("azure.workload.identity/tenant-id", tenant),
        ("eks.amazonaws.com/role-arn", role),
        ("iam.gke.io/gcp-service-account", google.and_then(|g| g.google_account.as_ref())),
    ];
    pairs.into_iter().filter_map(|(key, value)| Some((key, value?.to_value()))).collect()
}
