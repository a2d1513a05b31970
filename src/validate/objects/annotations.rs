//! Waves, hooks and other annotations of Argo CD (Argo CD 3.x, `docs/user-guide/annotations-and-labels.md`).

use super::look::Look;
use crate::base::{Entry, Span, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A sync wave is no whole number, so that Argo CD takes it for 0.
    ///
    /// It says so nowhere; the object is simply applied with the first wave. Write a whole number in quotes,
    /// such as `"5"` or `"-1"`.
    SYNC_WAVE_FORM = "sync-wave-form";
    /// A hook has a phase that Argo CD does not know.
    ///
    /// The object counts as a hook all the same, so it is no part of the normal sync; and a phase that does not exist
    /// never comes (Argo CD 3.x, `hook.Types`). So it is never applied, in silence.
    ///
    /// The phases are `PreSync`, `Sync`, `PostSync`, `SyncFail`, `PreDelete`, `PostDelete`, and `Skip` for what is not to be
    /// applied at all. Several are joined by commas.
    UNKNOWN_HOOK = "unknown-hook": error fixable;
    /// A policy for the deletion of a hook is one that Argo CD does not know, so it is passed over.
    ///
    /// The hook is then kept until the next sync, as if there were no policy. The policies are `HookSucceeded`, `HookFailed`
    /// and `BeforeHookCreation`; several are joined by commas.
    UNKNOWN_DELETE_POLICY = "unknown-delete-policy": error fixable;
    /// An object has a policy for the deletion of hooks, and is no hook.
    ///
    /// The policy has no effect: the object is applied and kept as any other. Add `argocd.argoproj.io/hook`, or take the
    /// policy out.
    DELETE_POLICY_WITHOUT_HOOK = "delete-policy-without-hook": warning;
    /// A compare option is one that Argo CD does not know, so it is passed over.
    ///
    /// The options are `IgnoreExtraneous`, `IgnoreResourceUpdates`, `ServerSideDiff=true` and `IncludeMutationWebhook=true`;
    /// several are joined by commas.
    UNKNOWN_COMPARE_OPTION = "unknown-compare-option": error fixable;
    /// An annotation of Argo CD is misspelled.
    ///
    /// Annotations may have any key, so nobody complains, and what was meant does not happen. The help line names the key
    /// that comes nearest.
    MISSPELLED_ANNOTATION = "misspelled-annotation": warning fixable;
}

const PREFIX: &str = "argocd.argoproj.io/";
const HOOK: &str = "argocd.argoproj.io/hook";
const HOOKS: &[&str] = &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"];
const POLICIES: &[&str] = &["HookSucceeded", "HookFailed", "BeforeHookCreation"];
const COMPARE: &[&str] = &[
    "IgnoreExtraneous",
    "IgnoreResourceUpdates",
    "ServerSideDiff=true",
    "ServerSideDiff=false",
    "IncludeMutationWebhook=true",
    "IncludeMutationWebhook=false",
];
/// Keys behind the prefix.
const KEYS: &[&str] = &[
    "application-set-refresh",
    "client-side-apply-migration-manager",
    "compare-options",
    "deletion-approved",
    "health-aggregate-overrides",
    "hook",
    "hook-delete-policy",
    "hydrate",
    "hydrate-timestamp",
    "ignore-default-links",
    "ignore-healthcheck",
    "ignore-resource-updates",
    "ignore-restart-policy",
    "installation-id",
    "managed-by-url",
    "manifest-generate-paths",
    "refresh",
    "refresh-timestamp",
    "skip-reconcile",
    "sync-options",
    "sync-wave",
    "tracking-id",
];

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    for entry in look.annotations() {
        let Some(key) = entry.key.strip_prefix(PREFIX) else {
            misspelled_prefix(look, entry, bag);
            continue;
        };
        let Some(text) = entry.value.as_str().filter(|text| !text.contains("{{")) else { continue };
        match key {
            "sync-wave" if !is_wave(text) => {
                let message = format!("`{text}` is no whole number, so Argo CD takes the wave for 0");
                let help = "write a whole number in quotes, such as `\"5\"` or `\"-1\"`";
                bag.push(Finding::error(&SYNC_WAVE_FORM, look.at(entry.value.span), message, help));
            }
            "hook" => hook(look, entry, text, bag),
            "hook-delete-policy" => policy(look, entry, text, bag),
            "compare-options" => {
                for part in unknown(text, COMPARE) {
                    let message = format!("`{part}` is no compare option, and Argo CD passes over it");
                    let span = look.at(entry.value.span);
                    let finding = Finding::error(&UNKNOWN_COMPARE_OPTION, span, message, help(part, COMPARE));
                    bag.push(mended(finding, span, part, COMPARE));
                }
            }
            _ => misspelled(look, entry, key, bag),
        }
    }
}

/// Whether Go's `strconv.Atoi` reads it.
fn is_wave(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

fn hook(look: &Look, entry: &Entry, text: &str, bag: &mut Bag) {
    for part in unknown(text, HOOKS) {
        let rest = text.split(',').any(|p| HOOKS.contains(&p.trim()));
        let message = match rest {
            true => format!("`{part}` is no phase of a sync, and Argo CD passes over it"),
            false => format!("`{part}` is no phase of a sync, so {} `{}` is never applied", look.kind, look.name),
        };
        let span = look.at(entry.value.span);
        bag.push(mended(Finding::error(&UNKNOWN_HOOK, span, message, help(part, HOOKS)), span, part, HOOKS));
    }
}

fn policy(look: &Look, entry: &Entry, text: &str, bag: &mut Bag) {
    for part in unknown(text, POLICIES) {
        let message = format!("`{part}` is no policy for the deletion of hooks, and Argo CD passes over it");
        let span = look.at(entry.value.span);
        let finding = Finding::error(&UNKNOWN_DELETE_POLICY, span, message, help(part, POLICIES));
        bag.push(mended(finding, span, part, POLICIES));
    }
    let is_hook = look.annotation(HOOK).is_some() || look.annotation("helm.sh/hook").is_some();
    if !is_hook {
        let message = format!("{} `{}` is no hook, so this policy has no effect", look.kind, look.name);
        let help = format!("add the annotation `{HOOK}`, or take this one out");
        bag.push(Finding::warning(&DELETE_POLICY_WITHOUT_HOOK, look.key(entry), message, help));
    }
}

fn misspelled(look: &Look, entry: &Entry, key: &str, bag: &mut Bag) {
    if KEYS.contains(&key) {
        return;
    }
    if let Some(near) = suggest::nearest(key, KEYS.iter().copied()) {
        let message = format!("Argo CD knows no annotation `{}`", entry.key);
        let help = format!("did you mean `{PREFIX}{near}`?");
        let finding = Finding::warning(&MISSPELLED_ANNOTATION, look.key(entry), message, help);
        bag.push(match suggest::sure(key, KEYS.iter().copied()) {
            Some(sure) => finding.replacing(look.key(entry), &*entry.key, format!("{PREFIX}{sure}")),
            None => finding,
        });
    }
}

/// A key of Argo CD under a prefix that is nearly its own.
fn misspelled_prefix(look: &Look, entry: &Entry, bag: &mut Bag) {
    let Some((prefix, key)) = entry.key.split_once('/').filter(|(_, key)| KEYS.contains(key)) else { return };
    // Single words are anybody's.
    let telling = key.contains('-') || prefix.contains("argo");
    let wanted = PREFIX.trim_end_matches('/');
    let near = prefix == "argoproj.io" || suggest::nearest(prefix, [wanted]).is_some();
    if telling && near && !prefix.ends_with(".argocd.argoproj.io") {
        let message = format!("Argo CD knows no annotation `{}`", entry.key);
        let help = format!("did you mean `{PREFIX}{key}`?");
        bag.push(Finding::warning(&MISSPELLED_ANNOTATION, look.key(entry), message, help));
    }
}

fn unknown<'t>(text: &'t str, known: &'static [&'static str]) -> impl Iterator<Item = &'t str> {
    text.split(',').map(str::trim).filter(|part| !known.contains(part))
}

/// Mends a word that stands alone; one among others is left to people.
fn mended(finding: Finding, span: Span, part: &str, known: &[&str]) -> Finding {
    match suggest::sure(part, known.iter().copied()) {
        Some(sure) => finding.replacing(span, part, sure),
        None => finding,
    }
}

fn help(part: &str, known: &[&str]) -> String {
    match suggest::nearest(part, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", suggest::listing(known.iter().copied(), 10)),
    }
}
