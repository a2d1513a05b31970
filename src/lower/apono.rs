//! Objects that Apono needs: its connector edits argocd-rbac-cm and AppProjects in the namespace of Argo CD.

use std::sync::Arc;

use super::paths::Paths;
use super::{Input, app, secrets};
use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::Item;
use crate::model::spec::{Apono, AponoTopology};
use crate::shape::Text;

crate::codes! {
    /// Something besides the platform may write the policy of Argo CD, which makes it an administrator in effect.
    ///
    /// Whoever can change argocd-rbac-cm or an AppProject can give itself each right that Argo CD has, on all clusters: the
    /// limited topology is smaller in words only. Guard the connector as you guard Argo CD, and allow this finding with
    /// the reason. What the connector writes is left alone by syncs: `policy.csv` and the roles of projects.
    JIT_EDITOR_IS_ADMIN = "jit-editor-is-admin": warning;
    /// The limited topology of Apono lacks the ServiceAccount that the connector runs as.
    ///
    /// The rights are bound to a ServiceAccount that is there already, in the namespace of Argo CD.
    APONO_ACCOUNT = "apono-account";
}

const ROLE: &str = "apono-argocd-editor";
const ACCOUNT: &str = "apono-argocd-sa";

/// The Application that holds argocd-rbac-cm, and what it must leave alone.
pub struct LeftAlone {
    /// Of argocd-rbac-cm.
    pub policy: Value,
    /// Of AppProjects.
    pub projects: Value,
}

/// Adds the objects to the folder of the app that runs Argo CD. What must be left alone, if there is something.
pub fn lower(input: &Input, paths: &Paths, out: &mut secrets::Lowered, bag: &mut Bag) -> Option<LeftAlone> {
    let apono = input.spec.integrations.as_ref()?.apono.as_ref()?;
    let message = "Apono may write the policy of Argo CD, so it is an administrator in effect";
    let help =
        "guard its connector as Argo CD itself, and allow this with `# sailplan:allow jit-editor-is-admin REASON`";
    bag.push(Finding::warning(&JIT_EDITOR_IS_ADMIN, apono.span, message, help));
    let mut all = input.resolved.instances.iter().enumerate();
    if let Some((number, owner)) = all.find(|(_, instance)| input.spec.runs_argocd(instance)) {
        objects(apono, number, owner, paths, out, bag);
    }
    let left = |group: &str, kind: &str, name: Option<&str>, pointer: &str| {
        Fields::new()
            .with("group", group)
            .with("kind", kind)
            .maybe("name", name)
            .with("jsonPointers", vec![Value::from(pointer)])
            .build()
    };
    Some(LeftAlone {
        policy: left("", "ConfigMap", Some("argocd-rbac-cm"), "/data/policy.csv"),
        projects: left("argoproj.io", "AppProject", None, "/spec/roles"),
    })
}

fn objects(
    apono: &Apono,
    number: usize,
    owner: &Instance,
    paths: &Paths,
    out: &mut secrets::Lowered,
    bag: &mut Bag,
) -> Option<()> {
    let account = match (apono.topology, &apono.service_account) {
        (AponoTopology::SameClusterAdmin, _) => return None,
        (AponoTopology::SameClusterLimited, None) => {
            let message = "nothing says as which ServiceAccount the connector of Apono runs";
            let help = "add `serviceAccount:` with its name; it lies in the namespace of Argo CD";
            bag.push(Finding::error(&APONO_ACCOUNT, apono.span, message, help));
            return None;
        }
        (_, Some(account)) => account.clone(),
        (AponoTopology::DifferentCluster, None) => Text { value: ACCOUNT.into(), span: apono.span },
    };
    let folder = app::manifests_folder(paths, owner, bag)?;
    let namespace = owner.body.namespace.as_ref().map(Text::to_value);
    let object = |name: Value, file: &str| {
        Fields::new()
            .with("name", name)
            .maybe("namespace", namespace.clone())
            .with("path", format!("{folder}/{file}.yaml"))
            .with("app", owner.app.to_value())
            .maybe("category", owner.body.category.as_ref().map(Text::to_value))
            .with("cluster", owner.cluster.name.to_value())
    };
    let item = |name: &str, fields: Fields| {
        let patches = Arc::from(owner.patches.clone());
        Item { name: name.into(), span: apono.span, value: fields.at(apono.span), patches }
    };
    if apono.topology == AponoTopology::DifferentCluster {
        let fields = object(account.to_value(), &format!("serviceaccount-{}", &*account));
        out.add_object(number, "serviceAccounts", item(&account, fields));
    }
    let role = object(ROLE.into(), "role-apono").with("rules", rules());
    out.add_object(number, "roles", item(ROLE, role));
    let binding = format!("{ROLE}-binding");
    let subject = Fields::new().with("kind", "ServiceAccount").with("name", account.to_value());
    let subject = subject.maybe("namespace", namespace.clone()).build();
    let fields =
        object(binding.as_str().into(), "rolebinding-apono").with("role", ROLE).with("subjects", vec![subject]);
    out.add_object(number, "roleBindings", item(&binding, fields));
    Some(())
}

/// What the connector does: it reads and edits the policy, by its name, and the projects.
fn rules() -> Vec<Value> {
    let list = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>();
    let verbs = ["get", "list", "watch", "update", "patch"];
    let policy = Fields::new()
        .with("apiGroups", list(&[""]))
        .with("resources", list(&["configmaps"]))
        .with("resourceNames", list(&["argocd-rbac-cm"]))
        .with("verbs", list(&verbs));
    let projects = Fields::new()
        .with("apiGroups", list(&["argoproj.io"]))
        .with("resources", list(&["appprojects"]))
        .with("verbs", list(&verbs));
    vec![policy.build(), projects.build()]
}

/// Lets an Application leave fields alone, also when it syncs.
pub fn leave_alone(value: Value, left: &[Value]) -> Value {
    let mut value = value;
    if let (false, crate::base::Kind::Map(map)) = (left.is_empty(), &mut value.kind) {
        let map = Arc::make_mut(map);
        let list = |map: &Map, key: &str| map.get(key).and_then(Value::as_list).unwrap_or_default().to_vec();
        let mut ignored = list(map, "ignoreDifferences");
        ignored.extend(left.iter().cloned());
        map.set("ignoreDifferences", ignored);
        let mut sync = map.get("sync").and_then(Value::as_map).cloned().unwrap_or_default();
        let mut options = list(&sync, "syncOptions");
        let respect = "RespectIgnoreDifferences=";
        if !options.iter().any(|option| option.as_str().is_some_and(|o| o.starts_with(respect))) {
            options.push(format!("{respect}true").into());
        }
        sync.set("syncOptions", options);
        map.set("sync", sync);
    }
    value
}
