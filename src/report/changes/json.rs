//! Changes for programs.
//!
//! `version` is 1. Keys may be added within a version; none goes, and none changes its meaning.

use serde_json::{Map, Value as Json, json};

use crate::base::Value;
use crate::base::json::to_json;
use crate::base::lines::{Line, LineSide};
use crate::model::changes::{Change, Changes, Edit, EditKind, Step, Subject};

/// The version of the format.
pub const VERSION: u32 = 1;

/// One JSON object, two spaces deep, with a final newline.
#[must_use]
pub fn report(changes: &Changes) -> String {
    let mut value = value(changes);
    if let (Some((before, after)), Some(map)) = (&changes.between, value.as_object_mut()) {
        map.insert("between".to_owned(), json!({ "before": before, "after": after }));
    }
    let mut out = serde_json::to_string_pretty(&value).unwrap_or_default();
    out.push('\n');
    out
}

/// The same as a value, for whoever adds to it.
#[must_use]
pub fn value(changes: &Changes) -> Json {
    let counts = &changes.counts;
    let of: Map<String, Json> = counts.of.iter().map(|(what, n)| (what.name().to_owned(), json!(n))).collect();
    let classes: Map<String, Json> =
        counts.classes.iter().map(|(class, n)| (class.name().to_owned(), json!(n))).collect();
    let mut hunks_of: Vec<Vec<usize>> = vec![Vec::new(); changes.all.len()];
    for (number, hunk) in changes.hunks.iter().enumerate() {
        for member in &hunk.members {
            hunks_of.get_mut(*member).into_iter().for_each(|hunks| hunks.push(number));
        }
    }
    let all: Vec<Json> = changes.all.iter().zip(hunks_of).map(|(c, hunks)| change(c, &hunks)).collect();
    let hunks: Vec<Json> = changes
        .hunks
        .iter()
        .map(|hunk| json!({ "members": hunk.members, "edits": hunk.edits.iter().map(edit).collect::<Vec<_>>() }))
        .collect();
    json!({
        "version": VERSION,
        "summary": {
            "same": changes.is_empty(),
            "files": { "all": counts.files, "before": counts.files_before, "after": counts.files_after, "differ": counts.files_differ },
            "changes": of,
            "cosmetic": counts.cosmetic,
            "classes": classes,
        },
        "changes": all,
        "hunks": hunks,
    })
}

fn change(change: &Change, hunks: &[usize]) -> Json {
    let mut out = Map::new();
    out.insert("what".into(), change.what.name().into());
    for (key, of) in [("before", &change.before), ("after", &change.after)] {
        if let Some(of) = of {
            out.insert(key.into(), subject(of));
        }
    }
    let impacts = change.impacts.iter().map(|impact| {
        let mut out = Map::new();
        out.insert("class".into(), impact.class.name().into());
        out.insert("reason".into(), impact.reason.as_str().into());
        if let Some(place) = &impact.place {
            out.insert("place".into(), place.to_string().into());
        }
        Json::Object(out)
    });
    out.insert("impacts".into(), impacts.collect());
    out.insert("hunks".into(), json!(hunks));
    let cosmetic: Vec<Json> = change.edits.iter().filter(|edit| edit.cosmetic).map(edit).collect();
    if !cosmetic.is_empty() {
        out.insert("cosmeticEdits".into(), cosmetic.into());
    }
    if let Some(why) = &change.opaque {
        out.insert("opaque".into(), why.as_str().into());
    }
    if let Some(lines) = &change.lines {
        out.insert("lines".into(), lines.iter().map(line).collect());
    }
    Json::Object(out)
}

fn subject(subject: &Subject) -> Json {
    let mut out = Map::new();
    out.insert("path".into(), (*subject.path).into());
    if let Some(object) = &subject.object {
        out.insert("group".into(), (*object.group).into());
        out.insert("kind".into(), (*object.kind).into());
        if let Some(namespace) = &object.namespace {
            out.insert("namespace".into(), (**namespace).into());
        }
        out.insert("name".into(), (*object.name).into());
    }
    if let Some(owner) = &subject.owner {
        out.insert("owner".into(), (**owner).into());
    }
    Json::Object(out)
}

fn edit(edit: &Edit) -> Json {
    let mut out = Map::new();
    out.insert("place".into(), edit.place.to_string().into());
    out.insert("steps".into(), edit.place.0.iter().map(step).collect());
    if edit.kind == EditKind::Order {
        out.insert("order".into(), true.into());
    }
    let values: [(&str, &Option<Value>); 2] = [("before", &edit.before), ("after", &edit.after)];
    for (key, value) in values {
        if let Some(value) = value {
            out.insert(key.into(), to_json(value));
        }
    }
    if edit.masked {
        out.insert("masked".into(), true.into());
    }
    Json::Object(out)
}

fn step(step: &Step) -> Json {
    match step {
        Step::Key(key) => json!({ "key": &**key }),
        Step::Item(label) => json!({ "item": &**label }),
        Step::Index(index) => json!({ "index": index }),
        Step::Inside(format) => json!({ "inside": format }),
    }
}

fn line(line: &Line) -> Json {
    let side = match line.side {
        LineSide::Same => "same",
        LineSide::Before => "before",
        LineSide::After => "after",
        LineSide::Gap => "gap",
    };
    let text: String = line.parts.iter().map(|(_, text)| text.as_str()).collect();
    json!({ "side": side, "before": line.before, "after": line.after, "text": text })
}
