//! Changes the files, in an order that can be cut off anywhere.

use rayon::prelude::*;

use super::Written;
use super::codes::WRITE_FAILED;
use super::plan::Plan;
use crate::diag::{Bag, Finding, Place};
use crate::model::ownership::{Ownership, PENDING_FILE, TREE_FILE, list_bytes};
use crate::source::{World, WorldError};

/// Carries out a plan: record of the intent, removals that make room, files, other removals, list of
/// owned files, end of the record.
pub(super) fn apply(plan: Plan, owned: &Ownership, world: &dyn World) -> Result<Written, Bag> {
    carry_out(&plan, owned, world).map_err(|e| Bag::from_iter([failed(&e)]))?;
    let adopted = plan.writes.iter().filter(|w| w.adopts).count();
    Ok(Written {
        written: plan.writes.len() - adopted,
        unchanged: plan.unchanged,
        adopted,
        removed: plan.clear.len() + plan.remove.len(),
        kept: plan.kept,
        warnings: plan.warnings,
    })
}

fn carry_out(plan: &Plan, owned: &Ownership, world: &dyn World) -> Result<(), WorldError> {
    let list = list_bytes(&plan.next);
    let changes = !(plan.writes.is_empty() && plan.clear.is_empty() && plan.remove.is_empty());
    if changes {
        let intent = owned.intent(&plan.next, &list, plan.found.clone());
        world.write(PENDING_FILE, &intent.to_bytes())?;
    }
    first_error(&plan.clear, |path| world.remove(path))?;
    first_error(&plan.writes, |file| world.write(file.path, file.bytes))?;
    first_error(&plan.remove, |path| world.remove(path))?;
    for path in &plan.gone {
        // Only for the sake of empty folders; what stands there instead is nobody's fault.
        let _ = world.kind(path).is_none().then(|| world.remove(path));
    }
    if list != owned.text() {
        world.write(TREE_FILE, &list)?;
    }
    if changes || owned.has_pending() {
        world.remove(PENDING_FILE)?;
    }
    Ok(())
}

/// Does all in parallel; gives the error of the first item that has one, and may leave those after it.
fn first_error<T: Sync>(items: &[T], act: impl Fn(&T) -> Result<(), WorldError> + Sync) -> Result<(), WorldError> {
    items.par_iter().find_map_first(|item| act(item).err()).map_or(Ok(()), Err)
}

fn failed(e: &WorldError) -> Finding {
    let message = format!("this file could not be written or removed: {}", e.reason);
    let help = "mend the cause and run again: each file is old or new, none is half, and the next run completes";
    Finding::error(&WRITE_FAILED, Place::File(e.path.clone()), message, help)
}
