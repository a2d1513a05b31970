//! Images that Argo Workflows builds.

use super::Facts;
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::builds::{TOOLS, github_repository, place_of_image, runs};
use crate::model::instance::Instance;
use crate::model::reference::unknown;
use crate::model::spec::{Build, Builder, Builds, Trigger, TriggerBy};
use crate::shape::Named;

crate::codes! {
    /// An image is built that the app it is meant for does not run.
    ///
    /// The build goes well, the new tag is written, and the pods keep what they have. The names are compared without tag and
    /// digest: with the images of kustomize of the app, and with the containers of its raw manifests.
    ///
    /// Mend `image`, or the image of the app.
    BUILD_IMAGE_UNUSED = "build-image-unused";
    /// An image is pushed to another registry than the one that the builds sign in to.
    ///
    /// The push would be refused after the whole build. Write the host of `registry` in front of the image, or leave it out.
    BUILD_REGISTRY_MISMATCH = "build-registry-mismatch";
    /// A parameter of a build can't be one: its name is not a name of Argo Workflows or is taken, or its value is none that it
    /// may have.
    ///
    /// Names hold letters, digits, `-` and `_` (Argo Workflows, `validateWorkflowFieldNames`). Each build has the parameters
    /// `github-repo`, `github-branch`, `context-path`, `dockerfile`, `harbor-registry`, `platform` and its version.
    BUILD_PARAMETER_FORM = "build-parameter-form";
    /// Nothing says where the tag of a new image is to be written.
    ///
    /// It is written to the image among the images of kustomize of the app, where the spec has it. Name the `app` that runs the
    /// image so, or write `file` and `key`.
    BUILD_TAG_NOWHERE = "build-tag-nowhere";
    /// What starts a build lacks something, or has something that does nothing.
    ///
    /// A push is known by the repository and branch that the build says under `source`; a webhook may have a `selector` instead. A
    /// Sensor needs `builds.eventSource`, and no `selector`.
    BUILD_TRIGGER_FORM = "build-trigger-form";
    /// Images are built by a program that nobody keeps up.
    ///
    /// kaniko was archived in June 2025: what is found in it is not mended any more. BuildKit and Buildah are kept up.
    BUILDER_ARCHIVED = "builder-archived": warning;
}

/// Parameters that builds have of themselves.
const TAKEN: &[&str] = &[
    "github-repo",
    "github-branch",
    "context-path",
    "dockerfile",
    "image-name",
    "harbor-registry",
    "platform",
    "platform-repo",
    "platform-branch",
    "platform-spec",
];

/// Runs the rules.
pub fn check(facts: &Facts, bag: &mut Bag) {
    // An app on many clusters is judged once.
    let firsts = facts.by_app.values().filter_map(|numbers| facts.instances.get(*numbers.first()?));
    for instance in firsts {
        let Some(builds) = instance.body.builds.as_deref() else { continue };
        if builds.builder == Builder::Kaniko {
            let message = "kaniko is archived, and nobody mends what is found in it";
            let help = "write `builder: buildkit` or `builder: buildah`";
            bag.push(Finding::warning(&BUILDER_ARCHIVED, instance.span(), message, help));
        }
        for tool in builds.tools.iter().filter(|tool| !TOOLS.contains(&&*tool.name)) {
            bag.push(unknown("step", &tool.name, TOOLS.iter().copied(), "builds.tools"));
        }
        builds.images.iter().for_each(|build| one(facts, builds, build, bag));
    }
}

fn one(facts: &Facts, builds: &Builds, named: &Named<Build>, bag: &mut Bag) {
    let build = &named.item;
    if let (Some(app), false) = (&build.app, build.app.as_ref().is_some_and(|app| facts.apps.contains(&**app))) {
        bag.push(unknown("app", app, facts.apps.iter().copied(), "apps"));
    } else {
        image(facts, build, bag);
        tag(facts, named, bag);
    }
    if let (Some((Some(host), repository)), Some(image)) = (build.image_parts(), &build.image)
        && *host != *builds.registry.host
    {
        let message = format!("the image is pushed to `{host}`, and builds sign in to `{}`", &*builds.registry.host);
        let help = format!("write `{}/{repository}`", &*builds.registry.host);
        let finding = Finding::error(&BUILD_REGISTRY_MISMATCH, image.span, message, help);
        bag.push(finding.also(builds.registry.host.span, "the registry"));
    }
    parameters(named, bag);
    build.trigger.iter().for_each(|trigger| start(builds, named, trigger, bag));
}

fn image(facts: &Facts, build: &Build, bag: &mut Bag) {
    let (Some(image), Some(app)) = (&build.image, &build.app) else { return };
    let numbers = facts.by_app.get(&**app).map(Vec::as_slice).unwrap_or_default();
    let mut found: Vec<Value> = Vec::new();
    for instance in numbers.iter().filter_map(|number| facts.instances.get(*number)) {
        images(facts, instance, &mut found);
    }
    if found.iter().any(|image| runs(image, build)) {
        return;
    }
    let message = format!("app `{}` does not run `{}`", &**app, &**image);
    let known = found.iter().filter_map(Value::as_str);
    let help = match found.is_empty() {
        true => "no image of it is known: charts and other repositories are not seen; leave `app` out then".to_owned(),
        false => format!("its images are {}; mend one of the two", suggest::listing(known, 6)),
    };
    bag.push(Finding::error(&BUILD_IMAGE_UNUSED, image.span, message, help));
}

/// Images that an app is known to run.
fn images(facts: &Facts, instance: &Instance, out: &mut Vec<Value>) {
    let kustomize = instance.body.all_sources().filter_map(|source| source.kustomize.as_deref());
    out.extend(kustomize.flat_map(|kustomize| kustomize.images.iter()).map(|image| image.item.to_value()));
    let files = facts.gathered.manifests.get(&instance.name).map(Vec::as_slice).unwrap_or_default();
    files.iter().flat_map(|file| &file.docs).for_each(|doc| containers(doc, out));
}

fn containers(value: &Value, out: &mut Vec<Value>) {
    for entry in value.as_map().into_iter().flatten() {
        match &*entry.key {
            "image" if entry.value.as_str().is_some() => out.push(entry.value.clone()),
            _ => containers(&entry.value, out),
        }
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| containers(item, out));
}

fn tag(facts: &Facts, named: &Named<Build>, bag: &mut Bag) {
    let Some(commit) = &named.item.commit_tag else { return };
    let stated = commit.file.is_some() && commit.key.is_some();
    if stated || (commit.key.is_none() && place_of_image(facts.spec, &named.item).is_some()) {
        return;
    }
    let message = format!("nothing says where the tag of `{}` is written", &*named.name);
    let help = "name the `app` with the `image` that its `source.kustomize.images` has, or write `file` and `key`";
    bag.push(Finding::error(&BUILD_TAG_NOWHERE, commit.span, message, help));
}

fn parameters(named: &Named<Build>, bag: &mut Bag) {
    let version = named.item.version_parameter(&named.name);
    let mut say = |span: Span, message: String, help: String| {
        bag.push(Finding::error(&BUILD_PARAMETER_FORM, span.or(named.name.span), message, help));
    };
    let well = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let names = named.item.parameters.iter().map(|parameter| (&parameter.name, false));
    for (name, own) in names.chain([(&version, true)]) {
        if !well(name) {
            say(
                name.span,
                format!("`{}` can't be a parameter", &**name),
                "write letters, digits, `-` and `_`".to_owned(),
            );
        } else if TAKEN.contains(&&**name) || (!own && *name == version) {
            say(name.span, format!("each build has a parameter `{}` already", &**name), "rename it".to_owned());
        }
    }
    for parameter in named.item.parameters.iter() {
        let choices: Vec<&str> = parameter.item.choices.iter().map(|choice| &**choice).collect();
        if let Some(value) = parameter.item.value.as_ref().filter(|v| !choices.is_empty() && !choices.contains(&&***v))
        {
            let message = format!("`{}` is no value that `{}` may have", &**value, &*parameter.name);
            say(value.span, message, format!("write one of {}", suggest::listing(choices, 8)));
        }
    }
}

fn start(builds: &Builds, named: &Named<Build>, trigger: &Trigger, bag: &mut Bag) {
    let mut say = |span: Span, message: &str, help: &str| {
        bag.push(Finding::error(&BUILD_TRIGGER_FORM, span, message, help));
    };
    let source = named.item.source.as_ref();
    let known = source.is_some_and(|source| github_repository(&source.repo).is_some());
    match (trigger.by, &trigger.selector) {
        (TriggerBy::Sensor, Some(selector)) => {
            say(selector.span, "a Sensor has no selector", "take it out: repository and branch are those of `source`");
        }
        (TriggerBy::Webhook, None) | (TriggerBy::Sensor, _) if !known => {
            say(
                trigger.span,
                "nothing says which push starts this build",
                "add `source` with the `repo`, as `https://HOST/OWNER/NAME.git`",
            );
        }
        (TriggerBy::Sensor, _) if builds.event_source.is_none() => {
            say(
                trigger.span,
                "no EventSource takes the events that this build waits for",
                "add `eventSource` to `builds`, with the `url` that GitHub calls and a `secret`",
            );
        }
        _ => {}
    }
}
