//! Names stay within the limits after suffixes, and files of different apps don't collide.

use super::Facts;
use crate::base::{Span, names};
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;

crate::codes! {
    /// The name of an Application is too long once the names of the environment and cluster are behind it.
    ///
    /// Argo CD puts it into labels, which hold 63 characters, and cuts longer ones off: two
    /// Applications could then take each other's resources for their own.
    NAME_TOO_LONG = "name-too-long";
    /// A Helm release name has more than 53 characters, which Helm refuses.
    ///
    /// The release takes the name of the Application unless `releaseName` says otherwise.
    RELEASE_NAME_TOO_LONG = "release-name-too-long";
    /// The name of a namespace or of a file is not one that Kubernetes accepts where it is used.
    ///
    /// Both are DNS-1123 labels: a-z, 0-9 and `-`, at most 63 characters, no `-` at the ends. A `fileName`
    /// has no ending, as it names a folder and several files.
    NAME_INVALID = "name-invalid";
    /// Two Applications have the same name.
    ///
    /// An app at several clusters is called `<app>-<cluster>`, in environments `<app>-<environment>` or
    /// `<app>-<environment>-<cluster>`, each of which can be the name of another app; parents are called
    /// `<category>-parent`. Rename one.
    APPLICATION_NAME_TAKEN = "application-name-taken";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for instance in facts.instances {
        lengths(instance, bag);
        namespace(instance, bag);
        file_name(instance, bag);
    }
    for pair in facts.instances.windows(2) {
        let [a, b] = pair else { continue };
        if a.name == b.name {
            let by = format!("app `{}` {}", &*a.app, a.place());
            taken(&b.name, b, &by, a.span(), bag);
        }
    }
    for category in facts.spec.categories.iter() {
        let parent = facts.spec.parent_name(&category.name);
        if let Some(app) = facts.instances.iter().find(|i| *i.name == *parent) {
            let by = format!("the parent of category `{}`", &*category.name);
            taken(&parent, app, &by, category.name.span, bag);
        }
    }
    for set in facts.spec.application_sets.iter() {
        if let Some(app) = facts.instances.iter().find(|i| i.name == set.name.value && i.file == set.name.value) {
            taken(&set.name, app, "an ApplicationSet, for its file too", set.name.span, bag);
        }
    }
    let root = facts.spec.root_name();
    if let Some(app) = facts.instances.iter().find(|i| *i.name == *root) {
        let place = facts.spec.app_of_apps.as_ref().and_then(|a| a.root.as_ref()).map_or(Span::NONE, |r| r.span);
        taken(&root, app, "the root Application", place, bag);
    }
}

fn taken(name: &str, app: &Instance, by: &str, place: Span, bag: &mut Bag) {
    let message = format!("the name `{name}` is taken by {by}");
    let finding = Finding::error(&APPLICATION_NAME_TAKEN, app.span(), message, "give the app another name");
    bag.push(finding.label("has that name too").also(place, "the name comes from here"));
}

fn lengths(instance: &Instance, bag: &mut Bag) {
    let name = &*instance.name;
    // A name that is faulty by itself is a finding of its own.
    if names::label_fault(&instance.app).is_some() {
        return;
    }
    if name.len() > names::LABEL_MAX {
        let message =
            format!("the Application name `{name}` has {} characters, {} is the limit", name.len(), names::LABEL_MAX);
        let help = "shorten the name of the app, the environment or the cluster; they are joined by `-`";
        let finding = Finding::error(&NAME_TOO_LONG, instance.span(), message, help);
        bag.push(finding.also(instance.cluster.name.span, "with the name of this cluster"));
        return;
    }
    for helm in instance.body.all_sources().filter_map(|s| s.helm.as_ref()) {
        let (release, span) = helm.release_name.as_ref().map_or((name, instance.span()), |r| (&**r, r.span));
        if release.len() > names::RELEASE_MAX {
            let message = format!(
                "the release name `{release}` has {} characters, {} is Helm's limit",
                release.len(),
                names::RELEASE_MAX
            );
            let help = "set a shorter `releaseName` under `helm`";
            bag.push(Finding::error(&RELEASE_NAME_TOO_LONG, span, message, help));
        }
    }
}

fn namespace(instance: &Instance, bag: &mut Bag) {
    let Some(namespace) = &instance.body.namespace else { return };
    if let Some(fault) = names::label_fault(namespace) {
        let message = format!("`{}` can't be a namespace: {fault}", &**namespace);
        bag.push(Finding::error(&NAME_INVALID, namespace.span, message, "use a-z, 0-9 and `-`, at most 63 characters"));
    }
}

fn file_name(instance: &Instance, bag: &mut Bag) {
    let Some(file) = &instance.body.file_name else { return };
    if let Some(fault) = names::label_fault(file) {
        let message = format!("`{}` can't be a file name: {fault}", &**file);
        bag.push(Finding::error(&NAME_INVALID, file.span, message, "use a-z, 0-9 and `-`, without an ending"));
    }
}
