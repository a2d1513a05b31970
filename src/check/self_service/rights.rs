//! What the account of the workflows may do, asked of the simulator of Argo CD's RBAC.

use std::collections::{BTreeMap, BTreeSet};

use super::apps::first_of;
use crate::check::Facts;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::judge::{Judge, subject};
use crate::model::reference::unknown;
use crate::model::rights::{ANYBODY, Rights};
use crate::model::self_service::{Chosen, Deed};
use crate::model::spec::{AccountCapability, LocalAccount, Mode, Orkes, SelfService, Spec};
use crate::rbac::operations::{App, Operation};
use crate::shape::Named;

crate::codes! {
    /// The account of the workflows is not one that is made for them.
    ///
    /// The account `admin` can do everything, and should be switched off. An account that can sign in with a password can be used by a
    /// person, and then nobody knows who did what. Declare one under `access.accounts` with `capabilities: [apiKey]`
    /// and nothing else.
    WORKFLOW_ACCOUNT = "workflow-account";
    /// The account of the workflows may not do what an action does with an app.
    ///
    /// The run would fail at the call of Argo CD, with `permission denied`. The message names the app and the help line the line that is
    /// missing. Add it to a role of the account, or take the app out of the action.
    ACTION_NOT_PERMITTED = "action-not-permitted";
    /// The account of the workflows may do more than the actions need.
    ///
    /// Its token lies in a pod, so what it may do beyond the actions is only a risk. Narrow its roles to the actions and the
    /// apps that are reached.
    WORKFLOW_ACCOUNT_EXCESS = "workflow-account-excess": note;
}

/// Whether a sync to another revision needs `override` (Argo CD 3.x, argocd-cm).
const OVERRIDE_KEY: &str = "application.sync.requireOverridePrivilegeForRevisionSync";

/// Runs the rules.
pub fn check(facts: &Facts, own: &SelfService, chosen: &[Chosen], bag: &mut Bag) {
    let Some(orkes) = own.orkes.as_deref() else { return };
    if &*orkes.account == "admin" {
        let help = "declare an account under `access.accounts` with `capabilities: [apiKey]`, and name it here";
        let message = "the workflows would act as `admin`, who can do everything";
        bag.push(Finding::error(&WORKFLOW_ACCOUNT, orkes.account.span, message, help));
        return;
    }
    let accounts = facts.spec.access.as_deref().map(|access| &access.accounts);
    let known: Vec<&str> = accounts.iter().flat_map(|accounts| accounts.names()).collect();
    let Some(account) = accounts.and_then(|accounts| accounts.named(&orkes.account)) else {
        if accounts.is_none_or(|accounts| !accounts.has(&orkes.account)) {
            bag.push(unknown("account", &orkes.account, known, "access.accounts"));
        }
        return;
    };
    form(account, bag);
    let judge = Judge::new(facts.spec);
    let mut needed: Needed = BTreeMap::new();
    for chosen in chosen.iter().filter(|chosen| chosen.action.mode == Mode::Api) {
        permitted(facts, orkes, account, &judge, chosen, &mut needed, bag);
    }
    if bag.errors() == 0 {
        excess(facts, account, &judge, &needed, bag);
    }
}

/// Actions, each with the objects that they are needed for.
type Needed = BTreeMap<&'static str, BTreeSet<String>>;

fn form(account: &Named<LocalAccount>, bag: &mut Bag) {
    let words: Vec<&str> = account.item.capabilities.iter().map(|c| c.word()).collect();
    let key = words.contains(&AccountCapability::ApiKey.word());
    let disabled = account.item.enabled == Some(false);
    if key && words.len() == 1 && !disabled {
        return;
    }
    let what = match (disabled, key) {
        (true, _) => "is switched off",
        (_, false) => "can have no token",
        _ => "can sign in with a password too",
    };
    let message = format!("the account `{}` of the workflows {what}", &*account.name);
    let help = "write `capabilities: [apiKey]`, and leave `enabled` out";
    bag.push(Finding::error(&WORKFLOW_ACCOUNT, account.name.span, message, help));
}

fn permitted(
    facts: &Facts,
    orkes: &Orkes,
    account: &Named<LocalAccount>,
    judge: &Judge,
    chosen: &Chosen,
    needed: &mut Needed,
    bag: &mut Bag,
) {
    let who = subject(facts.spec.access.as_deref(), &orkes.account, &[]);
    let mut missing: BTreeMap<&'static str, Vec<&Instance>> = BTreeMap::new();
    for app in &chosen.apps {
        let project = facts.spec.project_name(app.body.project.as_ref(), app.category());
        let of = App { project: &project, namespace: None, name: &app.name };
        for (verb, operation) in operations(facts.spec, chosen.deed, judge) {
            needed.entry(verb).or_default().insert(of.object());
            let answers = judge.rbac.can(&who, operation, of);
            if !answers.iter().all(|answer| answer.allowed) {
                missing.entry(verb).or_default().push(app);
            }
        }
    }
    for (verb, apps) in missing {
        let Some((first, names)) = first_of(&apps) else { continue };
        let project = facts.spec.project_name(first.body.project.as_ref(), first.category());
        let (name, deed) = (&*account.name, chosen.deed.key());
        let message = format!("the account `{name}` may not `{verb}` what the action `{deed}` reaches: {names}");
        let object = format!("{project}/{}", first.name);
        let place = match account.item.roles.first() {
            Some(role) => format!("role `{}`", &**role),
            None => format!("account `{name}`"),
        };
        let help = format!(
            "add `{{ applications: [{verb}], in: {object} }}` to `allow` of the {place}; the line that is missing is \
             `p, {name}, applications, {verb}, {object}, allow`"
        );
        let finding = Finding::error(&ACTION_NOT_PERMITTED, chosen.action.span, message, help);
        bag.push(finding.also(account.name.span, "the account").also(first.span(), "the app"));
    }
}

/// What a workflow does with an Application, each with the action of policies.
fn operations(spec: &Spec, deed: Deed, judge: &Judge) -> Vec<(&'static str, Operation<'static>)> {
    let get = ("get", Operation::View);
    let sync = ("sync", Operation::Sync);
    match deed {
        Deed::DeployRevision if guards_revisions(spec) => vec![get, sync, ("override", Operation::SyncOverride)],
        Deed::Sync | Deed::DeployRevision => vec![get, sync],
        Deed::Rollback => {
            let own =
                judge.rbac.settings().rollback && judge.rbac.settings().version >= crate::rbac::Version::new(3, 6);
            vec![get, (if own { "rollback" } else { "sync" }, Operation::Rollback)]
        }
    }
}

fn guards_revisions(spec: &Spec) -> bool {
    let settings = spec.platform.argocd.as_ref().and_then(|argocd| argocd.settings.as_ref());
    let value = settings.and_then(|settings| settings.map.get(OVERRIDE_KEY));
    value.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

fn excess(facts: &Facts, account: &Named<LocalAccount>, judge: &Judge, needed: &Needed, bag: &mut Bag) {
    let wanted = |label: &str| label == &*account.name || label == ANYBODY;
    let rights = Rights::of_some(facts.spec, facts.resolved, judge, wanted);
    let empty = BTreeMap::new();
    let anybody = rights.of.get(ANYBODY).unwrap_or(&empty);
    let mut more: Vec<String> = Vec::new();
    for (deed, objects) in rights.of.get(&*account.name).unwrap_or(&empty) {
        let (kind, action) = (&*deed.0, &*deed.1);
        let used = (kind == "applications").then(|| needed.get(action)).flatten();
        let shared = anybody.get(deed);
        let is_more = |object: &&String| {
            !used.is_some_and(|used| used.contains(*object)) && !shared.is_some_and(|shared| shared.contains(*object))
        };
        if let Some(first) = objects.iter().find(is_more) {
            let rest = objects.iter().filter(is_more).count() - 1;
            let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
            more.push(format!("{action} {kind} {first}{rest}"));
        }
    }
    if !more.is_empty() {
        let message =
            format!("the account `{}` may do more than the actions need: {}", &*account.name, more.join(", "));
        let help = "narrow its roles to the actions, and `in` to the apps that they reach";
        bag.push(Finding::note(&WORKFLOW_ACCOUNT_EXCESS, account.name.span, message, help));
    }
}
