//! Kustomizations: built by kustomize itself where it is there, else by our own understanding.

mod own;

use crate::base::hash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::files::{Files, Object, is_object, shown};
use crate::base::{Span, Value, patch};
use crate::diag::{Bag, Finding};
use crate::model::kustomize::{BUILT, Target, is_kustomization, named, resolve};
use crate::model::kustomize_patch::patches;
use crate::source::path::parent;
use crate::source::{SourceFile, SourceMap};
use crate::yaml;

crate::codes! {
    /// Kustomize can't build a folder.
    ///
    /// Argo CD shows the same error instead of the app, and syncs nothing. The message is that of kustomize.
    ///
    /// Run `kubectl kustomize` on the folder to see it again. `--kustomize never` leaves kustomizations unbuilt.
    KUSTOMIZE_BUILD = "kustomize-build";
    /// A kustomization was not built, so that its objects are checked as they stand.
    ///
    /// Either there is neither `kustomize` nor `kubectl` on the path of programs, or the kustomization wants something from
    /// the network or a Helm chart. Patches, prefixes and what it generates are not seen then.
    ///
    /// Install kubectl, or render the folder yourself and check the result.
    KUSTOMIZE_NOT_BUILT = "kustomize-not-built": note;
}

/// Who builds kustomizations.
pub trait Build: Sync {
    /// The objects of a folder of the tree, as YAML.
    ///
    /// # Errors
    /// When there is no kustomize, or it fails.
    fn build(&self, folder: &str) -> Result<String, BuildFault>;
}

/// Why there are no objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildFault {
    /// There is no program that could.
    Missing,
    /// It would need the network, or Helm.
    Remote,
    /// What it says.
    Failed(String),
}

/// How many patches of one kustomization are searched for the place of a value.
const MOST_PATCHES: usize = 200;

/// A kustomization, and what it is made of.
struct Kustomization<'f> {
    folder: &'f str,
    path: &'f str,
    value: &'f Value,
    /// Paths of files, and of folders with kustomizations, that it names.
    targets: Vec<String>,
    /// Whether it wants what is not in the tree.
    remote: bool,
}

/// Builds each kustomization that no other one names, and takes what it is made of out of the objects. What kustomize
/// itself does not build comes of our own understanding: resources and patches.
pub fn build(files: &mut Files, build: Option<&dyn Build>, sources: &SourceMap, bag: &mut Bag) -> Vec<Object> {
    let all = kustomizations(files);
    let inner: BTreeSet<&str> = all.values().flat_map(|k| k.targets.iter().map(String::as_str)).collect();
    let is_outer = |k: &&Kustomization| k.value.str_at("kind") != Some("Component") && !inner.contains(k.folder);
    let outer: Vec<&Kustomization> = all.values().filter(is_outer).collect();
    let documents = Documents::of_files(files);
    let built: Vec<(Parts, Option<Built>)> = outer.par_iter().map(|k| attempt(k, &all, build)).collect();
    let mut objects = Vec::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut missing = false;
    for (kustomization, (parts, result)) in outer.into_iter().zip(built) {
        match result {
            Some(Ok(text)) => {
                objects.extend(made(kustomization, &parts, &text, &documents));
                // Kustomize has judged them, and what they replace is not there any more.
                used.extend(parts.kustomizations.iter().map(|k| k.path.to_owned()));
            }
            other => {
                let said = matches!(other, None | Some(Err(BuildFault::Missing))) && missing;
                missing |= matches!(other, Some(Err(BuildFault::Missing)));
                let fault = other.and_then(Result::err).filter(|_| !said);
                bag.extend(fault.map(|fault| unbuilt(kustomization, &parts, &fault, sources)).into_iter().collect());
                objects.extend(own::build(kustomization, &all, &documents));
            }
        }
        used.extend(parts.files);
    }
    let (taken, left) = std::mem::take(&mut files.objects).into_iter().partition(|o| used.contains(&*o.path));
    files.objects = left;
    files.taken = taken;
    objects
}

type Built = Result<String, BuildFault>;

/// The documents of files, by path.
struct Documents<'f> {
    objects: HashMap<&'f str, Vec<&'f Object>>,
    others: &'f BTreeMap<Arc<str>, Vec<Value>>,
}

impl<'f> Documents<'f> {
    fn of_files(files: &'f Files) -> Documents<'f> {
        let mut objects: HashMap<&str, Vec<&Object>> = HashMap::default();
        files.objects.iter().for_each(|object| objects.entry(&object.path).or_default().push(object));
        Documents { objects, others: &files.others }
    }

    fn objects(&self, path: &str) -> impl Iterator<Item = &'f Object> {
        self.objects.get(path).into_iter().flatten().copied()
    }

    fn others(&self, path: &str) -> impl Iterator<Item = &'f Value> {
        self.others.get(path).into_iter().flatten()
    }

    /// All of them, objects first.
    fn of(&self, path: &str) -> impl Iterator<Item = &'f Value> {
        self.objects(path).map(|object| &object.value).chain(self.others(path))
    }
}

fn attempt<'k>(
    of: &'k Kustomization<'k>,
    all: &'k BTreeMap<String, Kustomization<'k>>,
    build: Option<&dyn Build>,
) -> (Parts<'k>, Option<Built>) {
    let parts = parts(of, all);
    let remote = parts.kustomizations.iter().any(|k| k.remote);
    let result = build.map(|build| if remote { Err(BuildFault::Remote) } else { build.build(of.folder) });
    (parts, result)
}

fn unbuilt(of: &Kustomization, parts: &Parts, fault: &BuildFault, sources: &SourceMap) -> Finding {
    match fault {
        BuildFault::Missing => not_built(of, "there is neither `kustomize` nor `kubectl`", "install kubectl"),
        BuildFault::Remote => {
            let help = "render the folder with kustomize, and check the result";
            not_built(of, "it wants something from the network, or a Helm chart", help)
        }
        BuildFault::Failed(reason) => failed(of, parts, reason, sources),
    }
}

fn kustomizations(files: &Files) -> BTreeMap<String, Kustomization<'_>> {
    let objects = files.objects.iter().map(|o| (&o.path, &o.value));
    let others = files.others.iter().filter_map(|(path, values)| Some((path, values.first()?)));
    let all = objects.chain(others).filter(|(path, _)| is_kustomization(path));
    let all: BTreeMap<String, (&Arc<str>, &Value)> = all.map(|(p, v)| (parent(p).to_owned(), (p, v))).collect();
    let known: BTreeSet<&str> = all.keys().map(String::as_str).collect();
    let mut out = BTreeMap::new();
    for (folder, (path, value)) in &all {
        let names = named(value);
        let remote = names.iter().any(|n| n.remote) || value.get("helmCharts").is_some();
        let targets = names.iter().filter(|n| !n.remote).filter_map(|n| match resolve("", folder, n.path) {
            Target::Tree(target) => Some(target).filter(|t| known.contains(t.as_str()) || files.names.contains(t)),
            _ => None,
        });
        let of = Kustomization { folder: parent(path), path, value, targets: targets.collect(), remote };
        out.insert(folder.clone(), of);
    }
    out
}

/// All that a kustomization is made of.
struct Parts<'k> {
    kustomizations: Vec<&'k Kustomization<'k>>,
    files: BTreeSet<String>,
}

fn parts<'k>(of: &'k Kustomization<'k>, all: &'k BTreeMap<String, Kustomization<'k>>) -> Parts<'k> {
    let mut parts = Parts { kustomizations: Vec::new(), files: BTreeSet::new() };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open = vec![of];
    while let Some(next) = open.pop() {
        if !seen.insert(next.folder) {
            continue;
        }
        parts.kustomizations.push(next);
        for target in &next.targets {
            match all.get(target) {
                Some(inner) => open.push(inner),
                None => drop(parts.files.insert(target.clone())),
            }
        }
    }
    parts
}

type Key<'v> = (&'v str, &'v str);

fn key(value: &Value) -> Key<'_> {
    (value.str_at("kind").unwrap_or_default(), value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default())
}

/// The objects that were built. Each value has the place of what it was built from.
fn made(of: &Kustomization, parts: &Parts, text: &str, documents: &Documents) -> Vec<Object> {
    let raw: Vec<&Object> = parts.files.iter().flat_map(|path| documents.objects(path)).collect();
    let by_key: HashMap<Key, &Object> = raw.iter().rev().map(|o| (key(&o.value), *o)).collect();
    let brought = brought(parts, documents);
    let brought: Vec<&Value> = brought.iter().take(MOST_PATCHES).collect();
    let one = |value: &Value| {
        let source = by_key.get(&key(value)).copied().or_else(|| renamed(value, &raw));
        let span = source.map_or(of.value.span, |o| o.value.span);
        let placed = patch::placed(value, source.map(|o| &o.value), &brought, of.value.span);
        let here = source.filter(|o| parent(&o.path) == of.folder).map(|o| Arc::clone(&o.path));
        let path = here.unwrap_or_else(|| format!("{}/{BUILT}", of.folder).trim_start_matches('/').into());
        Object { path, value: placed.at(span) }
    };
    let built = yaml::read_embedded(text, of.value.span).unwrap_or_default();
    built.iter().filter(|value| is_object(value)).map(one).collect()
}

/// The object that was called otherwise before a prefix, suffix or hash.
fn renamed<'o>(value: &Value, raw: &[&'o Object]) -> Option<&'o Object> {
    let (kind, name) = key(value);
    let fits = |o: &&&Object| {
        let (own, part) = key(&o.value);
        own == kind && !part.is_empty() && name.contains(part)
    };
    raw.iter().filter(fits).max_by_key(|o| key(&o.value).1.len()).copied()
}

/// What patches bring: those that stand in the kustomizations, and those in files.
fn brought(parts: &Parts, documents: &Documents) -> Vec<Value> {
    let mut out = Vec::new();
    for kustomization in &parts.kustomizations {
        let inline = patches(kustomization.value, &|_| Some(Vec::new()));
        inline.into_iter().for_each(|patch| bring(patch.body, &mut out));
    }
    let lists = parts.files.iter().flat_map(|path| documents.others(path));
    lists.cloned().for_each(|value| bring(value, &mut out));
    out
}

/// Operations bring their values, other patches are what they bring.
fn bring(patch: Value, out: &mut Vec<Value>) {
    match patch.as_list() {
        Some(operations) => out.extend(operations.iter().filter_map(|op| op.get("value").cloned())),
        None => out.push(patch),
    }
}

fn not_built(of: &Kustomization, why: &str, help: &str) -> Finding {
    let message = format!("the kustomization in `{}` was not built: {why}", shown(of.folder));
    Finding::note(&KUSTOMIZE_NOT_BUILT, of.value.span, message, help)
}

fn failed(of: &Kustomization, parts: &Parts, reason: &str, sources: &SourceMap) -> Finding {
    let lines = || reason.lines().map(str::trim).filter(|line| !line.is_empty());
    let after =
        |line: &'_ str| line.strip_prefix("error: ").or_else(|| line.strip_prefix("Error: ")).map(str::to_owned);
    // kubectl writes some as a line of its log.
    let logged = |line: &str| Some(line.split_once("err=\"")?.1.trim_end_matches('"').replace("\\\"", "\""));
    let last = || lines().next_back().map(str::to_owned);
    let words = lines().find_map(after).or_else(|| lines().find_map(logged)).or_else(last).unwrap_or_default();
    let message = format!("kustomize can't build `{}`: {words}", shown(of.folder));
    let help = "mend what it names; `kubectl kustomize` on the folder shows the whole error";
    let finding = Finding::error(&KUSTOMIZE_BUILD, of.value.span, message, help);
    let named = sources.files().find(|f| parts.files.contains(&f.path) && mentions(&words, &f.path));
    match named {
        Some(file) => finding.also(first_line(file), "the file that it names"),
        None => finding,
    }
}

fn mentions(words: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    words.split(['\'', '"', ' ', ':', '`']).any(|word| word.rsplit('/').next() == Some(name))
}

fn first_line(file: &SourceFile) -> Span {
    file.span(0, file.text.find('\n').unwrap_or(file.text.len()))
}
