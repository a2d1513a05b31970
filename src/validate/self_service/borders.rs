//! Where an action of Port meets what it starts: a workflow of Orkes, or one of GitHub.

use super::{Scene, flow, inputs};
use crate::base::{Map, Value, suggest};
use crate::diag::Bag;
use crate::model::document::Document;
use crate::model::port::{inputs_of, whole};

crate::codes! {
    /// An action gives a workflow an input that the workflow does not have.
    ///
    /// Conductor keeps it, and nothing reads it, so that what a developer chose would have no effect. Mend the name, or add it to
    /// `inputParameters` of the workflow.
    WORKFLOW_INPUT_UNKNOWN = "workflow-input-unknown";
    /// An action does not give a workflow an input that it needs.
    ///
    /// An input without a value in `inputTemplate` is null when nobody gives it: when the action leaves it out, or takes it from
    /// an input of its own that is neither required nor has a default. Give it, or write a value into `inputTemplate` of the workflow.
    WORKFLOW_INPUT_MISSING = "workflow-input-missing";
    /// An action gives a workflow an input of another type than the workflow takes.
    ///
    /// The type is that of the value in `inputTemplate`, or what `inputSchema` says. A template that is the whole text gives the type of
    /// the input that it names; with text around it, it gives text.
    WORKFLOW_INPUT_TYPE = "workflow-input-type";
    /// An action starts a workflow of GitHub with more than 10 inputs.
    ///
    /// A dispatch takes at most 10 (Port, GitHub workflows). Pack several into one, as a text of JSON.
    GITHUB_INPUTS = "github-inputs";
    /// Two actions have the same identifier.
    ///
    /// Port keeps one of each, so that one of them would overwrite the other each time they are applied. Rename the one
    /// under `custom`.
    ACTION_TWICE = "action-twice";
}

/// Most inputs of a dispatch of GitHub.
const GITHUB_INPUTS_MAX: usize = 10;

/// Checks what an action starts.
pub fn check(scene: &Scene, document: &Document, bag: &mut Bag) {
    let Some(invocation) = document.value.get("invocationMethod") else { return };
    let execution = invocation.get("integrationActionExecutionProperties");
    let given = [Some(invocation), execution].into_iter().flatten();
    for inputs in given.filter_map(|of| of.get("workflowInputs")) {
        let count = inputs.as_map().map_or(0, Map::len);
        if count > GITHUB_INPUTS_MAX {
            let message = format!("starts a workflow of GitHub with {count} inputs, and 10 is the limit");
            let help = "pack several into one, such as `\"{{ .inputs | tojson }}\"`";
            bag.push(scene.error(&GITHUB_INPUTS, document, inputs.span, message, help));
        }
    }
    if invocation.str_at("url").is_some_and(|url| url.ends_with("/api/workflow")) {
        workflow(scene, document, invocation, bag);
    }
}

/// The API of Conductor that starts a workflow (`StartWorkflowRequest`).
fn workflow(scene: &Scene, document: &Document, invocation: &Value, bag: &mut Bag) {
    let Some(body) = invocation.get("body") else { return };
    let Some(name) = body.get("name") else { return };
    let version = body.get("version").and_then(Value::as_int);
    flow::started(scene, document, name, version, bag);
    let text = name.as_str().unwrap_or_default();
    let fits = |of: &&(&str, i64)| of.0 == text && version.is_none_or(|version| version == of.1);
    // The newest one, where no version is asked for.
    let Some(found) = scene.workflows.keys().rfind(fits).and_then(|key| scene.workflows.get(key)) else { return };
    let declared = Declared::of(&found.value);
    let none = Value::default();
    let given = body.get("input").unwrap_or(&none);
    let properties = document.value.get("trigger").and_then(|trigger| trigger.get("userInputs"));
    for entry in given.as_map().into_iter().flatten() {
        if declared.names.contains(&&*entry.key) {
            one(scene, document, &declared, properties, &entry.key, &entry.value, bag);
            continue;
        }
        let help = match suggest::nearest(&entry.key, declared.names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `{}` to `inputParameters` of the workflow, or take it out", entry.key),
        };
        let message = format!("the workflow `{text}` has no input `{}`", entry.key);
        let finding = scene.error(&WORKFLOW_INPUT_UNKNOWN, document, entry.key_span, message, help);
        bag.push(finding.also(found.origin, "the workflow"));
    }
    let left_out = |name: &&&str| given.get(name).is_none() && !declared.has_default(name);
    for name in declared.names.iter().filter(left_out) {
        let message = format!("the workflow `{text}` needs the input `{name}`, and nothing gives it");
        let help = format!("add `{name}` to the inputs of the call, or a value to `inputTemplate` of the workflow");
        let finding = scene.error(
            &WORKFLOW_INPUT_MISSING,
            document,
            given.span.or(body.get("name").map_or(body.span, |name| name.span)),
            message,
            help,
        );
        bag.push(finding.also(found.origin, "the workflow"));
    }
}

fn one(
    scene: &Scene,
    document: &Document,
    declared: &Declared,
    form: Option<&Value>,
    name: &str,
    value: &Value,
    bag: &mut Bag,
) {
    let properties = form.and_then(|form| form.get("properties"));
    let read: Vec<String> = value.as_str().map(inputs_of).unwrap_or_default();
    let asked: Vec<(&String, &Value)> = read.iter().filter_map(|name| Some((name, properties?.get(name)?))).collect();
    let required = form.and_then(|form| form.get("required")).and_then(Value::as_list).unwrap_or_default();
    let alone = value.as_str().and_then(whole).is_some_and(|text| read.len() == 1 && is_path(text));
    // A template of jq may give a default itself.
    let handled = value.as_str().is_some_and(|text| text.contains("//"));
    for (input, schema) in &asked {
        let sure = required.iter().any(|r| r.as_str() == Some(input.as_str())) || schema.get("default").is_some();
        if !sure && !handled && !declared.has_default(name) {
            let message = format!("the input `{name}` of the workflow is null when nobody gives `{input}`");
            let help =
                format!("write `required: true` or a `default` at `{input}`, or `{{{{ .inputs.{input} // \"…\" }}}}`");
            bag.push(scene.error(&WORKFLOW_INPUT_MISSING, document, value.span, message, help));
        }
    }
    let Some(wanted) = declared.kind(name) else { return };
    let found = match (asked.first().filter(|_| alone), value.as_str()) {
        (Some((_, schema)), _) => schema.str_at("type").unwrap_or_default().to_owned(),
        (None, Some(text)) if whole(text).is_some() => return,
        (None, Some(_)) => "string".to_owned(),
        (None, None) => match inputs::fits(&wanted, value) {
            true => return,
            false => value.type_name().trim_start_matches("a ").to_owned(),
        },
    };
    if found != wanted && (wanted.as_str(), found.as_str()) != ("integer", "number") {
        let message = format!("the input `{name}` of the workflow is of type {wanted}, and the action gives {found}");
        let help =
            format!("let the input of the action have the type `{wanted}`, or convert it, such as by `tostring`");
        bag.push(scene.error(&WORKFLOW_INPUT_TYPE, document, value.span, message, help));
    }
}

/// Whether an expression only names an input.
fn is_path(expression: &str) -> bool {
    expression.starts_with(".inputs") && !expression.contains(['|', '(', '+']) && !expression.contains("//")
}

/// What a workflow says of its inputs.
struct Declared<'v> {
    names: Vec<&'v str>,
    template: Option<&'v Value>,
    schema: Option<&'v Value>,
}

impl<'v> Declared<'v> {
    fn of(workflow: &'v Value) -> Declared<'v> {
        let names = workflow.get("inputParameters").and_then(Value::as_list).unwrap_or_default();
        let schema = workflow.get("inputSchema").and_then(|schema| schema.get("data"));
        Declared {
            names: names.iter().filter_map(Value::as_str).collect(),
            template: workflow.get("inputTemplate"),
            schema: schema.and_then(|data| data.get("properties")),
        }
    }

    fn has_default(&self, name: &str) -> bool {
        self.template.and_then(|template| template.get(name)).is_some_and(|value| !value.is_null())
    }

    fn kind(&self, name: &str) -> Option<String> {
        let stated = self.schema.and_then(|schema| schema.get(name)).and_then(|schema| schema.str_at("type"));
        let value = || self.template.and_then(|template| template.get(name)).filter(|value| !value.is_null());
        stated.map(ToOwned::to_owned).or_else(|| {
            let kinds = ["string", "boolean", "number", "array", "object"];
            let value = value()?;
            kinds.into_iter().find(|kind| inputs::fits(kind, value)).map(ToOwned::to_owned)
        })
    }
}

/// Finds actions that share an identifier.
pub fn twice(scene: &Scene, actions: &[&Document], bag: &mut Bag) {
    for document in actions {
        let Some(identifier) = document.value.get("identifier") else { continue };
        let name = identifier.as_str().unwrap_or_default();
        if let Some(other) = scene.actions.get(name).filter(|other| other.origin != document.origin) {
            let help = "give one of them another identifier";
            let finding = scene.error(&ACTION_TWICE, document, identifier.span, "another action is called so", help);
            bag.push(finding.also(other.origin, "the other one"));
        }
    }
}
