//! How grave findings are by the word of the spec.

use crate::base::hash::HashMap;

use super::scopes::{Environments, Scopes};
use super::{Input, Stage};
use crate::base::{Span, suggest};
use crate::diag::{Bag, Code, Finding, Level, Place};
use crate::model::gathered::Gathered;
use crate::model::instance::Resolved;
use crate::model::reference::unknown;
use crate::model::spec::{CheckOverride, CheckWhen, Checks, FindingLevel, LevelSet, Spec};
use crate::shape::{Dict, Named, Text};
use crate::source::Glob;

crate::codes! {
    /// A level is set for a code that no finding has.
    ///
    /// It does nothing, and what was meant keeps its level. Mend the spelling; `sailplan explain` lists all codes.
    /// One that is gone after an update was renamed or dropped: the changelog says which.
    UNKNOWN_CODE = "unknown-code": warning fixable;
    /// A level is set for a code whose findings are all errors.
    ///
    /// They stand for output that would fail, or for a spec that can't be understood, so they can't be made less
    /// grave or turned off. Take the line out, and mend what is found. `plaintext-secret` can be allowed by a
    /// comment where a value is known to be none.
    FIXED_LEVEL = "fixed-level": warning;
    /// Levels are set for files that no finding can be in: the glob matches nothing that was read.
    ///
    /// They do nothing. Globs are relative to the folder of the main file; `*` stays within a folder, `**` crosses
    /// folders. Only files that the spec names are read.
    LEVEL_HITS_NOTHING = "level-hits-nothing": warning;
}

/// What the spec says about the levels of findings.
#[derive(Debug, Default)]
pub struct Policy {
    checks: Option<Checks>,
    /// Known environments, where an override names one that is none.
    faults: Vec<Finding>,
    scopes: Scopes,
}

impl Policy {
    /// That of a spec. Where something is, is kept only if some level depends on it.
    #[must_use]
    pub fn of(spec: &Spec, resolved: &Resolved, gathered: &Gathered) -> Policy {
        let Some(checks) = spec.checks.clone() else { return Policy::default() };
        let named: Vec<&Text> =
            checks.overrides.iter().flat_map(|o| o.when.environment.iter()).flat_map(|names| &names.0).collect();
        let stray = named.iter().filter(|name| !spec.environments.has(name));
        let faults =
            stray.map(|name| unknown("environment", name, spec.environments.names(), "environments")).collect();
        let scopes = if named.is_empty() { Scopes::default() } else { Scopes::of(spec, resolved, gathered) };
        Policy { checks: Some(checks), faults, scopes }
    }
}

/// A level, and where the spec says it.
type Set<'a> = (FindingLevel, Span, &'a str);

/// Levels of one part of the input.
struct Part<'a> {
    paths: Option<Vec<(Glob, Span, &'a str)>>,
    environments: Option<Environments>,
    levels: HashMap<&'a str, Set<'a>>,
}

/// Gives each finding its level, and leaves out those that are turned off. Findings about the levels are added.
pub(super) fn apply(input: &Input, bag: Bag) -> Bag {
    let Some(checks) = &input.policy.checks else { return bag };
    let (mut bag, mut faults) = (bag, Bag::new());
    let whole = levels(&checks.levels);
    let parts: Vec<Part> = checks.overrides.iter().map(|o| part(o, &mut faults)).collect();
    if input.of == Stage::Tree {
        let dicts = std::iter::once(&checks.levels).chain(checks.overrides.iter().map(|o| &o.levels));
        dicts.flat_map(|dict| dict.iter()).filter_map(|named| fault(named, input.codes)).for_each(|f| bag.push(f));
        bag.extend(faults);
        bag.extend(input.policy.faults.iter().cloned().collect());
        // A run that an error stopped has not read everything.
        if bag.findings().iter().all(|f| f.born != Level::Error) {
            parts.iter().flat_map(|part| idle(part, input)).for_each(|f| bag.push(f));
        }
    }
    let level = |mut finding: Finding| {
        let Some((level, span, _)) = wanted(&finding, &whole, &parts, input) else { return Some(finding) };
        finding.level = match level {
            FindingLevel::Off => return None,
            FindingLevel::Error => Level::Error,
            FindingLevel::Warning => Level::Warning,
            FindingLevel::Note => Level::Note,
        };
        let said = finding.level < finding.born;
        Some(if said { finding.also(span, format!("made an {} here", level.word())) } else { finding })
    };
    bag.into_findings().into_iter().filter_map(level).collect()
}

fn levels(dict: &Dict<LevelSet>) -> HashMap<&str, Set<'_>> {
    dict.iter().map(|named| (&*named.name.value, (named.item.0, named.name.span, &*named.name.value))).collect()
}

/// The level that the spec wants for a finding. The last part that fits wins.
fn wanted<'a>(
    finding: &Finding,
    whole: &HashMap<&'a str, Set<'a>>,
    parts: &[Part<'a>],
    input: &Input,
) -> Option<Set<'a>> {
    if finding.born == Level::Error {
        return None;
    }
    let id = finding.code.id;
    let set = parts.iter().rev().filter(|part| part.levels.contains_key(id)).find(|part| fits(part, finding, input));
    set.map_or(whole, |part| &part.levels).get(id).copied()
}

fn fits(part: &Part, finding: &Finding, input: &Input) -> bool {
    let in_path = part.paths.as_ref().is_none_or(|globs| {
        let path = match &finding.primary.place {
            Place::File(path) => Some(path),
            Place::Span(span) => input.sources.file_of(*span).map(|file| &file.path),
        };
        path.is_some_and(|path| globs.iter().any(|(glob, ..)| glob.is_match(path)))
    });
    in_path
        && part.environments.as_ref().is_none_or(|wanted| {
            let about = input.policy.scopes.of_finding(finding, input.sources);
            !about.is_empty() && about.is_subset(wanted)
        })
}

fn part<'a>(one: &'a CheckOverride, bag: &mut Bag) -> Part<'a> {
    let CheckWhen { path, environment, .. } = &one.when;
    let mut glob = |text: &'a Text| match Glob::new(text) {
        Ok(glob) => Some((glob, text.span, &**text)),
        Err(reason) => {
            let message = format!("`{}` can't be used: {reason}", &**text);
            let help = "write a glob such as `manifests/legacy/**`, relative to the main file";
            bag.push(Finding::warning(&LEVEL_HITS_NOTHING, text.span, message, help));
            None
        }
    };
    let paths = path.as_ref().map(|paths| paths.0.iter().filter_map(&mut glob).collect());
    let environments = environment.as_ref().map(|names| names.0.iter().map(|n| Some(n.value.clone())).collect());
    Part { paths, environments, levels: levels(&one.levels) }
}

/// What is wrong with a line that sets a level.
fn fault(named: &Named<LevelSet>, codes: &[&'static Code]) -> Option<Finding> {
    let name = &named.name;
    let Some(code) = codes.iter().find(|c| *c.id == *name.value) else {
        let ids = || codes.iter().map(|c| c.id);
        let help = match suggest::nearest(name, ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take the line out; `sailplan explain` lists all codes".to_owned(),
        };
        let message = format!("`{}` is no code of a finding", &**name);
        let finding = Finding::warning(&UNKNOWN_CODE, name.span, message, help);
        return Some(match suggest::sure(name, ids()) {
            Some(sure) => finding.replacing(name.span, &**name, sure),
            None => finding,
        });
    };
    if code.has_settable_level() || named.item.0 == FindingLevel::Error {
        return None;
    }
    let message = format!("findings `{}` are errors, and can't be made less", code.id);
    let help = match code.can_be_allowed(Level::Error) {
        true => format!("take the line out; `# sailplan:allow {} REASON` allows one where it stands", code.id),
        false => "take the line out, and mend what is found: it would fail".to_owned(),
    };
    Some(Finding::warning(&FIXED_LEVEL, name.span, message, help))
}

/// Globs that match no file. Where levels are about the output only, they match its files, which nobody knows here.
fn idle(part: &Part, input: &Input) -> Vec<Finding> {
    let outside = |id: &str| input.codes.iter().any(|code| code.id == id && code.is_outside());
    if part.levels.keys().any(|id| outside(id)) {
        return Vec::new();
    }
    let idle = |(glob, _, _): &&(Glob, Span, &str)| !input.sources.files().any(|f| glob.is_match(&f.path));
    let finding = |(_, span, text): &(Glob, Span, &str)| {
        let help = "mend the glob, which is relative to the folder of the main file, or take the levels out";
        let message = format!("`{text}` matches no file that was read");
        Finding::warning(&LEVEL_HITS_NOTHING, *span, message, help)
    };
    part.paths.iter().flatten().filter(idle).map(finding).collect()
}
