//! Images that Argo Workflows builds.

use crate::shape::{AtLeast, Dict, List, Names, Text};

crate::choice! {
    /// What builds an image. None of them needs a privileged container or the socket of the node's Docker.
    Builder {
        /// Rootless BuildKit, kept up by Moby. Its user namespaces want seccomp and AppArmor unconfined.
        Buildkit = "buildkit",
        /// Rootless Buildah, kept up by Red Hat. As BuildKit.
        Buildah = "buildah",
        /// kaniko, archived since June 2025. It needs no user namespaces, and runs as root inside its container.
        Kaniko = "kaniko",
    }
}

crate::shape! {
    /// Images that Argo Workflows builds in the namespace of the app: a WorkflowTemplate for each.
    Builds {
        /// Images, by name: `backstage` becomes the WorkflowTemplate `build-backstage`.
        images: Names<Build>,
        /// Registry that images are pushed to.
        registry: RegistryLogin,
        /// How private repositories are read, and the platform's is written to.
        git: Option<GitLogin>,
        /// What builds the images.
        builder: Builder = "buildkit",
        /// ServiceAccount that the pods of workflows run as.
        service_account ("serviceAccount"): Text = "image-builder",
        /// Whether the ServiceAccount is made, with the rights that pods of workflows need; otherwise something else makes it.
        create_account ("createServiceAccount"): bool = true,
        /// Size of the volume that the steps of a build share.
        workspace_size ("workspaceSize"): Text = "10Gi",
        /// Class of that volume; that of the cluster when left out.
        storage_class ("storageClass"): Option<Text>,
        /// Seconds after which a build is stopped.
        deadline_seconds ("deadlineSeconds"): AtLeast<1> = 3600,
        /// How often steps that talk to other servers are tried again.
        retries: AtLeast<0> = 3,
        /// Seconds that a workflow is kept after it went well.
        keep_succeeded ("keepSucceededSeconds"): AtLeast<0> = 86400,
        /// Seconds that a workflow is kept after it failed.
        keep_failed ("keepFailedSeconds"): AtLeast<0> = 604_800,
        /// Images of the steps, where yours differ, such as from a mirror: `git`, `buildkit`, `buildah`, `kaniko`, `yq`, `sailplan`.
        tools: Dict<Text>,
        /// Name by which Argo Events know the repositories that builds with `trigger.by: sensor` are made from.
        event_source ("eventSource"): Option<GithubEvents>,
    }
}

crate::shape! {
    /// A registry that images are pushed to.
    RegistryLogin {
        /// Its host, and port if it has one.
        host: Text,
        /// Secret with a configuration of Docker in it, such as of a robot account of Harbor. One of `secrets` of the app.
        secret: Text,
        /// Key of the Secret that holds it.
        key: Text = "config.json",
    }
}

crate::shape! {
    /// How git repositories are signed in to, over HTTPS.
    GitLogin {
        /// Secret with user name and token. One of `secrets` of the app.
        secret: Text,
        /// Key of the Secret that holds the user name.
        username: Text = "username",
        /// Key of the Secret that holds the token.
        token: Text = "token",
    }
}

crate::shape! {
    /// One image.
    Build {
        /// What it is, for people.
        description: Option<Text>,
        /// What it is built from. Without it, the caller says.
        source: Option<BuildSource>,
        /// The image, without a tag. Without it, the caller says.
        image: Option<Text>,
        /// App that runs the image.
        app: Option<Text>,
        /// Dockerfile, relative to the path.
        dockerfile: Text = "Dockerfile",
        /// Platforms that it may be built for; the first one when the caller does not say. `linux/amd64` and `linux/arm64` when left out.
        platforms: List<Text>,
        /// Parameter that holds the tag; the name with `-version` when left out.
        version_parameter ("versionParameter"): Option<Text>,
        /// Further parameters, that `prepare` and arguments of the build may read.
        parameters: Dict<BuildParameter>,
        /// A step between clone and build, such as one that compiles.
        prepare: Option<Prepare>,
        /// Build arguments. They may read parameters, as `{{workflow.parameters.x}}`.
        arguments: Dict<Text>,
        /// Where the new tag is written to git, so that Argo CD deploys it.
        commit_tag ("commitTag"): Option<CommitTag>,
        /// What starts a build by itself.
        trigger: Option<Trigger>,
    }
}

crate::shape! {
    /// What an image is built from. Each is the value that a parameter has when the caller says none.
    BuildSource {
        /// URL of the repository, over HTTPS.
        repo: Text,
        /// Branch or tag.
        revision: Text = "main",
        /// Folder of the build context.
        path: Text = ".",
    }
}

crate::shape! {
    /// A parameter of a build.
    BuildParameter {
        /// What it is, for people.
        description: Option<Text>,
        /// Value when the caller says none; without it, the caller must.
        value: Option<Text>,
        /// The values that it may have; any when left out.
        choices ("enum"): List<Text>,
    }
}

crate::shape! {
    /// A step that runs in the folder of the build context.
    Prepare {
        /// Image that it runs in.
        image: Text,
        /// Shell commands. They may read environment variables, not parameters: text of callers never becomes program text.
        script: Text,
        /// Environment variables. They may read parameters, as `{{workflow.parameters.x}}`.
        env: Dict<Text>,
        /// Processors that are asked for.
        cpu: Text = "1",
        /// Memory that it may have.
        memory: Text = "4Gi",
    }
}

crate::shape! {
    /// Where a new tag is written to git.
    CommitTag {
        /// Repository; that of the platform when left out.
        repo: Option<Text>,
        /// Branch that Argo CD follows.
        branch: Text = "main",
        /// YAML file, relative to the repository. With `key` left out, the one that holds the image of the app.
        file: Option<Text>,
        /// Place in the file, as yq writes it: `.environments.stg.versions.backstage`. That of the image of the app when left out.
        key: Option<Text>,
        /// Whether the tag alone is written, or the image with its tag.
        tag_only ("tagOnly"): bool = false,
        /// Whether the tree is rendered anew, so that what depends on the tag follows.
        render: bool = true,
    }
}

crate::choice! {
    /// What starts a build.
    TriggerBy {
        /// The webhook of Argo Workflows, by a WorkflowEventBinding.
        Webhook = "webhook",
        /// A Sensor of Argo Events.
        Sensor = "sensor",
    }
}

crate::shape! {
    /// What starts a build by itself: a push to the branch that it is built from.
    Trigger {
        /// How it comes.
        by: TriggerBy,
        /// Condition of the event, as Argo Workflows writes it (webhook only). A push of GitHub to the branch when left out.
        selector: Option<Text>,
        /// Parameters that the event says: an expression over `payload` for the webhook, a path into the event for a Sensor. The
        /// commit becomes the tag when left out.
        parameters: Dict<Text>,
    }
}

crate::shape! {
    /// Webhooks of GitHub, which an EventSource of Argo Events takes.
    GithubEvents {
        /// URL that GitHub calls, as far as the path.
        url: Text,
        /// Path that GitHub calls.
        endpoint: Text = "/push",
        /// Port that the EventSource listens on.
        port: AtLeast<1> = 12000,
        /// Secret that holds what GitHub signs with. One of `secrets` of the app.
        secret: Text,
        /// Key of the Secret.
        key: Text = "secret",
    }
}

impl Build {
    /// Name of the parameter that holds the tag.
    #[must_use]
    pub fn version_parameter(&self, name: &str) -> Text {
        self.version_parameter.clone().unwrap_or_else(|| Text::new(format!("{name}-version")))
    }

    /// Registry and repository of the image.
    #[must_use]
    pub fn image_parts(&self) -> Option<(Option<&str>, &str)> {
        let image = self.image.as_deref()?;
        Some(match image.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (Some(host), rest),
            _ => (None, image),
        })
    }
}

/// An image without its tag and digest.
#[must_use]
pub fn without_tag(image: &str) -> &str {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    }
}
