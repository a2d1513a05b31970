//! SecretProviderClasses of the Secrets Store CSI driver, and the volume that pods need.

use super::{Work, common, component, external, vault};
use crate::base::Value;
use crate::diag::Finding;
use crate::lower::policy;
use crate::model::context::Fields;
use crate::model::secrets::{Need, StoreAt};
use crate::model::spec::{AzureStore, KvVersion, SecretData, SecretPods, VaultStore};
use crate::shape::{Named, Text};
use crate::yaml;

crate::codes! {
    /// Values of a secret want one file, or a file has a name or mode that can't be one.
    ///
    /// The driver refuses two objects of one file name (Vault provider 1.7), and the injector keeps one of them. Give
    /// each value a `file` of its own; a mode is octal, such as `"0400"`.
    SECRET_FILE = "secret-file";
}

/// Lowers a secret that is mounted.
pub fn lower<'a>(work: &mut Work<'a, '_>, need: &Need<'a>) {
    let cluster = &*need.instance.cluster.name;
    let Some(store) = need.store().and_then(|s| work.input.resolved.store(s, cluster)) else { return };
    let Some(files) = files(work, need) else { return };
    let Some(site) = work.site(need.number, need.instance) else { return };
    let path = format!("{}/{}.yaml", site.folder, &**need.name);
    let parameters = match (&store.body.vault, &store.body.azure) {
        (Some(vault), _) => of_vault(need, store, vault),
        (_, Some(azure)) => of_azure(need, azure),
        _ => return,
    };
    work.act_as_pods(store, need);
    let provider = if store.body.vault.is_some() { "vault" } else { "azure" };
    let value = common(need, &path, policy::texts(&need.secret.annotations))
        .maybe("namespace", need.instance.body.namespace.as_ref().map(Text::to_value))
        .with("provider", provider)
        .with("parameters", parameters)
        .with("secretObjects", vec![external::secret_object(need, &files)])
        .at(need.name.span);
    let name = format!("{}/{}", &*need.instance.name, &**need.name);
    work.add("secretProviderClasses", &name, need.name.span, need.instance, value);
    if let Some(pods) = need.secret.pods.as_ref().filter(|p| p.kind.is_some()) {
        component::add(work, need, pods, &volume(need, pods));
    }
}

/// Keys and files of a secret; findings where two share a file.
pub fn files(work: &mut Work, need: &Need) -> Option<Vec<(Text, Text)>> {
    let mut files: Vec<(Text, Text)> = Vec::new();
    let mut good = true;
    for data in need.data() {
        let file = file(data);
        let first = files.iter().find(|(_, f)| *f == file).map(|(key, _)| key.span);
        let bad = file.is_empty() || file.contains(['/', '\0', '\n']) || matches!(&*file, "." | "..");
        let mode_bad = data.item.mode.as_ref().is_some_and(|m| mode(m).is_none());
        if first.is_none() && !bad && !mode_bad {
            files.push((data.name.clone(), file));
            continue;
        }
        good = false;
        let (what, help) = match (first, mode_bad) {
            (Some(_), _) => ("is the file of two values", "give each value a `file` of its own"),
            (_, true) => ("has a mode that is not octal", "write `mode: \"0400\"`, in quotes"),
            _ => ("can't be the name of a file", "add `file: …` without `/`"),
        };
        let message = format!("`{}` of secret `{}` {what}", &*file, &**need.name);
        let finding = Finding::error(&SECRET_FILE, data.name.span, message, help);
        work.bag.push(finding.also(first.unwrap_or_default(), "the first one"));
    }
    good.then_some(files)
}

/// Name of the file of a value.
pub fn file(data: &Named<SecretData>) -> Text {
    data.item.file.clone().unwrap_or_else(|| data.name.clone())
}

/// Mode as a number; `0400` is octal.
fn mode(text: &str) -> Option<i64> {
    i64::from_str_radix(text, 8).ok().filter(|m| (0..=0o7777).contains(m))
}

/// Path of a value in the API of Vault: with `data/` after the mount of an engine of version 2.
pub fn api_path(vault: &VaultStore, path: &str) -> String {
    let mount = vault.path.trim_matches('/');
    match vault.version {
        KvVersion::V1 => format!("{mount}/{path}"),
        KvVersion::V2 => format!("{mount}/data/{path}"),
    }
}

/// Parameters of the Vault provider: `objects` is YAML text, a list.
fn of_vault(need: &Need, store: &StoreAt, vault: &VaultStore) -> Value {
    let object = |data: &Named<SecretData>| {
        Fields::new()
            .with("objectName", file(data).to_value())
            .with("secretPath", Value::from(api_path(vault, &data.item.path)).at(data.item.path.span))
            .maybe("secretKey", data.item.property.as_ref().map(Text::to_value))
            .maybe("filePermission", data.item.mode.as_ref().and_then(|m| mode(m)))
            .build()
    };
    let objects: Vec<Value> = need.data().into_iter().map(object).collect();
    let mount = vault.role_auth().map(|auth| auth.mount).filter(|m| &***m != "kubernetes");
    Fields::new()
        .with("roleName", vault::pod_role(need))
        .with("vaultAddress", vault.server.to_value())
        .maybe("vaultAuthMountPath", mount.map(Text::to_value))
        .maybe("vaultNamespace", vault.namespace.as_ref().map(Text::to_value))
        .with("objects", yaml_text(&Value::from(objects)))
        .at(store.name.span)
}

/// Parameters of the Azure provider: `objects` is YAML text with one key `array`, a list of YAML texts.
fn of_azure(need: &Need, azure: &AzureStore) -> Value {
    let object = |data: &Named<SecretData>| {
        let typed = data.item.path.split_once('/').filter(|(kind, _)| ["secret", "key", "cert"].contains(kind));
        let (kind, name) = typed.unwrap_or(("secret", &data.item.path));
        let kind = data.item.object_type.as_ref().map_or_else(|| Value::from(kind), Text::to_value);
        let fields = Fields::new()
            .with("objectName", Value::from(name).at(data.item.path.span))
            .with("objectType", kind)
            .with("objectAlias", file(data).to_value())
            .maybe("objectVersion", data.item.version.as_ref().map(Text::to_value))
            .maybe("filePermission", data.item.mode.as_ref().map(Text::to_value));
        yaml_text(&fields.build())
    };
    let array: Vec<Value> = need.data().into_iter().map(object).collect();
    let vault = azure.url.trim_start_matches("https://").split('.').next().unwrap_or_default();
    let auth = &azure.auth;
    let client = auth.workload_identity.as_ref().and_then(|w| w.client_id.as_ref());
    let managed = auth.managed_identity.as_ref();
    Fields::new()
        .with("keyvaultName", vault)
        .maybe("tenantID", azure.tenant_id.as_ref().map(Text::to_value))
        .with("usePodIdentity", "false")
        .with("useVMManagedIdentity", if managed.is_some() { "true" } else { "false" })
        .maybe("clientID", client.map(Text::to_value))
        .maybe("userAssignedIdentityID", managed.and_then(|m| m.client_id.as_ref()).map(Text::to_value))
        .maybe("cloudName", azure.environment.as_ref().map(|e| Value::from(format!("Azure{}", &**e)).at(e.span)))
        .with("objects", yaml_text(&Fields::new().with("array", array).build()))
        .build()
}

fn yaml_text(value: &Value) -> Value {
    let mut text = String::new();
    yaml::write(&mut text, value);
    Value::from(text)
}

/// The volume, and where it is mounted.
fn volume(need: &Need, pods: &SecretPods) -> Value {
    let class = Fields::new().with("secretProviderClass", need.name.to_value()).build();
    let csi = Fields::new()
        .with("driver", "secrets-store.csi.k8s.io")
        .with("readOnly", true)
        .with("volumeAttributes", class)
        .build();
    let volume = Fields::new().with("name", need.name.to_value()).with("csi", csi).build();
    let path = pods.path.as_ref().map_or_else(|| Value::from(format!("/mnt/secrets/{}", &**need.name)), Text::to_value);
    let mount = Fields::new().with("name", need.name.to_value()).with("mountPath", path).with("readOnly", true).build();
    let container = pods.container.as_ref().or(pods.name.as_ref());
    let container =
        Fields::new().maybe("name", container.map(Text::to_value)).with("volumeMounts", vec![mount]).build();
    let spec = Fields::new()
        .maybe("serviceAccountName", pods.service_account.as_ref().map(|a| a.name().to_value()))
        .with("containers", vec![container])
        .with("volumes", vec![volume])
        .build();
    component::workload(pods, Fields::new().with("spec", spec).build())
}
