//! `sailplan rbac who`.

use std::process::ExitCode;

use clap::Args;

use super::{Common, read};
use crate::model::rights::everybody;
use crate::rbac::Query;

/// Arguments of `rbac who`.
#[derive(Debug, Args)]
pub struct WhoArgs {
    #[command(flatten)]
    pub common: Common,
    /// What is done, as `sync`.
    action: String,
    /// The kind of thing, as `applications`.
    resource: String,
    /// The thing, as `PROJECT/APP`.
    object: String,
}

/// Runs it.
pub fn run(args: &WhoArgs) -> Option<ExitCode> {
    let read = read(&args.common, args.common.file.as_deref())?;
    let query = Query { resource: &args.resource, action: &args.action, object: &args.object };
    let mut found = false;
    for (name, who) in everybody(&read.spec) {
        let decision = read.judge.rbac.decide(&who, query);
        if decision.allowed {
            found = true;
            let by = decision.by.map(|line| format!(", by {}", read.told(line))).unwrap_or_default();
            println!("{name}{by}");
        }
    }
    if !found {
        println!("nobody");
    }
    Some(ExitCode::from(u8::from(!found)))
}
