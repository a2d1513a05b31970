//! Texts that mean nothing to whoever reads them: stores that are none, Backstage's sections.

use super::scene::Content;
use super::{ARTIFACT_STORE, BACKSTAGE_CONFIG, Scene, texts};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::validate::locate;
use crate::yaml;

/// Checks some values, or an object.
pub fn content(scene: &Scene, content: &Content, registries: &[(String, &str)], bag: &mut Bag) {
    let values = content.chart.is_some();
    texts::each_map(content.value, values, &mut |map| {
        let section = map.get("s3").and_then(|s3| s3.get("endpoint"));
        section.into_iter().for_each(|endpoint| store(scene, content, endpoint, registries, bag));
    });
    if content.value.str_at("kind") == Some("ConfigMap") {
        backstage(scene, content, bag);
    }
}

/// Hosts of registries of the platform, with the names of their apps.
pub fn registries<'a>(scene: &'a Scene) -> Vec<(String, &'a str)> {
    let mut out = Vec::new();
    for one in &scene.exposed {
        let Some(chart) = one.chart.filter(|c| is_registry(c)) else { continue };
        out.push((one.route.host.to_string(), &*chart.app.facts.name));
    }
    for ((_, namespace, name), service) in &scene.services {
        if let Some(chart) = service.chart.filter(|c| is_registry(c)) {
            out.push((format!("{name}.{namespace}.svc"), &*chart.app.facts.name));
        }
    }
    out
}

fn is_registry(chart: &crate::validate::secrets::Chart) -> bool {
    chart.file.as_ref().and_then(|f| f.get("registry")?.as_bool()) == Some(true)
}

fn store(scene: &Scene, content: &Content, endpoint: &Value, registries: &[(String, &str)], bag: &mut Bag) {
    let Some(text) = endpoint.as_str() else { return };
    let host = text.split_once("://").map_or(text, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
    let is = |known: &str| host == known || host.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
    let Some((_, app)) = registries.iter().find(|(known, _)| is(known)) else { return };
    let message = format!("`{host}` is the registry of app `{app}`, which does not speak S3");
    let help = "name an object store that does";
    bag.push(Finding::warning(&ARTIFACT_STORE, scene.place(endpoint.span, content.origin), message, help));
}

/// Configuration of Backstage in a ConfigMap: known by its sections `app` and `backend`.
fn backstage(scene: &Scene, content: &Content, bag: &mut Bag) {
    for entry in content.value.get("data").and_then(Value::as_map).into_iter().flatten() {
        let Some(text) = entry.value.as_str().filter(|t| t.contains("backend:")) else { continue };
        let Ok(docs) = yaml::read_embedded(text, entry.value.span) else { continue };
        let Some(config) = docs.first().filter(|d| d.get("app").is_some() && d.get("backend").is_some()) else {
            continue;
        };
        let at = |word: &str| -> Span {
            scene.place(locate::locate_word(scene.sources, entry.value.span, word), content.origin)
        };
        for key in ["clusterLocatorMethods", "serviceLocatorMethod"] {
            let nested = config.get("integrations").is_some_and(|i| mentions(i, key));
            if nested || config.get(key).is_some() {
                let message = format!("Backstage looks for `{key}` under `kubernetes` at the top, and nowhere else");
                let help = format!("move `{key}` to `kubernetes`");
                bag.push(Finding::warning(&BACKSTAGE_CONFIG, at(key), message, help));
            }
        }
        let database = config.get("backend").and_then(|b| b.get("database"));
        let connection = database.and_then(|d| d.get("connection"));
        let by_schema = database.is_some_and(|d| d.str_at("pluginDivisionMode") == Some("schema"));
        if connection.is_some_and(|c| by_schema && c.as_map().is_some() && c.get("database").is_none()) {
            let message = "all plugins share one database, but `backend.database.connection` names none";
            let help = "add `database: NAME` to the connection, and the database to the cluster";
            bag.push(Finding::warning(&BACKSTAGE_CONFIG, at("connection"), message, help));
        }
    }
}

fn mentions(value: &Value, key: &str) -> bool {
    value.as_map().is_some_and(|map| map.iter().any(|e| *e.key == *key || mentions(&e.value, key)))
        || value.as_list().is_some_and(|items| items.iter().any(|item| mentions(item, key)))
}
