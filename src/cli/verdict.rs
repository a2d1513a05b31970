//! What `check` makes of what was found: report, baseline, exit code.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::init::git::Repository;
use super::{clock, fail, look, stdout};
use crate::base::Day;
use crate::diag::{Level, Suppressed};
use crate::pipeline::{Outcome, Reached};
use crate::report::{self, Report, github, human, json, junit, sarif};
use crate::settle::baseline::{self, Baseline, Reach};
use crate::source::{Disk, World as _};

/// Options of reports of findings.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Form of the report. All but `human` name files from the root of the git repository.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write the report to this file. Without it, `human` goes to standard error, all others to standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 from this level on.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Warning)]
    fail_on: FailOn,
    #[command(flatten)]
    shown: look::Shown,
    /// A file of findings that are known and don't count.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found into the baseline, so that it no longer counts; not errors of a spec, which stop its output.
    #[arg(long, requires = "baseline")]
    write_baseline: bool,
    /// The day that `until` of comments is compared with, as 2027-03-01; today, in UTC, when left out.
    #[arg(long, value_name = "DAY", env = "SAILPLAN_TODAY", value_parser = day)]
    today: Option<Day>,
}

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// All there is to know, for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit XML, for most CI systems.
    Junit,
}

/// From which level on a check fails.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Note,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write a day as 2027-03-01".to_owned())
}

impl ReportArgs {
    /// The day.
    pub fn today(&self) -> Day {
        self.today.unwrap_or_else(clock::today)
    }

    /// Reports what was found in `files` files below `folder`, and says with what to exit. `reach` says what a baseline
    /// may hide.
    pub fn finish(&self, outcome: Outcome, files: usize, folder: &Path, reach: Reach, color: look::Color) -> ExitCode {
        let mut outcome = outcome;
        let unread = outcome.sources.files().next().is_none();
        if unread && (self.write_baseline || self.format != Format::Human) {
            // Whoever reads no report has to know why there is none.
            eprint!("{}", human::report(&outcome.findings, &outcome.sources, look::stderr(color)));
        }
        if self.write_baseline {
            return if unread { ExitCode::from(2) } else { self.write_baseline(&outcome, reach) };
        }
        let mut suppressed = std::mem::take(&mut outcome.allowed);
        let allowed = suppressed.len();
        if let Some(path) = &self.baseline {
            match with_baseline(&mut outcome, path, reach) {
                Ok(hidden) => suppressed.extend(hidden),
                Err(reason) => return fail(&reason),
            }
        }
        let base = self.base(folder);
        let fail_on = match self.fail_on {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
        };
        let (findings, sources) = (outcome.findings.as_slice(), &outcome.sources);
        let report = Report { findings, suppressed: &suppressed, sources, base: &base, fail_on };
        let said = Said { files, allowed, hidden: suppressed.len() - allowed };
        if let Err(code) = self.put(&report, &said, color) {
            return code;
        }
        let code = if unread { 2 } else { u8::from(report.fails()) };
        // The process ends now, and takes all of it along faster than it could be freed.
        std::mem::forget((outcome, suppressed));
        ExitCode::from(code)
    }

    /// What paths begin with: machines read them from the root of the repository.
    fn base(&self, folder: &Path) -> String {
        if self.format == Format::Human {
            return String::new();
        }
        let real = std::path::absolute(folder).unwrap_or_default();
        let root = Repository::around(&real).map(|repository| repository.root);
        let inside = root.as_deref().and_then(|root| real.strip_prefix(root).ok());
        let parts = inside.into_iter().flat_map(Path::components).map(|part| part.as_os_str().to_string_lossy());
        parts.filter(|part| part != ".").fold(String::new(), |base, part| base + &part + "/")
    }

    /// Writes the report to where it goes.
    fn put(&self, report: &Report, said: &Said, color: look::Color) -> Result<(), ExitCode> {
        let write = |out: &mut dyn std::io::Write| match self.format {
            Format::Human => {
                let page = self.shown.page(report.findings, report.suppressed, report.sources, color);
                out.write_all(page.as_bytes())
            }
            Format::Json => json::write(out, report),
            Format::Sarif => sarif::write(out, report),
            Format::Github => github::write(out, report),
            Format::Junit => junit::write(out, report),
        };
        match (&self.output, self.format) {
            (Some(path), _) => {
                let mut bytes = Vec::new();
                write(&mut bytes).map_err(|e| fail(&e.to_string()))?;
                file(path, &bytes).map_err(|reason| fail(&reason))?;
            }
            (None, Format::Human) => {
                let _ = write(&mut std::io::stderr().lock());
            }
            (None, _) => {
                if stdout(write) != ExitCode::SUCCESS {
                    return Err(ExitCode::from(2));
                }
            }
        }
        eprint!("{}", said.words(report));
        Ok(())
    }

    fn write_baseline(&self, outcome: &Outcome, reach: Reach) -> ExitCode {
        let Some(path) = &self.baseline else { return ExitCode::from(2) };
        let (text, count) = baseline::text(&outcome.findings, &outcome.sources, reach);
        if let Err(reason) = file(path, text.as_bytes()) {
            return fail(&reason);
        }
        eprintln!("{}: {}", path.display(), report::changes::count(count, "finding"));
        match outcome.findings.len() - count {
            0 => ExitCode::SUCCESS,
            left => {
                eprintln!(
                    "{left} more are errors, which stop the output and can't be put into a baseline; mend them first"
                );
                ExitCode::from(1)
            }
        }
    }
}

/// What is said besides the findings.
struct Said {
    files: usize,
    allowed: usize,
    hidden: usize,
}

impl Said {
    fn words(&self, report: &Report) -> String {
        let none = report.findings.is_empty();
        let parts = [
            (none, format!("no findings in {}\n", report::changes::count(self.files, "file"))),
            (self.hidden > 0, format!("{} known by the baseline\n", self.hidden)),
            (self.allowed > 0 && !none, format!("{} allowed by comments\n", self.allowed)),
        ];
        parts.into_iter().filter(|(said, _)| *said).map(|(_, words)| words).collect()
    }
}

/// Takes out of an outcome what a baseline knows.
fn with_baseline(outcome: &mut Outcome, path: &Path, reach: Reach) -> Result<Vec<Suppressed>, String> {
    let (folder, name) = parts(path)?;
    let bytes = Disk::new(folder).read(&name).map_err(|e| format!("{}: {}", path.display(), e.reason))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))?;
    let baseline = Baseline::read(&path.to_string_lossy(), text, &mut outcome.sources)?;
    let whole = outcome.reached == Reached::Everything;
    let split = baseline.split(std::mem::take(&mut outcome.findings), &outcome.sources, reach, whole);
    outcome.findings = split.findings;
    let (Ok(stale) | Err(stale)) = outcome.late(split.stale, false);
    outcome.add(stale);
    Ok(split.hidden)
}

fn parts(path: &Path) -> Result<(&Path, String), String> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| format!("`{}` is not the name of a file", path.display()))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((folder, name.to_owned()))
}

fn file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let (folder, name) = parts(path)?;
    let disk = Disk::new(folder);
    let written = disk.write(&name, bytes).map_err(|e| format!("{}: {}", path.display(), e.reason));
    disk.tidy();
    written
}
