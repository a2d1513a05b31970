//! Both states put beside each other.

use std::collections::BTreeSet;

use super::before::Before as OutputFiles;
use super::sides::{Before, OutputAt, Sides, SpecAt};
use super::{DiffArgs, gate};
use crate::cli::progress::Bar;
use crate::cli::select;
use crate::diag::{Bag, Level};
use crate::diff::{self, Options};
use crate::drift;
use crate::model::about::About;
use crate::model::changes::Changes;
use crate::model::ownership::Ownership;
use crate::model::tree::Tree;
use crate::pipeline::{self, Outcome};
use crate::source::World;
use crate::survey;

/// What came of a comparison.
pub struct Compared {
    /// All that was found, without the tree.
    pub outcome: Outcome,
    /// How many changes are refused.
    pub denied: usize,
    /// The changes; `None` when it could not be compared.
    pub result: Option<Compare>,
}

/// The changes, with what they come from.
pub struct Compare {
    /// What changed.
    pub changes: Changes,
    /// The tree after.
    pub tree: Tree,
}

impl Compared {
    /// It could not be compared, for what was found.
    fn stopped(outcome: Outcome) -> Compared {
        Compared { outcome, denied: 0, result: None }
    }

    /// How many findings are errors; those of refused changes are.
    pub fn errors(&self) -> usize {
        self.outcome.findings.iter().filter(|finding| finding.level == Level::Error).count()
    }
}

/// Renders what has to be rendered, and compares.
pub fn compare(args: &DiffArgs, sides: Sides) -> Result<Compared, String> {
    let Sides { before, after } = sides;
    let owned = || match &before {
        Before::Output(output) => Ownership::load(&*output.world),
        _ => Ok(Ownership::default()),
    };
    // The record of what is owned is read beside the rendering.
    let (rendered, owned) = rayon::join(|| pipeline::run(&*after.world, &after.name, &Bar::new()), owned);
    let (mut outcome, mut late) = (rendered, Bag::new());
    let Some(tree) = outcome.tree.take() else { return Ok(Compared::stopped(outcome)) };
    let about = &outcome.about;
    let options = Options { root: about.root.clone(), lines: args.form.text() };
    let (changes, before, after) = match before {
        Before::Output(output) => {
            let changes = with_output(&output, owned, &tree, about, &options, &mut late)?;
            (changes, output.label, after.label)
        }
        Before::Spec(spec) => {
            let other = match other(&spec) {
                Ok(tree) => tree,
                Err(outcome) => return Ok(Compared::stopped(*outcome)),
            };
            (Some(diff::diff(&other, &tree, &options)), spec.label, after.label)
        }
        Before::Environment(from, to) => {
            let aligned = aligned(&tree, about, &from, &to)?;
            let label = |name: &str| format!("environment {name} of {}", after.label);
            let renamed: Vec<String> = aligned.renamed.iter().map(|(a, b)| format!("{a} as {b}")).collect();
            let left = match aligned.left_out.is_empty() {
                true => String::new(),
                false => format!("; without what {} makes, which can't be told", aligned.left_out.join(", ")),
            };
            let before = format!("{}, with {}{left}", label(&from), renamed.join(", "));
            (Some(diff::diff(&aligned.before, &aligned.after, &options)), before, label(&to))
        }
    };
    let compared = changes.map(|mut changes| {
        changes.between = Some((before, after));
        let changes = select::changes(changes, &tree, &args.select);
        let refused: BTreeSet<_> = args.deny.iter().copied().collect();
        let denied = gate::gate(&changes, &refused, &about.acknowledged, args.select.is_empty(), &mut late);
        (denied, Compare { changes, tree })
    });
    let (Ok(late) | Err(late)) = outcome.late(late, compared.is_some() && args.select.is_empty());
    outcome.add(late);
    Ok(match compared {
        Some((denied, compare)) => Compared { outcome, denied, result: Some(compare) },
        None => Compared::stopped(outcome),
    })
}

/// The tree against an output folder. Nothing when that can't be read.
fn with_output(
    output: &OutputAt,
    owned: Result<Ownership, Bag>,
    tree: &Tree,
    about: &About,
    options: &Options,
    bag: &mut Bag,
) -> Result<Option<Changes>, String> {
    let world: &dyn World = &*output.world;
    let owned = match owned {
        Ok(owned) => owned,
        Err(faults) => {
            bag.extend(faults);
            return Ok(None);
        }
    };
    let survey = survey::survey(tree, &owned, world);
    drift::drift(&drift::Input { survey: &survey, owned: &owned, world, about, current: output.current }, bag);
    if bag.errors() > 0 {
        return Ok(None);
    }
    let strangers = match output.all && owned.paths().is_empty() {
        true => manifests(world)?,
        false => Vec::new(),
    };
    Ok(Some(diff::diff(&OutputFiles::of(&survey, world, strangers), tree, options)))
}

/// All manifests in a folder that nothing of ours stands in.
fn manifests(world: &dyn World) -> Result<Vec<String>, String> {
    let mut files = world.list("").map_err(|e| e.to_string())?;
    files.retain(|path| [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end)));
    Ok(files)
}

/// What the spec of the state before makes; what stands against it otherwise.
fn other(spec: &SpecAt) -> Result<Tree, Box<Outcome>> {
    let mut outcome = pipeline::run(&*spec.world, &spec.name, &Bar::new());
    outcome.tree.take().ok_or_else(|| {
        eprintln!("the state before has errors: {}", spec.label);
        Box::new(outcome)
    })
}

fn aligned(tree: &Tree, about: &About, from: &str, to: &str) -> Result<diff::Aligned, String> {
    let known: BTreeSet<&str> = about.sites.iter().filter_map(|site| site.environment.as_deref()).collect();
    for name in [from, to] {
        if !known.contains(name) {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let names = if names.is_empty() { "no app has an environment".to_owned() } else { names.join(", ") };
            return Err(format!("no app goes to environment `{name}`\n  help: environments with apps: {names}"));
        }
    }
    Ok(diff::align(tree, &about.sites, from, to))
}
