//! Steps of a rolling sync (Argo CD 3.x, `docs/operator-manual/applicationset/Progressive-Syncs.md`).

use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::validate::objects::look::Look;

crate::codes! {
    /// A step of a rolling sync takes no Application of the set.
    ///
    /// Steps choose Applications by their labels, and the template gives none that fits. The step is passed over, and
    /// Applications that no step takes are not synced at all: RollingSync turns their automated sync off.
    ///
    /// Give the template the label under `metadata.labels`, or mend the expression.
    ROLLING_STEP_HITS_NOTHING = "rolling-step-hits-nothing": warning;
    /// Applications of a rolling sync are to sync by themselves as well.
    ///
    /// RollingSync turns `syncPolicy.automated` off in all Applications of the set, and starts each sync itself; pruning and
    /// self-healing between these do not happen. Take `automated` out, so that nobody counts on it.
    ROLLING_SYNC_AUTOMATED = "rolling-sync-automated": note;
}

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    let Some(strategy) = look.spec("strategy").filter(|s| s.str_at("type") == Some("RollingSync")) else { return };
    let template = look.spec("template");
    let labels = template.and_then(|t| t.get("metadata")).and_then(|m| m.get("labels"));
    let steps = strategy.get("rollingSync").and_then(|r| r.get("steps")).and_then(Value::as_list).unwrap_or_default();
    if look.spec("templatePatch").is_none() {
        let all = steps.iter().filter_map(|s| s.get("matchExpressions").and_then(Value::as_list)).flatten();
        all.for_each(|expression| step(look, expression, labels, bag));
    }
    let policy = template.and_then(|t| t.get("spec")).and_then(|s| s.get("syncPolicy")).and_then(Value::as_map);
    if let Some(automated) = policy.and_then(|p| p.entry("automated"))
        && automated.value.get("enabled").and_then(Value::as_bool) != Some(false)
    {
        let message = format!("RollingSync turns the automated sync of the Applications of `{}` off", look.name);
        let help = "take `automated` out of the template";
        bag.push(Finding::note(&ROLLING_SYNC_AUTOMATED, look.key(automated), message, help));
    }
}

fn step(look: &Look, expression: &Value, labels: Option<&Value>, bag: &mut Bag) {
    let Some(key) = expression.str_at("key") else { return };
    let values = expression.get("values").and_then(Value::as_list).unwrap_or_default();
    let wanted = || values.iter().filter_map(Value::as_str);
    if expression.str_at("operator") != Some("In") {
        return;
    }
    let label = labels.and_then(|l| l.str_at(key));
    let message = match label {
        None => format!("no Application of `{}` has the label `{key}`", look.name),
        Some(label) if !label.contains("{{") && !wanted().any(|w| w == label) => {
            format!("all Applications of `{}` have the label `{key}: {label}`, which is none of these", look.name)
        }
        Some(_) => return,
    };
    let help = format!("add `{key}` to `template.metadata.labels`, with one of the values of the step");
    bag.push(Finding::warning(&ROLLING_STEP_HITS_NOTHING, look.at(expression.span), message, help));
}
