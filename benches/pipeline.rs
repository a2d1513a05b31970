//! The stages on platforms of 100, 1,000 and 10,000 apps, beside plain loops over the same files.
//!
//! Writing goes to `/dev/shm` where there is one, otherwise to the folder for temporary files.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that can not go on should stop")]

mod fleet;

use std::path::{Path, PathBuf};

use divan::{Bencher, black_box};
use rayon::prelude::*;
use sailplan::base::Value;
use sailplan::diag::Bag;
use sailplan::model::document::Document;
use sailplan::model::ownership::Ownership;
use sailplan::model::tree::Tree;
use sailplan::pipeline::{self, Silent};
use sailplan::rbac::Version;
use sailplan::render::{Hits, Templates};
use sailplan::schemas::Schemas;
use sailplan::source::git::Repository;
use sailplan::source::{Disk, Memory, SourceMap, World};
use sailplan::survey;
use sailplan::template::Engine;
use sailplan::validate::Validator;
use sailplan::write::{self, Options};
use sailplan::{check, gather, load, lower, resolve, yaml};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: &[usize] = &[100, 1_000, 10_000];

fn main() {
    divan::main();
}

fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    yaml::write(&mut text, value);
    text
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn stage_1_load(bencher: Bencher, apps: usize) {
    let world = fleet::memory(apps);
    bencher.bench_local(|| {
        let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
        let root = load::load(&world, "platform.yaml", &mut sources, &mut bag);
        load::spec(&root, &mut bag)
    });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn stage_2_resolve_gather_check_lower(bencher: Bencher, apps: usize) {
    let world = fleet::memory(apps);
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let root = load::load(&world, "platform.yaml", &mut sources, &mut bag);
    let spec = load::spec(&root, &mut bag).unwrap();
    let engine = Engine::new(to_yaml);
    let schemas = Schemas::new((3, 1), &[], &mut bag);
    bencher.bench_local(|| {
        let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
        let resolved = resolve::resolve(&spec, &engine, &sources, &mut bag);
        let gathered = gather::gather(&world, &spec, &resolved, &mut sources, &mut bag);
        let order = check::check(&spec, &resolved, &gathered, &mut bag);
        let input =
            lower::Input { spec: &spec, resolved: &resolved, gathered: &gathered, order: &order, schemas: &schemas };
        lower::lower(&input, &engine, &sources, &mut bag)
    });
}

/// What the last stages work on.
struct Rendered {
    sources: SourceMap,
    schemas: Schemas,
    documents: Vec<Document>,
}

/// Runs the stages up to rendering, then `again` as often as it likes on the rendering itself.
fn with_documents(apps: usize, again: impl FnOnce(&mut dyn FnMut() -> Vec<Document>)) -> Rendered {
    let world = fleet::memory(apps);
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let root = load::load(&world, "platform.yaml", &mut sources, &mut bag);
    let spec = load::spec(&root, &mut bag).unwrap();
    let engine = Engine::new(to_yaml);
    let schemas = Schemas::new((3, 1), &[], &mut bag);
    let resolved = resolve::resolve(&spec, &engine, &sources, &mut bag);
    let gathered = gather::gather(&world, &spec, &resolved, &mut sources, &mut bag);
    let order = check::check(&spec, &resolved, &gathered, &mut bag);
    let input =
        lower::Input { spec: &spec, resolved: &resolved, gathered: &gathered, order: &order, schemas: &schemas };
    let plan = lower::lower(&input, &engine, &sources, &mut bag);
    let templates = Templates::new(&engine, &plan, &gathered.templates, &sources, &mut bag);
    assert_eq!(bag.errors(), 0);
    let hits = Hits::default();
    let mut render = || {
        let jobs = templates.jobs(&plan).into_par_iter().flat_map_iter(|j| templates.render(j, &hits).documents);
        let raw = plan.raw.par_iter().flat_map_iter(|f| sailplan::render::raw(f, &hits).documents);
        jobs.chain(raw).collect::<Vec<_>>()
    };
    again(&mut render);
    let documents = render();
    Rendered { sources, schemas, documents }
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn stage_3_render(bencher: Bencher, apps: usize) {
    with_documents(apps, |render| bencher.bench_local(&mut *render));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn stage_4_validate(bencher: Bencher, apps: usize) {
    let rendered = with_documents(apps, |_| {});
    let argocd = Version::new(3, 1);
    let validator = Validator { schemas: &rendered.schemas, sources: &rendered.sources, argocd };
    bencher.bench_local(|| {
        rendered.documents.par_iter().for_each(|document| {
            let mut bag = Bag::new();
            validator.document(document, &mut bag);
            assert_eq!(bag.errors(), 0);
        });
    });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn stage_5_emit(bencher: Bencher, apps: usize) {
    let rendered = with_documents(apps, |_| {});
    bencher.bench_local(|| {
        rendered
            .documents
            .par_iter()
            .map_init(String::new, |text, document| {
                text.clear();
                yaml::write(text, &document.value);
                text.len()
            })
            .sum::<usize>()
    });
}

fn tree(world: &Memory) -> Tree {
    pipeline::run(world, "platform.yaml", &Silent).tree.unwrap()
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn all_stages_without_writing(bencher: Bencher, apps: usize) {
    let world = fleet::memory(apps);
    bencher.bench_local(|| tree(&world));
}

/// A fresh folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let shm = Path::new("/dev/shm");
        let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let path = parent.join(format!("sailplan-bench-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn empty(&self) {
        let _ = std::fs::remove_dir_all(&self.0);
        std::fs::create_dir_all(&self.0).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const OPTIONS: Options = Options { adopt: false, prune: true };

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn render_cold(bencher: Bencher, apps: usize) {
    let (world, folder) = (fleet::memory(apps), Folder::new("cold"));
    bencher
        .with_inputs(|| folder.empty())
        .bench_local_values(|()| write::write(&tree(&world), &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap().written);
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn render_unchanged(bencher: Bencher, apps: usize) {
    let (world, folder) = (fleet::memory(apps), Folder::new("unchanged"));
    write::write(&tree(&world), &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap();
    bencher.bench_local(|| write::write(&tree(&world), &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap().unchanged);
}

/// What `diff` does where nothing changed: everything is rendered, and held against what stands there.
fn unchanged(world: &Memory, output: &dyn World) {
    let tree = tree(world);
    let owned = Ownership::load(output).unwrap();
    let survey = survey::survey(&tree, &owned, output);
    assert!(survey.files.iter().all(|found| matches!(found.state, survey::State::Same)));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn diff_unchanged_folder(bencher: Bencher, apps: usize) {
    let (world, folder) = (fleet::memory(apps), Folder::new("diff-folder"));
    write::write(&tree(&world), &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap();
    bencher.bench_local(|| unchanged(&world, &Disk::new(&folder.0)));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn diff_unchanged_revision(bencher: Bencher, apps: usize) {
    let (world, folder) = (fleet::memory(apps), committed(apps, "diff-revision"));
    bencher.bench_local(|| {
        let git = Repository::discover(&folder.0).unwrap();
        unchanged(&world, &git.files_of(&git.revision("HEAD").unwrap(), "").unwrap());
    });
}

/// The comparison alone, against the blobs of a revision.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compare_with_revision(bencher: Bencher, apps: usize) {
    let (tree, folder) = (tree(&fleet::memory(apps)), committed(apps, "compare-revision"));
    bencher.bench_local(|| {
        let git = Repository::discover(&folder.0).unwrap();
        let files = git.files_of(&git.revision("HEAD").unwrap(), "").unwrap();
        survey::survey(&tree, &Ownership::load(&files).unwrap(), &files).files.len()
    });
}

/// The comparison alone, against a folder.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compare_with_folder(bencher: Bencher, apps: usize) {
    let (tree, folder) = (tree(&fleet::memory(apps)), Folder::new("compare-folder"));
    write::write(&tree, &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap();
    bencher.bench_local(|| {
        let disk = Disk::new(&folder.0);
        survey::survey(&tree, &Ownership::load(&disk).unwrap(), &disk).files.len()
    });
}

/// A repository whose only commit holds the output.
fn committed(apps: usize, name: &str) -> Folder {
    let folder = Folder::new(name);
    write::write(&tree(&fleet::memory(apps)), &Disk::new(&folder.0), OPTIONS, &mut Ok).unwrap();
    // Git would tidy up by itself after the commit, and be in the way of the step that does.
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "maintenance.auto=false"];
    let steps: [&[&str]; 4] =
        [&["init", "--quiet"], &["add", "--all"], &["commit", "--quiet", "-m", "output"], &["gc", "--quiet"]];
    for step in steps {
        let done = std::process::Command::new("git").current_dir(&folder.0).args(who).args(step).status().unwrap();
        assert!(done.success(), "git {step:?}");
    }
    folder
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn plain_write(bencher: Bencher, apps: usize) {
    let (tree, folder) = (tree(&fleet::memory(apps)), Folder::new("plain-write"));
    bencher.with_inputs(|| folder.empty()).bench_local_values(|()| plain(&tree, &folder.0));
}

fn plain(tree: &Tree, folder: &Path) {
    for (path, file) in tree {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn plain_read_and_compare(bencher: Bencher, apps: usize) {
    let (tree, folder) = (tree(&fleet::memory(apps)), Folder::new("plain-read"));
    plain(&tree, &folder.0);
    bencher.bench_local(|| {
        let same = |(path, file): (&String, &sailplan::model::tree::TreeFile)| {
            black_box(std::fs::read(folder.0.join(path)).unwrap() == file.bytes)
        };
        assert!(tree.iter().all(same));
    });
}
