//! Where files go.

use crate::shape::Text;

crate::shape! {
    /// Path patterns of the output, relative to the output root. `${{ }}` expressions may use `platform`
    /// and the thing itself: `category.name`, `app.name`, `app.category`, `app.file`, `project.name`,
    /// `namespace.name`, `secret.name`, `base.name`, `vault.name`.
    Layout {
        /// The root Application.
        root: Text = "argocd/app-of-apps/root.yaml",
        /// Parent of a category.
        parent: Text = "argocd/app-of-apps/apps/${{ category.name }}-parent.yaml",
        /// Application of an app. Its folder is what the parent reads.
        application: Text = "argocd/app-of-apps/apps/${{ app.category }}/${{ app.file }}.yaml",
        /// Application that the root holds itself.
        foundation: Text = "argocd/app-of-apps/foundation/${{ app.file }}.yaml",
        /// ApplicationSet. It must lie in the folder of the applications.
        application_set ("applicationSet"): Text = "argocd/app-of-apps/apps/${{ app.category }}/${{ app.file }}.yaml",
        /// Folder of an app's raw manifests.
        manifests: Text = "argocd/app-of-apps/apps/${{ app.category }}/${{ app.file }}",
        /// Folder of an app's values files.
        values: Text = "argocd/app-of-apps/apps/${{ app.category }}/${{ app.file }}/helm-values",
        /// AppProject.
        project: Text = "argocd/app-of-apps/projects/${{ project.name }}-project.yaml",
        /// Namespace that the root owns.
        namespace: Text = "argocd/app-of-apps/namespaces/${{ namespace.name }}.yaml",
        /// Folder of the secrets that an ApplicationSet brings into a namespace.
        secrets: Text = "external-secrets/${{ namespace.name }}",
        /// Folder of the kustomize component that pods need for a secret.
        component: Text = "argocd/components/${{ app.file }}-${{ secret.name }}",
        /// Folder of the kustomize base that overlays of clusters or repositories lie on.
        base: Text = "argocd/base/${{ base.name }}",
        /// Folder of the policies, roles and setup script of a Vault.
        vault: Text = "vault/${{ vault.name }}",
        /// Variables for the Terraform of the clusters. Terraform reads it by itself where it ends in `.auto.tfvars.json`.
        terraform: Text = "terraform/clusters.auto.tfvars.json",
        /// Folder of the actions, blueprints and the mapping of Port.
        port: Text = "port",
        /// Folder of the workflows and tasks of Orkes.
        orkes: Text = "orkes",
        /// Workflow of GitHub that opens pull requests for actions with the mode `git`. GitHub reads `.github/workflows` at the root of the repository.
        github: Text = ".github/workflows/self-service.yaml",
        /// Folder of argocd-cm and argocd-cmd-params-cm.
        settings: Text = "argocd/app-of-apps/settings",
    }
}
