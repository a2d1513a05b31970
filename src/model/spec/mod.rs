//! The spec language, version `sailplan.dev/v1alpha1`.
//!
//! Each type is one declaration, from which come the reader, the JSON Schema and the reference page.

mod app;
mod argocd;
mod fleet;
mod helm;
mod layout;
mod overrides;
mod platform;
mod project;
mod refs;
mod sets;
mod source;
mod sync;

pub use app::{App, ClusterResource, Criticality, DestinationBy, FinalizerChoice, InfoEntry};
pub use argocd::{AppOfApps, ArgoCd, Kustomizations};
pub use fleet::{Category, Cluster, Environment, Namespace, Repo};
pub use helm::{Helm, ParameterValue, RemoteFile, ValueFile, ValuesAs};
pub use layout::Layout;
pub use overrides::{Override, Patch, PatchTarget, When};
pub use platform::{Defaults, PlatformInfo, RepoInfo, Spec};
pub use project::{Destination, Project};
pub use refs::{ClusterChoice, Dependency, OneOrMany, Selector};
pub use sets::{AppSet, SetDestination};
pub use source::{Directory, Git, Jsonnet, JsonnetVar, Kustomize, KustomizePatch, Oci, PatchSelector, Plugin, Source};
pub use sync::{
    Automated, AutomatedSettings, Backoff, IgnoreDifference, MetadataPair, OptionValue, Retry, Sync, SyncOptions,
};
