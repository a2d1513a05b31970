//! Policies, roles and the setup script, as things to render.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::VAULT_NAME_TWICE;
use super::consumers::{Auth, Consumer, ConsumerKey, Vault, VaultKey, Vaults};
use super::paths::Capabilities;
use crate::base::{Map, Span, Value};
use crate::diag::Finding;
use crate::lower::paths::Of;
use crate::lower::secrets::Work;
use crate::model::context::Fields;
use crate::model::plan::Item;
use crate::model::spec::Capability;
use crate::shape::Text;

/// Emits everything of all Vaults.
pub fn emit(work: &mut Work<'_, '_>, vaults: Vaults) {
    for (key, vault) in vaults {
        let name = name(&key);
        let Some(folder) = work.paths.of(Of::Vault(&name), vault.span, work.bag) else { continue };
        one(work, &key, &vault, &name, &folder);
    }
}

/// Name of a Vault: the host of its server, a port that is not the usual one, and its namespace.
fn name((server, namespace): &VaultKey) -> String {
    let rest = server.split_once("://").map_or(&**server, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    let host = host.strip_suffix(":8200").or_else(|| host.strip_suffix(":443")).unwrap_or(host);
    let mut name = format!("{host}{}{namespace}", if namespace.is_empty() { "" } else { "-" });
    name = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c } else { '-' }).collect();
    name.trim_matches(['-', '.']).to_owned()
}

/// Name of the derived policy of a consumer.
fn policy_name((mount, role): &ConsumerKey) -> Arc<str> {
    match &**mount {
        "kubernetes" => Arc::clone(role),
        mount => format!("{}-{role}", mount.replace('/', "-")).into(),
    }
}

fn one(work: &mut Work, key: &VaultKey, vault: &Vault, name: &str, folder: &str) {
    let mut policies: BTreeMap<Arc<str>, (&Capabilities, Span)> =
        vault.policies.iter().map(|(name, (allowed, span))| (Arc::clone(name), (allowed, *span))).collect();
    let mut roles = Vec::new();
    for (key, consumer) in &vault.consumers {
        let derived = consumer.derived.then(|| policy_name(key));
        if let Some(derived) = &derived
            && let Some((_, first)) = policies.insert(Arc::clone(derived), (&consumer.reads, consumer.span))
        {
            let message = format!("two policies of one Vault are called `{derived}`");
            let help = "rename the role, or the policy under `secrets.policies`";
            work.bag.push(Finding::error(&VAULT_NAME_TWICE, consumer.span, message, help).also(first, "the other one"));
        }
        let auth = vault.auths.get(&key.0);
        roles.extend(auth.map(|auth| role(key, consumer, auth, derived.as_ref(), folder)));
    }
    let mut files = Vec::new();
    for (policy, (allowed, span)) in policies {
        let path = format!("{folder}/policies/{policy}.hcl");
        files.push(
            Fields::new().with("name", Arc::clone(&policy)).with("file", format!("policies/{policy}.hcl")).build(),
        );
        let value = Fields::new()
            .with("name", Arc::clone(&policy))
            .with("path", path)
            .with("vault", name)
            .with("paths", allowed.iter().map(|(path, (can, _))| rule(path, can)).collect::<Vec<_>>())
            .at(span);
        add(work, "vaultPolicies", &format!("{name}/{policy}"), span, value);
    }
    let in_script: Vec<Value> = roles.iter().map(|(value, _)| value.clone()).collect();
    for (value, span) in roles {
        let item = value.str_at("path").unwrap_or_default().to_owned();
        add(work, "vaultRoles", &item, span, value);
    }
    let engine = |(path, version): (&Arc<str>, &&'static str)| {
        Fields::new().with("path", Arc::clone(path)).with("version", version.trim_start_matches('v')).build()
    };
    let value = Fields::new()
        .with("name", name)
        .with("path", format!("{folder}/setup.sh"))
        .with("server", Arc::clone(&key.0))
        .maybe("namespace", Some(Value::from(Arc::clone(&key.1))).filter(|_| !key.1.is_empty()))
        .with("engines", vault.engines.iter().map(engine).collect::<Vec<_>>())
        .with("auths", vault.auths.iter().map(auth).collect::<Vec<_>>())
        .with("policies", files)
        .with("roles", in_script)
        .at(vault.span);
    add(work, "vaults", name, vault.span, value);
}

fn add(work: &mut Work, items: &'static str, name: &str, span: Span, value: Value) {
    work.out.add(items, Item { name: name.into(), span, value, patches: Arc::from([]) });
}

fn rule(path: &Arc<str>, can: &std::collections::BTreeSet<Capability>) -> Value {
    let words: Vec<Value> = can.iter().map(|c| Value::from(c.word())).collect();
    Fields::new().with("path", Arc::clone(path)).with("capabilities", words).build()
}

fn auth((path, auth): (&Arc<str>, &Auth)) -> Value {
    let local = crate::model::instance::LOCAL_SERVER;
    let host = auth.cluster.as_ref().map(|c| c.server.as_ref().map_or_else(|| Value::from(local), Text::to_value));
    Fields::new()
        .with("path", Arc::clone(path))
        .with("type", auth.method)
        .maybe("host", host.filter(|_| auth.method == "kubernetes"))
        .build()
}

/// A role, and the body by which it is written (Vault 1.21, "Kubernetes auth method (API)", "JWT/OIDC", "AppRole").
fn role(
    (mount, role): &ConsumerKey,
    consumer: &Consumer,
    auth: &Auth,
    derived: Option<&Arc<str>>,
    folder: &str,
) -> (Value, Span) {
    let policies: Vec<Value> = derived
        .map(|d| Value::from(Arc::clone(d)))
        .into_iter()
        .chain(consumer.policies.iter().map(Text::to_value))
        .collect();
    let list = |names: &std::collections::BTreeSet<Arc<str>>| {
        names.iter().map(|n| Value::from(Arc::clone(n))).collect::<Vec<_>>()
    };
    let ttl = consumer.token_ttl.as_ref().map_or_else(|| Value::from("20m"), Text::to_value);
    let audience = consumer.audience.as_ref().map(Text::to_value);
    let fields = match auth.method {
        "kubernetes" => Fields::new()
            .with("bound_service_account_names", list(&consumer.accounts))
            .with("bound_service_account_namespaces", list(&consumer.namespaces))
            .maybe("audience", audience),
        "jwt" => {
            let subjects = consumer.namespaces.iter().flat_map(|namespace| {
                consumer.accounts.iter().map(move |a| Value::from(format!("system:serviceaccount:{namespace}:{a}")))
            });
            let claims = Map::from_iter([("sub", Value::from(subjects.collect::<Vec<_>>()))]);
            Fields::new()
                .with("role_type", "jwt")
                .with("user_claim", "sub")
                .with("bound_audiences", vec![audience.unwrap_or_else(|| Value::from("vault"))])
                .with("bound_claims", claims)
        }
        _ => Fields::new().maybe("role_id", consumer.role_id.as_ref().map(Text::to_value)),
    };
    let body = fields.with("token_policies", policies).with("token_ttl", ttl);
    let value = Fields::new()
        .with("name", Arc::clone(role))
        .with("mount", Arc::clone(mount))
        .with("file", format!("roles/{mount}/{role}.json"))
        .with("path", format!("{folder}/roles/{mount}/{role}.json"))
        .with("body", body.build())
        .at(consumer.span);
    (value, consumer.span)
}
