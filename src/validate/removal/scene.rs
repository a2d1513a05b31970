//! Who deploys what, and what keeps it.

use crate::base::hash::HashMap;

use super::Input;
use super::facts::{App, Facts, Kept, OPTIONS, Role};
use crate::base::{Span, Value};
use crate::model::plan::Folder;
use crate::rbac::Version;
use crate::source::path::parent;
use crate::validate::charts::{ChartFile, paths};
use crate::validate::secrets::Chart;

/// The first version in which sync options of an Application say `Prune` and `Delete` for all of its objects. Before, they
/// are passed over (Argo CD 3.4, `docs/user-guide/sync-options.md`).
const FOR_ALL: Version = Version::new(3, 4);

/// Everything.
pub struct Scene<'a> {
    /// What is looked at.
    pub input: &'a Input<'a>,
    /// Applications by name.
    apps: HashMap<&'a str, (&'a Facts, &'a App)>,
}

impl<'a> Scene<'a> {
    /// An index of it.
    pub fn new(input: &'a Input<'a>) -> Scene<'a> {
        let app = |facts: &'a Facts| match &facts.role {
            Role::App(app) => Some((&*facts.name, (facts, app))),
            _ => None,
        };
        Scene { input, apps: input.facts.iter().filter_map(app).collect() }
    }

    /// The Application that reads a file, and the folder.
    pub fn owner(&self, path: &str) -> Option<(&'a Facts, &'a App, &'a Folder)> {
        let folder = self.input.plan.folders.get(parent(path))?;
        let (facts, app) = self.app(&folder.owner)?;
        Some((facts, app, folder))
    }

    /// An Application.
    pub fn app(&self, name: &str) -> Option<(&'a Facts, &'a App)> {
        self.apps.get(name).copied()
    }

    /// What the sync options of an Application keep.
    pub fn options(&self, app: &App) -> Kept {
        if self.input.argocd < FOR_ALL { Kept::default() } else { app.options }
    }

    /// A place in the input.
    pub fn at(&self, span: Span, facts: &Facts) -> Span {
        self.input.sources.in_input(span, facts.origin)
    }

    /// Whether an Application of its own deploys a chart, and not one whose values nothing names.
    pub fn deployed(&self, chart: &Chart<'a>) -> Option<(&'a Facts, &'a App)> {
        self.app(&chart.app.facts.name).filter(|(facts, _)| facts.path == chart.app.facts.path)
    }

    /// What to say of sync options for all objects, where they count.
    pub fn for_all(&self) -> bool {
        self.input.argocd >= FOR_ALL
    }
}

/// Entries of a list of a chart's file that hold for its values. Values that are not to be seen may state what makes one none.
pub fn entries<'c>(chart: &'c Chart, key: &'c str) -> impl Iterator<Item = (&'c ChartFile, &'c Value)> {
    let none: paths::Indices = Vec::new();
    let file = chart.file.as_deref();
    let list = file.into_iter().flat_map(move |file| file.list(key).iter().map(move |entry| (file, entry)));
    list.filter(move |(file, entry)| {
        let unless = entry.get("unless").and_then(Value::as_list).unwrap_or_default();
        let stated = |path: &str| paths::at(&chart.values, path, &none).is_some_and(|v| !paths::is_empty(v));
        let sure = unless.is_empty() || !chart.partly_unseen;
        sure && file.holds(entry, &chart.values, &none) && !unless.iter().filter_map(Value::as_str).any(stated)
    })
}

/// What the annotations keep that the values give to an object of a chart, where an entry says which value that is.
pub fn kept_by_values(chart: &Chart, entry: &Value) -> Kept {
    let annotations = entry.str_at("keeps").and_then(|path| paths::at(&chart.values, path, &Vec::new()));
    match annotations {
        // Some charts take them as a text.
        Some(value) => match value.as_str().and_then(|text| text.split_once(OPTIONS)) {
            Some((_, text)) => Kept::by(text.lines().next().unwrap_or_default().split([',', ':', '"', ' '])),
            None => Kept::by_annotations(value),
        },
        None => Kept::default(),
    }
}
