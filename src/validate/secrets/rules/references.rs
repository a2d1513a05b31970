//! References to Secrets, ConfigMaps, SecretProviderClasses and ServiceAccounts that nothing makes.

use crate::base::hash::{HashMap, HashSet};

use super::super::charts::Chart;
use super::super::facts::{Kind, Need, Read, Role};
use super::super::mentions::{Mentions, Text};
use super::super::scene::{Placed, Scene};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A Secret or ConfigMap is named that nothing makes in that namespace.
    ///
    /// A pod that names it does not start; a route falls back to a default certificate; a store can't sign
    /// in. What makes one: the object itself, an ExternalSecret, a SealedSecret, a SecretProviderClass, a
    /// kustomization that generates it, a Certificate or an Ingress with an issuer of cert-manager, an
    /// operator. Charts of the same namespace count where the name could be one of theirs. It is an error
    /// for pods and a warning for the rest, whose Secrets often come from somewhere else.
    ///
    /// Mend the name or namespace, add what makes it, or say under `external` that it is made elsewhere.
    DANGLING_REFERENCE = "dangling-reference": error warning;
    /// A ServiceAccount is named that nothing makes in that namespace.
    ///
    /// Pods of a workload without its ServiceAccount are not created, and a store can't sign in without the
    /// one that it shows to Vault or the cloud: that is an error. A RoleBinding or ClusterRoleBinding of one that is not
    /// there gives its rights to nobody, and later to whoever makes a ServiceAccount of that name: a warning. A chart that
    /// deploys to the namespace may bring it, so nothing is reported there.
    ///
    /// Add the ServiceAccount, mend the name or namespace, or say under `external` that it is made elsewhere.
    DANGLING_SERVICE_ACCOUNT = "dangling-service-account": error warning;
}

/// A reference that leads nowhere.
pub struct Dangling<'a> {
    object: &'a Placed<'a>,
    chart: Option<&'a Chart<'a>>,
    read: &'a Read,
    namespace: &'a str,
}

/// All references that lead nowhere, as far as facts can tell.
pub fn dangling<'a>(scene: &Scene<'a>) -> Vec<Dangling<'a>> {
    let mut out = Vec::new();
    let is_ours = |place| scene.objects.iter().any(|object| (object.cluster, object.namespace) == place);
    for (object, chart, read, namespace) in scene.references() {
        let place = (object.cluster, namespace);
        let missing = read.need != Need::Optional && scene.is_missing(read, place, chart);
        // Bindings are often for others, of whose namespaces nothing is known.
        if missing && (!is_binding(object) || is_ours(place)) {
            out.push(Dangling { object, chart, read, namespace });
        }
    }
    for chart in scene.loose {
        let missing = chart.reads.iter().filter(|read| read.need != Need::Optional && scene.is_nowhere(read, chart));
        out.extend(missing.map(|read| Dangling { object: chart.app, chart: Some(chart), read, namespace: "" }));
    }
    out
}

/// Whether an object binds a role of Kubernetes.
fn is_binding(object: &Placed) -> bool {
    matches!(&*object.facts.kind, "RoleBinding" | "ClusterRoleBinding")
}

/// The names that other objects may still account for.
pub fn names<'a>(dangling: &[Dangling<'a>]) -> HashSet<&'a str> {
    dangling.iter().map(|d| &*d.read.name).collect()
}

/// Reports those that nothing else accounts for: an object of a kind that is not known here, or a chart of
/// the namespace whose values have the name, may well make it.
pub fn report(scene: &Scene, dangling: &[Dangling], texts: &[Text], mentions: &Mentions, bag: &mut Bag) {
    if dangling.is_empty() {
        return;
    }
    let help = Help { elsewhere: elsewhere(scene), here: scene.names_made() };
    for (number, d) in dangling.iter().enumerate() {
        let foreign = mentions.texts(&d.read.name).iter().filter_map(|i| texts.get(*i)).any(is_foreign);
        let charts = mentions.charts(&d.read.name).iter().filter_map(|i| scene.charts.get(*i));
        let chart = charts.take(MOST).any(|chart| {
            let own = d.chart.is_some_and(|own| std::ptr::eq(own, chart));
            !own && matches!(d.read.need, Need::Pod | Need::Other)
                && (chart.app.cluster, chart.app.namespace) == (d.object.cluster, d.namespace)
        });
        if !foreign && !chart {
            bag.push(finding(scene, d, &help, number < MOST));
        }
    }
}

/// How many findings get a word that takes a search, and how many charts are looked at for one name.
const MOST: usize = 200;

/// What helps to say what to write.
struct Help<'a> {
    /// Namespaces and clusters, by name of what is made there.
    elsewhere: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
    /// Names of what is made, by kind, cluster and namespace.
    here: HashMap<(Kind, &'a str, &'a str), Vec<&'a str>>,
}

/// Groups whose kinds make nothing but what the facts say.
const FAMILIAR: [&str; 12] = [
    "",
    "apps",
    "batch",
    "argoproj.io",
    "external-secrets.io",
    "secrets-store.csi.x-k8s.io",
    "networking.k8s.io",
    "gateway.networking.k8s.io",
    "traefik.io",
    "traefik.containo.us",
    "rbac.authorization.k8s.io",
    "acid.zalan.do",
];

fn is_foreign(text: &Text) -> bool {
    text.identity.is_some_and(|identity| !FAMILIAR.contains(&&*identity.group))
}

/// Where Secrets and the like are made: namespaces and clusters by name.
fn elsewhere<'a>(scene: &Scene<'a>) -> HashMap<&'a str, Vec<(&'a str, &'a str)>> {
    let mut out: HashMap<&str, Vec<(&str, &str)>> = HashMap::default();
    for object in scene.objects {
        for made in &object.facts.makes {
            out.entry(&made.name).or_default().push((object.cluster, object.namespace));
        }
    }
    out
}

fn finding(scene: &Scene, d: &Dangling, known: &Help, search: bool) -> Finding {
    let (kind, name, namespace) = (d.read.kind.name(), &d.read.name, d.namespace);
    let who = match d.chart {
        Some(chart) => format!("the values of `{}` name", chart.app.facts.name),
        None => format!("{} `{}` names", d.object.facts.kind, d.object.facts.name),
    };
    let place = if namespace.is_empty() { String::new() } else { format!(" in namespace `{namespace}`") };
    let message = format!("{who} {kind} `{name}`, which nothing makes{place}");
    let others = known.elsewhere.get(&**name).map(Vec::as_slice).unwrap_or_default().iter();
    let others = others.filter(|(cluster, _)| *cluster == d.object.cluster).map(|(_, namespace)| *namespace);
    let help = match others.filter(|n| !n.is_empty()).min() {
        Some(other) => format!(
            "it is made in namespace `{other}`, and can't be read from another one: make it in `{namespace}` too"
        ),
        None => match search.then(|| nearest(known, d)).flatten() {
            Some(near) => format!("did you mean `{near}`?"),
            None => what_to_add(d.read, namespace),
        },
    };
    let code = if d.read.kind == Kind::ServiceAccount { &DANGLING_SERVICE_ACCOUNT } else { &DANGLING_REFERENCE };
    let place = scene.at(d.read.span, d.object);
    let grave = d.read.need == Need::Pod || (d.read.kind == Kind::ServiceAccount && !is_binding(d.object));
    let finding = match grave {
        true => Finding::error(code, place, message, help),
        false => Finding::warning(code, place, message, help),
    };
    match d.chart {
        Some(chart) if !chart.app.facts.origin.contains(place) => finding.also(chart.app.facts.origin, "the app"),
        _ => finding,
    }
}

fn nearest<'a>(known: &Help<'a>, d: &Dangling) -> Option<&'a str> {
    let here = known.here.get(&(d.read.kind, d.object.cluster, d.namespace))?;
    super::meant(&d.read.name, here.iter().copied())
}

fn what_to_add(read: &Read, namespace: &str) -> String {
    let name = &read.name;
    let add = match read.kind {
        Kind::Secret if read.need == Need::Tls => format!("a Certificate with `secretName: {name}`"),
        Kind::Secret => format!("an ExternalSecret with `target.name: {name}`"),
        Kind::ProviderClass => return format!("add the SecretProviderClass `{name}` to namespace `{namespace}`"),
        kind => format!("the {} `{name}`", kind.name()),
    };
    if namespace.is_empty() {
        return format!("add {add}, or list it under `external` if it is made elsewhere");
    }
    format!("add {add} to namespace `{namespace}`, or list it under `external` if it is made elsewhere")
}

impl<'a> Scene<'a> {
    /// All references, each with its object, the chart whose values hold it, and its namespace.
    pub fn references(
        &self,
    ) -> impl Iterator<Item = (&'a Placed<'a>, Option<&'a Chart<'a>>, &'a Read, &'a str)> + use<'a> {
        let of_objects = self.objects.iter().flat_map(|object: &'a Placed<'a>| {
            object.facts.reads.iter().filter_map(move |read| Some((object, None, read, home(object, read)?)))
        });
        let of_charts = self.charts.iter().flat_map(|chart: &'a Chart<'a>| {
            let own = chart.app.namespace;
            let named = chart.reads.iter().filter(move |_| !own.is_empty());
            named.map(move |read| (chart.app, Some(chart), read, read.namespace.as_deref().unwrap_or(own)))
        });
        of_objects.chain(of_charts)
    }
}

/// The namespace that a reference means; `None` where it is that of whoever uses the object.
fn home<'a>(object: &'a Placed<'a>, read: &'a Read) -> Option<&'a str> {
    let wide = match &object.facts.role {
        Role::Store(store) => store.cluster_wide,
        Role::External(external) => external.spread.is_some(),
        _ => false,
    };
    let home = Some(object.namespace).filter(|n| !n.is_empty() && !wide);
    match read.namespace.as_deref() {
        // That a SecretStore may not look into another namespace is a finding of its own. The identity that it shows has
        // to be there whatever becomes of the store.
        Some(named) if !wide && read.need == Need::Store && named != object.namespace => {
            Some(named).filter(|_| read.kind == Kind::ServiceAccount)
        }
        Some(named) => Some(named),
        None => home,
    }
}
