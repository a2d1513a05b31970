//! Rules about what stands in Helm values and in the objects of a platform: keys that charts read, hosts, Services,
//! databases.
//!
//! | file | holds |
//! |---|---|
//! | `facts`, `read`, `routes`, `named` | what one object has to do with them, in parallel |
//! | `scene` | all of it at its place |
//! | `given`, `level`, `unknown` | values against the files of the chart that the spec names |
//! | `traps` | values against `schemas/charts` |
//! | `texts` | names of Services in texts, databases beside hosts |
//! | `hosts`, `services`, `traefik`, `classes`, `databases`, `content`, `indirection` | the rules over all of it |

mod classes;
mod content;
mod databases;
mod facts;
mod given;
mod hosts;
mod indirection;
mod level;
mod named;
mod read;
mod routes;
mod scene;
mod services;
mod texts;
mod traefik;
mod traps;
mod unknown;

use crate::base::hash::HashSet;

use rayon::prelude::*;

use crate::diag::{Bag, Code, Place};
use crate::model::document::Document;
use crate::model::plan::{PlainFile, Plan};
use crate::source::SourceMap;
use crate::validate::secrets::{Chart, Placed, Places};
pub use facts::Facts;
use scene::Scene;

crate::codes! {
    /// Helm values hold a key that the chart does not read.
    ///
    /// Helm takes any key in silence, so the setting just has no effect: a misspelled `replicas` leaves one pod, a
    /// password under a key of an older version leaves the default one. What a chart reads is known from its
    /// `values.yaml` and `values.schema.json`, which the spec may name under `charts`, and for some charts from tables
    /// that are part of this program.
    ///
    /// Write the key that the help names, or take it out.
    UNKNOWN_CHART_VALUE = "unknown-chart-value": warning;
    /// Helm values do not fit the chart's `values.schema.json`, so Helm refuses to render.
    ///
    /// Helm checks the values over the chart's own defaults before it renders anything, and the Application stays at a
    /// comparison error. Write a value of the type, or one of the values, that the help names. If the schema is wrong,
    /// `skipSchemaValidation` of the source leaves the check out, here too.
    CHART_VALUE_INVALID = "chart-value-invalid": error warning;
    /// Files of a chart are named under `charts`, but no app uses the chart in that version.
    ///
    /// They are not looked at then, and values of the version that is used go unchecked. Most often the version was
    /// raised in one of the two places only.
    UNUSED_CHART = "unused-chart": warning;
    /// Helm values contradict each other, or what the spec says elsewhere.
    ///
    /// The chart takes both, and one of them wins or both objects are made. The message says which two; keep the one
    /// that is meant.
    CHART_VALUES_CONFLICT = "chart-values-conflict": warning;
    /// A chart keeps a documented password or key of its own, because the values give none.
    ///
    /// Everybody knows it, or it changes with every render. Name a Secret, as the help says.
    INSECURE_DEFAULT = "insecure-default": warning;
    /// A chart brings its own database, while the values or the platform mean another.
    ///
    /// A bundled database has no backup and no second instance, is upgraded by nobody, and its data goes with the
    /// Application. Switch it off and name the shared one.
    BUNDLED_DATABASE = "bundled-database": warning;
    /// A chart's version does not fit what is used with it.
    ///
    /// Settings and schemas follow the version that the spec says; with another one installed, findings are missed and
    /// false ones made. The message says what does not go together. Raise one of the two.
    VERSION_SKEW = "version-skew": warning;
    /// A value begins with `env://`, and nothing resolves it.
    ///
    /// Only Authentik does: every other chart takes the text as it is, as the password, say. Name a Secret instead; most
    /// charts have a value such as `existingSecret` for it. In the values of Authentik the variable has to be one of its
    /// pods, by `global.env` or `global.envFrom`, or the value is empty. Authentik's own variables have two underscores
    /// between the levels, `AUTHENTIK_POSTGRESQL__PASSWORD`: with a Secret that has such keys no value is needed at all.
    ENV_INDIRECTION = "env-indirection": warning;
    /// A registry of images is given as a store of artifacts.
    ///
    /// Harbor is an OCI registry, and does not speak the S3 protocol: nothing would ever be stored. Name an object
    /// store.
    ARTIFACT_STORE = "artifact-store": warning;
    /// The configuration of Backstage holds a section where Backstage does not look for it.
    ///
    /// Discovery of clusters stands under `kubernetes` at the top, not under `integrations`. With
    /// `pluginDivisionMode: schema` all plugins share one database, which `connection.database` names.
    BACKSTAGE_CONFIG = "backstage-config": warning;
}

/// The codes of these rules.
pub const ALL_CODES: &[&[&Code]] =
    &[CODES, hosts::CODES, services::CODES, databases::CODES, traefik::CODES, classes::CODES];

/// What one object has to do with them, if anything.
pub fn document(document: &Document) -> Option<Facts> {
    read::facts(document)
}

/// What the rules look at.
pub struct Input<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// What each object has to do with hosts, Services and databases.
    pub facts: &'a [Facts],
    /// Applications and other objects at their places.
    pub objects: &'a [Placed<'a>],
    /// Where objects come to.
    pub places: &'a Places<'a>,
    /// All charts with their values.
    pub charts: &'a [Chart<'a>],
    /// Charts with values that nothing names, so that it is not known where they are deployed.
    pub loose: &'a [Chart<'a>],
    /// Files that are no objects: values files are among them.
    pub files: &'a [PlainFile],
}

/// Checks everything together. What many Applications share is reported once.
pub fn together(input: &Input, bag: &mut Bag) {
    let scene = Scene::new(input);
    let mut found = Bag::new();
    given::check(&scene, &mut found);
    traps::check(&scene, &mut found);
    hosts::check(&scene, &mut found);
    services::check(&scene, &mut found);
    databases::check(&scene, &mut found);
    traefik::check(&scene, &mut found);
    classes::check(&scene, &mut found);
    let (issuers, registries) = (hosts::issuers(&scene), content::registries(&scene));
    let contents: Vec<scene::Content> = scene.contents().collect();
    let one = |content: &scene::Content| {
        let mut bag = Bag::new();
        hosts::content(&scene, content, &issuers, &mut bag);
        services::content(&scene, content, &mut bag);
        databases::content(&scene, content, &mut bag);
        content::content(&scene, content, &registries, &mut bag);
        indirection::content(&scene, content, &mut bag);
        bag
    };
    let bags: Vec<Bag> = contents.par_iter().map(one).collect();
    bags.into_iter().for_each(|bag| found.extend(bag));
    let mut seen: HashSet<(&'static str, u32, String)> = HashSet::default();
    for finding in found.into_sorted() {
        let at = match &finding.primary.place {
            Place::Span(span) => span.lo,
            Place::File(_) => 0,
        };
        if seen.insert((finding.code.id, at, finding.message.clone())) {
            bag.push(finding);
        }
    }
}
