//! Custom actions and automations of Port.

use super::{Work, actions, trigger};
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::port::template;
use crate::model::spec::{CustomAction, Invocation, InvocationType, Notification, Orkes, OrkesCall, RequiredApproval};
use crate::shape::{AnyMap, Text};

/// Adds the custom actions.
pub fn lower(work: &mut Work) {
    let Some(port) = work.port else { return };
    for custom in port.custom.iter() {
        let (name, action) = (&custom.name, &custom.item);
        let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
        let value = Fields::new()
            .with("identifier", name.to_value())
            .with("path", format!("{}/actions/{}.yaml", work.port_folder, &**name))
            .maybe("title", text(&action.title))
            .maybe("icon", text(&action.icon))
            .maybe("description", text(&action.description))
            .with("trigger", trigger::trigger(&action.trigger))
            .with("invocation", invocation(action, work.orkes))
            .maybe("requiredApproval", action.required_approval.map(RequiredApproval::to_value))
            .maybe("approvalNotification", action.approval_notification.as_ref().map(Notification::to_value))
            .maybe("publish", action.publish)
            .maybe("allowAnyoneToViewRuns", action.allow_anyone_to_view_runs)
            .at(name.span);
        work.add("portActions", name, name.span, value);
        let (execute, approve) = (action.execute.as_ref().map(actions::of), action.approve.as_ref().map(actions::of));
        actions::add_permissions(work, name, name.span, execute, approve);
    }
}

fn invocation(action: &CustomAction, orkes: Option<&Orkes>) -> Value {
    let of = &action.invocation;
    match (&of.orkes, orkes) {
        (Some(call), Some(orkes)) => {
            actions::start(orkes, &call.workflow, call.version.value, inputs(action, call)).at(of.span)
        }
        _ => as_given(of),
    }
}

/// What the workflow is given: what the spec says, or each input under its own name.
fn inputs(action: &CustomAction, call: &OrkesCall) -> Value {
    if let Some(given) = &call.inputs {
        let mut map = Map::new();
        given.iter().for_each(|input| map.put(super::named(&input.name, input.item.clone())));
        return Value::from(map).at(given.span);
    }
    let mut map = Map::from_iter([("run", Value::from("{{ .run.id }}"))]);
    for input in action.trigger.inputs.iter() {
        let value = Value::from(template("inputs", &input.name)).at(input.name.span);
        map.put(super::named(&input.name, value));
    }
    Value::from(map)
}

/// `invocationMethod`, key by key.
fn as_given(of: &Invocation) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
    let any = |map: &Option<AnyMap>| map.as_ref().map(AnyMap::to_value);
    let headers = of.headers.iter().map(|h| (std::sync::Arc::clone(&h.name.value), h.item.to_value())).collect();
    Fields::new()
        .maybe("type", of.kind.map(InvocationType::word))
        .maybe("url", text(&of.url))
        .maybe("agent", of.agent)
        .maybe("synchronized", of.synchronized.clone())
        .maybe("method", text(&of.method))
        .map("headers", headers)
        .maybe("body", of.body.clone())
        .maybe("org", text(&of.org))
        .maybe("repo", text(&of.repo))
        .maybe("workflow", text(&of.workflow))
        .maybe("workflowInputs", any(&of.workflow_inputs))
        .maybe("reportWorkflowStatus", of.report_workflow_status.clone())
        .maybe("installationId", text(&of.installation_id))
        .maybe("integrationActionType", text(&of.integration_action_type))
        .maybe("integrationActionExecutionProperties", any(&of.integration_action))
        .maybe("projectName", text(&of.project_name))
        .maybe("groupName", text(&of.group_name))
        .maybe("defaultRef", text(&of.default_ref))
        .maybe("pipelineVariables", any(&of.pipeline_variables))
        .maybe("webhook", text(&of.webhook))
        .maybe("payload", of.payload.clone())
        .maybe("blueprintIdentifier", text(&of.blueprint))
        .maybe("mapping", any(&of.mapping))
        .at(of.span)
}
