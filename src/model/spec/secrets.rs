//! Secrets: what an app needs, and how it arrives.

use super::stores::{Account, Store};
use super::vault::{VaultPolicies, VaultRoles};
use crate::base::{Kind, Value};
use crate::shape::{AnyMap, AtLeast, Dict, List, Names, Number, Reader, Schemas, Shape, Shared, Text};

crate::shape! {
    /// Where secrets come from, and what holds for all of them.
    Secrets {
        /// What applies to each secret unless it says otherwise.
        defaults: Option<SecretDefaults>,
        /// Version of the External Secrets Operator, as `0.16`. That of the app's chart external-secrets when left out.
        operator_version ("operatorVersion"): Option<Text>,
        /// Stores, by name.
        stores: Names<Shared<Store>>,
        /// Vault policies granted by hand, by name.
        policies: VaultPolicies,
        /// Vault roles granted by hand, by name.
        roles: VaultRoles,
    }
}

crate::shape! {
    /// What applies to each secret unless it says otherwise.
    SecretDefaults {
        /// Store.
        store: Option<Text>,
        /// Way of delivery.
        delivery: Option<Delivery>,
        /// How often values are read anew.
        refresh_interval ("refreshInterval"): Text = "1h",
        /// Who owns the Secret.
        creation_policy ("creationPolicy"): CreationPolicy = "Owner",
        /// What becomes of the Secret when the value is gone.
        deletion_policy ("deletionPolicy"): DeletionPolicy = "Retain",
    }
}

crate::choice! {
    /// How a secret arrives.
    Delivery {
        /// The External Secrets Operator writes a Secret.
        ExternalSecret = "externalSecret",
        /// The Secrets Store CSI driver mounts files, and writes a Secret on the side.
        Csi = "csi",
        /// The Vault Agent Injector writes files into the pod.
        Injector = "injector",
        /// The ciphertext is in the spec; the Sealed Secrets controller opens it.
        Sealed = "sealed",
    }
}

crate::choice! {
    /// Who owns the Secret.
    CreationPolicy {
        /// The ExternalSecret; it goes with it.
        Owner = "Owner",
        /// Nobody; it stays.
        Orphan = "Orphan",
        /// Something else; only keys are added.
        Merge = "Merge",
        /// No Secret is made.
        None = "None",
    }
}

crate::choice! {
    /// What becomes of the Secret when the value is gone.
    DeletionPolicy {
        /// It stays.
        Retain = "Retain",
        /// It is deleted.
        Delete = "Delete",
        /// Its keys are taken out.
        Merge = "Merge",
    }
}

crate::choice! {
    /// When values are read.
    RefreshPolicy {
        /// Again and again.
        Periodic = "Periodic",
        /// Once.
        CreatedOnce = "CreatedOnce",
        /// When the ExternalSecret changes.
        OnChange = "OnChange",
    }
}

crate::choice! {
    /// How one secret comes into several namespaces.
    Spread {
        /// An ExternalSecret in each.
        Individual = "individual",
        /// One ClusterExternalSecret.
        ClusterExternalSecret = "clusterExternalSecret",
        /// An ApplicationSet that makes an Application for each.
        ApplicationSet = "applicationSet",
    }
}

crate::shape! {
    /// A secret of an app, by the name of the Secret that arrives.
    AppSecret {
        /// Store it comes from.
        store: Option<Text>,
        /// Way of delivery.
        delivery: Option<Delivery>,
        /// Keys of the Secret, each with the place of its value.
        data: Dict<SecretData>,
        /// Values that are taken over as a whole.
        data_from ("dataFrom"): List<DataFrom>,
        /// Name of the object that fetches it, if not that of the Secret.
        object_name ("objectName"): Option<Text>,
        /// Form of the Secret.
        template: Option<SecretTemplate>,
        /// Labels of the object that fetches it, not of the Secret.
        labels: Dict<Text>,
        /// Annotations of the object that fetches it, not of the Secret.
        annotations: Dict<Text>,
        /// Sync wave of the object that fetches it.
        wave: Number = -1,
        /// How often values are read anew.
        refresh_interval ("refreshInterval"): Option<Text>,
        /// When values are read; again and again when left out.
        refresh_policy ("refreshPolicy"): Option<RefreshPolicy>,
        /// Who owns the Secret.
        creation_policy ("creationPolicy"): Option<CreationPolicy>,
        /// What becomes of the Secret when the value is gone.
        deletion_policy ("deletionPolicy"): Option<DeletionPolicy>,
        /// Whether the Secret can't be changed once it is there.
        immutable: Option<bool>,
        /// Namespaces it comes into; that of the app when left out.
        namespaces: List<Text>,
        /// Labels of namespaces it comes into (ClusterExternalSecret only).
        namespace_labels ("namespaceLabels"): Dict<Text>,
        /// How it comes into several namespaces; an ExternalSecret in each when left out.
        spread: Option<Spread>,
        /// Name of the ApplicationSet, where it is spread by one; the app's name with `-secrets` when left out.
        application_set ("applicationSet"): Option<Text>,
        /// Whether workloads are restarted when it changes, by the Reloader of Stakater.
        restart: bool = false,
        /// Pods that mount it, for `csi` and `injector`.
        pods: Option<SecretPods>,
        /// Ciphertext, for `sealed`.
        sealed: Option<Sealed>,
    }
}

crate::shape! {
    /// The place of one value.
    SecretData {
        /// Path in the store, without the mount; for Azure the name of the object.
        path: Text,
        /// Property of the value, where that holds several.
        property: Option<Text>,
        /// Version, if not the newest.
        version: Option<Text>,
        /// Store, if not that of the secret.
        store: Option<Text>,
        /// How the value is decoded: None, Auto, Base64 or Base64URL.
        decoding: Option<Text>,
        /// How names of keys are converted: Default or Unicode.
        conversion: Option<Text>,
        /// Whether tags or metadata are read instead of values: None or Fetch.
        metadata: Option<Text>,
        /// Name of the file, for `csi` and `injector`; the key when left out.
        file: Option<Text>,
        /// Mode of the file, such as `0400`, for `csi`.
        mode: Option<Text>,
        /// Template of the file in the language of Vault Agent, for `injector`.
        template: Option<Text>,
        /// Type of the object, for Azure by `csi`: secret, key or cert.
        object_type ("objectType"): Option<Text>,
    }
}

crate::shape! {
    /// Values that are taken over as a whole: exactly one of `extract` and `find`.
    DataFrom {
        /// All properties of one value.
        extract: Option<SecretData>,
        /// All values whose names fit.
        find: Option<Find>,
        /// How keys are renamed, as External Secrets takes it.
        rewrite: List<AnyMap>,
        /// Store, if not that of the secret.
        store: Option<Text>,
    }
}

crate::shape! {
    /// Values by their names or tags.
    Find {
        /// Path below which is looked.
        path: Option<Text>,
        /// Regular expression of names.
        name: Option<Text>,
        /// Tags that values must have.
        tags: Dict<Text>,
    }
}

crate::shape! {
    /// Form of the Secret.
    SecretTemplate {
        /// Type of the Secret; Opaque when left out.
        kind ("type"): Option<Text>,
        /// Labels of the Secret.
        labels: Dict<Text>,
        /// Annotations of the Secret.
        annotations: Dict<Text>,
        /// Keys that are made of the values by Go templates.
        data: Dict<Text>,
        /// Templates from ConfigMaps and Secrets, as External Secrets takes them.
        from: List<AnyMap>,
        /// Whether values that the templates don't mention stay: Replace or Merge.
        merge_policy ("mergePolicy"): Option<Text>,
    }
}

crate::shape! {
    /// Pods that mount a secret.
    SecretPods {
        /// ServiceAccount they run as: a name, or a mapping where it is to be emitted; `default` when left out.
        service_account ("serviceAccount"): Option<PodAccount>,
        /// Role in Vault; the name of the app when left out.
        role: Option<Text>,
        /// Kind of the workload that is patched, such as Deployment.
        kind: Option<Text>,
        /// Name of the workload.
        name: Option<Text>,
        /// Labels of the workload, as kustomize selects them.
        label_selector ("labelSelector"): Option<Text>,
        /// Container that gets the files; the first one when left out.
        container: Option<Text>,
        /// Folder of the files; `/mnt/secrets/NAME` when left out.
        path: Option<Text>,
        /// Places in the Helm values that take the annotations of the pod, such as `server.podAnnotations`, for `injector`.
        values: List<Text>,
        /// Whether the agent of the injector stops after the first fetch.
        init_only ("initOnly"): Option<bool>,
        /// User id that the files belong to, for `injector`.
        run_as_user ("runAsUser"): Option<AtLeast<0>>,
    }
}

/// A ServiceAccount that pods run as.
#[derive(Clone, Debug)]
pub enum PodAccount {
    /// Something else makes it.
    Named(Text),
    /// It is emitted, unless `create` says otherwise.
    Made(Box<Account>),
}

impl PodAccount {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Text {
        match self {
            PodAccount::Named(name) => name,
            PodAccount::Made(account) => &account.name,
        }
    }
}

impl Shape for PodAccount {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Map(_) => Account::read(cx, value).map(|a| PodAccount::Made(Box::new(a))),
            _ => Text::read(cx, value).map(PodAccount::Named),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        serde_json::json!({ "anyOf": [Text::schema(schemas), Account::schema(schemas)] })
    }
}

impl SecretPods {
    /// Name of the ServiceAccount.
    #[must_use]
    pub fn account(&self) -> Text {
        self.service_account.as_ref().map_or_else(|| Text::new("default"), |a| a.name().clone())
    }
}

crate::choice! {
    /// Where the ciphertext can be opened.
    SealedScope {
        /// In this namespace under this name.
        Strict = "strict",
        /// In this namespace under any name.
        NamespaceWide = "namespace-wide",
        /// Anywhere.
        ClusterWide = "cluster-wide",
    }
}

crate::shape! {
    /// Ciphertext for the Sealed Secrets controller.
    Sealed {
        /// Where the ciphertext can be opened.
        scope: SealedScope = "strict",
        /// Ciphertext by key, as kubeseal gives it.
        data: Dict<Text>,
    }
}

crate::choice! {
    /// Kinds of things that something else makes.
    ExternalKind {
        /// A Secret.
        Secret = "Secret",
        /// A ConfigMap.
        ConfigMap = "ConfigMap",
        /// A ServiceAccount.
        ServiceAccount = "ServiceAccount",
        /// A SecretStore.
        SecretStore = "SecretStore",
        /// A ClusterSecretStore.
        ClusterSecretStore = "ClusterSecretStore",
        /// A WorkflowTemplate.
        WorkflowTemplate = "WorkflowTemplate",
        /// A ClusterWorkflowTemplate.
        ClusterWorkflowTemplate = "ClusterWorkflowTemplate",
        /// A SecretProviderClass.
        SecretProviderClass = "SecretProviderClass",
        /// An EventSource of Argo Events.
        EventSource = "EventSource",
        /// A Service.
        Service = "Service",
        /// An IngressClass.
        IngressClass = "IngressClass",
        /// A Middleware of Traefik.
        Middleware = "Middleware",
        /// A MiddlewareTCP of Traefik.
        MiddlewareTcp = "MiddlewareTCP",
        /// A TLSOption of Traefik.
        TlsOption = "TLSOption",
        /// A TLSStore of Traefik.
        TlsStore = "TLSStore",
        /// A ServersTransport of Traefik.
        ServersTransport = "ServersTransport",
        /// A ServersTransportTCP of Traefik.
        ServersTransportTcp = "ServersTransportTCP",
        /// A TraefikService.
        TraefikService = "TraefikService",
    }
}

crate::shape! {
    /// An object that something else makes, so that references to it are sound.
    ExternalObject {
        /// Its kind.
        kind: ExternalKind,
        /// Its name; `*` stands for anything.
        name: Text,
        /// Its namespace; any when left out.
        namespace: Option<Text>,
        /// Its cluster; any when left out.
        cluster: Option<Text>,
        /// Who makes it, for people.
        by: Option<Text>,
    }
}

crate::shape! {
    /// The objects that something else makes, beside a tree.
    ExternalFile {
        /// They.
        external: List<ExternalObject>,
    }
}
