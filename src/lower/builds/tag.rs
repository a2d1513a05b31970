//! Where a new tag is written to.

use crate::base::Value;
use crate::lower::Input;
use crate::model::builds::place_of_image;
use crate::model::context::Fields;
use crate::model::spec::Build;
use crate::shape::Text;
use crate::source::SourceMap;

/// The file, the place in it, and what is written. Nothing where no tag is written, or where no place is known, which
/// is a finding by then.
pub fn commit(input: &Input, sources: &SourceMap, build: &Build, image: &str, version: &str) -> Option<Value> {
    let commit = build.commit_tag.as_ref()?;
    let found = || place_of_image(input.spec, build);
    let stated = commit.file.as_ref().map(Text::to_value);
    let (file, key) = if let (Some(file), Some(key)) = (&stated, &commit.key) {
        (file.clone(), key.to_value())
    } else {
        let (key, span) = found()?;
        let file = sources.file_of(span).map(|file| Value::from(file.path.as_str()));
        (stated.or(file)?, Value::from(key))
    };
    let value = if commit.tag_only { version } else { image };
    let fields = Fields::new().with("file", file).with("key", key).with("value", value).with("render", commit.render);
    Some(fields.at(commit.span))
}
