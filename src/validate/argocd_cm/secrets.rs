//! References to Secrets in the settings, and the Secrets that are made.

use crate::base::hash::HashMap;

use super::hosts::Host;
use super::logins::Login;
use super::tracking::{Labelled, Setting};
use super::{MISSING_PART_OF_LABEL, Place, SECRET_SUBSTITUTION_FORM, hosts, logins, tracking};
use crate::base::{Map, Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;
use crate::rbac::Version;
use crate::source::path::parent;
use crate::validate::locate::locate;

/// Argo CD's own Secret, to which `$key` refers (Argo CD 3.x, `common.ArgoCDSecretName`).
const OWN_SECRET: &str = "argocd-secret";
const LABEL: &str = "app.kubernetes.io/part-of";

/// What the objects of a tree tell.
#[derive(Debug, Default)]
pub struct Facts {
    /// References of the settings.
    pub uses: Vec<Use>,
    /// Secrets that come to be.
    pub produced: Vec<Produced>,
    /// How people log in.
    pub logins: Vec<Login>,
    /// Names of services.
    pub hosts: Vec<Host>,
    /// How objects are tracked.
    pub tracking: Vec<Setting>,
    /// Objects with labels by which that may be.
    pub labelled: Vec<Labelled>,
}

/// A reference.
#[derive(Debug)]
pub struct Use {
    /// Where it stands.
    pub span: Span,
    text: String,
    namespace: Option<String>,
    path: String,
    /// Whether it is in `oidc.config`, where nothing reads variables of the environment.
    oidc: bool,
}

/// A Secret that comes to be.
#[derive(Debug)]
pub struct Produced {
    name: String,
    namespace: Option<String>,
    path: String,
    /// Whether it comes into namespaces that are not known here.
    anywhere: bool,
    /// Its keys; `None` when more of them may come from elsewhere.
    keys: Option<Vec<String>>,
    labelled: bool,
    /// The kind that makes it; `secrets` when the spec declares it.
    kind: String,
    span: Span,
}

impl Facts {
    /// Adds those of another object.
    pub fn extend(&mut self, other: Facts) {
        self.uses.extend(other.uses);
        self.produced.extend(other.produced);
        self.logins.extend(other.logins);
        self.hosts.extend(other.hosts);
        self.tracking.extend(other.tracking);
        self.labelled.extend(other.labelled);
    }
}

/// Collects the references in a block of settings.
pub fn uses(value: &Value, key: &str, place: Place<'_>, oidc: bool, out: &mut Vec<Use>) {
    if let Some(text) = value.as_str().filter(|text| text.starts_with('$') && text.len() > 1) {
        let span = place.of(locate(place.sources, value.span, key, text).0);
        let (namespace, path) = (place.namespace.map(str::to_owned), place.path.to_owned());
        out.push(Use { span, text: text.to_owned(), namespace, path, oidc });
    }
    for entry in value.as_map().into_iter().flatten() {
        uses(&entry.value, &entry.key, place, oidc, out);
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| uses(item, key, place, oidc, out));
}

impl Produced {
    /// The Secrets that an object makes.
    pub(super) fn of(object: &Value, kind: &str, place: Place<'_>) -> Vec<Produced> {
        let spec = object.get("spec");
        let (Some(metadata), Some(whole)) = (object.get("metadata"), spec.or(Some(object))) else { return Vec::new() };
        match kind {
            "ExternalSecret" => {
                Produced::external(metadata, metadata.get("name"), whole, false, place).into_iter().collect()
            }
            // It comes into whichever namespaces are selected.
            "ClusterExternalSecret" => {
                let name = whole.get("externalSecretName").or_else(|| metadata.get("name"));
                let inner = whole.get("externalSecretMetadata").unwrap_or(metadata);
                let made =
                    whole.get("externalSecretSpec").and_then(|s| Produced::external(inner, name, s, true, place));
                made.into_iter().collect()
            }
            "SealedSecret" => {
                let labels = whole.get("template").and_then(|t| t.get("metadata")).and_then(|m| m.get("labels"));
                let keys = Some(names(whole.get("encryptedData")));
                Produced::new(metadata.get("name"), kind, labels, keys, place).into_iter().collect()
            }
            "SecretProviderClass" => {
                let objects = whole.get("secretObjects").and_then(Value::as_list).unwrap_or_default();
                let one = |o: &Value| {
                    let data = o.get("data").and_then(Value::as_list).unwrap_or_default();
                    let keys = data.iter().filter_map(|d| d.str_at("key")).map(str::to_owned).collect();
                    Produced::new(o.get("secretName"), kind, o.get("labels"), Some(keys), place)
                };
                objects.iter().filter_map(one).collect()
            }
            _ => {
                let keys = [names(object.get("data")), names(object.get("stringData"))].concat();
                Produced::new(metadata.get("name"), kind, metadata.get("labels"), Some(keys), place)
                    .into_iter()
                    .collect()
            }
        }
    }

    fn external(
        metadata: &Value,
        name: Option<&Value>,
        spec: &Value,
        anywhere: bool,
        place: Place<'_>,
    ) -> Option<Produced> {
        let target = spec.get("target");
        let template = target.and_then(|t| t.get("template"));
        // Without a template the labels of the ExternalSecret are copied (External Secrets 2.x, setMetadata).
        let labels = template.map_or(Some(metadata), |t| t.get("metadata")).and_then(|m| m.get("labels"));
        let name = target.and_then(|t| t.get("name")).or(name);
        let made = Produced::new(name, "ExternalSecret", labels, external_keys(spec, target), place)?;
        Some(Produced { anywhere, ..made })
    }

    fn new(
        name: Option<&Value>,
        kind: &str,
        labels: Option<&Value>,
        keys: Option<Vec<String>>,
        place: Place<'_>,
    ) -> Option<Produced> {
        let name = name?;
        Some(Produced {
            name: name.as_str()?.to_owned(),
            namespace: place.namespace.map(str::to_owned),
            path: place.path.to_owned(),
            anywhere: false,
            keys,
            labelled: labels.and_then(|l| l.str_at(LABEL)) == Some("argocd"),
            kind: if place.built_in { "secrets" } else { kind }.to_owned(),
            span: place.of(name.span),
        })
    }

    /// Argo CD's own Secret, as its chart makes it.
    pub(super) fn by_chart(extra: &Map, place: Place<'_>) -> Produced {
        Produced {
            name: OWN_SECRET.to_owned(),
            namespace: place.namespace.map(str::to_owned),
            path: place.path.to_owned(),
            anywhere: false,
            keys: Some(extra.keys().map(str::to_owned).collect()),
            labelled: true,
            kind: "Secret".to_owned(),
            span: place.origin,
        }
    }
}

/// The keys that an ExternalSecret writes, if they are all known.
fn external_keys(spec: &Value, target: Option<&Value>) -> Option<Vec<String>> {
    let template = target.and_then(|t| t.get("template"));
    let merged = target.and_then(|t| t.str_at("creationPolicy")) == Some("Merge");
    if merged || spec.get("dataFrom").is_some() || template.is_some_and(|t| t.get("templateFrom").is_some()) {
        return None;
    }
    let fetched = spec.get("data").and_then(Value::as_list).unwrap_or_default();
    let fetched = fetched.iter().filter_map(|d| d.str_at("secretKey")).map(str::to_owned).collect();
    let written = template.and_then(|t| t.get("data"));
    let keeps = template.and_then(|t| t.str_at("mergePolicy")) == Some("Merge");
    Some(match written {
        None => fetched,
        Some(_) if keeps => [fetched, names(written)].concat(),
        Some(_) => names(written),
    })
}

fn names(map: Option<&Value>) -> Vec<String> {
    map.and_then(Value::as_map).into_iter().flat_map(Map::keys).map(str::to_owned).collect()
}

/// Checks each reference against the Secrets of the whole tree.
pub fn together(plan: &Plan, facts: &Facts, argocd: Version, bag: &mut Bag) {
    tracking::check(plan, &facts.tracking, &facts.labelled, argocd, bag);
    let own = plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or("argocd");
    hosts::check(&facts.hosts, own, bag);
    let namespace = |stated: &Option<String>, path: &str| {
        let folder = plan.folders.get(parent(path)).map(|f| f.namespace.to_string());
        stated.clone().filter(|n| !n.is_empty()).or(folder).unwrap_or_else(|| own.to_owned())
    };
    logins::check(&facts.logins, &namespace, bag);
    if facts.uses.is_empty() {
        return;
    }
    let mut made: HashMap<&str, Vec<(String, &Produced)>> = HashMap::default();
    for secret in &facts.produced {
        made.entry(&secret.name).or_default().push((namespace(&secret.namespace, &secret.path), secret));
    }
    for one in &facts.uses {
        let home = namespace(&one.namespace, &one.path);
        let of = |name: &str| -> Vec<&Produced> {
            let all = made.get(name).map(Vec::as_slice).unwrap_or_default();
            all.iter().filter(|(n, secret)| *n == home || secret.anywhere).map(|(_, secret)| *secret).collect()
        };
        let name = one.text.get(1..).unwrap_or_default();
        match name.split_once(':').filter(|_| !name.starts_with(['{', '('])) {
            Some((secret, key)) => bag_extend(bag, in_secret(one, secret, key, &home, &of(secret))),
            None => bag_extend(bag, in_own(one, name, &of(OWN_SECRET))),
        }
    }
}

fn bag_extend(bag: &mut Bag, finding: Option<Finding>) {
    if let Some(finding) = finding {
        bag.push(finding);
    }
}

/// `$secret:key`.
fn in_secret(one: &Use, secret: &str, key: &str, namespace: &str, made: &[&Produced]) -> Option<Finding> {
    if made.is_empty() {
        let message = format!("`{}` refers to a Secret that nothing here makes in namespace `{namespace}`", one.text);
        let help = format!(
            "mend the name, or add an ExternalSecret for `{secret}` with the label `{LABEL}: argocd` on what it makes"
        );
        return Some(one.finding(message, help));
    }
    if !made.iter().any(|m| m.labelled) {
        return made.first().map(|first| unlabelled(one, first));
    }
    let known = made.iter().map(|m| m.keys.as_deref()).collect::<Option<Vec<_>>>()?.concat();
    if known.iter().any(|k| k == key) {
        return None;
    }
    let message = format!("`{}` refers to a key that the Secret `{secret}` does not have", one.text);
    let help = match suggest::nearest(key, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `${secret}:{near}`?"),
        None => format!("write one of its keys: {}", suggest::listing(known.iter().map(String::as_str), 10)),
    };
    let finding = one.finding(message, help);
    Some(made.iter().fold(finding, |finding, m| finding.also(m.span, "made here")))
}

fn unlabelled(one: &Use, secret: &Produced) -> Finding {
    let message = format!(
        "the Secret `{}` lacks the label `{LABEL}: argocd`, so Argo CD does not find `{}`",
        secret.name, one.text
    );
    let help = match secret.kind.as_str() {
        "ExternalSecret" => {
            format!("add this to `spec.target`:\n  template:\n    metadata:\n      labels:\n        {LABEL}: argocd")
        }
        "secrets" => format!("add this to the secret:\n  template:\n    labels:\n      {LABEL}: argocd"),
        "SecretProviderClass" => format!("add `{LABEL}: argocd` to `labels` of the entry of `secretObjects`"),
        "SealedSecret" => format!("add `{LABEL}: argocd` to `spec.template.metadata.labels`"),
        _ => format!("add `{LABEL}: argocd` to `metadata.labels`"),
    };
    Finding::error(&MISSING_PART_OF_LABEL, secret.span, message, help)
        .label("this one")
        .also(one.span, "which is read here")
}

/// `$key`: of Argo CD's own Secret, whose other keys are written by hand and by Argo CD. So only what looks
/// like something else is worth a word.
fn in_own(one: &Use, key: &str, made: &[&Produced]) -> Option<Finding> {
    let bracketed = key.starts_with(['{', '(']);
    let shouted = key.contains('_') && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let there = |m: &&Produced| m.keys.as_ref().is_some_and(|keys| keys.iter().any(|k| k == key));
    if !one.oidc || !(bracketed || shouted) || made.iter().any(there) {
        return None;
    }
    let message = match bracketed {
        true => format!("`{}` looks like a variable, but Argo CD replaces none in `oidc.config`", one.text),
        false => {
            format!("`{}` looks like a variable, but Argo CD looks for a key `{key}` in `{OWN_SECRET}`", one.text)
        }
    };
    let help = format!(
        "write `$secret:key` for a key of a Secret with the label `{LABEL}: argocd`, or `$key` for one of \
         `{OWN_SECRET}`; a client id is no secret and may be written out"
    );
    Some(Finding::warning(&SECRET_SUBSTITUTION_FORM, one.span, message, help))
}
