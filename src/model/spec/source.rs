//! Where an app's manifests come from.

use super::Helm;
use crate::base::Value;
use crate::shape::{AtLeast, Dict, List, Text};

crate::shape! {
    /// One source: a Helm chart, a path in a git repository, or an OCI artifact; or, with only
    /// `kustomize`, `directory` or `plugin`, the way in which the app's own raw manifests are built.
    Source {
        /// Helm chart from a chart repository or OCI registry; with `git`, how the chart at that path is rendered.
        helm: Option<Box<Helm>>,
        /// Path in a git repository.
        git: Option<Git>,
        /// OCI artifact that holds manifests, from Argo CD 3.1.
        oci: Option<Oci>,
        /// How a folder of plain manifests is read.
        directory: Option<Box<Directory>>,
        /// How kustomize builds the path.
        kustomize: Option<Box<Kustomize>>,
        /// Config management plugin that renders the path.
        plugin: Option<Box<Plugin>>,
        /// Name by which other sources refer to this one, as `$name/…`.
        reference ("ref"): Option<Text>,
        /// Name of the source, in the UI.
        name: Option<Text>,
    }
}

crate::shape! {
    /// A path in a git repository.
    Git {
        /// URL, or name of an entry of `repos`. The platform's own repository when left out.
        repo: Option<Text>,
        /// Branch, tag or commit. That of the platform's repository, or HEAD of another, when left out.
        revision: Option<Text>,
        /// Folder in the repository.
        path: Text,
    }
}

crate::shape! {
    /// An OCI artifact that holds manifests.
    Oci {
        /// Image reference as `oci://registry/name`.
        repo: Text,
        /// Tag, digest or version range.
        revision: Text,
        /// Folder in the artifact.
        path: Text = ".",
    }
}

crate::shape! {
    /// How a folder of plain manifests is read.
    Directory {
        /// Whether folders below are read too.
        recurse: Option<bool>,
        /// Glob of the files to read.
        include: Option<Text>,
        /// Glob of the files to leave out.
        exclude: Option<Text>,
        /// Jsonnet options.
        jsonnet: Option<Jsonnet>,
    }
}

crate::shape! {
    /// Jsonnet options.
    Jsonnet {
        /// External variables.
        ext_vars ("extVars"): List<JsonnetVar>,
        /// Top-level arguments.
        tlas: List<JsonnetVar>,
        /// Library paths.
        libs: List<Text>,
    }
}

crate::shape! {
    /// A Jsonnet variable.
    JsonnetVar {
        /// Its name.
        name: Text,
        /// Its value.
        value: Text,
        /// Whether the value is code.
        code: Option<bool>,
    }
}

crate::shape! {
    /// How kustomize builds a path.
    Kustomize {
        /// Remote bases that the app's own kustomization takes in, as URLs with their version.
        resources: List<Text>,
        /// Prefix of all names.
        name_prefix ("namePrefix"): Option<Text>,
        /// Suffix of all names.
        name_suffix ("nameSuffix"): Option<Text>,
        /// Namespace of all objects.
        namespace: Option<Text>,
        /// Image name -> image to use instead, as `registry/name:tag` or `registry/name@digest`.
        images: Dict<Text>,
        /// Workload name -> number of replicas.
        replicas: Dict<AtLeast<0>>,
        /// Patches.
        patches: List<KustomizePatch>,
        /// Components to include.
        components: List<Text>,
        /// Labels to add to all objects.
        common_labels ("commonLabels"): Dict<Text>,
        /// Annotations to add to all objects.
        common_annotations ("commonAnnotations"): Dict<Text>,
        /// Whether the labels stay out of selectors.
        label_without_selector ("labelWithoutSelector"): Option<bool>,
        /// Whether the labels go into templates although they stay out of selectors, from Argo CD 3.0.
        label_include_templates ("labelIncludeTemplates"): Option<bool>,
        /// Whether the labels replace existing ones.
        force_common_labels ("forceCommonLabels"): Option<bool>,
        /// Whether the annotations replace existing ones.
        force_common_annotations ("forceCommonAnnotations"): Option<bool>,
        /// Whether components that are missing are passed over, from Argo CD 3.0.
        ignore_missing_components ("ignoreMissingComponents"): Option<bool>,
        /// Version of kustomize, as set up in Argo CD.
        version: Option<Text>,
    }
}

crate::shape! {
    /// A kustomize patch.
    KustomizePatch {
        /// Objects that it applies to: group, version, kind, name, namespace, labelSelector, annotationSelector.
        target: Option<PatchSelector>,
        /// The patch: a list of RFC 6902 operations, or a partial object.
        patch: Value,
        /// Options of a partial object: allowNameChange, allowKindChange.
        options: Dict<bool>,
    }
}

crate::shape! {
    /// Objects that a kustomize patch applies to. All but the selectors are regular expressions.
    PatchSelector {
        /// API group.
        group: Option<Text>,
        /// API version.
        version: Option<Text>,
        /// Kind.
        kind: Option<Text>,
        /// Name.
        name: Option<Text>,
        /// Namespace.
        namespace: Option<Text>,
        /// Label selector.
        label_selector ("labelSelector"): Option<Text>,
        /// Annotation selector.
        annotation_selector ("annotationSelector"): Option<Text>,
    }
}

crate::shape! {
    /// A config management plugin.
    Plugin {
        /// Its name; left out, the plugin is found by discovery.
        name: Option<Text>,
        /// Environment variables for it.
        env: Dict<Text>,
        /// Parameters for it: text, a list of texts, or a mapping of texts.
        parameters: Dict<Value>,
    }
}

impl Source {
    /// Whether it only says how the app's own raw manifests are built.
    #[must_use]
    pub fn is_of_own_manifests(&self) -> bool {
        self.git.is_none() && self.oci.is_none() && self.helm.is_none()
    }
}
