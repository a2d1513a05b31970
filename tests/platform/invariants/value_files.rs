//! I04: each `$name/` of a values file has exactly one source with that ref, and the file is in the tree.

use super::super::Platform;
use super::super::helm;
use super::super::report::Report;
use super::super::sources;

/// Judges all Applications.
pub fn judge(platform: &Platform, report: &mut Report) {
    for (_, app) in platform.tree.applications() {
        let subject = app.to_string();
        for source in sources::of(app) {
            if source["helm"]["values"].is_string() && source["helm"]["valuesObject"].is_object() {
                report.broken(&subject, "has helm.values and helm.valuesObject; Argo CD then ignores helm.values");
            }
            if source["ref"].is_string() && source["chart"].is_string() {
                report.broken(&subject, "a source with a ref may not be a chart");
            }
            for file in helm::value_files(source) {
                let Some((name, path)) = file.strip_prefix('$').and_then(|file| file.split_once('/')) else {
                    report.broken(&subject, format!("{file} is inside the chart, where no file of ours can be"));
                    continue;
                };
                let refs = sources::of(app).iter().filter(|source| source["ref"] == name).count();
                if refs != 1 {
                    report.broken(&subject, format!("{file}: {refs} sources have ref {name}, one must"));
                }
                if !platform.tree.files.contains_key(path) {
                    report.broken(&subject, format!("{file}: {path} is not in the tree"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    fn failing(sources: &str) -> usize {
        let app = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec: {{sources: {sources}}}\n"
        );
        judged(judge, &[("a.yaml", app.as_str()), ("v/a-values.yaml", "x: 1")], json!({})).len()
    }

    #[test]
    fn one_ref_and_the_file() {
        let chart = "{chart: c, helm: {valueFiles: [$values/v/a-values.yaml]}}";
        assert_eq!(failing(&format!("[{chart}, {{ref: values}}]")), 0);
        assert_eq!(failing(&format!("[{chart}]")), 1);
        assert_eq!(failing(&format!("[{chart}, {{ref: values}}, {{ref: values}}]")), 1);
        assert_eq!(failing("[{chart: c, helm: {valueFiles: [$values/gone.yaml]}}, {ref: values}]"), 1);
        assert_eq!(failing("[{chart: c, helm: {valueFiles: [values-prod.yaml]}}]"), 1);
        assert_eq!(failing("[{chart: c, helm: {values: 'a: 1', valuesObject: {a: 2}}}]"), 1);
    }
}
