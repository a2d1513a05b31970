//! Workflow definitions of the user.

use super::{expand, read_all};
use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::gathered::WorkflowFile;
use crate::model::spec::Spec;
use crate::source::{FileId, Globber, SourceMap, World};
use crate::yaml;

crate::codes! {
    /// A file under `selfService.orkes.workflows` holds no workflow definition.
    ///
    /// A file holds one definition: a JSON object with `name` and `tasks`, in a file that ends in `.json`. Conductor takes nothing else.
    WORKFLOW_FILE = "workflow-file";
}

/// Reads them, sorted by path.
pub fn read(
    world: &dyn World,
    spec: &Spec,
    globber: &mut Globber,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> Vec<WorkflowFile> {
    let orkes = spec.self_service.as_deref().and_then(|own| own.orkes.as_deref());
    let Some(orkes) = orkes else { return Vec::new() };
    let paths = expand(globber, &orkes.workflows, bag);
    let ids = read_all(world, paths.into_iter(), sources, bag);
    let mut files = Vec::new();
    for (path, id) in ids {
        let errors = bag.errors();
        let mut docs = yaml::read(sources, id, bag, &yaml::Limits::default());
        if bag.errors() > errors {
            continue;
        }
        let value = docs.pop().filter(|_| docs.is_empty() && path.ends_with(".json"));
        match value.filter(|value| value.str_at("name").is_some() && value.get("tasks").is_some()) {
            Some(value) => files.push(WorkflowFile { path, value }),
            None => bag.push(no_workflow(&path, id, sources)),
        }
    }
    files
}

fn no_workflow(path: &str, id: FileId, sources: &SourceMap) -> Finding {
    let start =
        sources.file(id).map_or(Span::NONE, |file| file.span(0, file.text.find('\n').unwrap_or(file.text.len())));
    let help = "write one JSON object with `name` and `tasks` into a file that ends in `.json`";
    Finding::error(&WORKFLOW_FILE, start, format!("`{path}` holds no workflow definition"), help)
}
