//! Actions of Port on apps.

use super::{Work, list, map};
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::port::template;
use crate::model::self_service::{Chosen, Deed, chosen, identifier};
use crate::model::spec::{AppAction, Approval, Mode, Orkes, People, Port};
use crate::shape::Text;

/// Longest revision, in characters: names of branches and tags beyond that are not seen in practice.
const REVISION_MAX: i64 = 200;

/// Adds an action for each deed, and one for each environment that needs an approval in Port.
pub fn lower(work: &mut Work) {
    let (Some(port), Some(orkes)) = (work.port, work.orkes) else { return };
    let (spec, resolved) = (work.input.spec, work.input.resolved);
    for chosen in chosen(spec, resolved) {
        for (environment, apps) in chosen.parts(spec) {
            let approvals = spec.self_service.as_deref().map(|own| &own.approvals);
            let approval = environment.and_then(|e| approvals?.named(e)).map(|approval| &approval.item);
            let one = One { port, orkes, chosen: &chosen, environment, approval };
            let limited = apps.len() < resolved.instances.len();
            let value = one.action(work, limited.then_some(apps.as_slice()));
            let name = identifier(chosen.deed, environment);
            work.add("portActions", &name, chosen.action.span, value);
            one.permissions(work, &name);
        }
    }
}

struct One<'a> {
    port: &'a Port,
    orkes: &'a Orkes,
    chosen: &'a Chosen<'a>,
    environment: Option<&'a str>,
    approval: Option<&'a Approval>,
}

impl One<'_> {
    fn action(&self, work: &Work, limited: Option<&[&Instance]>) -> Value {
        let (deed, action) = (self.chosen.deed, self.chosen.action);
        let name = identifier(deed, self.environment);
        let title = action.title.as_deref().unwrap_or(deed.title());
        let title = self.environment.map_or_else(|| title.to_owned(), |environment| format!("{title} ({environment})"));
        let notification = self.approval.and_then(|a| a.notification.as_ref());
        let notification = notification.or(action.approval_notification.as_ref());
        let required = self.approval.map(|a| map([("type", a.kind.word().into())]).at(a.span));
        let required =
            required.or_else(|| action.required_approval.map(crate::model::spec::RequiredApproval::to_value));
        Fields::new()
            .with("identifier", name.as_str())
            .with("path", format!("{}/actions/{name}.yaml", work.port_folder))
            .with("title", title)
            .with("icon", action.icon.as_ref().map_or_else(|| Value::from("Argo"), Text::to_value))
            .maybe("description", Some(self.description()))
            .with("trigger", self.trigger(limited))
            .with("invocation", self.invocation())
            .maybe("requiredApproval", required)
            .maybe("approvalNotification", notification.map(crate::model::spec::Notification::to_value))
            .maybe("publish", action.publish)
            .at(action.span)
    }

    fn description(&self) -> Value {
        let action = self.chosen.action;
        let usual = match (self.chosen.deed, action.mode) {
            (Deed::Sync, _) => "Applies what the repository says",
            (Deed::Rollback, Mode::Api) => "Goes back to an earlier deployment",
            (Deed::Rollback, Mode::Git) => "Opens a pull request that reverts a commit",
            (Deed::DeployRevision, Mode::Api) => "Deploys a commit, tag or version",
            (Deed::DeployRevision, Mode::Git) => "Opens a pull request that deploys a commit, tag or version",
        };
        action.description.as_ref().map_or_else(|| Value::from(usual), Text::to_value)
    }

    fn trigger(&self, limited: Option<&[&Instance]>) -> Value {
        let action = self.chosen.action;
        let inputs = inputs(self.chosen.deed, action.mode);
        let names = list(inputs.iter().map(|input| input.name));
        let required = list(inputs.iter().filter(|input| input.required).map(|input| input.name));
        let properties: Map = inputs.into_iter().map(|input| (input.name, input.schema)).collect();
        let user_inputs = Fields::new().with("properties", properties).with("required", required).with("order", names);
        let condition = limited.map(|apps| {
            let rule = map([
                ("property", "$identifier".into()),
                ("operator", "in".into()),
                ("value", Value::from(list(apps.iter().map(|app| &*app.name)))),
            ]);
            map([("type", "SEARCH".into()), ("combinator", "and".into()), ("rules", Value::from(vec![rule]))])
        });
        Fields::new()
            .with("type", "self-service")
            .with("operation", "DAY-2")
            .with("blueprintIdentifier", self.port.blueprint.to_value())
            .with("userInputs", user_inputs.build())
            .maybe("condition", condition)
            .maybe("executeActionButtonText", action.button.as_ref().map(Text::to_value))
            .build()
    }

    /// Starts the workflow by the API of Conductor (`POST /api/workflow`, `StartWorkflowRequest`).
    fn invocation(&self) -> Value {
        let mut values = Map::from_iter([
            ("app", Value::from("{{ .entity.identifier }}")),
            ("run", Value::from("{{ .run.id }}")),
            ("by", Value::from("{{ .trigger.by.user.email }}")),
        ]);
        self.environment.iter().for_each(|environment| values.set("approval", *environment));
        for input in inputs(self.chosen.deed, self.chosen.action.mode) {
            values.set(input.name, template("inputs", input.name));
        }
        let version = self.chosen.action.version.value;
        start(self.orkes, self.chosen.deed.name(), version, values)
    }

    fn permissions(&self, work: &mut Work, name: &str) {
        let action = self.chosen.action;
        let of_environment = self.approval.map(|a| people(&a.users, &a.roles, &a.teams, None));
        let approve = of_environment.or_else(|| action.approve.as_ref().map(of));
        permissions(work, name, action, approve);
    }
}

fn permissions(work: &mut Work, name: &str, action: &AppAction, approve: Option<Value>) {
    let execute = action.execute.as_ref().map(of);
    add_permissions(work, name, action.span, execute, approve);
}

/// Who may run and approve an action, where the spec says it.
pub fn add_permissions(
    work: &mut Work,
    name: &str,
    span: crate::base::Span,
    execute: Option<Value>,
    approve: Option<Value>,
) {
    let approve = approve.filter(|people| people.as_map().is_some_and(|map| !map.is_empty()));
    if execute.is_none() && approve.is_none() {
        return;
    }
    let path = format!("{}/permissions/{name}.yaml", work.port_folder);
    let fields = Fields::new().with("action", name).with("path", path);
    work.add("portPermissions", name, span, fields.maybe("execute", execute).maybe("approve", approve).at(span));
}

/// People, as Port takes them.
pub fn of(of: &People) -> Value {
    people(&of.users, &of.roles, &of.teams, of.owned_by_team).at(of.span)
}

fn people(users: &[Text], roles: &[Text], teams: &[Text], owned: Option<bool>) -> Value {
    let texts = |texts: &[Text]| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let fields = Fields::new().list("users", texts(users)).list("roles", texts(roles)).list("teams", texts(teams));
    fields.maybe("ownedByTeam", owned).build()
}

/// A webhook that starts a workflow.
pub fn start(orkes: &Orkes, workflow: &str, version: i64, inputs: impl Into<Value>) -> Value {
    let body = Fields::new()
        .with("name", workflow)
        .with("version", version)
        .with("correlationId", "{{ .run.id }}")
        .with("input", inputs);
    let headers = Map::from_iter([
        ("Content-Type", Value::from("application/json")),
        ("X-Authorization", Value::from(template("secrets", &orkes.start_secret)).at(orkes.start_secret.span)),
    ]);
    let url = Value::from(format!("{}/api/workflow", orkes.url.trim_end_matches('/'))).at(orkes.url.span);
    Fields::new()
        .with("type", "WEBHOOK")
        .with("url", url)
        .with("agent", false)
        .with("synchronized", false)
        .with("method", "POST")
        .with("headers", headers)
        .with("body", body.build())
        .build()
}

/// Something that an action on apps asks for.
struct Asked {
    name: &'static str,
    required: bool,
    schema: Value,
}

fn inputs(deed: Deed, mode: Mode) -> Vec<Asked> {
    let prune = || Asked {
        name: "prune",
        required: false,
        schema: map([
            ("type", "boolean".into()),
            ("title", "Prune".into()),
            ("description", "Delete what the source no longer holds".into()),
            ("default", false.into()),
        ]),
    };
    let text = |name, title: &str, about: &str, pattern: &str| Asked {
        name,
        required: true,
        schema: map([
            ("type", "string".into()),
            ("title", title.into()),
            ("description", about.into()),
            ("pattern", pattern.into()),
            ("maxLength", REVISION_MAX.into()),
        ]),
    };
    match (deed, mode) {
        (Deed::Sync, _) => vec![prune()],
        (Deed::Rollback, Mode::Api) => {
            let about = "Number in the history; 0 is the one before the last";
            let schema = map([
                ("type", "number".into()),
                ("title", "Deployment".into()),
                ("description", about.into()),
                ("default", 0.into()),
                ("minimum", 0.into()),
            ]);
            vec![Asked { name: "id", required: false, schema }, prune()]
        }
        (Deed::Rollback, Mode::Git) => {
            vec![text("revision", "Commit", "Commit that is reverted", "^[0-9a-f]{7,40}$")]
        }
        (Deed::DeployRevision, Mode::Git) => {
            vec![text("revision", "Revision", "Commit, tag or version", REVISION)]
        }
        (Deed::DeployRevision, Mode::Api) => {
            vec![text("revision", "Revision", "Commit, tag or version", REVISION), prune()]
        }
    }
}

/// Commits, tags and versions; nothing that a shell or a URL would take for something else.
const REVISION: &str = "^[A-Za-z0-9][A-Za-z0-9._/+-]*$";

/// Names of the inputs of an action on apps, with the values that the workflow takes when they are left out.
pub fn defaults(deed: Deed, mode: Mode) -> Vec<(&'static str, Option<Value>)> {
    let default = |input: &Asked| input.schema.get("default").cloned();
    inputs(deed, mode).iter().map(|input| (input.name, default(input))).collect()
}
