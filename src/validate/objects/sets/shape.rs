//! Names, elements and patches of ApplicationSets.

use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::validate::objects::look::Look;

crate::codes! {
    /// All Applications of a set would have the same name.
    ///
    /// The name of the template holds no parameter, and the generators give more than one set of parameters. The controller
    /// then refuses all of them: it says that the ApplicationSet contains applications with duplicate names.
    ///
    /// Put a parameter into `template.metadata.name` that differs from Application to Application.
    SET_NAME_CONSTANT = "set-name-constant";
    /// A list generator has no elements, so the set makes no Application.
    ///
    /// It also deletes those that it had made, and, unless `preserveResourcesOnDeletion` is set, all that they had deployed.
    /// Add an element, or take the generator out.
    SET_WITHOUT_ELEMENTS = "set-without-elements": warning;
    /// A set has a `templatePatch`, and no `goTemplate: true`.
    ///
    /// The patch is a Go template and is looked at only with `goTemplate: true` (Argo CD 3.x, `docs/operator-manual/applicationset/Template.md`);
    /// otherwise it does nothing. Set `goTemplate: true`, and write all parameters as `{{ .name }}`.
    TEMPLATE_PATCH_WITHOUT_GO = "template-patch-without-go";
    /// A Go template passes over parameters that are missing.
    ///
    /// Where an element lacks a parameter, the text gets `<no value>`, and an Application of that name or path is made. With
    /// `goTemplateOptions: [missingkey=error]` the set fails instead and leaves its Applications as they are.
    MISSING_KEY_PASSED_OVER = "missing-key-passed-over": note;
}

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    let generators = look.spec("generators").and_then(Value::as_list).unwrap_or_default();
    let name = look.spec("template").and_then(|t| t.get("metadata")).and_then(|m| m.get("name"));
    let many = generators.len() > 1 || generators.first().is_some_and(gives_many);
    if let Some(name) = name.filter(|n| many && n.as_str().is_some_and(|text| !text.contains("{{"))) {
        let message =
            format!("all Applications of `{}` would have the name `{}`", look.name, name.as_str().unwrap_or(""));
        let help = "put a parameter of the generator into the name";
        bag.push(Finding::error(&SET_NAME_CONSTANT, look.at(name.span), message, help));
    }
    generators.iter().for_each(|generator| empty(look, generator, bag));
    let go = look.spec("goTemplate").filter(|go| go.as_bool() == Some(true));
    let entry = |key: &str| look.value.get("spec")?.as_map()?.entry(key);
    match (go, entry("templatePatch")) {
        (None, Some(patch)) => {
            let message = "the patch of the template does nothing without `goTemplate: true`";
            let help = "set `goTemplate: true`, and write parameters as `{{ .name }}`";
            bag.push(Finding::error(&TEMPLATE_PATCH_WITHOUT_GO, look.key(patch), message, help));
        }
        (Some(go), _) => {
            let options = look.spec("goTemplateOptions").and_then(Value::as_list).unwrap_or_default();
            if !options.iter().any(|o| o.as_str().is_some_and(|text| text.starts_with("missingkey="))) {
                let message = format!("a parameter that is missing becomes `<no value>` in `{}`", look.name);
                let help = "add `goTemplateOptions: [missingkey=error]`";
                bag.push(Finding::note(&MISSING_KEY_PASSED_OVER, look.at(go.span), message, help));
            }
        }
        _ => {}
    }
}

/// Whether more than one set of parameters comes of a list. Others depend on what is in the cluster or in git.
fn gives_many(generator: &Value) -> bool {
    let elements = generator.get("list").and_then(|l| l.get("elements")).and_then(Value::as_list);
    elements.is_some_and(|elements| elements.len() > 1)
}

fn empty(look: &Look, generator: &Value, bag: &mut Bag) {
    let list = generator.get("list");
    let elements = list.and_then(|l| l.get("elements")).filter(|e| e.as_list().is_some_and(<[Value]>::is_empty));
    if let Some(elements) = elements.filter(|_| list.is_some_and(|l| l.get("elementsYaml").is_none())) {
        let message = format!("this list has no elements, so `{}` makes no Application of it", look.name);
        let help = "add an element, or take the generator out";
        bag.push(Finding::warning(&SET_WITHOUT_ELEMENTS, look.at(elements.span), message, help));
    }
    for kind in generator.as_map().into_iter().flatten() {
        let inner = kind.value.get("generators").and_then(Value::as_list).unwrap_or_default();
        inner.iter().for_each(|generator| empty(look, generator, bag));
    }
}
