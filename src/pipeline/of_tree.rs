//! The other way in: a tree of manifests that no spec made. Everything after `render` is the same.

use super::{Found, Outcome, Progress, Reached, produce, settled};
use crate::import::{self, Build, Options};
use crate::rbac::Version;
use crate::render::Templates;
use crate::schemas::Schemas;
use crate::source::{SourceMap, World};
use crate::validate::Validator;
use crate::validate::argocd_cm::Facts;
use crate::validate::literals::Scanner;

/// Version of Argo CD where none is known.
const NEWEST: Version = Version::new(3, 5);

/// Checks a tree. What is wrong with a file stops only that file. Gives also the number of files.
pub fn check_tree(
    world: &dyn World,
    options: &Options,
    version: Option<(u32, u32)>,
    build: Option<&dyn Build>,
    progress: &dyn Progress,
) -> (Outcome, usize) {
    let mut sources = SourceMap::new();
    let mut found = Found { reached: Reached::Everything, ..Found::default() };
    let mut imported = import::import(world, options, build, &mut sources, &mut found.bag);
    let schemas = Schemas::new(version.unwrap_or((u32::MAX, 0)), &imported.schemas, &mut found.bag);
    let argocd = version.map_or(NEWEST, |(major, minor)| Version::new(major, minor));
    let validator = Validator { schemas: &schemas, sources: &sources, argocd };
    Scanner { sources: &sources }.values(&imported.plan.files, &mut found.apart);
    let templates = Templates::none();
    let tree = produce(
        &mut imported.plan,
        &templates,
        validator,
        Facts::default(),
        progress,
        &mut found.bag,
        &mut found.spent,
    );
    found.bag = import::reword(found.bag, &imported.doubtful);
    (settled(world, sources, found, Some(tree)), imported.files)
}
