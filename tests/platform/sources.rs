//! What the sources of an Application are, and which files each renders.

use super::kustomize;
use super::object::Object;
use super::tree::Tree;
use regex::Regex;
use serde_json::Value;

/// `spec.sources`, or else the single `spec.source`: with both set Argo CD ignores the latter.
pub fn of(app: &Object) -> Vec<&Value> {
    let spec = &app.value["spec"];
    match spec["sources"].as_array() {
        Some(list) if !list.is_empty() => list.iter().collect(),
        _ => spec.get("source").into_iter().collect(),
    }
}

/// The source that names a chart.
pub fn chart(app: &Object) -> Option<&Value> {
    of(app).into_iter().find(|source| source["chart"].is_string())
}

/// Sources read from git: all that name no chart.
pub fn git(app: &Object) -> Vec<&Value> {
    of(app).into_iter().filter(|source| !source["chart"].is_string()).collect()
}

/// The path of a git source without its slashes; a source that is only a `ref` has none.
pub fn path(source: &Value) -> Option<&str> {
    source["path"].as_str().filter(|_| !source["chart"].is_string()).map(|path| path.trim_matches('/'))
}

/// Manifest files a git source renders, sorted. The output is the root of the platform repository and the only
/// repository there is (invariant I09), so a path is looked up in the tree.
///
/// A folder with a kustomization is what that lists, a folder with a Chart.yaml is a chart, and any other folder is of
/// type directory: the YAML and JSON files directly in it, or all below it with `directory.recurse`.
pub fn files(tree: &Tree, source: &Value) -> Vec<String> {
    let Some(folder) = path(source) else { return Vec::new() };
    if kustomize::file(tree, folder).is_some() {
        return kustomize::build(tree, folder);
    }
    if tree.files.contains_key(&format!("{folder}/Chart.yaml")) {
        return Vec::new();
    }
    let directory = &source["directory"];
    let taken = |name: &str| {
        let include = directory["include"].as_str().is_none_or(|glob| brace_glob(glob).is_match(name));
        let exclude = directory["exclude"].as_str().is_some_and(|glob| brace_glob(glob).is_match(name));
        let manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
        manifest && include && !exclude && (directory["recurse"] == true || !name.contains('/'))
    };
    let prefix = if folder == "." || folder.is_empty() { String::new() } else { format!("{folder}/") };
    let below = tree.files.keys().filter(|file| file.strip_prefix(&prefix).is_some_and(taken));
    below.cloned().collect()
}

/// The glob of `directory.include`: `*` runs over `/`, `{a,b}` is a choice.
fn brace_glob(glob: &str) -> Regex {
    let escaped = regex::escape(glob).replace(r"\*", ".*").replace(r"\?", ".");
    let choices = escaped.replace(r"\{", "(").replace(r"\}", ")").replace(',', "|");
    Regex::new(&format!("^({choices})$")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree() -> Tree {
        Tree::sample(&[
            ("a/x.yaml", ""),
            ("a/y.json", "{}"),
            ("a/notes.md", "#"),
            ("a/sub/z.yaml", ""),
            ("ab/no.yaml", ""),
        ])
    }

    #[test]
    fn a_directory_is_not_recursive_by_itself() {
        assert_eq!(files(&tree(), &json!({"path": "a/"})), ["a/x.yaml", "a/y.json"]);
        let all = json!({"path": "a", "directory": {"recurse": true}});
        assert_eq!(files(&tree(), &all), ["a/sub/z.yaml", "a/x.yaml", "a/y.json"]);
    }

    #[test]
    fn include_and_exclude() {
        let include = json!({"path": "a", "directory": {"include": "{x,q}.yaml"}});
        assert_eq!(files(&tree(), &include), ["a/x.yaml"]);
        let exclude = json!({"path": "a", "directory": {"exclude": "*.json"}});
        assert_eq!(files(&tree(), &exclude), ["a/x.yaml"]);
    }

    #[test]
    fn a_ref_or_a_chart_renders_no_file() {
        assert!(files(&tree(), &json!({"ref": "values"})).is_empty());
        assert!(files(&tree(), &json!({"chart": "a", "path": "a"})).is_empty());
    }

    #[test]
    fn sources_win_over_source() {
        let value = json!({"spec": {"source": {"path": "old"}, "sources": [{"chart": "c"}, {"path": "new"}]}});
        let app = Object { file: String::new(), value };
        assert_eq!(git(&app), [&json!({"path": "new"})]);
        assert_eq!(chart(&app).unwrap()["chart"], "c");
    }
}
