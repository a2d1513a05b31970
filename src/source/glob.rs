//! Globs over a [`World`].

use std::collections::BTreeMap;

use super::World;
use super::path::LONGEST;

/// Expands globs, listing each folder once.
///
/// `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` and `[ab]` as in shells; there is
/// no escape character, since paths use `/` only.
pub struct Globber<'w> {
    world: &'w dyn World,
    listed: BTreeMap<String, Result<Vec<String>, String>>,
}

impl<'w> Globber<'w> {
    /// Globs over a world.
    pub fn new(world: &'w dyn World) -> Globber<'w> {
        Globber { world, listed: BTreeMap::new() }
    }

    /// The files that a glob matches, in byte order.
    ///
    /// # Errors
    /// When the glob is malformed or its folder can't be listed; the text says why.
    pub fn expand(&mut self, pattern: &str) -> Result<Vec<String>, String> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        // The glob library panics on patterns that are too large for its automaton.
        if pattern.len() > LONGEST {
            return Err("the path is too long".to_owned());
        }
        let literal = literal_part(pattern);
        if literal.len() == pattern.len() {
            let files = self.files_below(folder_of(literal))?;
            return Ok(files
                .binary_search_by(|f| (**f).cmp(pattern))
                .map(|_| pattern.to_owned())
                .into_iter()
                .collect());
        }
        let matcher = Glob::new(pattern)?;
        let files = self.files_below(folder_of(literal))?;
        // The list is sorted, so what begins like the glob stands together.
        let begin = files.partition_point(|f| **f < *literal);
        let alike = files.get(begin..).unwrap_or_default().iter().take_while(|f| f.starts_with(literal));
        Ok(alike.filter(|f| matcher.is_match(f)).cloned().collect())
    }

    fn files_below(&mut self, folder: &str) -> Result<&[String], String> {
        let world = self.world;
        let list = || world.list(folder).map_err(|e| e.reason);
        let listed = self.listed.entry(folder.to_owned()).or_insert_with(list);
        listed.as_deref().map_err(Clone::clone)
    }
}

/// A glob that paths are held against, without listing anything.
#[derive(Clone, Debug)]
pub struct Glob(globset::GlobMatcher);

impl Glob {
    /// The glob of a pattern, which reads as those of [`Globber`] do.
    ///
    /// # Errors
    /// When it is malformed; the text says why.
    pub fn new(pattern: &str) -> Result<Glob, String> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        // The glob library panics on patterns that are too large for its automaton.
        if pattern.len() > LONGEST {
            return Err("the path is too long".to_owned());
        }
        let glob = globset::GlobBuilder::new(pattern).literal_separator(true).backslash_escape(false).build();
        glob.map(|glob| Glob(glob.compile_matcher())).map_err(|e| e.kind().to_string())
    }

    /// Whether it matches a path.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// The part of a glob before its first special character.
fn literal_part(pattern: &str) -> &str {
    let special = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    pattern.get(..special).unwrap_or_default()
}

/// The folder that a path, or the beginning of one, lies in.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
