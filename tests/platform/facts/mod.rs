//! The facts stated of one object: each word of the fixture's language in the file that says what it means.

pub mod application;
pub mod deliver;
pub mod locate;
pub mod values;
pub mod words;

use super::Platform;
use super::compare::is_empty;
use super::report::Report;
use deliver::Candidate;
use serde_json::Value;

/// Words that find an object or explain the entry, and state nothing further.
const PLAIN: [&str; 9] =
    ["id", "kind", "namespace", "name", "namePattern", "description", "note", "resolved", "optional"];

/// Judges every entry of the fixture.
pub fn judge(platform: &Platform, report: &mut Report) {
    for entry in platform.fixture.entries() {
        judge_entry(platform, entry, report);
    }
}

/// Judges one entry against the object that fits it best, so that a near miss says what it misses.
pub fn judge_entry(platform: &Platform, entry: &Value, report: &mut Report) {
    let id = entry["id"].as_str().unwrap_or("an entry without id");
    let candidates = deliver::candidates(platform, entry);
    let judged = candidates.iter().map(|candidate| {
        let mut found = Report::default();
        judge_candidate(platform, id, entry, candidate, &mut found);
        found
    });
    match judged.min_by_key(Report::len) {
        Some(best) => report.merge(best),
        None if entry["optional"] == true => {}
        None => report.broken(id, format!("no such object: {}", locate::wanted(entry))),
    }
}

fn judge_candidate(platform: &Platform, id: &str, entry: &Value, candidate: &Candidate, report: &mut Report) {
    let known = |word: &str| {
        PLAIN.contains(&word)
            || words::WORDS.contains(&word)
            || application::WORDS.contains(&word)
            || values::WORDS.contains(&word)
            || deliver::WORDS.contains(&word)
    };
    for word in entry.as_object().into_iter().flatten().map(|(word, _)| word).filter(|word| !known(word)) {
        report.broken(id, format!("the fixture uses `{word}`, a word the judge does not know"));
    }
    deliver::judge(id, entry, candidate, report);
    words::judge(id, "", entry, &candidate.value, report);
    if let Some(object) = candidate.index.map(|index| &platform.tree.objects[index]) {
        application::judge(id, entry, object, report);
        if values::WORDS.iter().any(|word| !is_empty(entry.get(*word))) {
            values::judge(platform, id, entry, object, report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(entry: Value) -> Report {
        let files = [(
            "a/m.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m-1, namespace: n}\ndata: {k: v}\n---\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m-2, namespace: n}\ndata: {k: w}\n",
        )];
        let mut report = Report::default();
        judge_entry(&Platform::sample(&files, json!({})), &entry, &mut report);
        report
    }

    fn entry(more: Value) -> Value {
        let mut entry = json!({"id": "cm", "apiVersion": "v1", "kind": "ConfigMap", "namespace": "n", "name": null,
                               "namePattern": "^m-"});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    }

    #[test]
    fn the_best_candidate_counts() {
        assert!(judged(entry(json!({"fields": {"/data/k": "w"}, "file": "a/m.yaml"}))).is_empty());
        assert_eq!(judged(entry(json!({"fields": {"/data/k": "x"}}))).len(), 1);
    }

    #[test]
    fn another_file_or_version_is_a_failure() {
        assert!(judged(entry(json!({"file": "b/m.yaml"}))).text().contains("a/m.yaml"));
        assert_eq!(judged(entry(json!({"apiVersion": "v2"}))).len(), 1);
        assert!(judged(entry(json!({"apiVersion": "v2", "apiVersionAnyOf": ["v2", "v1"]}))).is_empty());
    }

    #[test]
    fn absence_fails_unless_optional() {
        assert!(judged(entry(json!({"namespace": "other"}))).text().contains("no such object"));
        assert!(judged(entry(json!({"namespace": "other", "optional": true}))).is_empty());
    }

    #[test]
    fn an_unknown_word_is_a_failure() {
        assert!(judged(entry(json!({"feilds": {}}))).text().contains("feilds"));
    }
}
