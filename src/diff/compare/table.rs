//! What tells the items of a list apart, and whether their order means something.
//!
//! Facts: the merge keys and list types of Kubernetes (`patchMergeKey`, `x-kubernetes-list-map-keys`), and the rules of
//! uniqueness of Argo CD, External Secrets, the Secrets Store CSI driver, Argo Workflows and Conductor for their own lists.

/// How the items of a list are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By fields: the first of these that an item has whole. A field is a way of keys joined by dots; one that begins
    /// with `?` may be missing; `*` is the first key of the item.
    Fields(&'static [&'static [&'static str]]),
    /// By the whole text.
    Text,
    /// By the text before the first of these.
    Before(&'static [char]),
}

/// What is known of a list.
#[derive(Clone, Copy, Debug)]
pub struct ListOf {
    /// The key that it stands under.
    key: &'static str,
    /// Only where one of these keys is on the way, or the object is of one of these kinds; anywhere when empty.
    within: &'static [&'static str],
    /// How its items are told apart.
    pub by: By,
    /// Whether their order means something.
    pub ordered: bool,
}

const NAME: By = By::Fields(&[&["name"]]);

const fn unordered(key: &'static str, within: &'static [&'static str], by: By) -> ListOf {
    ListOf { key, within, by, ordered: false }
}

const fn ordered(key: &'static str, within: &'static [&'static str], by: By) -> ListOf {
    ListOf { key, within, by, ordered: true }
}

/// The lists, those that are told by their surroundings before those of the same key that are not.
const LISTS: &[ListOf] = &[
    // Pods.
    unordered("containers", &[], NAME),
    ordered("initContainers", &[], NAME),
    unordered("ephemeralContainers", &[], NAME),
    unordered("volumes", &[], NAME),
    unordered("volumeMounts", &[], By::Fields(&[&["mountPath", "?subPath"]])),
    unordered("volumeDevices", &[], By::Fields(&[&["devicePath"]])),
    ordered("env", &[], NAME),
    ordered("envFrom", &[], By::Fields(&[&["configMapRef.name", "?prefix"], &["secretRef.name", "?prefix"]])),
    unordered("ports", &[], By::Fields(&[&["containerPort", "?protocol"], &["port", "?protocol"], &["name"]])),
    unordered("imagePullSecrets", &[], NAME),
    unordered("tolerations", &[], By::Fields(&[&["key", "?operator", "?value", "?effect"], &["operator", "?effect"]])),
    unordered("topologySpreadConstraints", &[], By::Fields(&[&["topologyKey", "whenUnsatisfiable"]])),
    unordered("hostAliases", &[], By::Fields(&[&["ip"]])),
    unordered("matchExpressions", &[], By::Fields(&[&["key", "operator"]])),
    unordered("volumeClaimTemplates", &[], By::Fields(&[&["metadata.name"]])),
    unordered("accessModes", &[], By::Text),
    unordered("add", &["capabilities"], By::Text),
    unordered("drop", &["capabilities"], By::Text),
    // Metadata.
    unordered("finalizers", &[], By::Text),
    unordered("ownerReferences", &[], By::Fields(&[&["kind", "name"]])),
    // Rights of Kubernetes.
    unordered(
        "rules",
        &["Role", "ClusterRole"],
        By::Fields(&[&["?apiGroups", "resources", "?resourceNames"], &["nonResourceURLs"]]),
    ),
    unordered("verbs", &[], By::Text),
    unordered("apiGroups", &[], By::Text),
    unordered("resources", &["rules", "Role", "ClusterRole"], By::Text),
    unordered("resourceNames", &[], By::Text),
    unordered("nonResourceURLs", &[], By::Text),
    unordered("subjects", &[], By::Fields(&[&["kind", "?namespace", "name"]])),
    unordered("secrets", &["ServiceAccount"], NAME),
    // The rest of Kubernetes.
    unordered("webhooks", &[], NAME),
    unordered("versions", &["CustomResourceDefinition"], NAME),
    unordered("hosts", &["tls", "Ingress"], By::Text),
    unordered("tls", &[], By::Fields(&[&["secretName"], &["hosts"]])),
    unordered("rules", &["Ingress"], By::Fields(&[&["host"]])),
    unordered("paths", &["rules"], By::Fields(&[&["path", "?pathType"]])),
    unordered("groups", &["PrometheusRule"], NAME),
    unordered("rules", &["PrometheusRule"], By::Fields(&[&["alert", "?labels.severity"], &["record"]])),
    // Argo CD.
    unordered("syncOptions", &[], By::Before(&['='])),
    // A source stays what it is when its folder moves, if it is the only one of its repository.
    ordered("sources", &[], By::Fields(&[&["ref"], &["name"], &["repoURL", "?chart"]])),
    ordered("sources", &[], By::Fields(&[&["ref"], &["name"], &["repoURL", "?chart", "?path"]])),
    ordered("valueFiles", &[], By::Text),
    unordered("parameters", &["helm"], NAME),
    unordered("fileParameters", &["helm"], NAME),
    unordered("images", &["kustomize", "Application"], By::Before(&['=', ':', '@'])),
    unordered("ignoreDifferences", &[], By::Fields(&[&["?group", "kind", "?namespace", "?name"]])),
    unordered("ignoreApplicationDifferences", &[], NAME),
    unordered("jsonPointers", &[], By::Text),
    unordered("jqPathExpressions", &[], By::Text),
    unordered("managedFieldsManagers", &[], By::Text),
    unordered("info", &["Application", "ApplicationSet"], NAME),
    unordered("sourceRepos", &[], By::Text),
    unordered("sourceNamespaces", &[], By::Text),
    unordered("destinations", &["AppProject"], By::Fields(&[&["?server", "?name", "namespace"]])),
    unordered("destinationServiceAccounts", &[], By::Fields(&[&["server", "?namespace"]])),
    unordered("clusterResourceWhitelist", &[], By::Fields(&[&["group", "kind", "?name"]])),
    unordered("clusterResourceBlacklist", &[], By::Fields(&[&["group", "kind", "?name"]])),
    unordered("namespaceResourceWhitelist", &[], By::Fields(&[&["group", "kind"]])),
    unordered("namespaceResourceBlacklist", &[], By::Fields(&[&["group", "kind"]])),
    unordered("roles", &["AppProject"], NAME),
    unordered("policies", &["AppProject"], By::Text),
    unordered("groups", &["AppProject"], By::Text),
    unordered(
        "syncWindows",
        &[],
        By::Fields(&[&["kind", "schedule", "duration", "?applications", "?namespaces", "?clusters"]]),
    ),
    unordered("applications", &["syncWindows"], By::Text),
    unordered("namespaces", &["syncWindows"], By::Text),
    unordered("clusters", &["syncWindows"], By::Text),
    unordered("generators", &["ApplicationSet"], By::Fields(&[&["*"]])),
    unordered("elements", &["list"], By::Fields(&[&["name", "?cluster"], &["cluster", "?namespace"], &["app"]])),
    unordered("requestedScopes", &[], By::Text),
    // Secrets.
    unordered("data", &["ExternalSecret", "ClusterExternalSecret"], By::Fields(&[&["secretKey"]])),
    unordered("data", &["PushSecret"], By::Fields(&[&["match.secretKey", "match.remoteRef.remoteKey"]])),
    ordered(
        "dataFrom",
        &[],
        By::Fields(&[
            &["extract.key", "?extract.property"],
            &["find.name.regexp"],
            &["find.path"],
            &["sourceRef.generatorRef.name"],
        ]),
    ),
    unordered("secretStoreRefs", &[], NAME),
    unordered("secretObjects", &[], By::Fields(&[&["secretName"]])),
    unordered("data", &["secretObjects"], By::Fields(&[&["key"]])),
    unordered("objects", &["SecretProviderClass"], By::Fields(&[&["objectName", "?secretKey"]])),
    // Kustomize.
    unordered("images", &[], NAME),
    ordered("resources", &["Kustomization"], By::Text),
    ordered("components", &["Kustomization", "kustomize"], By::Text),
    ordered("patches", &["Kustomization", "kustomize"], By::Fields(&[&["path"], &["target.kind", "?target.name"]])),
    unordered("replicas", &["Kustomization", "kustomize"], NAME),
    // Workflows.
    ordered("tasks", &[], By::Fields(&[&["taskReferenceName"], &["name"]])),
    ordered("defaultCase", &[], By::Fields(&[&["taskReferenceName"]])),
    ordered("loopOver", &[], By::Fields(&[&["taskReferenceName"]])),
    unordered("inputParameters", &["schemaVersion"], By::Text),
    unordered("templates", &["WorkflowTemplate", "ClusterWorkflowTemplate", "Workflow", "CronWorkflow"], NAME),
    unordered("parameters", &[], NAME),
];

/// Fields by which items of any other list may be told apart, where all have one.
const COMMON: &[&str] = &["name", "id", "identifier", "key", "taskReferenceName", "alias", "secretName", "title"];

/// What is known of a list, by the kind of its object and the keys on the way to it: the likeliest first.
pub fn known(kind: &str, keys: &[&str]) -> impl Iterator<Item = &'static ListOf> {
    let (last, before) = keys.split_last().map_or(("", &[][..]), |(last, before)| (*last, before));
    // The items of a case of a Conductor switch.
    let last = if before.last() == Some(&"decisionCases") { "tasks" } else { last };
    let within =
        move |list: &&ListOf| list.within.is_empty() || list.within.iter().any(|w| *w == kind || before.contains(w));
    LISTS.iter().filter(move |list| list.key == last).filter(within)
}

/// Fields that may tell items of an unknown list apart, the best first.
pub fn guesses() -> impl Iterator<Item = &'static str> {
    COMMON.iter().copied()
}
