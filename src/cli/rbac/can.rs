//! `sailplan rbac can`.

use std::process::ExitCode;

use clap::Args;

use super::{Common, fail, read};
use crate::model::judge::subject;
use crate::rbac::{Query, Subject};

/// Arguments of `rbac can`.
#[derive(Debug, Args)]
pub struct CanArgs {
    #[command(flatten)]
    pub common: Common,
    /// A group or user of single sign-on, a local account, `role:NAME`, or `proj:PROJECT:ROLE`.
    subject: String,
    /// What is done, as `sync` or `delete/apps/Deployment/NAMESPACE/NAME`.
    action: String,
    /// The kind of thing, as `applications`.
    resource: String,
    /// The thing, as `PROJECT/APP`; anything of the kind when left out.
    #[arg(default_value = "*")]
    object: String,
    /// Further groups of the user.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Claims of the user's token as JSON, when they are to say who it is besides its subject.
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
}

/// Runs it.
pub fn run(args: &CanArgs) -> Option<ExitCode> {
    let read = read(&args.common, args.common.file.as_deref())?;
    let groups: Vec<&str> = args.groups.iter().map(String::as_str).collect();
    let name = args.subject.as_str();
    let who = match &args.claims {
        Some(claims) => of_claims(name, claims)?,
        None => subject(read.spec.access.as_deref(), name, &groups),
    };
    let query = Query { resource: &args.resource, action: &args.action, object: &args.object };
    let decision = read.judge.rbac.decide(&who, query);
    println!("{}", if decision.allowed { "yes" } else { "no" });
    match (decision.by, decision.allowed) {
        (Some(line), true) => println!("allowed by {}", read.told(line)),
        (Some(line), false) => println!("denied by {}", read.told(line)),
        (None, _) => println!("no line speaks of it"),
    }
    decision.via.iter().for_each(|step| println!("as {}, by {}", step.role, read.told(step.line)));
    if name == "admin" && read.spec.access.as_ref().is_some_and(|access| access.admin == Some(false)) {
        println!("the account admin may not sign in, whatever it could do");
    }
    let account = read.spec.access.as_deref().and_then(|access| access.accounts.named(name));
    if account.is_some_and(|account| account.item.enabled == Some(false)) {
        println!("the account {name} may not sign in, whatever it could do");
    }
    Some(ExitCode::from(u8::from(!decision.allowed)))
}

/// Somebody with these claims, and that subject unless they say another.
fn of_claims(name: &str, claims: &str) -> Option<Subject> {
    match serde_json::from_str::<serde_json::Map<_, _>>(claims) {
        Ok(mut claims) => {
            claims.entry("sub").or_insert_with(|| name.into());
            Some(Subject::token(claims))
        }
        Err(error) => {
            fail(&format!("--claims is no JSON object: {error}"));
            None
        }
    }
}
