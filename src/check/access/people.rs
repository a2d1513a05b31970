//! Roles, groups and accounts: that they are there, and that they are what they seem.

use std::collections::BTreeSet;

use crate::diag::{Bag, Finding};
use crate::model::access::{BUILT_IN_ROLES, bare, groups, roles};
use crate::model::judge::is_role;
use crate::model::reference::unknown;
use crate::model::spec::{Access, LocalAccount};
use crate::shape::{Named, Text};

crate::codes! {
    /// Whoever signs in has a role that lets them see or do more than their own.
    ///
    /// What the default role allows can't be denied to anybody (Argo CD 3.x, enforcement of `policy.default`). With
    /// `readonly` every login reads everything: manifests, parameters, logs. Give a role of your own that allows little.
    BROAD_DEFAULT_ROLE = "broad-default-role": warning;
    /// Whoever has not signed in gets a role that others have too.
    ///
    /// Anonymous access gives the default role to everybody who reaches the server. Only a role that is made for that
    /// belongs there: one that is not built in and that no group or account has.
    ANONYMOUS_DEFAULT_ROLE = "anonymous-default-role";
    /// A group of single sign-on has rights of its own but no role, so that Argo CD never looks at them.
    ///
    /// A group counts only when some `g` line names it (Argo CD 3.x, `util/rbac`), though `argocd admin settings rbac can`
    /// says yes. Give the rights to a role, and the role to the group.
    GROUP_DIRECT_GRANT = "group-direct-grant": warning;
    /// A local account has a role by its name, while people sign in by single sign-on.
    ///
    /// Whoever has a group of that name there gets the role as well. Roles of the spec are written out for accounts; the
    /// built-in ones can't be, and neither is an entry under `groups` that has the name of an account.
    LOCAL_USER_ROLE_BINDING = "local-user-role-binding": warning;
    /// A role of Argo CD is added to.
    ///
    /// `readonly` and `admin` mean what their names say to everybody who knows Argo CD. Define a role of another name.
    BUILTIN_ROLE_REDEFINED = "builtin-role-redefined": warning;
    /// A role that nobody has, or that allows and denies nothing.
    ///
    /// It is text that does nothing. Give it to a group, or take it out.
    IDLE_ROLE = "idle-role": warning;
    /// An account has a name that Argo CD does not take, or no way to sign in.
    ///
    /// Names have at most 32 characters; capabilities are `apiKey` and `login`.
    ACCOUNT_FORM = "account-form";
}

/// Longest name of an account (Argo CD 3.x, `util/settings` accounts).
const LONGEST: usize = 32;

/// Runs the rules.
pub fn check(access: &Access, bag: &mut Bag) {
    references(access, bag);
    defaults(access, bag);
    for role in roles(access).filter(|role| BUILT_IN_ROLES.contains(&bare(&role.name))) {
        let message = format!("the role `{}` is one of Argo CD, and this adds to it", &*role.name);
        bag.push(Finding::warning(&BUILTIN_ROLE_REDEFINED, role.name.span, message, "define a role of another name"));
    }
    for group in groups(access) {
        let granted = &group.item.0;
        let direct = !granted.allow.is_empty() || !granted.deny.is_empty();
        if direct && granted.roles.is_empty() && !access.accounts.has(&group.name) {
            let message = format!("Argo CD never looks at the rights of group `{}`, which has no role", &*group.name);
            let help = "move `allow` and `deny` into a role, and give that to the group";
            bag.push(Finding::warning(&GROUP_DIRECT_GRANT, group.name.span, message, help));
        }
    }
    access.accounts.iter().for_each(|account| of_account(access, account, bag));
    idle(access, bag);
}

/// Every role that is given or inherited.
fn given(access: &Access) -> impl Iterator<Item = &Text> {
    let by_roles = roles(access).flat_map(|role| role.item.roles.iter());
    let by_groups = groups(access).flat_map(|group| group.item.0.roles.iter());
    let by_accounts = access.accounts.iter().flat_map(|account| account.item.roles.iter());
    by_roles.chain(by_groups).chain(by_accounts).chain(&access.default)
}

fn references(access: &Access, bag: &mut Bag) {
    for role in given(access).filter(|role| !is_role(access, role)) {
        let known = roles(access).map(|known| &*known.name).chain(BUILT_IN_ROLES);
        bag.push(unknown("role", role, known, "access.roles"));
    }
}

fn defaults(access: &Access, bag: &mut Bag) {
    let Some(default) = &access.default else { return };
    let built_in = BUILT_IN_ROLES.contains(&bare(default));
    if access.anonymous == Some(true) {
        let others = given(access).filter(|role| !std::ptr::eq(*role, default));
        let shared = others.into_iter().find(|role| bare(role) == bare(default));
        if built_in || shared.is_some() {
            let message = format!("whoever has not signed in has the role `{}`", &**default);
            let help = "make a role for that, such as `unauthenticated`, and name it as `default`";
            let finding = Finding::error(&ANONYMOUS_DEFAULT_ROLE, default.span, message, help);
            bag.push(shared.into_iter().fold(finding, |finding, role| finding.also(role.span, "others have it too")));
        }
    } else if built_in {
        let message = format!("whoever signs in has the role `{}`, and nothing can be denied to them", &**default);
        let help = "make a role that allows little, such as `authenticated`, and name it as `default`";
        bag.push(Finding::warning(&BROAD_DEFAULT_ROLE, default.span, message, help));
    }
}

fn of_account(access: &Access, account: &Named<LocalAccount>, bag: &mut Bag) {
    let name = &account.name;
    if name.chars().count() > LONGEST {
        let message = format!("the name of account `{}` has more than {LONGEST} characters", &**name);
        bag.push(Finding::error(&ACCOUNT_FORM, name.span, message, "shorten it"));
    }
    if account.item.capabilities.is_empty() {
        let message = format!("account `{}` has no way to sign in", &**name);
        bag.push(Finding::error(&ACCOUNT_FORM, name.span, message, "add `capabilities: [apiKey]`, or `[login]`"));
    }
    if access.sso.is_none() {
        return;
    }
    let built_in = account.item.roles.iter().find(|role| BUILT_IN_ROLES.contains(&bare(role)));
    let as_group = groups(access).find(|group| group.name == *name).map(|group| &group.name);
    if let Some(place) = built_in.or(as_group) {
        let message = format!("a group called `{}` at single sign-on would get what this account has", &**name);
        let help = "give the account rights of its own with `allow`, or roles of the spec under `accounts`";
        let finding = Finding::warning(&LOCAL_USER_ROLE_BINDING, place.span, message, help);
        bag.push(finding.also(name.span, "the account"));
    }
}

fn idle(access: &Access, bag: &mut Bag) {
    let used: BTreeSet<&str> = given(access).map(|role| bare(role)).collect();
    for role in roles(access) {
        let name = &*role.name;
        let empty = role.item.allow.is_empty() && role.item.deny.is_empty() && role.item.roles.is_empty();
        let what = match (used.contains(bare(name)), empty) {
            (_, true) => "allows and denies nothing",
            (false, _) => "is given to nobody",
            _ => continue,
        };
        let message = format!("the role `{name}` {what}");
        let help = "give it to a group under `groups`, or take it out";
        bag.push(Finding::warning(&IDLE_ROLE, role.name.span, message, help));
    }
}
