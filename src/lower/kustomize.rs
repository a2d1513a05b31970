//! Kustomize options: inside an Application, and as a kustomization of an app's own manifests.

use std::sync::Arc;

use super::policy::texts;
use crate::base::value::sorted;
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::spec::{Kustomize, KustomizePatch, PatchSelector};
use crate::shape::{AtLeast, Dict, Named, Text};
use crate::source::path::relative;
use crate::yaml;

/// `source.kustomize` of an Application (Argo CD 3.x, `ApplicationSourceKustomize`): images are one
/// text each.
pub fn options(kustomize: &Kustomize) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let image = |i: &&Named<Text>| Value::from(format!("{}={}", &*i.name, &*i.item)).at(i.item.span);
    Fields::new()
        .maybe("namePrefix", text(&kustomize.name_prefix))
        .maybe("nameSuffix", text(&kustomize.name_suffix))
        .maybe("namespace", text(&kustomize.namespace))
        .list("images", by_name(&kustomize.images).iter().map(image).collect())
        .list("replicas", replicas(kustomize))
        .list("components", components(kustomize))
        .list("patches", kustomize.patches.iter().map(patch).collect())
        .map("commonLabels", texts(&kustomize.common_labels))
        .map("commonAnnotations", texts(&kustomize.common_annotations))
        .maybe("labelWithoutSelector", kustomize.label_without_selector)
        .maybe("labelIncludeTemplates", kustomize.label_include_templates)
        .maybe("forceCommonLabels", kustomize.force_common_labels)
        .maybe("forceCommonAnnotations", kustomize.force_common_annotations)
        .maybe("ignoreMissingComponents", kustomize.ignore_missing_components)
        .maybe("version", text(&kustomize.version))
        .at(kustomize.span)
}

/// The options with further components; their folders, and that of the kustomization, are paths of the output.
pub fn with_components(kustomize: &Kustomize, from: &str, folders: &[String]) -> Kustomize {
    let mut with = kustomize.clone();
    with.components.items.extend(folders.iter().map(|to| Text::new(relative(from, to))));
    with
}

fn components(kustomize: &Kustomize) -> Vec<Value> {
    kustomize.components.iter().map(Text::to_value).collect()
}

/// Whether components may be missing. Only Argo CD can pass them over, so it has to add them.
fn skips_components(kustomize: &Kustomize) -> bool {
    kustomize.ignore_missing_components == Some(true)
}

/// What a kustomization.yaml has no words for, and `source.kustomize` of the Application has.
pub fn beside(kustomize: &Kustomize) -> Option<Value> {
    let skips = skips_components(kustomize);
    let fields = Fields::new()
        .list("components", if skips { components(kustomize) } else { Vec::new() })
        .maybe("ignoreMissingComponents", skips.then_some(true))
        .maybe("version", kustomize.version.as_ref().map(Text::to_value));
    Some(fields.at(kustomize.span)).filter(|options| options.as_map().is_some_and(|map| !map.is_empty()))
}

/// The same as fields of a kustomization.yaml, without the resources.
pub fn kustomization(kustomize: &Kustomize) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let image = |i: &&Named<Text>| new_image(&i.name, &i.item);
    let labels = texts(&kustomize.common_labels);
    let labels = (!labels.is_empty()).then(|| {
        let selectors = !kustomize.label_without_selector.unwrap_or(false);
        Fields::new()
            .with("pairs", labels)
            .with("includeSelectors", selectors)
            .maybe("includeTemplates", kustomize.label_include_templates.filter(|_| !selectors))
            .build()
    });
    Fields::new()
        .list("resources", kustomize.resources.iter().map(Text::to_value).collect())
        .maybe("namePrefix", text(&kustomize.name_prefix))
        .maybe("nameSuffix", text(&kustomize.name_suffix))
        .maybe("namespace", text(&kustomize.namespace))
        .list("components", if skips_components(kustomize) { Vec::new() } else { components(kustomize) })
        .list("labels", labels.into_iter().collect())
        .map("commonAnnotations", texts(&kustomize.common_annotations))
        .list("images", by_name(&kustomize.images).iter().map(image).collect())
        .list("replicas", replicas(kustomize))
        .list("patches", kustomize.patches.iter().map(patch).collect())
        .at(kustomize.span)
}

fn by_name<T>(of: &Dict<T>) -> Vec<&Named<T>> {
    let mut sorted: Vec<_> = of.iter().collect();
    sorted.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    sorted
}

fn replicas(kustomize: &Kustomize) -> Vec<Value> {
    let one = |r: &Named<AtLeast<0>>| Fields::new().with("name", r.name.to_value()).with("count", r.item).build();
    by_name(&kustomize.replicas).into_iter().map(one).collect()
}

/// An image reference taken apart: `name:tag`, `name@digest`, `:tag` or `@digest`. A colon before a
/// slash belongs to the registry's port.
fn new_image(name: &Text, new: &Text) -> Value {
    let (rest, digest) = match new.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (&**new, None),
    };
    let tag_at = rest.rfind(':').filter(|&i| !rest.get(i..).is_some_and(|t| t.contains('/')));
    let (new_name, tag) = match tag_at {
        Some(i) => (rest.get(..i).unwrap_or_default(), rest.get(i + 1..)),
        None => (rest, None),
    };
    Fields::new()
        .with("name", name.to_value())
        .maybe("newName", Some(new_name).filter(|n| !n.is_empty()))
        .maybe("newTag", tag.filter(|_| digest.is_none()))
        .maybe("digest", digest)
        .at(new.span)
}

fn patch(patch: &KustomizePatch) -> Value {
    let mut text = String::new();
    match patch.patch.as_str() {
        // Text already, as kustomize itself takes it.
        Some(given) => text.push_str(given),
        None => yaml::write(&mut text, &sorted(&patch.patch)),
    }
    let mut options: Map = patch.options.iter().map(|o| (Arc::clone(&o.name.value), o.item)).collect();
    options.sort();
    Fields::new()
        .maybe("target", patch.target.as_ref().map(selector))
        .with("patch", Value::from(text).at(patch.patch.span))
        .map("options", options)
        .at(patch.span)
}

fn selector(selector: &PatchSelector) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    Fields::new()
        .maybe("group", text(&selector.group))
        .maybe("version", text(&selector.version))
        .maybe("kind", text(&selector.kind))
        .maybe("name", text(&selector.name))
        .maybe("namespace", text(&selector.namespace))
        .maybe("labelSelector", text(&selector.label_selector))
        .maybe("annotationSelector", text(&selector.annotation_selector))
        .at(selector.span)
}
