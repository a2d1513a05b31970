//! Parameters of a build, as `spec.arguments.parameters` has them.

use crate::base::Value;
use crate::lower::Input;
use crate::model::context::Fields;
use crate::model::spec::{Build, BuildParameter, Builds};
use crate::shape::{Named, Text};
use crate::source::SourceMap;

/// Platforms where a build says none.
const PLATFORMS: &[&str] = &["linux/amd64", "linux/arm64"];

/// All of them: those that each build has, then those of the spec.
pub fn of(input: &Input, sources: &SourceMap, builds: &Builds, named: &Named<Build>) -> Vec<Value> {
    let build = &named.item;
    let source = build.source.as_ref();
    let mut out = vec![
        one("github-repo", "URL of the repository to build", source.map(|s| s.repo.to_value())),
        one("github-branch", "Branch or tag to build", Some(source.map_or("main".into(), |s| s.revision.to_value()))),
        one(
            "context-path",
            "Folder of the build context, relative to the repository",
            Some(source.map_or(".".into(), |s| s.path.to_value())),
        ),
        one("dockerfile", "Dockerfile, relative to the context", Some(build.dockerfile.to_value())),
    ];
    let parts = build.image_parts();
    if parts.is_none() {
        out.push(one("image-name", "Repository in the registry, such as team-a/web", None));
    }
    let version = build.version_parameter(&named.name);
    out.push(one(&version, "Tag of the image", None));
    let host = builds.registry.host.to_value();
    out.push(one("harbor-registry", "Host of the registry", Some(host)));
    out.push(platform(build));
    if let Some(commit) = &build.commit_tag {
        let repo = commit.repo.as_ref().unwrap_or(&input.spec.platform.repo.url).to_value();
        out.push(one("platform-repo", "Repository that the tag is written to", Some(repo)));
        out.push(one("platform-branch", "Branch that Argo CD follows", Some(commit.branch.to_value())));
        if commit.render {
            let spec = sources.file_of(input.spec.platform.name.span).map(|file| file.path.as_str());
            let file = Value::from(spec.unwrap_or("platform.yaml"));
            out.push(one("platform-spec", "Spec in that repository, to render the tree from", Some(file)));
        }
    }
    let mut own: Vec<&Named<BuildParameter>> = build.parameters.iter().collect();
    own.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    out.extend(own.into_iter().map(stated));
    out
}

fn one(name: &str, description: &str, value: Option<Value>) -> Value {
    Fields::new().with("name", name).with("description", description).maybe("value", value).build()
}

fn platform(build: &Build) -> Value {
    let mut all: Vec<Value> = build.platforms.iter().map(Text::to_value).collect();
    if all.is_empty() {
        all = PLATFORMS.iter().map(|platform| Value::from(*platform)).collect();
    }
    Fields::new()
        .with("name", "platform")
        .with("description", "Platform of the image")
        .maybe("value", all.first().cloned())
        .with("enum", all)
        .build()
}

fn stated(parameter: &Named<BuildParameter>) -> Value {
    let item = &parameter.item;
    Fields::new()
        .with("name", parameter.name.to_value())
        .maybe("description", item.description.as_ref().map(Text::to_value))
        .maybe("value", item.value.as_ref().map(Text::to_value))
        .list("enum", item.choices.iter().map(Text::to_value).collect())
        .at(item.span)
}
