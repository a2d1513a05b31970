//! Images that Argo Workflows builds: their WorkflowTemplates, what starts them, and the account that runs them.

mod account;
mod parameters;
mod tag;
mod triggers;

use std::sync::Arc;

use super::paths::Paths;
use super::{Input, app, secrets};
use crate::base::{Map, Span, Value};
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::Item;
use crate::model::spec::{Build, Builder, Builds, Prepare};
use crate::shape::{Named, Text};
use crate::source::SourceMap;

/// Images of the steps, where the spec says none.
const TOOLS: &[(&str, &str)] = &[
    ("git", "alpine/git:2.49.1"),
    ("buildkit", "moby/buildkit:v0.23.2-rootless"),
    ("buildah", "quay.io/buildah/stable:v1.41.0"),
    ("kaniko", "gcr.io/kaniko-project/executor:v1.24.0"),
    ("yq", "mikefarah/yq:4.45.4"),
];
/// The image of this program.
const SAILPLAN: &str = concat!("sailplan:", env!("CARGO_PKG_VERSION"));

/// Adds the objects to the folders of the apps that hold builds.
pub fn lower(input: &Input, paths: &Paths, sources: &SourceMap, out: &mut secrets::Lowered, bag: &mut Bag) {
    for (number, instance) in input.resolved.instances.iter().enumerate() {
        let Some(builds) = instance.body.builds.as_deref() else { continue };
        let Some(folder) = app::manifests_folder(paths, instance, bag) else { continue };
        let mut work = Work { input, sources, number, instance, builds, folder, out };
        account::lower(&mut work);
        triggers::lower(&mut work);
        let mut images: Vec<_> = builds.images.iter().collect();
        images.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        images.into_iter().for_each(|build| work.build(build));
    }
}

/// The state of the work for one Application.
struct Work<'w> {
    input: &'w Input<'w>,
    sources: &'w SourceMap,
    number: usize,
    instance: &'w Instance,
    builds: &'w Builds,
    folder: String,
    out: &'w mut secrets::Lowered,
}

impl Work<'_> {
    /// Fields that all objects have.
    fn object(&self, name: &str, file: &str) -> Fields {
        Fields::new()
            .with("name", name)
            .maybe("namespace", self.instance.body.namespace.as_ref().map(Text::to_value))
            .with("path", format!("{}/{file}.yaml", self.folder))
            .with("app", self.instance.app.to_value())
            .maybe("category", self.instance.body.category.as_ref().map(Text::to_value))
            .with("cluster", self.instance.cluster.name.to_value())
    }

    fn add(&mut self, kind: &'static str, name: &str, fields: Fields, span: Span) {
        let patches = Arc::from(self.instance.patches.clone());
        let item = Item { name: name.into(), span, value: fields.at(span), patches };
        self.out.add_object(self.number, kind, item);
    }

    fn build(&mut self, named: &Named<Build>) {
        let (builds, build) = (self.builds, &named.item);
        let name = template_name(&named.name);
        let all = parameters::of(self.input, self.sources, builds, named);
        let version = format!("{{{{workflow.parameters.{}}}}}", &*build.version_parameter(&named.name));
        let repository = match build.image_parts() {
            Some((_, repository)) => repository.to_owned(),
            None => "{{workflow.parameters.image-name}}".to_owned(),
        };
        let image = format!("{{{{workflow.parameters.harbor-registry}}}}/{repository}:{version}");
        let workspace = Fields::new()
            .with("size", builds.workspace_size.to_value())
            .maybe("storageClass", builds.storage_class.as_ref().map(Text::to_value));
        let registry = &builds.registry;
        let login = Fields::new().with("secret", registry.secret.to_value()).with("key", registry.key.to_value());
        let git = builds.git.as_ref().map(|git| {
            Fields::new()
                .with("secret", git.secret.to_value())
                .with("username", git.username.to_value())
                .with("token", git.token.to_value())
                .build()
        });
        let fields = self
            .object(&name, &format!("{name}-workflow"))
            .maybe("description", build.description.as_ref().map(Text::to_value))
            .with("parameters", all)
            .with("serviceAccount", builds.service_account.to_value())
            .with("deadlineSeconds", builds.deadline_seconds)
            .with("retries", builds.retries)
            .with("keepSucceededSeconds", builds.keep_succeeded)
            .with("keepFailedSeconds", builds.keep_failed)
            .with("workspace", workspace.build())
            .with("builder", builds.builder.word())
            .with("tools", tools(builds))
            .with("registry", login.build())
            .maybe("git", git)
            .with("image", image.as_str())
            .with("tag", version.as_str())
            .with("arguments", texts(&build.arguments))
            .maybe("prepare", build.prepare.as_ref().map(prepare))
            .maybe("commit", tag::commit(self.input, self.sources, build, &image, &version));
        self.add("builds", &name, fields, named.name.span);
    }
}

/// Name of the WorkflowTemplate of a build.
fn template_name(name: &str) -> String {
    format!("build-{name}")
}

fn tools(builds: &Builds) -> Value {
    let stated = |name: &str| builds.tools.named(name).map(|tool| tool.item.to_value());
    let image = |name: &str| {
        let known = TOOLS.iter().find(|(tool, _)| *tool == name).map_or(SAILPLAN, |(_, image)| *image);
        stated(name).unwrap_or_else(|| Value::from(known))
    };
    let builder = match builds.builder {
        Builder::Buildkit => "buildkit",
        Builder::Buildah => "buildah",
        Builder::Kaniko => "kaniko",
    };
    Fields::new()
        .with("git", image("git"))
        .with("builder", image(builder))
        .with("yq", image("yq"))
        .with("sailplan", image("sailplan"))
        .build()
}

fn prepare(prepare: &Prepare) -> Value {
    let home = (!prepare.env.has("HOME")).then(|| variable("HOME", Value::from("/tmp")));
    let mut env: Vec<Value> = home.into_iter().collect();
    env.extend(texts(&prepare.env).iter().map(|entry| variable(&entry.key, entry.value.clone())));
    Fields::new()
        .with("image", prepare.image.to_value())
        .with("script", prepare.script.to_value())
        .with("env", env)
        .with("cpu", prepare.cpu.to_value())
        .with("memory", prepare.memory.to_value())
        .at(prepare.span)
}

fn variable(name: &str, value: Value) -> Value {
    Fields::new().with("name", name).with("value", value).build()
}

/// Texts by name, sorted.
fn texts(all: &crate::shape::Dict<Text>) -> Map {
    let mut map: Map = all.iter().map(|text| (Arc::clone(&text.name.value), text.item.to_value())).collect();
    map.sort();
    map
}
