//! Every name points at something.

use std::collections::BTreeSet;

use super::Facts;
use crate::diag::Bag;
use crate::model::reference::unknown;
use crate::model::spec::{Source, When};
use crate::shape::Text;

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let mut seek = Seek { facts, projects: projects(facts), bag };
    for cluster in facts.spec.clusters.iter() {
        seek.environment(cluster.item.environment.as_ref());
    }
    for category in facts.spec.categories.iter() {
        seek.project(category.item.project.as_ref());
    }
    for instance in facts.instances {
        seek.category(instance.body.category.as_ref());
        seek.project(instance.body.project.as_ref());
        instance.body.depends_on.iter().for_each(|d| seek.app(&d.app));
        instance.body.overrides.iter().for_each(|o| seek.when(o.when.as_ref()));
        instance.body.all_sources().for_each(|s| seek.repos(s));
    }
    for set in facts.spec.application_sets.iter() {
        seek.category(Some(&set.item.category));
        seek.project(set.item.project.as_ref());
        let body = &set.item.template.typed;
        body.all_sources().for_each(|s| seek.repos(s));
    }
    for namespace in facts.spec.namespaces.iter() {
        namespace.item.owner.iter().for_each(|owner| seek.app(owner));
        seek.cluster(namespace.item.cluster.as_ref());
    }
    for project in facts.spec.projects.iter() {
        project.item.destinations.iter().for_each(|d| seek.cluster_or_glob(d.cluster.as_ref()));
    }
    facts.spec.overrides.iter().for_each(|o| seek.when(o.when.as_ref()));
}

/// Projects that exist: declared ones, one for each category, and Argo CD's own `default`.
fn projects<'a>(facts: &Facts<'a>) -> BTreeSet<&'a str> {
    facts.spec.projects.names().chain(facts.spec.categories.names()).chain(["default"]).collect()
}

struct Seek<'f, 'b> {
    facts: &'f Facts<'f>,
    projects: BTreeSet<&'f str>,
    bag: &'b mut Bag,
}

impl Seek<'_, '_> {
    fn category(&mut self, name: Option<&Text>) {
        let categories = &self.facts.spec.categories;
        if let Some(name) = name.filter(|n| !categories.has(n)) {
            self.bag.push(unknown("category", name, categories.names(), "categories"));
        }
    }

    fn project(&mut self, name: Option<&Text>) {
        if let Some(name) = name.filter(|n| !self.projects.contains(&***n) && !self.facts.spec.projects.has(n)) {
            self.bag.push(unknown("project", name, self.projects.iter().copied(), "projects"));
        }
    }

    fn environment(&mut self, name: Option<&Text>) {
        let environments = &self.facts.spec.environments;
        if let Some(name) = name.filter(|n| !environments.has(n)) {
            self.bag.push(unknown("environment", name, environments.names(), "environments"));
        }
    }

    fn cluster(&mut self, name: Option<&Text>) {
        let clusters = &self.facts.spec.clusters;
        let local = crate::model::instance::LOCAL_NAME;
        if let Some(name) = name.filter(|n| &***n != local && !clusters.has(n)) {
            self.bag.push(unknown("cluster", name, clusters.names().chain([local]), "clusters"));
        }
    }

    fn cluster_or_glob(&mut self, name: Option<&Text>) {
        self.cluster(name.filter(|n| !n.contains(['*', '?', '['])));
    }

    fn app(&mut self, name: &Text) {
        let apps = &self.facts.spec.apps;
        if !self.facts.apps.contains(&**name) && !apps.has(name) {
            self.bag.push(unknown("app", name, apps.names(), "apps"));
        }
    }

    fn when(&mut self, when: Option<&When>) {
        let Some(when) = when else { return };
        when.app.iter().flat_map(|o| &o.0).for_each(|n| self.app(n));
        when.category.iter().flat_map(|o| &o.0).for_each(|n| self.category(Some(n)));
        when.environment.iter().flat_map(|o| &o.0).for_each(|n| self.environment(Some(n)));
        when.cluster.iter().flat_map(|o| &o.0).for_each(|n| self.cluster(Some(n)));
    }

    fn repos(&mut self, source: &Source) {
        let remote = source.helm.iter().flat_map(|h| h.value_files.iter()).filter_map(|f| match f {
            crate::model::spec::ValueFile::Remote(file) => file.repo.as_ref(),
            crate::model::spec::ValueFile::Own(_) => None,
        });
        let own = source.helm.as_ref().and_then(|h| h.repo.as_ref());
        let git = source.git.as_ref().and_then(|g| g.repo.as_ref());
        for repo in remote.chain(own).chain(git) {
            if !looks_like_url(repo) && !self.facts.spec.repos.has(repo) {
                self.bag.push(unknown("repository", repo, self.facts.spec.repos.names(), "repos"));
            }
        }
    }
}

/// Whether a repository is given by its URL and not by name: names hold none of these characters.
fn looks_like_url(text: &str) -> bool {
    text.contains(['/', ':', '.', '@'])
}
