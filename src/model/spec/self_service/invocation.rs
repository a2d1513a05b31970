//! What an action of Port starts.

use crate::base::Value;
use crate::shape::{AnyMap, AtLeast, Dict, Text};

crate::choice! {
    /// Kinds of things that an action starts.
    InvocationType {
        /// A URL is called.
        Webhook = "WEBHOOK",
        /// A workflow of GitHub.
        Github = "GITHUB",
        /// A workflow of GitHub, by an integration.
        IntegrationAction = "INTEGRATION_ACTION",
        /// A pipeline of GitLab.
        Gitlab = "GITLAB",
        /// A pipeline of Azure DevOps.
        AzureDevops = "AZURE_DEVOPS",
        /// A message in the topic of the organization.
        Kafka = "KAFKA",
        /// An entity is made or changed.
        UpsertEntity = "UPSERT_ENTITY",
    }
}

crate::shape! {
    /// A workflow of Orkes that an action starts.
    OrkesCall {
        /// Its name: one of the files under `orkes.workflows`, or one that is derived.
        workflow: Text,
        /// Its version.
        version: AtLeast<1> = 1,
        /// Its inputs, by name. Text may hold templates of Port. All inputs of the action under their own names, and `run`, when left out.
        inputs: Option<Dict<Value>>,
    }
}

crate::shape! {
    /// What an action starts: a workflow of Orkes, or what `type` says, with the keys that Port takes there (Port API, actions).
    Invocation {
        /// A workflow of Orkes.
        orkes: Option<OrkesCall>,
        /// What else.
        kind ("type"): Option<InvocationType>,
        /// URL, for `WEBHOOK`.
        url: Option<Text>,
        /// Whether an agent calls the URL, for `WEBHOOK`.
        agent: Option<bool>,
        /// Whether the answer ends the run, for `WEBHOOK`.
        synchronized: Option<Value>,
        /// Method, for `WEBHOOK`.
        method: Option<Text>,
        /// Headers, for `WEBHOOK`.
        headers: Dict<Text>,
        /// Body, for `WEBHOOK`.
        body: Option<Value>,
        /// Organization, for `GITHUB` and `AZURE_DEVOPS`.
        org: Option<Text>,
        /// Repository, for `GITHUB`.
        repo: Option<Text>,
        /// File of the workflow, for `GITHUB`.
        workflow: Option<Text>,
        /// Inputs of the workflow, for `GITHUB`.
        workflow_inputs ("workflowInputs"): Option<AnyMap>,
        /// Whether the end of the workflow ends the run, for `GITHUB`.
        report_workflow_status ("reportWorkflowStatus"): Option<Value>,
        /// Id of the integration, for `INTEGRATION_ACTION`.
        installation_id ("installationId"): Option<Text>,
        /// What the integration does, for `INTEGRATION_ACTION`.
        integration_action_type ("integrationActionType"): Option<Text>,
        /// Keys of that, for `INTEGRATION_ACTION`.
        integration_action ("integrationActionExecutionProperties"): Option<AnyMap>,
        /// Project, for `GITLAB`.
        project_name ("projectName"): Option<Text>,
        /// Group, for `GITLAB`.
        group_name ("groupName"): Option<Text>,
        /// Branch, for `GITLAB`.
        default_ref ("defaultRef"): Option<Text>,
        /// Variables, for `GITLAB`.
        pipeline_variables ("pipelineVariables"): Option<AnyMap>,
        /// Name of the webhook, for `AZURE_DEVOPS`.
        webhook: Option<Text>,
        /// Payload, for `AZURE_DEVOPS` and `KAFKA`.
        payload: Option<Value>,
        /// Blueprint, for `UPSERT_ENTITY`.
        blueprint: Option<Text>,
        /// The entity, for `UPSERT_ENTITY`.
        mapping: Option<AnyMap>,
    }
}
