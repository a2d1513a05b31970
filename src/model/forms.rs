//! Documents that are no Kubernetes objects: those of Port, of Orkes Conductor and of GitHub.

/// What such a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An action or automation of Port (Port API, actions).
    Action,
    /// Who may run and approve an action of Port.
    Permissions,
    /// A blueprint of Port.
    Blueprint,
    /// The mapping of an integration of Port (Ocean).
    Mapping,
    /// A workflow definition of Conductor (Conductor 3.x, `WorkflowDef`).
    Workflow,
    /// A task definition of Conductor (Conductor 3.x, `TaskDef`).
    Task,
    /// A workflow of GitHub Actions.
    Github,
}

/// The kinds of things whose templates give such documents.
const ALL: &[(&str, Form)] = &[
    ("portActions", Form::Action),
    ("portPermissions", Form::Permissions),
    ("portBlueprints", Form::Blueprint),
    ("portMappings", Form::Mapping),
    ("orkesWorkflows", Form::Workflow),
    ("orkesTasks", Form::Task),
    ("githubWorkflows", Form::Github),
];

impl Form {
    /// What templates give that are rendered for this kind of things; `None` for Kubernetes objects.
    #[must_use]
    pub fn of(items: &str) -> Option<Form> {
        ALL.iter().find(|(name, _)| *name == items).map(|(_, form)| *form)
    }

    /// File of its schema; `None` where there is none.
    #[must_use]
    pub fn schema(self) -> Option<&'static str> {
        match self {
            Form::Action => Some("port/action.json"),
            Form::Permissions => Some("port/permissions.json"),
            Form::Blueprint => Some("port/blueprint.json"),
            Form::Mapping => Some("port/mapping.json"),
            Form::Workflow => Some("conductor/workflow.json"),
            Form::Task => Some("conductor/task.json"),
            Form::Github => None,
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Form::Action => "action",
            Form::Permissions => "permissions",
            Form::Blueprint => "blueprint",
            Form::Mapping => "mapping",
            Form::Workflow => "workflow",
            Form::Task => "task definition",
            Form::Github => "workflow of GitHub",
        }
    }
}
