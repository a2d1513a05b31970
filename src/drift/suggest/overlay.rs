//! An overlay of kustomize as the object that is built of it.

use crate::base::patch::{apply_operations, operations};
use crate::base::{Span, Value};
use crate::drift::Input;
use crate::drift::edits::Edited;
use crate::source::path::{below, parent};
use crate::survey::Found;
use crate::yaml;

/// What is built of an overlay, as it was rendered and as it was edited. Nothing where more was edited than the one patch
/// in it, or where that is not written as it would be rendered.
pub(super) fn built(found: &Found, overlay: &Edited, input: &Input) -> Option<Edited> {
    let rendered = Overlay::of(&overlay.rendered)?;
    let edited = Overlay::of(&overlay.edited)?;
    let folder = below(parent(found.path), rendered.resource)?;
    let base = first(input, &format!("{folder}/kustomization.yaml"))?;
    let base = first(input, &format!("{folder}/{}", base.get("resources")?.as_list()?.first()?.as_str()?))?;
    let new = apply_operations(&base, &edited.operations).ok()?;
    let kept = edited.resource == rendered.resource && edited.rest == rendered.rest;
    let as_rendered = operations(&base, &new) == edited.operations;
    let old = apply_operations(&base, &rendered.operations).ok()?;
    (kept && as_rendered).then_some(Edited { rendered: old, edited: new })
}

/// The parts of an overlay.
struct Overlay<'v> {
    resource: &'v str,
    operations: Vec<Value>,
    /// All but the operations.
    rest: Vec<(&'v str, &'v Value)>,
}

impl<'v> Overlay<'v> {
    fn of(value: &'v Value) -> Option<Overlay<'v>> {
        let [resource] = value.get("resources")?.as_list()? else { return None };
        let (operations, target) = match value.get("patches").map(|patches| patches.as_list()) {
            None => (Vec::new(), None),
            Some(Some([patch])) => {
                let documents = yaml::read_embedded(patch.str_at("patch")?, Span::NONE).ok()?;
                let [operations] = documents.as_slice() else { return None };
                let known = patch.as_map()?.iter().all(|entry| ["target", "patch"].contains(&&*entry.key));
                (operations.as_list().filter(|_| known)?.to_vec(), patch.get("target"))
            }
            Some(_) => return None,
        };
        let others = value.as_map()?.iter().filter(|entry| &*entry.key != "patches");
        let rest = others.map(|entry| (&*entry.key, &entry.value)).chain(target.map(|target| ("target", target)));
        Some(Overlay { resource: resource.as_str()?, operations, rest: rest.collect() })
    }
}

/// The first object of a file of the tree.
fn first(input: &Input, path: &str) -> Option<Value> {
    let files = &input.survey.files;
    let at = files.binary_search_by(|found| found.path.cmp(path)).ok()?;
    let text = std::str::from_utf8(&files.get(at)?.file.bytes).ok()?;
    yaml::read_embedded(text, Span::NONE).ok()?.into_iter().next()
}
