//! The account that the pods of workflows run as.

use super::Work;
use crate::base::Value;
use crate::model::context::Fields;
use crate::shape::Text;

/// Makes it, with the rights that the executor needs (Argo Workflows 3.4 and newer, docs/workflow-rbac.md).
pub fn lower(work: &mut Work) {
    if work.builds.create_account {
        let name = work.builds.service_account.clone();
        make(work, &name, false, vec![rule("workflowtaskresults", &["create", "patch"])]);
    }
}

/// A ServiceAccount with a Role of its own; with `automount`, its pods get a token without asking.
pub fn make(work: &mut Work, name: &Text, automount: bool, rules: Vec<Value>) {
    let span = name.span.or(work.builds.span);
    let fields =
        work.object(name, &format!("serviceaccount-{}", &**name)).maybe("automount", automount.then_some(true));
    work.add("serviceAccounts", name, fields, span);
    let fields = work.object(name, &format!("role-{}", &**name)).with("rules", rules);
    work.add("roles", name, fields, span);
    let namespace = work.instance.body.namespace.as_ref().map(Text::to_value);
    let subject = Fields::new().with("kind", "ServiceAccount").with("name", name.to_value());
    let subject = subject.maybe("namespace", namespace).build();
    let fields = work.object(name, &format!("rolebinding-{}", &**name));
    let fields = fields.with("role", name.to_value()).with("subjects", vec![subject]);
    work.add("roleBindings", name, fields, span);
}

/// A rule over a kind of Argo Workflows.
pub fn rule(resource: &str, verbs: &[&str]) -> Value {
    let list = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>();
    Fields::new()
        .with("apiGroups", list(&["argoproj.io"]))
        .with("resources", list(&[resource]))
        .with("verbs", list(verbs))
        .build()
}
