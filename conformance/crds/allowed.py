"""Differences from the contracts that are meant, each with its reason. An entry that matches nothing is an error.

(kinds: regular expression on "apiVersion Kind", differences, path: `*` one segment, `**` any, reason)
"""

WORKFLOW = r"argoproj.io/v1alpha1 (Cluster)?WorkflowTemplate"
EMBEDS_PODS = r"argoproj.io/v1alpha1 (Cluster)?WorkflowTemplate|acid.zalan.do/v1 postgresql"
STORE = r"external-secrets.io/v1(beta1)? (Cluster)?SecretStore"
CONDUCTOR = r"conductor (task|workflow)"
KUSTOMIZE = r"kustomize.config.k8s.io/.*"

ALLOWED = [
    # written by the cluster, never in Git
    (r".*", "missing", "status", "the cluster writes it"),
    (r"argoproj.io/v1alpha1 Application", "missing", "operation", "an order to sync now, not a desired state"),
    (r".*", "missing", "**metadata.deletionGracePeriodSeconds", "the cluster writes it"),
    (r".*", "missing", "**metadata.deletionTimestamp", "the cluster writes it"),
    (r".*", "missing", "**metadata.generation", "the cluster writes it"),
    (r".*", "missing", "**metadata.managedFields", "the cluster writes it"),
    (r".*", "missing", "**metadata.resourceVersion", "the cluster writes it"),
    (r".*", "missing", "**metadata.selfLink", "the cluster writes it"),
    (r".*", "missing", "**metadata.uid", "the cluster writes it"),
    (r".*", "type extra", "**metadata.creationTimestamp", "only the null that kubectl and kubeseal print"),
    (r".*", "missing", "spec.**emplate.metadata.generateName", "the controller names what it makes"),
    (r".*", "missing", "spec.**emplates[].metadata.generateName", "the controller names what it makes"),
    (r".*", "missing", "spec.**emplate.metadata.ownerReferences", "the controller owns what it makes"),
    (r".*", "missing", "spec.**emplates[].metadata.ownerReferences", "the controller owns what it makes"),
    (r".*", "missing", "spec.**olumeClaimTemplates[].status", "the cluster writes it"),
    (r"rbac.*Cluster.*|v1 Namespace|networking.k8s.io/v1 IngressClass", "missing", "metadata.namespace",
     "cluster-scoped"),
    # refused on purpose
    (r"v1 Secret", "refused", "data", "no secret leaves sailplan"),
    (r"v1 Secret", "refused", "stringData", "no secret leaves sailplan"),
    (r"rbac.authorization.k8s.io/v1 Role", "missing", "rules[].nonResourceURLs", "the API server refuses it in a Role"),
    (r"batch/v1 (Cron)?Job", "missing", "spec.**scheduling", "v1alpha3 in 1.37"),
    # stricter than the contract
    (r"argoproj.io/v1alpha1 ApplicationSet", "closed", "spec.generators[].*.generators[].*",
     "the CRD leaves the nested matrix and merge open; their decoder does not"),
    (WORKFLOW, "closed", "spec.**.inline", "the CRD leaves it open to end the recursion; it is a template"),
    (KUSTOMIZE, "closed", "openapi", "one key in api/types"),
    (r"bitnami.com/v1alpha1 SealedSecret", "closed", "spec.template.metadata", "the fields it lists are all that reach the Secret"),
    # left open on purpose
    (STORE, "open", "spec.provider.*", "only vault, azurekv, aws, gcpsm and kubernetes are closed"),
    (WORKFLOW, "open", "spec.**.artifactory", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.azure", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.gcs", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.hdfs", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.http", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.oss", "exotic artifact store"),
    (WORKFLOW, "open", "spec.**.plugin", "exotic artifact store"),
    (WORKFLOW, "open", "spec.executorPlugins[]", "a plugin's own object"),
    (CONDUCTOR, "open", "**nputSchema", "no definition of ours has it"),
    (CONDUCTOR, "open", "outputSchema", "as above"),
    (CONDUCTOR, "open", "**cacheConfig", "as above"),
    (CONDUCTOR, "open", "rateLimitConfig", "as above"),
    (CONDUCTOR, "open", "tasks[].onStateChange", "as above"),
    (CONDUCTOR, "open", "tasks[].subWorkflowParam", "as above"),
    (CONDUCTOR, "open", "tasks[].taskDefinition", "as above"),
    # the contract's copy is older or looser than its source
    (r"external-secrets.io/v1beta1 ClusterExternalSecret", "enum", "**.generatorRef.kind",
     "the CRD of 2.9.0 no longer serves v1beta1; ours stops at 0.16"),
    (EMBEDS_PODS, "extra", "**.httpGet.protocol", "Kubernetes 1.37; the CRD embeds an older pod spec"),
    (EMBEDS_PODS, "extra", "**.grpc.mode", "as above"),
    (EMBEDS_PODS, "extra", "**olumeMounts[].bindMountOptions", "as above"),
    (EMBEDS_PODS, "extra", "**.emptyDir.mode", "as above"),
    (EMBEDS_PODS, "extra", "**olumes[].**.user", "as above"),
    (EMBEDS_PODS, "extra", "**olumes[].**.defaultUser", "as above"),
    (KUSTOMIZE, "extra", "helmCharts[].debug", "api/types has it, the community schema not"),
    (KUSTOMIZE, "extra", "helmCharts[].devel", "as above"),
    (KUSTOMIZE, "extra", "imageTags", "deprecated but accepted"),
    (KUSTOMIZE, "extra", "labels[].includeVolumeClaimTemplates", "api/types has it"),
    (KUSTOMIZE, "extra", "replacements[].**.options.encoding", "api/types has it"),
    (CONDUCTOR, "extra", "backoffJitterMs", "the class TaskDef has it, its JSON Schema not"),
    (CONDUCTOR, "extra", "maxRetryDelaySeconds", "as above"),
    (CONDUCTOR, "extra", "failureWorkflowVersion", "the class WorkflowDef has it, its JSON Schema not"),
    (CONDUCTOR, "extra", "tasks[].dynamicForkJoinTasksParam", "the class WorkflowTask has it, its JSON Schema not"),
    (KUSTOMIZE, "missing", "*Generator[].KVSources", "not in api/types any more"),
    (KUSTOMIZE, "missing", "inventory", "not in api/types any more"),
    (KUSTOMIZE, "missing extra", "patchesJson6902[].**", "api/types takes a Patch, as under patches"),
    (KUSTOMIZE, "required", "patchesJson6902[].target.*", "a Selector: none of its fields is required"),
]

# Kinds of ours whose contract is not among the stored CRDs: (apiVersion, kind), reason.
NO_CONTRACT = {
    ("argoproj.io/v1alpha1", "Workflow"): "its spec is that of a WorkflowTemplate, which is compared",
    ("argoproj.io/v1alpha1", "CronWorkflow"): "written from the CRD of Argo Workflows 4.0, which is not stored",
    ("argoproj.io/v1alpha1", "WorkflowEventBinding"): "conformance/workflows decodes it by its own type",
    ("argoproj.io/v1alpha1", "Sensor"): "the CRD of Argo Events has no fields",
    ("argoproj.io/v1alpha1", "EventSource"): "as above",
}
