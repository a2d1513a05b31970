//! Where the two states are read from.

use std::path::{Path, PathBuf};

use super::DiffArgs;
use super::bases::{self, Base, State};
use crate::cli::clock;
use crate::cli::spec_path::{self, SpecPath};
use crate::cli::staged;
use crate::source::git::{GitError, Repository, Revision};
use crate::source::path::{joined, parent};
use crate::source::{Disk, FileKind, World};

/// A spec to be rendered.
pub struct SpecAt {
    /// The folder of the spec.
    pub world: Box<dyn World>,
    /// Name of the spec in it.
    pub name: String,
    /// The state, in words.
    pub label: String,
}

/// An output folder.
pub struct OutputAt {
    /// The folder.
    pub world: Box<dyn World>,
    /// The state, in words.
    pub label: String,
    /// Whether it is to be what the spec makes.
    pub current: bool,
    /// Whether files that are nobody's are compared too, where none is ours.
    pub all: bool,
}

/// What the tree of the spec is compared with.
pub enum Before {
    /// What stands in an output folder.
    Output(OutputAt),
    /// What another spec makes.
    Spec(SpecAt),
    /// What the same spec makes for another environment: from, to.
    Environment(String, String),
}

/// Both states.
pub struct Sides {
    /// What it was.
    pub before: Before,
    /// The spec that says what it will be.
    pub after: SpecAt,
}

/// Finds out what is to be compared.
pub fn find(args: &DiffArgs) -> Result<Sides, String> {
    // Not said to clap, which forgets it where `--from` would be in conflict with another option.
    for (one, other, names) in [
        (&args.to, &args.from, ("--to", "--from")),
        (&args.to_env, &args.from_env, ("--to-env", "--from-env")),
        (&args.from_env, &args.to_env, ("--from-env", "--to-env")),
    ] {
        if one.is_some() && other.is_none() {
            return Err(format!("`{}` needs `{}`", names.0, names.1));
        }
    }
    let finder = Finder::new(args)?;
    let staged = State::Index(None);
    let here = if args.staged { staged.clone() } else { State::WorkTree };
    if let (Some(from), Some(to)) = (&args.from_env, &args.to_env) {
        return Ok(Sides { before: Before::Environment(from.clone(), to.clone()), after: finder.spec(&here)? });
    }
    if let Some(from) = &args.from {
        let to = args.to.as_deref().map_or(State::WorkTree, bases::state);
        let before = Before::Spec(finder.spec(&bases::state(from))?);
        return Ok(Sides { before, after: finder.spec(&to)? });
    }
    let base = args.against.as_deref().map(|text| bases::base(text, finder.repository.as_ref().ok())).transpose()?;
    let (output, after) = match base {
        None if args.staged => (OutputAt { current: true, ..finder.output(&staged)? }, here),
        None => (on_disk(&finder.out()?, true), here),
        Some(Base::Folder(folder)) => (OutputAt { all: true, ..on_disk(&folder, false) }, here),
        Some(Base::Git(state)) => {
            let current = matches!(state, State::Index(None));
            (OutputAt { current, ..finder.output(&state)? }, here)
        }
        Some(Base::Range { .. }) if args.staged => {
            return Err("a range names both states; leave `--staged` out, or name one revision".to_owned());
        }
        Some(Base::Range { from, to, common }) => {
            let State::Revision(name, folder) = bases::state(&from) else {
                return Err("a range is between two revisions".to_owned());
            };
            let repository = finder.repository()?;
            let mut revision = repository.revision(&name).map_err(String::from)?;
            let to = bases::state(&to);
            if let (true, State::Revision(other, _)) = (common, &to) {
                let other = repository.revision(other).map_err(String::from)?;
                revision = repository.merge_base(&revision, &other).map_err(String::from)?;
            }
            (finder.output_of(&revision, folder.as_deref())?, to)
        }
    };
    Ok(Sides { before: Before::Output(output), after: finder.spec(&after)? })
}

/// What is known of where things are.
struct Finder<'a> {
    args: &'a DiffArgs,
    /// The spec on disk, if there is one.
    spec: Result<SpecPath, String>,
    repository: Result<Repository, GitError>,
    /// The index that git names in a hook.
    index: Option<PathBuf>,
}

impl<'a> Finder<'a> {
    fn new(args: &'a DiffArgs) -> Result<Finder<'a>, String> {
        let spec = spec_path::find(args.common.file.as_deref());
        let here = match &spec {
            Ok(spec) => spec.folder.clone(),
            Err(reason) if args.common.file.is_some() => return Err(reason.clone()),
            Err(_) => PathBuf::from("."),
        };
        Ok(Finder { args, spec, repository: Repository::discover(&here), index: staged::index() })
    }

    fn repository(&self) -> Result<&Repository, String> {
        self.repository.as_ref().map_err(ToString::to_string)
    }

    fn on_disk(&self) -> Result<&SpecPath, String> {
        self.spec.as_ref().map_err(Clone::clone)
    }

    /// Where `render` would write.
    fn out(&self) -> Result<PathBuf, String> {
        match &self.args.out {
            Some(out) => Ok(out.clone()),
            None => self.on_disk().map(|spec| spec.folder.clone()),
        }
    }

    /// The output in a state of git.
    fn output(&self, state: &State) -> Result<OutputAt, String> {
        match state {
            State::WorkTree => Ok(on_disk(&self.out()?, true)),
            State::Index(folder) => {
                let folder = self.out_in_git(folder.as_deref())?;
                let world = self.repository()?.staged(&folder, self.index.as_deref()).map_err(String::from)?;
                let label = format!("the output staged in {}", named(&folder));
                Ok(OutputAt { world: Box::new(world), label, current: false, all: false })
            }
            State::Revision(name, folder) => {
                let revision = self.repository()?.revision(name).map_err(String::from)?;
                self.output_of(&revision, folder.as_deref())
            }
        }
    }

    fn output_of(&self, revision: &Revision, folder: Option<&str>) -> Result<OutputAt, String> {
        let folder = self.out_in_git(folder)?;
        let world = self.repository()?.files_of(revision, &folder).map_err(String::from)?;
        let label = format!("the output committed in {}, {} ({})", named(&folder), revision.name, revision.commit);
        Ok(OutputAt { world: Box::new(world), label, current: false, all: false })
    }

    fn out_in_git(&self, given: Option<&str>) -> Result<String, String> {
        match (given, &self.args.out) {
            (Some(folder), _) => Ok(folder.to_owned()),
            (None, Some(out)) => self.repository()?.locate(out).map_err(String::from),
            (None, None) => Ok(self.spec_in_git()?.0),
        }
    }

    /// Folder and name of the spec in the repository.
    fn spec_in_git(&self) -> Result<(String, String), String> {
        let repository = self.repository()?;
        match &self.spec {
            // A bare repository has no files on disk.
            Ok(spec) if repository.work_tree().is_none() && self.args.common.file.is_none() => {
                Err(format!("`{}` is not in the bare repository; name the spec with --file", shown(&spec.folder)))
            }
            Ok(spec) => Ok((repository.locate(&spec.folder).map_err(String::from)?, spec.name.clone())),
            Err(_) if repository.work_tree().is_none() => Ok((String::new(), spec_path::NAME.to_owned())),
            Err(_) => Ok((repository.locate(Path::new(".")).map_err(String::from)?, spec_path::NAME.to_owned())),
        }
    }

    /// The spec in a state.
    fn spec(&self, state: &State) -> Result<SpecAt, String> {
        let place = |file: &Option<String>| match file {
            Some(file) => Ok((parent(file).to_owned(), file.rsplit('/').next().unwrap_or(file).to_owned())),
            None => self.spec_in_git(),
        };
        match state {
            State::WorkTree => {
                let spec = self.on_disk()?;
                let label = format!("what {} makes", shown(&spec.folder.join(&spec.name)));
                Ok(SpecAt {
                    world: Box::new(Disk::new(&spec.folder).on(clock::today())),
                    name: spec.name.clone(),
                    label,
                })
            }
            State::Index(file) => {
                let (folder, name) = place(file)?;
                let world = self.repository()?.staged(&folder, self.index.as_deref()).map_err(String::from)?;
                let label = format!("what the staged {} makes", joined(&folder, &name));
                there(SpecAt { world: Box::new(world.on(clock::today())), name, label }, &folder, "the index")
            }
            State::Revision(revision, file) => {
                let (folder, name) = place(file)?;
                let revision = self.repository()?.revision(revision).map_err(String::from)?;
                let world = self.repository()?.files_of(&revision, &folder).map_err(String::from)?;
                let label = format!("what {} makes, {} ({})", joined(&folder, &name), revision.name, revision.commit);
                there(
                    SpecAt { world: Box::new(world.on(clock::today())), name, label },
                    &folder,
                    &format!("`{}`", revision.name),
                )
            }
        }
    }
}

/// The spec, if it is there: what it was called may have changed since.
fn there(spec: SpecAt, folder: &str, state: &str) -> Result<SpecAt, String> {
    match spec.world.kind(&spec.name) {
        Some(FileKind::File | FileKind::Link) => Ok(spec),
        _ => Err(format!(
            "there is no `{}` in {state}\n  help: name the spec as it was there, after a colon: `REV:{}`",
            joined(folder, &spec.name),
            joined("old/folder", &spec.name)
        )),
    }
}

/// The output in a folder on disk.
fn on_disk(folder: &Path, current: bool) -> OutputAt {
    let label = format!("the files in {}", shown(folder));
    OutputAt { world: Box::new(Disk::new(folder)), label, current, all: false }
}

fn named(folder: &str) -> String {
    if folder.is_empty() { "the root of the repository".to_owned() } else { folder.to_owned() }
}

/// A path as a user writes it, from where he is: reports name no path of one machine where they can do without.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    let text = below.unwrap_or(path).display().to_string();
    let short = text.strip_prefix("./").filter(|rest| !rest.is_empty()).map(str::to_owned);
    match short.unwrap_or(text).as_str() {
        "." | "" => "this folder".to_owned(),
        other => other.to_owned(),
    }
}
