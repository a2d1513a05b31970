//! What comes of changes that only other objects can tell: what is deleted with an Application, who takes an object over,
//! which Applications a project refuses.
//!
//! Facts: Argo CD 3.x, pruning, cascading deletion, sync options `Prune` and `Delete` of objects.

use super::found::{Draft, Loose};
use super::scene::{App, Scene, Scenes};
use crate::model::changes::{Change, Class, Impact, Subject, What};
use crate::model::document::Identity;
use crate::model::permits::Permits;

/// Most Applications that a sentence names.
const MOST: usize = 8;

/// Who is to be asked.
pub struct Context<'s> {
    /// The Applications of both states.
    pub scenes: &'s Scenes,
    /// Paths of the first tree, in byte order.
    pub paths: &'s [&'s str],
}

impl Context<'_> {
    /// What comes of something new.
    pub fn added(&self, loose: Loose) -> Draft {
        let mut change = super::found::change(What::Added, None, Some(owned(loose.subject, &self.scenes.after)));
        let owner = change.after.as_ref().and_then(|subject| subject.owner.clone());
        let reason = owner.map_or_else(|| "it is new".to_owned(), |owner| format!("it is new; `{owner}` makes it"));
        change.impacts = loose.rights;
        change.impacts.push(Impact::new(Class::Added, reason));
        change.opaque = loose.opaque;
        Draft { change, permits: None }
    }

    /// What comes of something that is gone.
    pub fn removed(&self, loose: Loose) -> Draft {
        let impact = self.removal(&loose);
        let refused = loose.permits.as_deref().map(|was| (was.clone(), Permits::default()));
        let subject = owned(loose.subject, &self.scenes.before);
        let mut change = super::found::change(What::Removed, Some(subject), None);
        change.impacts = loose.rights;
        change.impacts.push(impact);
        change.opaque = loose.opaque;
        Draft { change, permits: refused.map(Box::new) }
    }

    /// What comes of an object in another file.
    pub fn moved(&self, change: &mut Change, old: &Loose) {
        let owners =
            (owner(change.before.as_ref(), &self.scenes.before), owner(change.after.as_ref(), &self.scenes.after));
        self.name_owners(change);
        let is_file = change.after.as_ref().is_some_and(|subject| subject.object.is_none());
        match owners {
            (Some(from), Some(to)) if from.identity != to.identity && !is_file => {
                change.impacts.push(self.handed_over(change.before.as_ref(), from, to));
            }
            (Some(_), None) if !is_file => {
                let Impact { class, reason, .. } = self.removal(old);
                change.impacts.push(Impact::new(class, format!("no Application reads it any more; {reason}")));
            }
            (None, Some(to)) if !is_file => {
                let reason = format!("no Application of the tree read it before; `{}` makes it", to.identity.name);
                change.impacts.push(Impact::new(Class::Added, reason));
            }
            _ if change.is_cosmetic() => {
                change.impacts = vec![Impact::new(Class::Cosmetic, "only the file moves")];
            }
            _ => {}
        }
        change.impacts.retain(|impact| impact.class != Class::Cosmetic || change.edits.is_empty());
        if change.impacts.is_empty() {
            change.impacts.push(Impact::new(Class::Cosmetic, "only the file moves"));
        }
    }

    fn handed_over(&self, subject: Option<&Subject>, old: &App, new: &App) -> Impact {
        let (from, to) = (&old.identity.name, &new.identity.name);
        match self.scenes.after.app(&old.identity) {
            None if old.cascades => {
                let reason = format!("its Application `{from}` goes, and deletes what it made; `{to}` makes it anew");
                Impact::new(Class::CascadeDelete, reason)
            }
            Some(now) if now.prunes => {
                let object = subject.and_then(|subject| subject.object.as_ref());
                let app = object.and_then(|object| self.scenes.before.app(object)).filter(|app| app.cascades);
                let what = if app.is_some() { ", and all it made is deleted with it" } else { "" };
                let risk = format!("`{from}` prunes it if it syncs first{what}, and then it is made anew");
                Impact::new(Class::MovedBetweenApps, format!("`{from}` hands it over to `{to}`; {risk}"))
            }
            _ => Impact::new(Class::MovedBetweenApps, format!("`{from}` hands it over to `{to}`")),
        }
    }

    /// What comes of an object with another name: it is made anew, and the old one goes.
    pub fn renamed(&self, change: &mut Change, old: &Loose, new: &Loose) {
        self.name_owners(change);
        // What can't be changed where it stands is new here.
        change
            .impacts
            .retain(|i| !matches!(i.class, Class::Replace | Class::InPlace | Class::Cosmetic | Class::OrderChange));
        let label = |loose: &Loose| loose.subject.label();
        let mut removal = self.removal(old);
        removal.reason = format!("`{}` becomes `{}`: of the old one, {}", label(old), label(new), removal.reason);
        change.impacts.push(removal);
        change.impacts.push(Impact::new(Class::Added, format!("`{}` is made anew", label(new))));
    }

    /// Which Applications a project refuses that it let through before.
    pub fn refused(&self, draft: &mut Draft) {
        let Some((was, is)) = draft.permits.take().map(|permits| *permits) else { return };
        let Some(name) = draft.change.subject().and_then(|s| s.object.as_ref()).map(|object| object.name.to_string())
        else {
            return;
        };
        let passes = |permits: &Permits, app: &App| {
            let (server, cluster) = app.destination();
            let open = |text: &str| text.contains("{{");
            let sources = app.repos.iter().all(|url| open(url) || permits.source(url));
            let to = open(server)
                || open(cluster)
                || open(&app.namespace)
                || permits.destination(server, cluster, &app.namespace);
            sources && to
        };
        let refused: Vec<&str> = self
            .scenes
            .after
            .of_project(&name)
            .filter(|app| passes(&was, app) && !passes(&is, app))
            .map(|app| &*app.identity.name)
            .collect();
        if !refused.is_empty() {
            let verb = if refused.len() == 1 { "is" } else { "are" };
            let reason = format!("{} of the project {verb} refused from now on", listing(&refused));
            draft.change.impacts.push(Impact::new(Class::ProjectTightened, reason));
        }
    }

    fn name_owners(&self, change: &mut Change) {
        change.before = change.before.take().map(|subject| owned(subject, &self.scenes.before));
        change.after = change.after.take().map(|subject| owned(subject, &self.scenes.after));
    }

    /// What happens to an object that the tree does not hold any more.
    fn removal(&self, loose: &Loose) -> Impact {
        let subject = &loose.subject;
        let Some(object) = &subject.object else { return self.file_removal(subject) };
        let has = |option: &str| loose.options.iter().any(|o| o == option);
        if let Some(app) = self.scenes.before.app(object) {
            return self.app_removal(app, has("Prune=false"));
        }
        let more = dependents(object);
        let grave = |reason: String| Impact::new(Class::CascadeDelete, format!("{reason}{more}"));
        let Some(owner) = self.scenes.before.owner(&subject.path) else {
            let reason =
                "no Application of the tree reads it; whether anything deletes it can't be seen here".to_owned();
            return if more.is_empty() { Impact::new(Class::Removed, reason) } else { grave(reason) };
        };
        let name = &owner.identity.name;
        match self.scenes.after.app(&owner.identity) {
            Some(_) if has("Prune=false") => {
                Impact::new(Class::Removed, "`Prune=false` keeps it until somebody deletes it")
            }
            Some(now) if now.prunes => grave(format!("`{name}` prunes by itself: it is deleted at the next sync")),
            Some(_) => Impact::new(
                Class::Removed,
                format!("`{name}` does not prune by itself: it stays until somebody prunes it"),
            ),
            None if has("Delete=false") => {
                Impact::new(Class::Removed, "`Delete=false` keeps it when its Application goes")
            }
            None if owner.cascades => grave(format!("its Application `{name}` goes, and deletes what it made")),
            None => Impact::new(Class::Orphaned, format!("its Application `{name}` goes, and leaves it behind")),
        }
    }

    fn file_removal(&self, subject: &Subject) -> Impact {
        match self.scenes.before.owner(&subject.path) {
            Some(owner) => Impact::new(
                Class::InPlace,
                format!("the file goes; what `{}` makes from it changes", owner.identity.name),
            ),
            None => Impact::new(Class::Removed, "the file goes; nothing in the tree says who reads it"),
        }
    }

    /// What happens to an Application that the tree does not hold any more, and to what it made.
    fn app_removal(&self, app: &App, kept: bool) -> Impact {
        let parent = self.scenes.before.owner(&app.path);
        let deleted = match parent.map(|parent| (parent, self.scenes.after.app(&parent.identity))) {
            _ if kept => None,
            Some((_, Some(now))) if now.prunes => Some(format!("`{}` prunes it", now.identity.name)),
            Some((parent, None)) if parent.cascades => Some(format!("it goes with `{}`", parent.identity.name)),
            _ => None,
        };
        let set = &*app.identity.kind == "ApplicationSet";
        let what = if set { "all that its Applications made" } else { "all it made" };
        let files = self.files(app);
        match (deleted, app.cascades) {
            (Some(how), true) => {
                Impact::new(Class::CascadeDelete, format!("{how}, and {what} is deleted with it{files}"))
            }
            (Some(how), false) => {
                Impact::new(Class::Orphaned, format!("{how}, and {what} stays, unmanaged: it has no finalizer"))
            }
            (None, true) => Impact::new(
                Class::CascadeDelete,
                format!("nothing prunes it by itself; once somebody deletes it, {what} is deleted with it{files}"),
            ),
            (None, false) => {
                Impact::new(Class::Removed, format!("it stays until somebody deletes it, and {what} stays then too"))
            }
        }
    }

    /// How many files of the tree an Application is made from.
    fn files(&self, app: &App) -> String {
        let count: usize = app
            .folders()
            .filter(|folder| !folder.is_empty())
            .map(|folder| {
                let begin = format!("{folder}/");
                let start = self.paths.partition_point(|path| *path < begin.as_str());
                self.paths.iter().skip(start).take_while(|path| path.starts_with(&begin)).count()
            })
            .sum();
        match count {
            0 => String::new(),
            1 => " (1 file of the tree)".to_owned(),
            n => format!(" ({n} files of the tree)"),
        }
    }
}

fn owner<'s>(subject: Option<&Subject>, scene: &'s Scene) -> Option<&'s App> {
    scene.owner(&subject?.path).map(|app| &**app)
}

fn owned(subject: Subject, scene: &Scene) -> Subject {
    let owner = scene.owner(&subject.path).map(|app| app.identity.name.clone());
    Subject { owner, ..subject }
}

/// What Kubernetes deletes with an object.
fn dependents(object: &Identity) -> String {
    match (&*object.group, &*object.kind) {
        ("", "Namespace") => format!("; with it everything in the namespace `{}`", object.name),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            format!("; with it every object of `{}` in the cluster", object.name)
        }
        ("", "PersistentVolumeClaim") => "; with it the data, unless the volume is retained".to_owned(),
        _ => String::new(),
    }
}

/// Names with commas, the rest counted.
fn listing(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
