//! Protected environments: only what was reviewed goes there, and only when somebody says so.

use std::collections::BTreeSet;

use super::Facts;
use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::revision::{is_exact, is_one_chart, is_pinned};
use crate::model::spec::{Automated, Source, WindowKind};
use crate::shape::Text;
use crate::source::path::LONGEST;

crate::codes! {
    /// An app follows something that moves, in a protected environment.
    ///
    /// A branch, `HEAD` or a range of versions can change without a change of the spec, so nobody would have
    /// reviewed what comes. Write a full version of a chart, and a tag or commit of a repository. Manifests and values
    /// in the platform's own repository are not meant: they change only with the tree.
    PROTECTED_UNPINNED = "protected-unpinned";
    /// An app syncs by itself in a protected environment.
    ///
    /// A merge would reach it at once. Set `sync: { automated: false }` there, best for all apps under
    /// `environments.NAME.app`; then somebody, or a pipeline behind a gate, starts each sync. Or give the project a sync window of
    /// kind `allow` that the app falls under: it then syncs by itself at these times only.
    PROTECTED_AUTOMATED_SYNC = "protected-automated-sync";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let environments = facts.spec.environments.iter().filter(|e| e.item.protected == Some(true));
    let protected: BTreeSet<&str> = environments.map(|e| &*e.name.value).collect();
    for instance in facts.instances {
        let Some(environment) = instance.environment.as_deref().filter(|e| protected.contains(e)) else {
            continue;
        };
        pinned(facts, instance, environment, bag);
        let automated = instance.body.sync.as_ref().and_then(|s| s.automated.as_ref());
        if let Some(Automated::On(settings)) = automated.filter(|_| !gated(facts, instance)) {
            let message =
                format!("app `{}` syncs by itself in the protected environment `{environment}`", &*instance.app);
            let help = format!(
                "set `sync: {{ automated: false }}` under `environments.{environment}.app`, or give its project a sync \
                 window of kind `allow`"
            );
            let finding = Finding::error(&PROTECTED_AUTOMATED_SYNC, settings.span.or(instance.span()), message, help);
            bag.push(finding.also(instance.span(), "this app"));
        }
    }
}

/// Whether the app syncs at certain times only: a window of its project allows these (Argo CD 3.x, sync windows: an `allow`
/// window that is not open denies).
fn gated(facts: &Facts, instance: &Instance) -> bool {
    let project = facts.spec.project_name(instance.body.project.as_ref(), instance.category());
    let windows = facts.spec.projects.named(&project).into_iter().flat_map(|p| p.item.sync_windows.iter());
    let mut allowing = windows.filter(|window| window.kind == WindowKind::Allow);
    let fits = |globs: &[Text], text: &str| {
        globs.iter().any(|glob| {
            let short = glob.len() <= LONGEST;
            short && globset::Glob::new(glob).is_ok_and(|g| g.compile_matcher().is_match(text))
        })
    };
    allowing.any(|window| {
        let parts = [
            (&window.applications, &*instance.name),
            (&window.namespaces, instance.namespace()),
            (&window.clusters, &*instance.cluster.name),
        ];
        let mut stated = parts.iter().filter(|(globs, _)| !globs.is_empty());
        match window.and_operator {
            Some(true) => stated.all(|(globs, text)| fits(globs, text)),
            _ => stated.any(|(globs, text)| fits(globs, text)),
        }
    })
}

fn pinned(facts: &Facts, instance: &Instance, environment: &str, bag: &mut Bag) {
    for source in instance.body.all_sources() {
        let Some((what, place)) = moving(facts, source) else { continue };
        let message = format!(
            "app `{}` follows {what} in the protected environment `{environment}`, which can change by itself",
            &*instance.app
        );
        let help = format!(
            "write a full version of the chart, or a tag or commit of the repository, best as a line of `environments.{environment}.versions`"
        );
        let finding = Finding::error(&PROTECTED_UNPINNED, place.or(source.span), message, help);
        bag.push(finding.also(instance.span(), "this app"));
    }
}

/// What of a source moves, and where it stands.
fn moving(facts: &Facts, source: &Source) -> Option<(String, Span)> {
    if let Some(git) = &source.git {
        let named = git.repo.as_ref().and_then(|r| facts.spec.repos.named(r));
        let url = named.map(|r| &*r.item.url).or(git.repo.as_deref());
        if url.is_none_or(|url| *url == *facts.spec.platform.repo.url) && git.revision.is_none() {
            return None;
        }
        return unpinned_revision(git.revision.as_ref().or(named.and_then(|r| r.item.revision.as_ref())));
    }
    if let Some(oci) = &source.oci {
        return (!is_exact(&oci.revision)).then(|| versions(&oci.revision));
    }
    let version = source.helm.as_ref().and_then(|helm| helm.version.as_ref());
    version.filter(|version| !is_one_chart(version)).map(versions)
}

fn unpinned_revision(revision: Option<&Text>) -> Option<(String, Span)> {
    let Some(revision) = revision else { return Some(("`HEAD`".to_owned(), Span::NONE)) };
    (!is_pinned(revision)).then(|| (format!("`{}`", &**revision), revision.span))
}

fn versions(version: &Text) -> (String, Span) {
    (format!("the versions `{}`", &**version), version.span)
}
