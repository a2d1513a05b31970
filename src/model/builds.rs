//! Where the spec has the image that a build makes.

use super::spec::{Build, Spec, without_tag};
use crate::base::{Span, Value};

/// Names of the steps whose images may differ.
pub const TOOLS: &[&str] = &["git", "buildkit", "buildah", "kaniko", "yq", "sailplan"];

/// The place of the image in the spec: as yq writes it, and where it stands. It is the one among the images of kustomize of
/// the app that has the same name.
#[must_use]
pub fn place_of_image(spec: &Spec, build: &Build) -> Option<(String, Span)> {
    let name = build.app.as_deref()?;
    let app = &spec.apps.named(name)?.item.raw;
    let at = format!(".apps{}", key(name));
    let several = app.get("sources").and_then(Value::as_list).unwrap_or_default();
    let several = several.iter().enumerate().map(|(i, source)| (format!("{at}.sources[{i}]"), source));
    let single = app.get("source").map(|source| (format!("{at}.source"), source));
    single.into_iter().chain(several).find_map(|(at, source)| {
        let images = source.get("kustomize")?.get("images")?;
        let entry = images.as_map()?.iter().find(|entry| runs(&entry.value, build))?;
        Some((format!("{at}.kustomize.images{}", key(&entry.key)), entry.value.span))
    })
}

/// Whether an image with a tag is the one that a build makes.
#[must_use]
pub fn runs(image: &Value, build: &Build) -> bool {
    let Some((host, repository)) = build.image_parts() else { return false };
    let Some(name) = image.as_str().map(without_tag) else { return false };
    match host {
        Some(host) => name.split_once('/') == Some((host, repository)),
        None => name == repository || name.split_once('/').is_some_and(|(_, rest)| rest == repository),
    }
}

/// A key as a step of a path of yq.
fn key(name: &str) -> String {
    let plain =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { format!(".{name}") } else { format!("[\"{name}\"]") }
}

/// Owner and name of a repository of GitHub, or of a server that is like it.
#[must_use]
pub fn github_repository(url: &str) -> Option<(&str, &str)> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let mut parts = path.rsplit(['/', ':']);
    let (name, owner) = (parts.next()?, parts.next()?);
    (!name.is_empty() && !owner.is_empty() && parts.next().is_some()).then_some((owner, name))
}
