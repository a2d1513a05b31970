//! Which apps actions reach, and whether the actions can do there what they say.

use std::collections::BTreeSet;

use crate::check::Facts;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::self_service::{Chosen, Deed, approval, syncs_by_itself};
use crate::model::spec::{Mode, RequiredApproval, SelfService};

crate::codes! {
    /// The selectors of an action fit no app.
    ///
    /// An app has to fit each selector that is given: `apps`, `categories` and `environments`, and not stand under `except`.
    /// Port would show an action that nobody can run.
    ACTION_WITHOUT_APPS = "action-without-apps";
    /// An action rolls back or deploys a revision by the API of Argo CD, and reaches an app that syncs by itself.
    ///
    /// Argo CD refuses a rollback while automated sync is on, and a sync to another revision than the one of the
    /// Application (Argo CD 3.x, `server/application`, Rollback and Sync). Write `mode: git`, so that the repository changes, or switch automated sync off for the app,
    /// or take it out of the action.
    ACTION_NEEDS_MANUAL_SYNC = "action-needs-manual-sync";
    /// An action reaches an app in a protected environment, and nobody has to approve it.
    ///
    /// Whoever sees the action in Port could change what is protected. Add the environment under
    /// `selfService.approvals`, or `requiredApproval` to the action, or take the environment out of it.
    PROTECTED_WITHOUT_APPROVAL = "protected-without-approval";
    /// An action that syncs has the mode `git`.
    ///
    /// A sync changes nothing in the repository, so there would be nothing to propose. Take `mode` out.
    SYNC_BY_GIT = "sync-by-git";
    /// An approval of an environment that no action reaches.
    ///
    /// It guards nothing. Let an action reach the environment, or take the approval out.
    UNUSED_APPROVAL = "unused-approval": warning;
}

/// Runs the rules.
pub fn check(facts: &Facts, own: &SelfService, chosen: &[Chosen], bag: &mut Bag) {
    for chosen in chosen {
        if chosen.apps.is_empty() && bag.errors() == 0 {
            let message = format!("the action `{}` reaches no app", chosen.deed.key());
            let help = "mend the selectors: an app has to fit all of them";
            bag.push(Finding::error(&ACTION_WITHOUT_APPS, chosen.action.span, message, help));
        }
        if (chosen.deed, chosen.action.mode) == (Deed::Sync, Mode::Git) {
            let help = "take `mode: git` out: a sync applies what the repository says already";
            bag.push(Finding::error(&SYNC_BY_GIT, chosen.action.span, "a sync has nothing to propose", help));
        }
        manual(chosen, bag);
        protected(facts, chosen, bag);
    }
    let reached: BTreeSet<&str> =
        chosen.iter().flat_map(|chosen| chosen.apps.iter()).filter_map(|app| app.environment.as_deref()).collect();
    let known = own.approvals.iter().filter(|approval| facts.spec.environments.has(&approval.name));
    for approval in known.filter(|approval| !reached.contains(&*approval.name)) {
        let message = format!("no action reaches the environment `{}`", &*approval.name);
        let help = "let an action reach it, or take the approval out";
        bag.push(Finding::warning(&UNUSED_APPROVAL, approval.name.span, message, help));
    }
}

/// The first of some apps, with how many there are besides.
pub fn first_of<'a>(apps: &[&'a Instance]) -> Option<(&'a Instance, String)> {
    let first = apps.first()?;
    let more = match apps.len() {
        0 | 1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    Some((first, format!("`{}`{more}", first.name)))
}

fn manual(chosen: &Chosen, bag: &mut Bag) {
    if chosen.deed == Deed::Sync || chosen.action.mode == Mode::Git {
        return;
    }
    let automated: Vec<&Instance> = chosen.apps.iter().copied().filter(|app| syncs_by_itself(app)).collect();
    let Some((first, names)) = first_of(&automated) else { return };
    let what = if chosen.deed == Deed::Rollback { "to roll back" } else { "to deploy another revision of" };
    let message = format!("Argo CD refuses {what} an Application that syncs by itself: {names}");
    let help = "write `mode: git`, or `sync: { automated: false }` at the app, or take it out by `except`";
    let finding = Finding::error(&ACTION_NEEDS_MANUAL_SYNC, chosen.action.span, message, help);
    bag.push(finding.also(first.span(), "this app syncs by itself"));
}

fn protected(facts: &Facts, chosen: &Chosen, bag: &mut Bag) {
    if chosen.action.required_approval.is_some_and(RequiredApproval::is_needed) {
        return;
    }
    let protected = |name: &str| facts.spec.environments.named(name).is_some_and(|e| e.item.protected == Some(true));
    let open = chosen.apps.iter().copied().filter(|app| approval(facts.spec, app).is_none());
    let open: Vec<&Instance> = open.filter(|app| app.environment.as_deref().is_some_and(protected)).collect();
    let Some((first, names)) = first_of(&open) else { return };
    let environment = first.environment.as_deref().unwrap_or_default();
    let deed = chosen.deed.key();
    let message =
        format!("the action `{deed}` needs no approval in the protected environment `{environment}`: {names}");
    let help = format!("add `{environment}: {{ teams: […] }}` under `selfService.approvals`");
    let finding = Finding::error(&PROTECTED_WITHOUT_APPROVAL, chosen.action.span, message, help);
    bag.push(finding.also(first.span(), "this app"));
}
