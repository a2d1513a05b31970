//! ApplicationSets.

use super::App;
use crate::base::Value;
use crate::shape::{AnyMap, Dict, List, Partial, Text};

crate::shape! {
    /// An ApplicationSet.
    AppSet {
        /// Category whose parent holds it.
        category: Text,
        /// AppProject of the generated Applications, if not that of the category.
        project: Option<Text>,
        /// Name its file is called by, if not its own.
        file_name ("fileName"): Option<Text>,
        /// Generators as Argo CD takes them: list, clusters, git, matrix, merge and so on.
        generators: List<AnyMap>,
        /// Whether templates are Go templates; otherwise the older `{{name}}` form.
        go_template ("goTemplate"): bool = true,
        /// Options of Go templates; `missingkey=error` when left out.
        go_template_options ("goTemplateOptions"): Option<List<Text>>,
        /// Name of the generated Applications.
        name: Text,
        /// Destination of the generated Applications.
        destination: SetDestination,
        /// The generated Applications, as an app.
        template: Partial<App>,
        /// Go template that patches the generated Applications.
        template_patch ("templatePatch"): Option<Text>,
        /// Whether generated Applications, and what they deployed, stay when the ApplicationSet is deleted.
        preserve_resources_on_deletion ("preserveResourcesOnDeletion"): Option<bool>,
        /// What the controller may do: create-only, create-update, create-delete or sync.
        applications_sync ("applicationsSync"): Option<Text>,
        /// Rollout strategy as Argo CD takes it.
        strategy: Option<AnyMap>,
        /// Fields of generated Applications that the controller leaves alone.
        ignore_application_differences ("ignoreApplicationDifferences"): List<Value>,
        /// Annotations and labels of generated Applications that the controller leaves alone.
        preserved_fields ("preservedFields"): Option<AnyMap>,
        /// Labels of the ApplicationSet.
        labels: Dict<Text>,
        /// Annotations of the ApplicationSet.
        annotations: Dict<Text>,
    }
}

crate::shape! {
    /// Destination of generated Applications; generator parameters may stand in it.
    SetDestination {
        /// URL of the API server.
        server: Option<Text>,
        /// Name of the cluster.
        name: Option<Text>,
        /// Namespace.
        namespace: Text,
    }
}
