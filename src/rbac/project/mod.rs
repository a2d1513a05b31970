//! What Argo CD refuses in an AppProject.
//!
//! Facts: Argo CD 3.x, `pkg/apis/application/v1alpha1` AppProject.ValidateProject. Argo CD checks a project only when
//! it is written through its own API or command line; one that Kubernetes gets as a manifest is not checked, and
//! what is wrong with it shows later or never. There the first fault ends the check; here all are collected, the one
//! that Argo CD names first.

mod check;
mod role;

use std::fmt;

pub use check::validate;
pub use role::policy_fault;

/// An AppProject, as far as it is checked. Names of fields are those of its spec.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Project {
    pub name: String,
    pub destinations: Vec<Destination>,
    pub source_namespaces: Vec<String>,
    pub source_repos: Vec<String>,
    pub roles: Vec<Role>,
    pub sync_windows: Vec<SyncWindow>,
    pub destination_service_accounts: Vec<ServiceAccount>,
}

/// An entry of `destinations`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Destination {
    pub server: String,
    pub name: String,
    pub namespace: String,
}

/// An entry of `roles`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Role {
    pub name: String,
    pub policies: Vec<String>,
    pub groups: Vec<String>,
}

/// An entry of `syncWindows`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct SyncWindow {
    pub kind: String,
    pub schedule: String,
    pub duration: String,
    pub applications: Vec<String>,
    pub namespaces: Vec<String>,
    pub clusters: Vec<String>,
    pub time_zone: String,
    pub and_operator: bool,
    pub description: String,
}

/// An entry of `destinationServiceAccounts`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct ServiceAccount {
    pub server: String,
    pub namespace: String,
    pub default_service_account: String,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFault {
    /// The field, as `/spec/roles/0/policies/1`.
    pub pointer: String,
    /// What is wrong with it.
    pub reason: ProjectReason,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectReason {
    /// `!*` would deny everything.
    DeniesAll,
    /// The same entry, or the same name, was there before.
    Repeated,
    /// Letters, digits, `-` and `_`, with letters or digits at both ends.
    RoleName,
    /// Not `p`, subject, resource, action, object and effect.
    PolicyShape,
    /// The subject is not `proj:PROJECT:ROLE`: here is what it should be.
    PolicySubject(String),
    /// A resource that no project holds.
    PolicyResource(String),
    /// An action that there is not.
    PolicyAction(String),
    /// The object is not in the project of this name.
    PolicyObject(String),
    /// Neither `allow` nor `deny`.
    PolicyEffect(String),
    /// A comma, and no quotes around it all.
    GroupUnquoted,
    /// Nothing, or only quotes.
    GroupEmpty,
    /// A quote, a tab or the end of a line inside.
    GroupCharacters,
    /// A blank at one of its ends.
    GroupSpace,
    /// Neither `allow` nor `deny`.
    WindowKind,
    /// A schedule that can't be read, and why.
    WindowSchedule(String),
    /// No duration as `1h30m`.
    WindowDuration,
    /// Longer than 255 bytes.
    WindowDescription,
    /// A window for no application, namespace or cluster.
    WindowForNothing,
    /// A time zone that nobody knows. Argo CD takes it and uses UTC.
    WindowTimeZone,
    /// A `!`, or a glob that can't be read.
    AccountPattern,
    /// Nothing, or one of `!*[]{}\/`.
    AccountName,
}

impl ProjectReason {
    /// Whether Argo CD refuses the project for it.
    pub fn is_refused(&self) -> bool {
        *self != Self::WindowTimeZone
    }
}

impl fmt::Display for ProjectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::DeniesAll => "`!*` denies everything",
            Self::Repeated => "it was there before",
            Self::RoleName => "a name of a role has letters, digits, `-` and `_`, and a letter or digit at both ends",
            Self::PolicyShape => "a policy is `p, subject, resource, action, object, effect`",
            Self::PolicySubject(wanted) => return write!(f, "the subject has to be `{wanted}`"),
            Self::PolicyResource(found) => return write!(f, "no project holds the resource `{found}`"),
            Self::PolicyAction(found) => return write!(f, "there is no action `{found}`"),
            Self::PolicyObject(project) => {
                return write!(f, "the object has to be `{project}/NAME` or `{project}/NAMESPACE/NAME`");
            }
            Self::PolicyEffect(found) => return write!(f, "the effect is `allow` or `deny`, not `{found}`"),
            Self::GroupUnquoted => "a group with a comma needs quotes around it",
            Self::GroupEmpty => "the group is empty",
            Self::GroupCharacters => "a group has no quotes, tabs or ends of lines inside",
            Self::GroupSpace => "a group has no blanks at its ends",
            Self::WindowKind => "the kind is `allow` or `deny`",
            Self::WindowSchedule(why) => return write!(f, "the schedule can't be read: {why}"),
            Self::WindowDuration => "a duration is a number with a unit, as `1h30m`",
            Self::WindowDescription => "a description has at most 255 bytes",
            Self::WindowForNothing => "a window needs applications, namespaces or clusters",
            Self::WindowTimeZone => "there is no such time zone; Argo CD would use UTC",
            Self::AccountPattern => "it is no glob, or has a `!`",
            Self::AccountName => "the account is empty, or has one of `!*[]{}\\/`",
        };
        f.write_str(text)
    }
}
