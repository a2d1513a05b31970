//! Each source has exactly one form, and all that the form needs.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::application::{SOURCE_REF, VALUES_REF_WITHOUT_SOURCE, is_ref};
use crate::model::secrets;
use crate::model::spec::{App, Helm, Source, ValueFile};
use crate::shape::Text;

crate::codes! {
    /// A source mixes forms that exclude each other, or lacks what its form needs.
    ///
    /// A source is a Helm chart (`helm` with `repo`, `chart`, `version`), a path in a git repository
    /// (`git`, with at most one of `helm`, `kustomize`, `directory`, `plugin` beside it), or an OCI
    /// artifact (`oci`). `kustomize`, `directory` or `plugin` alone say how the app's own `manifests`
    /// are built. Argo CD refuses a chart without a version with InvalidSpecError.
    SOURCE_FORM = "source-form";
    /// An app uses something that its version of Argo CD does not have.
    ///
    /// That version would drop the field or refuse the Application. Set `platform.argocd.version` to the
    /// version that really runs, or write the app without it.
    NEEDS_NEWER_ARGOCD = "needs-newer-argocd";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for instance in facts.instances {
        let brings = secrets::of(facts.spec, 0, instance).any(|need| need.has_object());
        let has_own = brings || !instance.body.manifests.is_empty() || instance.body.has_remote_bases();
        app(facts, &instance.body, &instance.app, has_own, bag);
    }
    for repo in facts.spec.repos.iter() {
        let credentials = repo.item.credentials.as_deref().filter(|c| c.azure_workload_identity);
        if let (Some(credentials), false) = (credentials, facts.spec.argocd_at_least(3, 0)) {
            let message = "workload identity for repositories needs Argo CD 3.0";
            let help = "set `platform.argocd.version` to \"3.0\" or newer, or sign in by `password`";
            bag.push(Finding::error(&NEEDS_NEWER_ARGOCD, credentials.span, message, help));
        }
    }
    for set in facts.spec.application_sets.iter() {
        app(facts, &set.item.template, &set.name, false, bag);
    }
}

fn app(facts: &Facts, body: &App, name: &Text, has_manifests: bool, bag: &mut Bag) {
    let sources: Vec<&Source> = body.all_sources().collect();
    for source in &sources {
        form(source, name, has_manifests, bag);
        if let (Some(oci), false) = (&source.oci, facts.spec.argocd_at_least(3, 1)) {
            let help = "set `platform.argocd.version` to \"3.1\" or newer, or use `git`";
            bag.push(Finding::error(&NEEDS_NEWER_ARGOCD, oci.span, "OCI sources need Argo CD 3.1", help));
        }
    }
    refs(&sources, bag);
}

fn form(source: &Source, app: &Text, has_manifests: bool, bag: &mut Bag) {
    let chart = source.helm.as_ref().filter(|_| source.git.is_none() && source.oci.is_none());
    let roots = usize::from(source.git.is_some()) + usize::from(source.oci.is_some()) + usize::from(chart.is_some());
    let builders = [
        source.helm.as_ref().filter(|_| chart.is_none()).map(|h| h.span),
        source.kustomize.as_ref().map(|k| k.span),
        source.directory.as_ref().map(|d| d.span),
        source.plugin.as_ref().map(|p| p.span),
    ];
    let built: Vec<_> = builders.into_iter().flatten().collect();
    let faulty = roots == 0 && bag.has_error_in(source.span);
    let mut wrong = |span, message: &str, help: &str| bag.push(Finding::error(&SOURCE_FORM, span, message, help));
    if roots > 1 {
        wrong(
            source.span,
            "a source is one of `helm`, `git` and `oci`",
            "write a list `sources` with one entry for each",
        );
    }
    if let [_, second, ..] = built.as_slice() {
        wrong(*second, "a path is built in one way only", "keep one of `helm`, `kustomize`, `directory` and `plugin`");
    }
    if let (Some(_), [first, ..]) = (chart, built.as_slice()) {
        wrong(*first, "a chart from a chart repository is built by Helm only", "take this key out");
    }
    let remote = source.kustomize.as_ref().filter(|k| roots > 0 && !k.resources.is_empty());
    if let Some(kustomize) = remote {
        let help = "take `resources` out here; a further source with only `kustomize` builds the app's own folder";
        wrong(kustomize.resources.span, "an Application can't add `resources` to the kustomization of a path", help);
    }
    // A form that could not be read is a finding of its own.
    if roots == 0 && !has_manifests && !faulty {
        let message = format!("this source of app `{}` comes from nowhere", &**app);
        wrong(source.span, &message, "add `helm:`, `git:` or `oci:`, or name raw `manifests` of the app");
    }
    if let Some(helm) = chart {
        chart_keys(helm, bag);
    }
    if let (Some(helm), Some(_)) = (&source.helm, &source.git) {
        for key in [&helm.repo, &helm.chart, &helm.version].into_iter().flatten() {
            let help = "take it out here, or take `git` out to use a chart repository";
            let message = "a chart from git is named by `git`, not by `repo`, `chart` or `version`";
            bag.push(Finding::error(&SOURCE_FORM, key.span, message, help));
        }
    }
}

fn chart_keys(helm: &Helm, bag: &mut Bag) {
    let keys = [("repo", &helm.repo), ("chart", &helm.chart), ("version", &helm.version)];
    let missing: Vec<String> =
        keys.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| format!("`{key}`")).collect();
    // A key that is misspelled or can't be read is a finding of its own.
    if !missing.is_empty() && !bag.has_error_in(helm.span) {
        let message = format!("this chart has no {}", missing.join(" and no "));
        let help = format!("add {} (the version in quotes), or name a chart in git with `git:`", missing.join(" and "));
        bag.push(Finding::error(&SOURCE_FORM, helm.span, message, help));
    }
}

fn refs(sources: &[&Source], bag: &mut Bag) {
    let mut seen: Vec<&Text> = Vec::new();
    for name in sources.iter().filter_map(|s| s.reference.as_ref()) {
        if !is_ref(name) {
            let message = format!("`{}` can't be a `ref`", &**name);
            bag.push(Finding::error(&SOURCE_REF, name.span, message, "use letters, digits, `-` and `_`"));
        }
        match seen.iter().find(|s| **s == name) {
            Some(first) => {
                let message = format!("two sources have the ref `{}`", &**name);
                let finding = Finding::error(&SOURCE_REF, name.span, message, "give one of them another name");
                bag.push(finding.also(first.span, "first"));
            }
            None => seen.push(name),
        }
    }
    for path in
        sources.iter().filter_map(|s| s.helm.as_ref()).flat_map(|h| h.value_files.iter()).filter_map(remote_path)
    {
        let Some(name) = path.strip_prefix('$').and_then(|rest| rest.split('/').next()) else { continue };
        if !seen.iter().any(|s| &***s == name) {
            let message = format!("no source of this app has the ref `{name}`");
            let help = format!("add a source with `ref: {name}`, or name the file's `repo` instead of `$`");
            bag.push(Finding::error(&VALUES_REF_WITHOUT_SOURCE, path.span, message, help));
        }
    }
}

/// The path of a file in the chart's own repository, where `$ref/…` may stand.
fn remote_path(file: &ValueFile) -> Option<&Text> {
    match file {
        ValueFile::Remote(file) if file.repo.is_none() => Some(&file.path),
        _ => None,
    }
}
