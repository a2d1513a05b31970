//! Helm charts: their effective values, and what they read.

use crate::base::hash::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::chart_files;
use super::facts::{App, Facts, Kind, Need, Read, Role, VaultPath};
use super::read::walk;
use super::scene::Placed;
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding, Place};
use crate::model::plan::{PlainFile, Plan};
use crate::validate::charts::loose::Looks;
use crate::validate::charts::{ChartFile, Release, ValuesFiles, known};

/// A chart, or another source with Helm values, at its place.
pub struct Chart<'a> {
    /// The Application.
    pub app: &'a Placed<'a>,
    /// The source.
    pub release: &'a Release,
    /// Its values, as Helm merges them.
    pub values: Value,
    /// What they refer to.
    pub reads: Vec<Read>,
    /// Paths that Vault's agent is told to read.
    pub vault_paths: Vec<VaultPath>,
    /// Addresses of Vault.
    pub vault_addresses: Vec<(Arc<str>, Span)>,
    /// Keys that only the chart itself names: the place of the Secret's name, and the key.
    pub implicit: Vec<(Span, Arc<str>)>,
    /// Whether some of its values lie in files that are not to be seen.
    pub partly_unseen: bool,
    /// What is known about it.
    pub file: Option<Arc<ChartFile>>,
}

/// Names under which charts take whole objects in their values.
const EXTRA: [&str; 7] = [
    "extraDeploy",
    "extraObjects",
    "extraManifests",
    "extraResources",
    "additionalObjects",
    "rawResources",
    "extraSecret",
];

/// The charts of all Applications.
pub fn all<'a>(objects: &'a [Placed<'a>], files: &'a [PlainFile]) -> Vec<Chart<'a>> {
    let values = ValuesFiles::of(files);
    let apps = objects.iter().filter_map(|object| match &object.facts.role {
        Role::App(app) => Some((object, app)),
        _ => None,
    });
    let releases: Vec<(&Placed, &Release)> =
        apps.flat_map(|(object, app)| app.releases.iter().map(move |release| (object, release))).collect();
    let names = releases.iter().filter_map(|(_, release)| release.chart.as_deref());
    let files = known::of(names);
    releases.into_par_iter().map(|(app, release)| chart(app, release, &values, &files)).collect()
}

/// Values files that nothing names, as Applications of their own, which deploy nowhere.
pub fn loose(plan: &Plan, files: &[PlainFile]) -> Vec<Facts> {
    if plan.loose.is_empty() {
        return Vec::new();
    }
    let looks = Looks::new();
    let known: HashSet<&str> = plan.loose.iter().map(String::as_str).collect();
    let loose = files.iter().filter(|file| known.contains(&*file.path));
    loose.filter_map(|file| as_app(&looks, &file.path, file.value.as_ref()?)).collect()
}

fn as_app(looks: &Looks, path: &str, values: &Value) -> Option<Facts> {
    let releases = vec![looks.release(path, values)?];
    Some(Facts {
        path: path.into(),
        origin: values.span,
        cluster: None,
        api_version: "".into(),
        version_span: Span::NONE,
        kind: "".into(),
        name: path.into(),
        namespace: None,
        makes: Vec::new(),
        reads: Vec::new(),
        vault_paths: Vec::new(),
        vault_addresses: Vec::new(),
        role: Role::App(Box::new(App { releases, ..App::default() })),
    })
}

/// Says with each finding about values that nothing names, why they are taken for those of a chart.
pub fn explained(bag: Bag, loose: &[Chart]) -> Bag {
    let explained = |finding: Finding| {
        let Place::Span(at) = finding.primary.place else { return finding };
        let of = loose.iter().find(|chart| chart.app.facts.origin.contains(at));
        let Some((chart, by)) = of.and_then(|c| Some((c, c.release.taken_by?))) else { return finding };
        let name = chart.release.chart.as_deref().unwrap_or_default();
        let first = chart.values.as_map().and_then(|map| map.iter().next()).map(|entry| entry.key_span);
        finding.also(first.unwrap_or(at), format!("no Application names this file: by {by}, it is for chart `{name}`"))
    };
    bag.into_findings().into_iter().map(explained).collect()
}

fn chart<'a>(
    app: &'a Placed<'a>,
    release: &'a Release,
    files: &ValuesFiles,
    known: &HashMap<String, Arc<ChartFile>>,
) -> Chart<'a> {
    let values = release.values(files);
    let found = walk::values(&values);
    let is_of = |file: &&Arc<ChartFile>| release.taken_by.is_some() || file.is_of(&release.repo);
    let file = release.chart.as_deref().and_then(|chart| known.get(chart)).filter(is_of);
    let mut chart = Chart {
        app,
        release,
        reads: found.reads,
        vault_paths: found.vault_paths,
        vault_addresses: found.vault_addresses,
        implicit: Vec::new(),
        partly_unseen: release.is_partly_unseen(files),
        file: file.cloned(),
        values,
    };
    for (read, implicit) in
        chart.file.iter().flat_map(|file| chart_files::reads(file, &chart.values)).collect::<Vec<_>>()
    {
        chart.implicit.extend(implicit.into_iter().map(|key| (read.span, key)));
        chart.add(read);
    }
    chart
}

impl Chart<'_> {
    /// Adds a reference, or to one that was found already the keys.
    fn add(&mut self, read: Read) {
        let Some(known) = self.reads.iter_mut().find(|r| r.span == read.span && r.name == read.name) else {
            self.reads.push(read);
            return;
        };
        for key in read.keys {
            if known.keys.iter().all(|(name, _)| *name != key.0) {
                known.keys.push(key);
            }
        }
    }

    /// Whether a name in the chart's own values could be that of an object which the chart makes: charts
    /// of charts put the release last, others first. What is given as existing is no object of its own.
    fn could_call(&self, read: &Read) -> bool {
        let release = &*self.release.name;
        let last = read.name.strip_suffix(release).is_some_and(|rest| rest.ends_with('-'));
        let first = || read.name.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        last || (read.need == Need::Values && first())
    }

    /// Whether the values hold a whole object of that name, which the chart then makes.
    fn brings(&self, name: &str) -> bool {
        EXTRA.iter().any(|key| self.values.get(key).is_some_and(|extra| mentions(extra, name)))
    }
}

/// The charts of each namespace, by what tells their objects.
#[derive(Default)]
pub struct ChartsAt<'a> {
    /// By the name of the release, and by that of the chart.
    by_prefix: HashMap<(&'a str, &'a str, &'a str), Vec<&'a Chart<'a>>>,
    /// Those that are known to make objects of certain names.
    makers: HashMap<(&'a str, &'a str), Vec<&'a Chart<'a>>>,
    /// Those that bring whole objects in their values.
    bringers: Vec<&'a Chart<'a>>,
    any: HashSet<(&'a str, &'a str)>,
}

impl<'a> ChartsAt<'a> {
    /// An index of charts.
    pub fn new(charts: &'a [Chart<'a>]) -> ChartsAt<'a> {
        let mut out = ChartsAt::default();
        for chart in charts {
            let (cluster, namespace) = (chart.app.cluster, chart.app.namespace);
            out.any.insert((cluster, namespace));
            for prefix in [Some(&*chart.release.name), chart.release.chart.as_deref()].into_iter().flatten() {
                out.by_prefix.entry((cluster, namespace, prefix)).or_default().push(chart);
            }
            if EXTRA.iter().any(|key| chart.values.get(key).is_some()) {
                out.bringers.push(chart);
            }
            if chart.file.as_ref().is_some_and(|file| file.makes_any()) {
                out.makers.entry((cluster, namespace)).or_default().push(chart);
            }
        }
        out
    }

    /// Whether a chart of a cluster brings an object of that name in its values.
    pub fn brings(&self, cluster: &str, name: &str) -> bool {
        self.bringers.iter().any(|chart| chart.app.cluster == cluster && chart.brings(name))
    }

    /// Whether a chart of any namespace could make an object, or the one whose values refer to it.
    pub fn could_make_somewhere(&self, read: &Read, own: &Chart<'_>) -> bool {
        let begins = |(_, _, prefix): &(&str, &str, &str)| read.name.starts_with(prefix);
        let makes = |chart: &&Chart<'_>| chart.file.as_ref().is_some_and(|file| file.makes(&read.name));
        (read.kind == Kind::ServiceAccount && !self.any.is_empty())
            || self.by_prefix.keys().any(begins)
            || self.makers.values().flatten().any(makes)
            || self.bringers.iter().any(|chart| chart.brings(&read.name))
            || own.brings(&read.name)
            || own.could_call(read)
    }

    /// Whether a chart could make an object: one that begins with the name of the release or chart, or one
    /// that the chart is known to make. A ServiceAccount could be any chart's. For references in a chart's
    /// own values it is narrower.
    pub fn could_make(&self, read: &Read, (cluster, namespace): (&str, &str), own: Option<&Chart<'_>>) -> bool {
        let name = &*read.name;
        let other = |chart: &&Chart<'_>| own.is_none_or(|own| !std::ptr::eq(own.release, chart.release));
        if read.kind == Kind::ServiceAccount && self.any.contains(&(cluster, namespace)) {
            return true;
        }
        let called = |prefix: &str| {
            let charts = self.by_prefix.get(&(cluster, namespace, prefix)).map(Vec::as_slice).unwrap_or_default();
            charts.iter().any(other)
        };
        let ends = name.match_indices('-').map(|(end, _)| end).chain([name.len()]);
        let makers = self.makers.get(&(cluster, namespace)).map(Vec::as_slice).unwrap_or_default();
        // Certificates are called after what they are for, whoever makes them.
        (read.need != Need::Tls && ends.filter_map(|end| name.get(..end)).any(called))
            || makers.iter().any(|chart| chart.file.as_ref().is_some_and(|file| file.makes(name)))
            || own.is_some_and(|own| own.brings(name) || own.could_call(read))
    }
}

/// Whether a text somewhere in a value is a name, or holds it as a word.
pub fn mentions(value: &Value, name: &str) -> bool {
    if let Some(text) = value.as_str() {
        return super::mentions::words(text).any(|word| word == name);
    }
    let listed = || value.as_list().is_some_and(|list| list.iter().any(|v| mentions(v, name)));
    let mapped = || value.as_map().is_some_and(|map| map.iter().any(|e| *e.key == *name || mentions(&e.value, name)));
    listed() || mapped()
}
