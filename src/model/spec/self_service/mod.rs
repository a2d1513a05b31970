//! Self-service: what developers start in Port, and what Orkes does then.

mod action;
mod catalog;
mod git;
mod inputs;
mod invocation;
mod orkes;

pub use action::{AppAction, AppActions, CustomAction, Mode, Notification, People, RequiredApproval};
pub use catalog::{Blueprint, Port, Relation};
pub use git::GitFlow;
pub use inputs::{ActionTrigger, OrQuery, PortInput, PortOperation, TriggerType};
pub use invocation::{Invocation, InvocationType, OrkesCall};
pub use orkes::{KeyPair, Orkes, Worker};

use crate::shape::{Dict, List, Text};

crate::shape! {
    /// Self-service: what developers start in Port, the workflows of Orkes Conductor that do it, and who approves.
    SelfService {
        /// Port: its actions, and the catalog that they act on.
        port: Option<Box<Port>>,
        /// Orkes Conductor: its workflows, and the worker that runs their tasks.
        orkes: Option<Box<Orkes>>,
        /// How pull requests for actions with the mode `git` come about.
        git: Option<GitFlow>,
        /// Approvals, by environment. Each protected environment that an action reaches needs one.
        approvals: Dict<Approval>,
    }
}

crate::choice! {
    /// Where an approval is given.
    ApprovalPlace {
        /// In Port, before the workflow starts: the environment gets an action of its own.
        Port = "port",
        /// In Orkes: the workflow waits at a HUMAN task.
        Orkes = "orkes",
    }
}

crate::choice! {
    /// How many approvers have to agree.
    ApprovalType {
        /// One of them.
        Any = "ANY",
        /// All of them.
        All = "ALL",
    }
}

crate::shape! {
    /// The approval that actions on apps of an environment need.
    Approval {
        /// Where it is given.
        by: ApprovalPlace = "port",
        /// How many approvers have to agree, in Port.
        kind ("type"): ApprovalType = "ANY",
        /// Users who may approve, by their e-mail addresses.
        users: List<Text>,
        /// Roles of Port whose members may approve.
        roles: List<Text>,
        /// Teams whose members may approve.
        teams: List<Text>,
        /// How approvers are told, in Port.
        notification: Option<Notification>,
    }
}
