//! Actions: those on apps, and custom ones.

use serde_json::json;

use super::{ActionTrigger, ApprovalType, Invocation};
use crate::base::{Kind, Span, Value};
use crate::shape::{AtLeast, List, Reader, Schemas, Shape, Text};

crate::choice! {
    /// How an action on apps is done.
    Mode {
        /// By the API of Argo CD.
        Api = "api",
        /// By a pull request on the repository of the platform. Its merge deploys.
        Git = "git",
    }
}

crate::shape! {
    /// The actions on apps. Each that is given comes out as an action of Port and a workflow of Orkes.
    AppActions {
        /// Syncs an app.
        sync: Option<AppAction>,
        /// Goes back to an earlier deployment.
        rollback: Option<AppAction>,
        /// Deploys a revision: a commit, a tag or a version.
        deploy_revision ("deployRevision"): Option<AppAction>,
    }
}

crate::shape! {
    /// An action on apps: those that all of its selectors fit, or all apps.
    AppAction {
        /// Names of apps.
        apps: List<Text>,
        /// Categories of apps.
        categories: List<Text>,
        /// Environments of apps.
        environments: List<Text>,
        /// Names of apps that are left out.
        except: List<Text>,
        /// How it is done.
        mode: Mode = "api",
        /// Title, if not the usual one.
        title: Option<Text>,
        /// What it does, for people.
        description: Option<Text>,
        /// Icon of Port.
        icon: Option<Text>,
        /// Text of the button that runs it, 1 to 15 characters.
        button: Option<Text>,
        /// Who may run it. Whoever Port lets, when left out.
        execute: Option<People>,
        /// Approval that it always needs, besides those of environments.
        required_approval ("requiredApproval"): Option<RequiredApproval>,
        /// Who may approve it.
        approve: Option<People>,
        /// How approvers are told.
        approval_notification ("approvalNotification"): Option<Notification>,
        /// Whether developers see it.
        publish: Option<bool>,
        /// Version of the workflow; raise it when running ones must keep the old definition.
        version: AtLeast<1> = 1,
    }
}

crate::shape! {
    /// People of Port.
    People {
        /// Users, by their e-mail addresses.
        users: List<Text>,
        /// Roles.
        roles: List<Text>,
        /// Teams.
        teams: List<Text>,
        /// Whether the team that owns the entity is meant too.
        owned_by_team ("ownedByTeam"): Option<bool>,
    }
}

/// Whether an action needs an approval: `true`, `false`, `ANY` or `ALL`.
#[derive(Clone, Copy, Debug)]
pub enum RequiredApproval {
    /// It does, or not.
    Flag(bool, Span),
    /// It does, from so many.
    From(ApprovalType, Span),
}

impl RequiredApproval {
    /// Whether it needs one.
    #[must_use]
    pub fn is_needed(self) -> bool {
        !matches!(self, RequiredApproval::Flag(false, _))
    }

    /// As Port takes it: a boolean, or a mapping with `type`.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            RequiredApproval::Flag(needed, span) => Value::from(needed).at(span),
            RequiredApproval::From(kind, span) => {
                let map = crate::base::Map::from_iter([("type", Value::from(kind.word()))]);
                Value::from(map).at(span)
            }
        }
    }
}

impl Shape for RequiredApproval {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Bool(needed) => Some(RequiredApproval::Flag(*needed, value.span)),
            _ => ApprovalType::read(cx, value).map(|kind| RequiredApproval::From(kind, value.span)),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [bool::schema(schemas), ApprovalType::schema(schemas)] })
    }
}

crate::choice! {
    /// How approvers are told.
    NotificationType {
        /// By e-mail.
        Email = "email",
        /// By a webhook.
        Webhook = "webhook",
    }
}

crate::choice! {
    /// Form of the body of a webhook.
    NotificationFormat {
        /// The run as JSON.
        Json = "json",
        /// A message for Slack.
        Slack = "slack",
    }
}

crate::shape! {
    /// How approvers are told.
    Notification {
        /// By what.
        kind ("type"): NotificationType = "email",
        /// URL of the webhook.
        url: Option<Text>,
        /// Form of the body of the webhook.
        format: Option<NotificationFormat>,
    }
}

impl Notification {
    /// As Port takes it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = crate::base::Map::from_iter([("type", Value::from(self.kind.word()))]);
        self.url.iter().for_each(|url| map.set("url", url.to_value()));
        self.format.iter().for_each(|format| map.set("format", format.word()));
        Value::from(map).at(self.span)
    }
}

crate::shape! {
    /// An action or automation of Port, as Port takes it (Port API, actions).
    CustomAction {
        /// Title.
        title: Option<Text>,
        /// Icon of Port.
        icon: Option<Text>,
        /// What it does, for people.
        description: Option<Text>,
        /// What starts it.
        trigger: ActionTrigger,
        /// What it starts.
        invocation: Invocation,
        /// Whether it needs an approval: `true`, `ANY` or `ALL`.
        required_approval ("requiredApproval"): Option<RequiredApproval>,
        /// How approvers are told.
        approval_notification ("approvalNotification"): Option<Notification>,
        /// Who may run it.
        execute: Option<People>,
        /// Who may approve it.
        approve: Option<People>,
        /// Whether developers see it; of automations, whether they run.
        publish: Option<bool>,
        /// Whether everybody sees its runs.
        allow_anyone_to_view_runs ("allowAnyoneToViewRuns"): Option<bool>,
    }
}
