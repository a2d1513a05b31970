//! Pods of workflows against the pod security of their namespace.
//!
//! Facts of the contract: Kubernetes 1.25 and newer, Pod Security Standards, levels `baseline` and `restricted`.

use crate::base::hash::HashMap;

use super::facts::Kind;
use super::parts::{Template, list};
use super::scene::{Placed, Scene};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A pod of a workflow asks for more than its namespace lets pods have.
    ///
    /// The label `pod-security.kubernetes.io/enforce` of a namespace refuses pods at the time they are made: the workflow is
    /// accepted, and its step fails. Images are built without a privileged container and without the socket of the node's
    /// Docker by rootless BuildKit, Buildah or kaniko; the first two need user namespaces, for which BuildKit wants seccomp and
    /// AppArmor unconfined, and so a namespace of their own at the level `privileged`.
    ///
    /// Take what is asked for out, choose another builder, or run the workflow in a namespace that allows it.
    WORKFLOW_POD_REFUSED = "workflow-pod-refused";
}

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
/// Capabilities that may be added at the level `baseline`.
const HARMLESS: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut levels: HashMap<(&str, &str), &str> = HashMap::default();
    for namespace in scene.of_kind(Kind::Namespace) {
        let labels = namespace.facts.object.get("metadata").and_then(|m| m.get("labels"));
        if let Some(level) = labels.and_then(|l| l.str_at(ENFORCE)).filter(|l| matches!(*l, "baseline" | "restricted"))
        {
            levels.insert((namespace.cluster, &namespace.facts.name), level);
        }
    }
    for (object, workflow) in scene.workflows() {
        let Some(level) = levels.get(&(object.cluster, object.namespace)) else { continue };
        let mut asked = Vec::new();
        volumes(workflow.spec, &mut asked);
        host(workflow.spec, &mut asked);
        security(workflow.spec.get("securityContext"), &mut asked);
        workflow.templates.iter().for_each(|template| of_template(template, &mut asked));
        asked.into_iter().for_each(|asked| say(scene, object, level, asked, bag));
    }
}

/// What is asked for, in words, and where.
type Asked = (String, Span);

fn say(scene: &Scene, object: &Placed, level: &str, (what, span): Asked, bag: &mut Bag) {
    let message = format!("namespace `{}` refuses pods with {what}: its pod security is `{level}`", object.namespace);
    let help = "take it out, choose a builder that needs less, or run the workflow in a namespace that allows it";
    bag.push(Finding::error(&WORKFLOW_POD_REFUSED, scene.place(object, span), message, help));
}

fn of_template(template: &Template, asked: &mut Vec<Asked>) {
    let value = template.value;
    volumes(value, asked);
    security(value.get("securityContext"), asked);
    let single = ["container", "script"].into_iter().filter_map(|key| value.get(key));
    let set = list(value.get("containerSet").and_then(|set| set.get("containers"))).iter();
    let more = ["initContainers", "sidecars"].into_iter().flat_map(|key| list(value.get(key)));
    single.chain(set).chain(more).for_each(|container| security(container.get("securityContext"), asked));
}

fn volumes(value: &Value, asked: &mut Vec<Asked>) {
    let paths = list(value.get("volumes")).iter().filter_map(|volume| volume.get("hostPath"));
    for host in paths {
        let path = host.str_at("path").unwrap_or_default();
        asked.push((format!("`{path}` of the node"), host.span));
    }
}

fn host(value: &Value, asked: &mut Vec<Asked>) {
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let on = value.get(key).filter(|on| on.as_bool() == Some(true));
        asked.extend(on.map(|on| (format!("`{key}`"), on.span)));
    }
}

fn security(context: Option<&Value>, asked: &mut Vec<Asked>) {
    let Some(context) = context else { return };
    if let Some(on) = context.get("privileged").filter(|on| on.as_bool() == Some(true)) {
        asked.push(("a privileged container".to_owned(), on.span));
    }
    for (key, word) in [("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")] {
        let kind = context.get(key).and_then(|profile| profile.get("type"));
        let off = kind.filter(|kind| kind.as_str() == Some("Unconfined"));
        asked.extend(off.map(|kind| (format!("{word} unconfined"), kind.span)));
    }
    for added in list(context.get("capabilities").and_then(|c| c.get("add"))) {
        let name = added.as_str().unwrap_or_default();
        if !HARMLESS.contains(&name) {
            asked.push((format!("the capability `{name}`"), added.span));
        }
    }
}
