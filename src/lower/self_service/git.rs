//! Actions with the mode `git`: a workflow of GitHub changes the spec and opens a pull request.

use std::sync::Arc;

use super::Work;
use crate::base::{Map, Span, Value, git_url};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::port::literal;
use crate::model::self_service::{Deed, chosen};
use crate::model::spec::{App, GitFlow, Mode, Source};
use crate::shape::Text;
use crate::source::SourceMap;

crate::codes! {
    /// An action that deploys a revision by pull request reaches an app whose revision does not stand at the app itself.
    ///
    /// The pull request changes one line of the spec: the version of the chart, the revision of the repository, or the tag of
    /// its one image. Where that comes from defaults, an environment or an override, a change would reach other apps too.
    /// Write it at the app, or take the app out of the action by `except`.
    REVISION_ELSEWHERE = "revision-elsewhere";
    /// Actions go by pull request, but the repository of the platform is none of GitHub.
    ///
    /// The workflow that opens pull requests is one of GitHub Actions. Use the mode `api`, or an action of your own under
    /// `custom` that starts a pipeline elsewhere.
    NOT_ON_GITHUB = "not-on-github";
}

/// What the workflow of Orkes starts: owner, repository, file and branch.
pub fn target(work: &Work) -> Option<Value> {
    let (owner, repo) = repository(work)?;
    let file = work.github_file.rsplit('/').next().unwrap_or_default().to_owned();
    let flow = work.input.spec.self_service.as_deref().and_then(|own| own.git.as_ref());
    let base = flow.map_or_else(|| Value::from("main"), |flow| flow.base.to_value());
    Some(Fields::new().with("owner", owner).with("repo", repo).with("file", file).with("base", base).build())
}

/// Owner and name of the repository of the platform, where it is one of GitHub.
fn repository(work: &Work) -> Option<(String, String)> {
    let (host, path) = git_url::host_and_path(&work.input.spec.platform.repo.url)?;
    let (owner, repo) = path.split_once('/')?;
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    let fits = host == "github.com" && !repo.contains('/');
    fits.then(|| (owner.to_owned(), repo.to_owned()))
}

/// Adds the workflow of GitHub, if an action needs it.
pub fn lower(work: &mut Work, sources: &SourceMap, bag: &mut Bag) {
    if work.orkes.is_none() {
        return;
    }
    let all = chosen(work.input.spec, work.input.resolved);
    let by_git: Vec<_> = all.iter().filter(|chosen| chosen.action.mode == Mode::Git).collect();
    let Some(first) = by_git.first() else { return };
    let url = &work.input.spec.platform.repo.url;
    if repository(work).is_none() {
        let message = format!("`{}` is no repository of GitHub, so nothing opens pull requests there", &**url);
        let help = "write `mode: api`, or an action under `custom` that starts a pipeline where the repository is";
        let finding = Finding::error(&NOT_ON_GITHUB, url.span, message, help);
        bag.push(finding.also(first.action.span, "needed for this action"));
        return;
    }
    let mut places = Map::new();
    for chosen in by_git.iter().filter(|chosen| chosen.deed == Deed::DeployRevision) {
        for app in &chosen.apps {
            match place(work, app, sources) {
                Some(place) => places.set(Arc::clone(&app.name), place),
                None => bag.push(elsewhere(app, chosen.action.span)),
            }
        }
    }
    let flow = work.input.spec.self_service.as_deref().and_then(|own| own.git.as_ref());
    let text = |pick: fn(&GitFlow) -> &Text, usual: &str| {
        flow.map_or_else(|| Value::from(usual), |flow| pick(flow).to_value())
    };
    let folder = flow.map(|flow| flow.folder.trim_matches('/')).filter(|folder| !folder.is_empty()).unwrap_or(".");
    let value = Fields::new()
        .with("path", work.github_file.as_str())
        .with("base", text(|flow| &flow.base, "main"))
        .with("folder", folder)
        .maybe("install", flow.and_then(|flow| flow.install.as_ref()).map(Text::to_value))
        .with("render", text(|flow| &flow.render, "sailplan render"))
        .with("places", places)
        .at(first.action.span);
    work.add("githubWorkflows", "self-service", first.action.span, value);
}

fn elsewhere(app: &Instance, action: Span) -> Finding {
    let message = format!("nothing at app `{}` itself says which revision it deploys", &*app.app);
    let help = format!("write the version, revision or image at the app, or `except: [{}]` at the action", &*app.app);
    Finding::error(&REVISION_ELSEWHERE, app.span(), message, help).also(action, "this action would change it")
}

/// Where the spec says the revision of an app: the file, a path of yq, and what stands before the revision.
fn place(work: &Work, app: &Instance, sources: &SourceMap) -> Option<Value> {
    let stated = &work.input.spec.apps.named(&app.app)?.item.typed;
    let (path, text, prefix) = numbered(stated).find_map(|(path, source)| revision(&path, source))?;
    // It must be what the app ends up with: an override or environment may win.
    let used = numbered(&app.body).any(|(_, source)| revision("", source).is_some_and(|(_, t, _)| t.span == text.span));
    let file = sources.file_of(text.span)?;
    let path = format!(".apps[{}]{path}", literal(&app.app));
    let fields = Fields::new().with("file", file.path.as_str()).with("path", path).with("prefix", prefix);
    used.then(|| fields.build())
}

/// The sources of an app with their paths below it.
fn numbered(app: &App) -> impl Iterator<Item = (String, &Source)> {
    let one = app.source.as_deref().map(|source| (".source".to_owned(), source));
    one.into_iter().chain(app.sources.iter().enumerate().map(|(i, source)| (format!(".sources[{i}]"), source)))
}

/// The text that says the revision of a source, with its path and what stands before the revision in it.
fn revision<'a>(path: &str, source: &'a Source) -> Option<(String, &'a Text, String)> {
    let at = |key: &str, text: &'a Text| Some((format!("{path}.{key}"), text, String::new()));
    if let Some(version) = source.helm.as_ref().and_then(|helm| helm.version.as_ref()) {
        return at("helm.version", version);
    }
    if let Some(revision) = source.git.as_ref().and_then(|git| git.revision.as_ref()) {
        return at("git.revision", revision);
    }
    if let Some(oci) = &source.oci {
        return at("oci.revision", &oci.revision);
    }
    let images = &source.kustomize.as_deref()?.images;
    let [image] = images.items.as_slice() else { return None };
    let (name, _) = image.item.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    let name = name.strip_suffix("@sha256").unwrap_or(name);
    Some((format!("{path}.kustomize.images[{}]", literal(&image.name)), &image.item, format!("{name}:")))
}
