//! Patches and images of kustomizations that hit nothing (kustomize 5.8).

use regex::Regex;

use super::{Scene, build};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::model::kustomize::list;
use crate::model::kustomize_patch::{Patch, is_meant};

crate::codes! {
    /// A patch of a kustomization matches no object.
    ///
    /// With a `target` kustomize takes that without a word, and what was to be changed stays as it is; a typo in a name is
    /// enough. Without a target the patch has to name an object that is there, or the build fails.
    ///
    /// Only folders whose objects all lie in the tree are judged.
    KUSTOMIZE_PATCH_HITS_NOTHING = "kustomize-patch-hits-nothing": error warning;
    /// An image that is to be replaced is in no object.
    ///
    /// kustomize compares `name` with the whole name of an image, its registry included and its tag left out; where none
    /// fits it changes nothing, without a word. The old version then stays deployed.
    ///
    /// Write `name` as it stands in the manifests, or take the entry out.
    IMAGE_OVERRIDE_HITS_NOTHING = "image-override-hits-nothing": warning;
    /// A field of a kustomization is deprecated.
    ///
    /// kustomize still reads it, and its next major version will not (kustomize 5, `FixKustomizationPreUnmarshalling`).
    /// `commonLabels` also writes into selectors, which can't be changed once a Deployment is there.
    ///
    /// The help line names the field that takes its place; `kustomize edit fix` rewrites the file.
    KUSTOMIZE_FIELD_DEPRECATED = "kustomize-field-deprecated": note;
    /// A kustomization names the same file or folder twice.
    ///
    /// kustomize then fails: it may not add a resource with an id that is already registered. Take one of the two out.
    KUSTOMIZE_NAMED_TWICE = "kustomize-named-twice";
}

/// Fields that have a successor.
const DEPRECATED: &[(&str, &str)] = &[
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("patchesStrategicMerge", "patches"),
    ("patchesJson6902", "patches"),
    ("vars", "replacements"),
    ("imageTags", "images"),
];

/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (path, folder) in &scene.folders {
        fields(scene, folder.kustomization, bag);
        // What a component patches is known only where it is used.
        if folder.kustomization.value.str_at("kind") == Some("Component") {
            continue;
        }
        let (objects, complete) = build::before_patches(scene, path);
        // One without resources is a fault of its own.
        if !complete || objects.is_empty() {
            continue;
        }
        for patch in build::patches(folder) {
            if !objects.iter().any(|object| is_meant(&patch, object)) {
                bag.push(misses(scene, &patch, folder.kustomization));
            }
        }
        let built = build::build(scene, path);
        let of_file = list(&folder.kustomization.value, "images").iter().filter_map(|image| image.get("name"));
        for name in of_file.chain(build::images_of_application(scene, path)) {
            image(scene, name, &built, folder.kustomization, bag);
        }
    }
}

fn fields(scene: &Scene, kustomization: &Document, bag: &mut Bag) {
    // What we write ourselves has no place of its own.
    let entries = || kustomization.value.as_map().into_iter().flatten().filter(|e| !e.key_span.is_none());
    for entry in entries() {
        let Some((old, new)) = DEPRECATED.iter().find(|(old, _)| *old == &*entry.key) else { continue };
        let message = format!("`{old}` is deprecated in kustomizations");
        let help = format!("write `{new}` instead; `kustomize edit fix` does it");
        bag.push(Finding::note(&KUSTOMIZE_FIELD_DEPRECATED, scene.at(entry.key_span, kustomization), message, help));
    }
    for field in ["resources", "components"] {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for item in list(&kustomization.value, field) {
            let Some(text) = item.as_str() else { continue };
            let plain = text.trim_start_matches("./").trim_end_matches('/');
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == plain) {
                let message = format!("`{text}` is named twice under `{field}`");
                let span = scene.at(item.span, kustomization);
                let finding = Finding::error(&KUSTOMIZE_NAMED_TWICE, span, message, "take one of the two out");
                bag.push(finding.also(scene.at(*first, kustomization), "first"));
            }
            seen.push((plain, item.span));
        }
    }
}

fn misses(scene: &Scene, patch: &Patch, kustomization: &Document) -> Finding {
    let place = scene.at(patch.span, kustomization);
    let message = |what: &str| format!("no object here is {what}, so this patch hits nothing");
    if let Some(target) = &patch.target {
        let text = |key: &&str| target.str_at(key).map(|value| format!("{key} `{value}`"));
        let parts: Vec<String> = ["kind", "name", "namespace", "group", "version"].iter().filter_map(text).collect();
        let help = "mend the target; its fields are regular expressions over the whole text";
        return Finding::warning(&KUSTOMIZE_PATCH_HITS_NOTHING, place, message(&parts.join(", ")), help);
    }
    let name = patch.body.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default();
    let kind = patch.body.str_at("kind").unwrap_or_default();
    let help = "mend kind and name of the patch, or give it a `target`";
    Finding::error(&KUSTOMIZE_PATCH_HITS_NOTHING, place, message(&format!("{kind} `{name}`")), help)
}

fn image(scene: &Scene, name: &Value, objects: &[Value], kustomization: &Document, bag: &mut Bag) {
    let Some(text) = name.as_str() else { return };
    // An entry of an Application says `old=new:tag`, or `new:tag` for both.
    let wanted = bare(text.split_once('=').map_or(text, |(old, _)| old));
    let Ok(pattern) = Regex::new(&format!("^(?:{wanted})$")) else { return };
    let mut images = Vec::new();
    objects.iter().for_each(|object| in_object(object, &mut images));
    if images.iter().any(|image| *image == wanted || pattern.is_match(image)) {
        return;
    }
    images.sort_unstable();
    images.dedup();
    let message = format!("no object here has the image `{wanted}`, so it is not replaced");
    let help = match crate::base::suggest::nearest(wanted, images.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if images.is_empty() => "take the entry out: there are no images here".to_owned(),
        None => format!("write one of {}", crate::base::suggest::listing(images, 10)),
    };
    bag.push(Finding::warning(&IMAGE_OVERRIDE_HITS_NOTHING, scene.at(name.span, kustomization), message, help));
}

/// The name of an image, without tag and digest.
fn bare(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

fn in_object<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    for entry in value.as_map().into_iter().flatten() {
        match entry.value.as_str() {
            Some(text) if &*entry.key == "image" => out.push(bare(text)),
            _ => in_object(&entry.value, out),
        }
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| in_object(item, out));
}
