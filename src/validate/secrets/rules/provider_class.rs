//! What a SecretProviderClass says on its own.

use std::collections::BTreeSet;

use super::super::classes;
use super::super::read::{at, list};
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;

crate::codes! {
    /// A SecretProviderClass is such that the Secrets Store CSI driver or its provider refuses it.
    ///
    /// The CRD takes any text, so it shows only when a pod that mounts the class hangs in
    /// `ContainerCreating`. `objects` is YAML in a text: a list for Vault; for Azure a mapping with the key
    /// `array`, a list of texts that are YAML themselves. File names are unique, and a `secretObjects` entry
    /// names the file that is mounted.
    SECRET_PROVIDER_CLASS_INVALID = "secret-provider-class-invalid";
}

struct Class<'c> {
    name: &'c str,
    objects: &'c Value,
}

/// Checks one object.
pub fn document(document: &Document, place: impl Fn(Span) -> Span, bag: &mut Bag) {
    let Some((version, "SecretProviderClass")) = document.type_of() else { return };
    let value = &document.value;
    let Some(provider) = at(value, &["spec", "provider"]).and_then(Value::as_str) else { return };
    let Some(objects) = at(value, &["spec", "parameters", "objects"]) else { return };
    if !version.starts_with("secrets-store.csi.x-k8s.io/") {
        return;
    }
    let name = value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default();
    let class = Class { name, objects };
    let mut faults: Vec<(Span, String, String)> = Vec::new();
    let read = match provider {
        "azure" => classes::array(objects),
        "vault" | "aws" => classes::list(objects),
        _ => return,
    };
    match read {
        Err(reason) => faults.push(class.unreadable(provider, &reason)),
        Ok(items) if items.is_empty() => {
            let message = "`objects` is empty".to_owned();
            faults.push((objects.span, message, "list what is to be mounted".to_owned()));
        }
        Ok(items) => {
            let names = class.files(provider, &items, &mut faults);
            items.iter().for_each(|item| class.item(provider, item, &mut faults));
            mounted(value, &names, &mut faults);
        }
    }
    for (span, message, help) in faults {
        let message = format!("SecretProviderClass `{}`: {message}", class.name);
        bag.push(Finding::error(&SECRET_PROVIDER_CLASS_INVALID, place(span), message, help));
    }
}

impl Class<'_> {
    fn unreadable(&self, provider: &str, reason: &str) -> (Span, String, String) {
        let help = match provider {
            "azure" => "write `array:` and below it items `- |` with `objectName: …` and `objectType: …`",
            _ => "write items `- objectName: …` below `objects: |`",
        };
        (self.objects.span, format!("`objects` can't be read: {reason}"), help.to_owned())
    }

    /// The names of the files that are mounted. Each has one, and no two have the same.
    fn files(&self, provider: &str, items: &[Value], faults: &mut Vec<(Span, String, String)>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for item in items {
            let alias = item.str_at("objectAlias").filter(|alias| provider != "vault" && !alias.is_empty());
            match alias.or_else(|| item.str_at("objectName")) {
                Some(name) if names.insert(name.to_owned()) => {}
                Some(name) => {
                    let help = match provider {
                        "vault" => "give one of them another `objectName`",
                        _ => "give one of them an `objectAlias`",
                    };
                    faults.push((
                        self.objects.span,
                        format!("two objects have the file name `{name}`"),
                        help.to_owned(),
                    ));
                }
                None => {
                    let message = "an object has no `objectName`".to_owned();
                    faults.push((self.objects.span, message, "add `objectName`, the name of the file".to_owned()));
                }
            }
        }
        names
    }

    fn item(&self, provider: &str, item: &Value, faults: &mut Vec<(Span, String, String)>) {
        let name = item.str_at("objectName").unwrap_or_default();
        let choices: &[(&str, &[&str])] = match provider {
            "vault" => &[("method", &["GET", "PUT", "POST"]), ("encoding", &["utf-8", "base64", "hex"])],
            "azure" => &[
                ("objectType", &["secret", "key", "cert"]),
                ("objectFormat", &["pem", "pfx"]),
                ("objectEncoding", &["utf-8", "base64", "hex"]),
            ],
            _ => &[],
        };
        for (field, choices) in choices {
            let Some(value) = item.get(field) else { continue };
            let fits =
                value.as_str().is_some_and(|v| v.is_empty() || choices.iter().any(|c| c.eq_ignore_ascii_case(v)));
            if !fits {
                let message = format!("object `{name}` has an unknown `{field}`");
                let help = format!("write one of {}", suggest::listing(choices.iter().copied(), 5));
                faults.push((self.objects.span, message, help));
            }
        }
        let of_secret = item.str_at("objectType").is_none_or(|kind| kind == "secret");
        let lacking = match provider {
            "vault" => item.str_at("secretPath").is_none().then_some(("secretPath", "the path of Vault's API")),
            "azure" => item.str_at("objectType").is_none().then_some(("objectType", "`secret`, `key` or `cert`")),
            _ => None,
        };
        if let Some((field, what)) = lacking {
            let message = format!("object `{name}` has no `{field}`");
            faults.push((self.objects.span, message, format!("add `{field}`: {what}")));
        }
        if provider == "azure" && !of_secret {
            let only = [("objectFormat", Some("pfx")), ("objectEncoding", None)];
            let wrong = |(field, value): &(&str, Option<&str>)| {
                item.str_at(field).is_some_and(|v| value.is_none_or(|only| only == v))
            };
            if let Some((field, _)) = only.iter().find(|only| wrong(only)) {
                let message = format!("object `{name}` has an `{field}` that only secrets may have");
                faults.push((self.objects.span, message, format!("take `{field}` out, or write `objectType: secret`")));
            }
        }
    }
}

/// `secretObjects` name files that are mounted.
fn mounted(value: &Value, names: &BTreeSet<String>, faults: &mut Vec<(Span, String, String)>) {
    for object in list(value, &["spec", "secretObjects"]) {
        for name in list(object, &["data"]).iter().filter_map(|data| data.get("objectName")) {
            let Some(text) = name.as_str().filter(|text| !names.contains(*text)) else { continue };
            let secret = object.str_at("secretName").unwrap_or_default();
            let message = format!("Secret `{secret}` takes the file `{text}`, which `objects` does not mount");
            let help = match suggest::nearest(text, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", suggest::listing(names.iter().map(String::as_str), 8)),
            };
            faults.push((name.span, message, help));
        }
    }
}
