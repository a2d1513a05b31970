//! Everything at its place: what the rules ask.

use crate::base::hash::{HashMap, HashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::facts::{Facts, Port, Postgres, Role, Route};
use super::{Input, routes};
use crate::base::{Span, Value};
use crate::model::plan::Plan;
use crate::source::SourceMap;
use crate::source::path::parent;
use crate::validate::charts::{ValuesFiles, paths};
use crate::validate::secrets::{self, Chart, Placed, Unseen};

/// An object at its place.
pub struct At<'a> {
    /// What it has to do with the rules.
    pub facts: &'a Facts,
    /// Its cluster.
    pub cluster: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
}

/// Something whose texts are looked at: values of a chart, or an object.
pub struct Content<'a> {
    /// What it holds.
    pub value: &'a Value,
    /// The entry of the spec that it comes from.
    pub origin: Span,
    /// The cluster and the namespace it goes to.
    pub place: (&'a str, &'a str),
    /// The chart, if these are values.
    pub chart: Option<&'a Chart<'a>>,
    /// What it is, in words.
    pub what: String,
}

/// A host that is exposed.
pub struct Exposed<'a> {
    /// How.
    pub route: Route,
    /// The entry of the spec that it comes from.
    pub origin: Span,
    /// The cluster and the namespace.
    pub place: (&'a str, &'a str),
    /// The chart whose values say so, if it is one.
    pub chart: Option<&'a Chart<'a>>,
    /// Which object, or values, in words; the same for the routes of one object.
    pub by: String,
}

/// A Service that the platform makes.
pub struct Service<'a> {
    /// Its ports; empty when they are not known.
    pub ports: Vec<Port>,
    /// The chart that makes it, if one does.
    pub chart: Option<&'a Chart<'a>>,
}

/// A PostgreSQL cluster at its place.
#[derive(Clone, Copy)]
pub struct PostgresAt<'a> {
    /// What it is.
    pub postgres: &'a Postgres,
    /// Its name.
    pub name: &'a str,
    /// The cluster and the namespace.
    pub place: (&'a str, &'a str),
    /// The entry of the spec that it comes from.
    pub origin: Span,
}

/// Services by cluster, namespace and name.
pub type Services<'a> = BTreeMap<(&'a str, &'a str, Arc<str>), Service<'a>>;

/// Everything.
pub struct Scene<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// All charts with their values.
    pub charts: &'a [Chart<'a>],
    /// Charts with values that nothing names, so that it is not known where they are deployed.
    pub loose: &'a [Chart<'a>],
    /// Values files.
    pub files: ValuesFiles<'a>,
    /// Objects that matter here.
    pub objects: Vec<At<'a>>,
    /// Services whose names are known.
    pub services: Services<'a>,
    /// Where things come to that are not to be seen.
    pub unseen: Unseen<'a>,
    /// Charts by cluster and namespace.
    pub charts_at: HashMap<(&'a str, &'a str), Vec<&'a Chart<'a>>>,
    /// Namespaces that something is deployed to, by cluster.
    pub deployed: HashSet<(&'a str, &'a str)>,
    /// Those among them that an Application deploys to, so that what comes there is known.
    pub owned: HashSet<(&'a str, &'a str)>,
    /// Namespaces with objects that may make Services, by cluster.
    pub makers: HashSet<(&'a str, &'a str)>,
    /// Namespaces of Services, by cluster and name.
    pub namespaces_of: HashMap<(&'a str, Arc<str>), Vec<&'a str>>,
    /// PostgreSQL clusters of Zalando's operator.
    pub postgres: Vec<PostgresAt<'a>>,
    /// All hosts that are exposed.
    pub exposed: Vec<Exposed<'a>>,
    /// Applications and other objects at their places.
    pub placed: &'a [Placed<'a>],
}

impl<'a> Scene<'a> {
    /// An index of it all.
    pub fn new(input: &Input<'a>) -> Scene<'a> {
        let at = |facts: &'a Facts| {
            let (cluster, namespace) = input.places.of(&facts.path, facts.namespace.as_deref())?;
            Some(At { facts, cluster, namespace })
        };
        let objects: Vec<At> = input.facts.iter().filter_map(at).collect();
        let mut charts_at: HashMap<_, Vec<&Chart>> = HashMap::default();
        for chart in input.charts {
            charts_at.entry((chart.app.cluster, chart.app.namespace)).or_default().push(chart);
        }
        let services = services(&objects, input.charts);
        let mut namespaces_of: HashMap<_, Vec<&str>> = HashMap::default();
        for (cluster, namespace, name) in services.keys() {
            namespaces_of.entry((*cluster, Arc::clone(name))).or_default().push(namespace);
        }
        let maker = |at: &&At<'a>| matches!(at.facts.role, Role::Maker);
        let place = |at: &At<'a>| (at.cluster, at.namespace);
        Scene {
            deployed: input.objects.iter().map(|p| (p.cluster, p.namespace)).chain(objects.iter().map(place)).collect(),
            owned: owned(input, &objects),
            makers: objects.iter().filter(maker).map(place).collect(),
            namespaces_of,
            postgres: objects.iter().filter_map(postgres).collect(),
            exposed: exposed(input.charts, &objects),
            plan: input.plan,
            sources: input.sources,
            charts: input.charts,
            loose: input.loose,
            files: ValuesFiles::of(input.files),
            services,
            objects,
            unseen: Unseen::new(input.plan, input.objects),
            charts_at,
            placed: input.objects,
        }
    }

    /// The place of a finding about a value of an Application.
    pub fn at(&self, span: Span, app: &Placed) -> Span {
        self.sources.in_input(span, app.facts.origin)
    }

    /// The place of a finding about a value of something that comes from `origin`.
    pub fn place(&self, span: Span, origin: Span) -> Span {
        self.sources.in_input(span, origin)
    }

    /// All whose texts are looked at.
    pub fn contents(&'a self) -> impl Iterator<Item = Content<'a>> {
        let of_chart = |chart: &'a Chart<'a>| Content {
            value: &chart.values,
            origin: chart.app.facts.origin,
            place: (chart.app.cluster, chart.app.namespace),
            chart: Some(chart),
            what: match chart.release.taken_by {
                Some(_) => format!("values file `{}`", chart.app.facts.path),
                None => format!("app `{}`", chart.app.facts.name),
            },
        };
        let of_object = |at: &'a At<'a>| {
            Some(Content {
                value: at.facts.content.as_ref()?,
                origin: at.facts.origin,
                place: (at.cluster, at.namespace),
                chart: None,
                what: format!("{} `{}`", at.facts.kind, at.facts.name),
            })
        };
        self.charts.iter().chain(self.loose).map(of_chart).chain(self.objects.iter().filter_map(of_object))
    }
}

/// Namespaces that Applications deploy to.
fn owned<'a>(input: &Input<'a>, objects: &[At<'a>]) -> HashSet<(&'a str, &'a str)> {
    let read = |path: &str| input.plan.folders.get(parent(path)).is_some_and(|folder| !folder.owner.is_empty());
    let of_objects = objects.iter().filter(|at| read(&at.facts.path)).map(|at| (at.cluster, at.namespace));
    let is_app = |placed: &&Placed| matches!(placed.facts.role, secrets::Role::App(_));
    let apps = input.objects.iter().filter(is_app).map(|placed| (placed.cluster, placed.namespace));
    apps.chain(of_objects).collect()
}

fn postgres<'a>(at: &At<'a>) -> Option<PostgresAt<'a>> {
    let Role::Postgres(postgres) = &at.facts.role else { return None };
    let (name, origin) = (&*at.facts.name, at.facts.origin);
    Some(PostgresAt { postgres, name, place: (at.cluster, at.namespace), origin })
}

fn exposed<'a>(charts: &'a [Chart<'a>], objects: &[At<'a>]) -> Vec<Exposed<'a>> {
    let mut out = Vec::new();
    for chart in charts {
        let file = chart.file.as_deref();
        let sections = file.map(|f| f.list("exposes")).unwrap_or_default().iter();
        let also = sections.filter(|e| file.is_some_and(|f| f.holds(e, &chart.values, &Vec::new())));
        let also: Vec<&Value> =
            also.filter_map(|e| paths::at(&chart.values, e.str_at("ingress")?, &Vec::new())).collect();
        for route in routes::of_values(&chart.values, &also) {
            let (origin, place) = (chart.app.facts.origin, (chart.app.cluster, chart.app.namespace));
            let by = format!("the values of app `{}`", chart.app.facts.name);
            out.push(Exposed { route, origin, place, chart: Some(chart), by });
        }
    }
    for at in objects {
        let Role::Routes(routes) = &at.facts.role else { continue };
        for route in routes {
            let by = format!("{} `{}`", at.facts.kind, at.facts.name);
            let (origin, place) = (at.facts.origin, (at.cluster, at.namespace));
            out.push(Exposed { route: route.clone(), origin, place, chart: None, by });
        }
    }
    out
}

fn services<'a>(objects: &[At<'a>], charts: &'a [Chart<'a>]) -> Services<'a> {
    let mut out = Services::new();
    for chart in charts {
        for (name, ports) in of_chart(chart) {
            let service = Service { ports, chart: Some(chart) };
            out.insert((chart.app.cluster, chart.app.namespace, name), service);
        }
    }
    for at in objects {
        let mut add = |name: Arc<str>, ports: Vec<Port>| {
            out.insert((at.cluster, at.namespace, name), Service { ports, chart: None });
        };
        match &at.facts.role {
            Role::Service(ports) => add(Arc::clone(&at.facts.name), ports.clone()),
            Role::Postgres(postgres) => {
                // Names that the operator gives (postgres-operator 1.10, `pkg/cluster`).
                let port = || vec![Port { name: Some("postgresql".into()), number: 5432 }];
                add(Arc::clone(&at.facts.name), port());
                let more = [("-repl", true), ("-pooler", postgres.poolers.0), ("-pooler-repl", postgres.poolers.1)];
                for (suffix, _) in more.into_iter().filter(|(_, there)| *there) {
                    add(format!("{}{suffix}", at.facts.name).into(), Vec::new());
                }
            }
            _ => {}
        }
    }
    out
}

/// The Services that a chart is known to make, with their ports.
fn of_chart(chart: &Chart) -> Vec<(Arc<str>, Vec<Port>)> {
    let Some(file) = &chart.file else { return Vec::new() };
    let full = full_name(chart);
    let none = Vec::new();
    let service = |entry: &Value| {
        let name = entry.str_at("name")?.replace("{fullname}", &full).replace("{release}", &chart.release.name);
        Some((Arc::from(name), ports_of(entry, &chart.values)))
    };
    file.list("services").iter().filter(|e| file.holds(e, &chart.values, &none)).filter_map(service).collect()
}

/// The ports of a Service of `schemas/charts`, with some values.
pub fn ports_of(entry: &Value, values: &Value) -> Vec<Port> {
    let port = |p: &Value| {
        let stated = p.str_at("value").and_then(|path| paths::at(values, path, &Vec::new())?.as_int());
        let number = stated.or_else(|| p.as_int()).or_else(|| p.get("default")?.as_int())?;
        Some(Port { name: p.str_at("name").map(Arc::from), number })
    };
    entry.get("ports").and_then(Value::as_list).unwrap_or_default().iter().filter_map(port).collect()
}

/// The name that charts call their objects by (Helm, the template `fullname` of `helm create`): that of the release, and
/// that of the chart where the release does not hold it.
pub fn full_name(chart: &Chart) -> String {
    let stated = |key: &str| chart.values.str_at(key).filter(|t| !t.is_empty());
    if let Some(full) = stated("fullnameOverride") {
        return full.to_owned();
    }
    let release = &*chart.release.name;
    let of_file = chart.file.as_ref().and_then(|f| f.get("fullname")?.as_str());
    let name = stated("nameOverride").or(of_file).or(chart.release.chart.as_deref()).unwrap_or_default();
    if release.contains(name) { release.to_owned() } else { format!("{release}-{name}") }
}
