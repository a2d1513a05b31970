//! I27: an image override names an image that is there, and what comes out is a complete image.

use super::super::Platform;
use super::super::kustomize;
use super::super::report::Report;
use super::super::sources;
use regex::Regex;
use serde_json::Value;

/// Judges each kustomize source: the overrides of its kustomization, then those of the Application.
pub fn judge(platform: &Platform, report: &mut Report) {
    for (index, app) in platform.tree.applications() {
        for source in sources::git(app) {
            let Some(folder) = sources::path(source) else { continue };
            let mut overrides = own(&kustomize::read(&platform.tree, folder));
            overrides.extend(by_application(source));
            let held = platform.owners.held(index).map(|held| &platform.tree.objects[held]);
            let mut images = Vec::new();
            held.filter(|object| sources::files(&platform.tree, source).contains(&object.file))
                .for_each(|object| gather(&object.value, &mut images));
            for over in &overrides {
                if !images.iter().any(|image| name(image) == over.name) {
                    report.broken(
                        &app.to_string(),
                        format!("overrides image {}, but {folder} has only {images:?}", over.name),
                    );
                }
            }
            for image in &images {
                check(platform, app.name(), image, &apply(image, &overrides), report);
            }
        }
    }
}

fn check(platform: &Platform, app: &str, from: &str, to: &str, report: &mut Report) {
    let pattern = platform.fixture.at("/images")[app].as_str().unwrap_or("^[^<>$\\s]+$");
    if !Regex::new(pattern).unwrap().is_match(to) {
        report.fact(&format!("image {from} of {app}"), "after overrides", format!("a match of {pattern}"), to);
    }
}

struct Override {
    name: String,
    to: Option<String>,
    tag: Option<String>,
}

fn own(kustomization: &Value) -> Vec<Override> {
    let text = |entry: &Value, key: &str| entry[key].as_str().map(str::to_owned);
    let entries = kustomization["images"].as_array().into_iter().flatten();
    let read = |entry: &Value| Override {
        name: text(entry, "name").unwrap_or_default(),
        to: text(entry, "newName"),
        tag: text(entry, "digest").map(|d| format!("@{d}")).or(text(entry, "newTag").map(|t| format!(":{t}"))),
    };
    entries.map(read).collect()
}

/// `source.kustomize.images`: `old=new:tag`, or `image:tag` for a new tag alone.
fn by_application(source: &Value) -> Vec<Override> {
    let entries = source["kustomize"]["images"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let read = |entry: &str| {
        let (old, new) = entry.split_once('=').unwrap_or((name(entry), entry));
        let tag = new[name(new).len()..].to_owned();
        Override { name: old.to_owned(), to: Some(name(new).to_owned()), tag: Some(tag).filter(|tag| !tag.is_empty()) }
    };
    entries.map(read).collect()
}

fn apply(image: &str, overrides: &[Override]) -> String {
    overrides.iter().fold(image.to_owned(), |image, over| {
        if name(&image) != over.name {
            return image;
        }
        let tag = over.tag.as_deref().unwrap_or(&image[name(&image).len()..]);
        format!("{}{tag}", over.to.as_deref().unwrap_or(&over.name))
    })
}

/// An image without its tag or digest; a colon before the last slash is a port.
fn name(image: &str) -> &str {
    let base = image.split('@').next().unwrap_or(image);
    let from = base.rfind('/').map_or(0, |slash| slash + 1);
    base[from..].find(':').map_or(base, |colon| &base[..from + colon])
}

fn gather(value: &Value, images: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let lists = ["containers", "initContainers"].contains(&key.as_str());
                let found = inner.as_array().into_iter().flatten().filter(|_| lists);
                images.extend(found.filter_map(|container| container["image"].as_str()).map(str::to_owned));
                gather(inner, images);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, images)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_images() {
        assert_eq!([name("a"), name("h:5/a:1"), name("a@sha256:x"), name("h:5/a")], ["a", "h:5/a", "a", "h:5/a"]);
    }

    fn failing(image: &str, kustomization: &str, application: &str) -> usize {
        let app = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\n\
             spec: {{source: {{path: d, kustomize: {{images: {application}}}}}}}\n"
        );
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: n}}\nspec: {{containers: [{{image: '{image}'}}]}}\n"
        );
        let kustomization = format!("resources: [p.yaml]\nimages: {kustomization}\n");
        let files = [("root.yaml", app.as_str()), ("d/p.yaml", &pod), ("d/kustomization.yaml", &kustomization)];
        judged(judge, &files, json!({"images": {"a": "^harbor\\.x/b:[0-9.]+$"}})).len()
    }

    #[test]
    fn overrides_must_hit_and_complete_the_image() {
        assert_eq!(failing("harbor.x/b:1.0", "[]", "[]"), 0);
        assert_eq!(failing("b", "[{name: b, newName: harbor.x/b, newTag: '2'}]", "[]"), 0);
        assert_eq!(failing("b:1", "[]", "[b=harbor.x/b]"), 0);
        assert_eq!(failing("harbor.x/b:1", "[]", "['harbor.x/b:2']"), 0);
        assert_eq!(failing("b:1", "[]", "['b=harbor.x:2']"), 1, "the repository is lost");
        assert_eq!(failing("harbor.x/b:1", "[]", "['b=harbor.x/b:2']"), 1, "hits nothing");
        assert_eq!(failing("b", "[]", "[]"), 1);
    }
}
