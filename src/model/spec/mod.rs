//! The spec language, version `sailplan.dev/v1alpha1`.
//!
//! Each type is one declaration, from which come the reader, the JSON Schema and the reference page.

mod access;
mod acknowledge;
mod app;
mod argocd;
mod builds;
mod charts;
mod checks;
mod credentials;
mod fleet;
mod helm;
mod integrations;
mod layout;
mod overrides;
mod platform;
mod project;
mod refs;
mod secrets;
mod self_service;
mod sets;
mod source;
mod sso;
mod stores;
mod sync;
mod vault;

pub use access::{
    Access, AccessRole, AccountCapability, Expectation, Grant, Granted, Grantee, LocalAccount, MatchMode, PolicyPiece,
};
pub use acknowledge::{Acknowledge, CODES, DayAt, NOT_A_DAY};
pub use app::{App, AppForm, ClusterResource, Criticality, DestinationBy, FinalizerChoice, InfoEntry};
pub use argocd::{AppOfApps, ArgoCd, ArgoCdPart, AzureIdentity, Kustomizations, Onboarding};
pub use builds::{
    Build, BuildParameter, BuildSource, Builder, Builds, CommitTag, GitLogin, GithubEvents, Prepare, RegistryLogin,
    Trigger, TriggerBy, without_tag,
};
pub use charts::ChartVersion;
pub use checks::{CheckOverride, CheckWhen, Checks, FindingLevel, LevelSet};
pub use credentials::{
    AwsLogin, AzureLogin, AzurePrincipal, ClientCertificate, ClusterCredentials, CredentialsFor, GithubApp, Given,
    RepoCredentials, RepoKind,
};
pub use fleet::{Category, Cluster, Environment, Namespace, Repo};
pub use helm::{Helm, ParameterValue, RemoteFile, ValueFile, ValuesAs};
pub use integrations::{Apono, AponoTopology, Integrations};
pub use layout::Layout;
pub use overrides::{Override, Patch, PatchTarget, When};
pub use platform::{ApiVersion, Defaults, PlatformInfo, RepoInfo, Spec};
pub use project::{
    Destination, DestinationServiceAccount, OrphanIgnored, OrphanedResources, Project, ProjectRole, SyncWindow,
    WindowKind,
};
pub use refs::{ClusterChoice, Dependency, OneOrMany, Selector};
pub use secrets::{
    AppSecret, CreationPolicy, DataFrom, DeletionPolicy, Delivery, ExternalFile, ExternalKind, ExternalObject, Find,
    PodAccount, RefreshPolicy, Sealed, SealedScope, SecretData, SecretDefaults, SecretPods, SecretTemplate, Secrets,
    Spread,
};
pub use self_service::{
    ActionTrigger, AppAction, AppActions, Approval, ApprovalPlace, Blueprint, CustomAction, GitFlow, Invocation,
    InvocationType, KeyPair, Mode, Notification, OrQuery, Orkes, OrkesCall, People, Port, PortInput, PortOperation,
    Relation, RequiredApproval, SelfService, TriggerType, Worker,
};
pub use sets::{AppSet, SetDestination};
pub use source::{Directory, Git, Jsonnet, JsonnetVar, Kustomize, KustomizePatch, Oci, PatchSelector, Plugin, Source};
pub use sso::{Connector, Dex, Oidc, Sso};
pub use stores::{
    Account, AwsAccessKey, AwsAuth, AwsService, AwsStore, AzureAuth, AzureStore, GcpAuth, GcpStore,
    GcpWorkloadIdentity, ManagedIdentity, SecretKey, ServicePrincipal, Store, WorkloadIdentity,
};
pub use sync::{
    Automated, AutomatedSettings, Backoff, IgnoreDifference, MetadataPair, OptionValue, Retry, Sync, SyncOptions,
};
pub use vault::{
    AppRoleAuth, CaProvider, CaProviderKind, Capability, JwtAuth, KubernetesAuth, KvVersion, PolicySource, RoleAuth,
    VaultAuth, VaultPolicy, VaultRole, VaultStore,
};

/// The JSON Schema (draft 2020-12) of the spec, as text with a final newline.
#[must_use]
pub fn json_schema() -> String {
    use crate::shape::Shape as _;
    let mut schemas = crate::shape::Schemas::default();
    let root = Spec::schema(&mut schemas);
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://sailplan.dev/schemas/platform.schema.json",
        "title": "Platform",
        "$ref": root.get("$ref").cloned().unwrap_or_default(),
        "$defs": schemas.into_defs(),
    });
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
