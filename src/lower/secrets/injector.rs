//! Annotations for the Vault Agent Injector.

use super::{Work, component, csi, vault};
use crate::base::{Map, Value};
use crate::diag::Finding;
use crate::model::context::Fields;
use crate::model::secrets::Need;
use crate::model::spec::{KvVersion, SecretData, VaultStore};
use crate::shape::Named;

crate::codes! {
    /// The name of a file is too long, or has characters that can't stand in an annotation.
    ///
    /// The injector takes the name of the file from the key of an annotation, `agent-inject-template-FILE`, and the part
    /// behind the `/` has at most 63 letters, digits, `-`, `_` and `.` (Kubernetes, annotations). Add a shorter `file`.
    INJECTED_FILE = "injected-file";
}

const PREFIX: &str = "vault.hashicorp.com/";
/// Longest name of a file: 63 characters less those of `agent-inject-template-`.
const LONGEST: usize = 63 - 22;

/// Lowers a secret that is injected.
pub fn lower<'a>(work: &mut Work<'a, '_>, need: &Need<'a>) {
    let cluster = &*need.instance.cluster.name;
    let store = need.store().and_then(|s| work.input.resolved.store(s, cluster));
    let Some(of_vault) = store.and_then(|s| s.body.vault.as_deref()) else { return };
    if csi::files(work, need).is_none() || !names_fit(work, need) {
        return;
    }
    let annotations = annotations(need, of_vault);
    let Some(pods) = &need.secret.pods else { return };
    for place in pods.values.iter() {
        work.of(need.number).values.push((place.clone(), annotations.clone()));
    }
    if pods.kind.is_some() {
        let metadata = Fields::new().with("annotations", annotations).build();
        let template = Fields::new().with("metadata", metadata).build();
        component::add(work, need, pods, &component::workload(pods, template));
    }
}

fn names_fit(work: &mut Work, need: &Need) -> bool {
    let mut fit = true;
    for data in need.data() {
        let file = csi::file(data);
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let ends = file.ends_with(|c: char| c.is_ascii_alphanumeric());
        if file.len() > LONGEST || !file.chars().all(inner) || !ends {
            let message = format!("`{}` can't be the name of a file that the injector writes", &*file);
            let help = format!("add `file: …` of at most {LONGEST} letters, digits, `-`, `_` and `.`");
            work.bag.push(Finding::error(&INJECTED_FILE, data.name.span, message, help));
            fit = false;
        }
    }
    fit
}

fn annotations(need: &Need, store: &VaultStore) -> Map {
    let mut out = Map::new();
    let mut set = |key: &str, value: Value| out.set(format!("{PREFIX}{key}"), value);
    set("agent-inject", "true".into());
    set("role", vault::pod_role(need));
    set("service", store.server.to_value());
    if let Some(auth) = store.role_auth().filter(|auth| &**auth.mount != "kubernetes") {
        set("auth-path", format!("auth/{}", auth.mount.trim_matches('/')).into());
    }
    if let Some(namespace) = &store.namespace {
        set("namespace", namespace.to_value());
    }
    if let Some(pods) = &need.secret.pods {
        if let Some(only) = pods.init_only {
            set("agent-pre-populate-only", only.to_string().into());
        }
        if let Some(user) = pods.run_as_user {
            set("agent-run-as-user", user.value.to_string().into());
        }
        if let Some(path) = &pods.path {
            set("secret-volume-path", path.to_value());
        }
    }
    for data in need.data() {
        let file = csi::file(data);
        let path = csi::api_path(store, &data.item.path);
        set(&format!("agent-inject-secret-{}", &*file), Value::from(path.as_str()).at(data.item.path.span));
        let template = data.item.template.as_ref().map(crate::shape::Text::to_value);
        let template = template.or_else(|| property(data, store, &path).map(Value::from));
        if let Some(template) = template {
            set(&format!("agent-inject-template-{}", &*file), template);
        }
    }
    out.sort();
    out
}

/// A template that writes one property and nothing else. Quoted as Go quotes, which JSON is a part of.
fn property(data: &Named<SecretData>, store: &VaultStore, path: &str) -> Option<String> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let property = quoted(data.item.property.as_ref()?);
    let values = match store.version {
        KvVersion::V1 => ".Data",
        KvVersion::V2 => ".Data.data",
    };
    Some(format!("{{{{- with secret {} -}}}}{{{{ index {values} {property} }}}}{{{{- end -}}}}", quoted(path)))
}
