//! What Argo CD's RBAC answers, without Argo CD: policies read, roles followed, questions decided.
//!
//! | module | holds |
//! |---|---|
//! | [`policy`] | texts of `argocd-rbac-cm` and of project roles as rules and grants, each with its line |
//! | [`matching`] | patterns: globs and regular expressions, as the Go libraries of Argo CD match them |
//! | [`model`] | the rules of one source by subject, and who has which roles |
//! | [`builtin`] | the roles that every Argo CD has |
//! | [`claims`] | tokens of users: subject and groups |
//! | [`enforce`] | the order of questions, and which line decided |
//! | [`operations`] | what one click asks for |
//! | [`lint`] | resources, actions and objects that exist |
//! | [`project`] | what Argo CD refuses in an AppProject |
//! | [`times`] | when sync windows are open |
//!
//! Nothing here knows the spec, files or findings. A caller gives texts, and gets places in these texts.
//! `conformance/argocd` compares the answers with those of Argo CD itself. See `docs/RBAC.md`.

mod csv;
mod go;

pub mod builtin;
pub mod claims;
pub mod enforce;
pub mod lint;
pub mod matching;
pub mod model;
pub mod operations;
pub mod policy;
pub mod project;
mod schedule;
pub mod times;

pub use claims::{Claims, Subject};
pub use enforce::{Asked, Decision, Query, Rbac, Role, Verdict};
pub use matching::MatchMode;
pub use policy::{LineRef, Origin, Policies};

/// A version of Argo CD: major and minor. Where they differ, the rules follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl Version {
    /// The version `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

/// How an Argo CD is set up, as far as RBAC goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which Argo CD it is.
    pub version: Version,
    /// `policy.matchMode` of `argocd-rbac-cm`.
    pub mode: MatchMode,
    /// `policy.default`: the role that everybody has; empty for none.
    pub default_role: String,
    /// `scopes`: the claims that name groups.
    pub scopes: Vec<String>,
    /// `server.rbac.disableApplicationFineGrainedRBACInheritance` of `argocd-cm`, turned round: `update` and
    /// `delete` of an Application also count for its resources.
    pub inheritance: bool,
    /// Whether logs need a right of their own: always from 3.0 on, before that `server.rbac.log.enforce.enable`.
    pub logs: bool,
    /// `server.rbac.rollback.enforce.enable`, from 3.6 on: a rollback needs `rollback`, not `sync`.
    pub rollback: bool,
}

impl Settings {
    /// What an Argo CD of this version does when nothing is set.
    pub fn of(version: Version) -> Self {
        Self {
            version,
            mode: MatchMode::Glob,
            default_role: String::new(),
            scopes: vec!["groups".to_owned()],
            inheritance: version < Version::new(3, 0),
            logs: version >= Version::new(3, 0),
            rollback: false,
        }
    }
}
