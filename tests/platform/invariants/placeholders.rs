//! I03: no placeholder survives in a value: no `<word>`, no unresolved `${...}`.

use super::super::Platform;
use super::super::report::Report;
use super::super::yaml;
use regex::Regex;
use serde_json::Value;

const PLACEHOLDER: &str = r"<[A-Za-z][A-Za-z0-9 _./:-]*>|\$\{[^}]*\}";

/// Judges every string of every YAML and JSON file, keys included, and the lines of policies and scripts. Documents
/// for people and pictures are not manifests. The fixture says where a variable belongs: Backstage reads `${NAME}`.
pub fn judge(platform: &Platform, report: &mut Report) {
    let regex = Regex::new(PLACEHOLDER).unwrap();
    for file in platform.tree.files.keys().filter(|file| !file.starts_with('.')) {
        let end = file.rsplit('.').next().unwrap_or_default();
        let text = platform.tree.text(file).unwrap_or_default();
        match end {
            "yaml" | "yml" | "json" => {
                for document in yaml::documents(&text).unwrap_or_default() {
                    walk(platform, &regex, file, "", &document, report);
                }
            }
            "md" | "html" | "svg" => {}
            _ => look(platform, &regex, file, "text", &text, report),
        }
    }
}

fn walk(platform: &Platform, regex: &Regex, file: &str, at: &str, value: &Value, report: &mut Report) {
    match value {
        Value::String(text) => look(platform, regex, file, at, text, report),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(platform, regex, file, &format!("{at}/{index}"), item, report);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                look(platform, regex, file, &at, key, report);
                walk(platform, regex, file, &at, item, report);
            }
        }
        _ => {}
    }
}

fn look(platform: &Platform, regex: &Regex, file: &str, at: &str, text: &str, report: &mut Report) {
    let allowed = |found: &str| {
        platform.fixture.list("/variables").iter().any(|place| {
            let fits = |key: &str, text: &str| Regex::new(place[key].as_str().unwrap_or("^$")).unwrap().is_match(text);
            fits("file", file) && fits("pointer", at) && fits("pattern", found)
        })
    };
    for found in regex.find_iter(text).map(|found| found.as_str()).filter(|found| !allowed(found)) {
        report.fact(file, at, "no placeholder", found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    fn failing(file: &str, text: &str) -> usize {
        let fixture =
            json!({"variables": [{"file": "^app\\.yaml$", "pointer": "^/data/", "pattern": "^\\$\\{[A-Z_]+\\}$"}]});
        judged(judge, &[(file, text)], fixture).len()
    }

    #[test]
    fn placeholders_in_values_and_keys() {
        assert_eq!(failing("x.yaml", "a: <version>\nb: [x-<TO_OVERLAY>]\n'<key>': 1\nc: ${HOST}/x\n"), 4);
        assert_eq!(failing("policy.hcl", "path \"<mount>/data\" {}"), 1);
    }

    #[test]
    fn what_only_looks_like_one() {
        assert_eq!(failing("x.yaml", "a: $(VAR) $values/x 1 < 2 > 0 {{ .x }} $HOME\n# <comment>\n"), 0);
        assert_eq!(failing("README.md", "<div>"), 0);
    }

    #[test]
    fn variables_only_where_they_belong() {
        assert_eq!(failing("app.yaml", "data: {x: 'p: ${POSTGRES_HOST}'}"), 0);
        assert_eq!(failing("app.yaml", "data: {x: '<pw> ${host}'}\nspec: '${HOST}'"), 3);
    }
}
