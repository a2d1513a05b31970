//! What an Application gives to the plugin.
//!
//! Argo CD 3.x hands over `spec.source.plugin.parameters` as JSON in `ARGOCD_APP_PARAMETERS`, and once more as `PARAM_NAME`
//! for a text, `PARAM_NAME_0` and so on for a list. The first is read; the second where the first is not set, as in a shell.

use serde::Deserialize;

use crate::base::suggest::nearest;

const PARAMETERS: &str = "ARGOCD_APP_PARAMETERS";
/// `FILE` among the `env` of a plugin, as Argo CD prefixes it: for discovery, which comes before parameters.
pub const FILE: &str = "ARGOCD_ENV_SAILPLAN_FILE";
/// Names of parameters.
pub const NAMES: [&str; 6] = ["spec", "app", "category", "environment", "cluster", "part"];

/// The parameters of an Application. An empty list is no condition.
#[derive(Debug, Default)]
pub struct Given {
    /// Name of the spec in the folder.
    pub spec: Option<String>,
    /// Apps.
    pub app: Vec<String>,
    /// Categories.
    pub category: Vec<String>,
    /// Environments.
    pub environment: Vec<String>,
    /// Clusters.
    pub cluster: Vec<String>,
    /// Which objects of these.
    pub part: Part,
}

/// Which objects are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All.
    #[default]
    All,
    /// Those that are for Argo CD: Applications, AppProjects, ApplicationSets, settings, namespaces.
    Argocd,
    /// Those that apps own.
    Manifests,
}

/// One entry of `spec.source.plugin.parameters`.
#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    string: Option<String>,
    array: Option<Vec<String>>,
    map: Option<serde_json::Value>,
}

impl Given {
    /// Those of the environment of the process.
    ///
    /// # Errors
    /// In words, when a parameter is unknown, of the wrong form, or no JSON.
    pub fn from_environment() -> Result<Given, String> {
        let mut given = match std::env::var(PARAMETERS) {
            Ok(text) => Given::parse(&text)?,
            Err(_) => Given::plain(&|name| std::env::var(name).ok())?,
        };
        given.spec = given.spec.or_else(|| std::env::var(FILE).ok());
        Ok(given)
    }

    /// Those of a text of JSON: a list, or null where there are none.
    fn parse(text: &str) -> Result<Given, String> {
        let fault = |e: serde_json::Error| format!("{PARAMETERS} is not what Argo CD writes: {e}");
        let all: Option<Vec<Parameter>> = serde_json::from_str(text).map_err(fault)?;
        let mut given = Given::default();
        for parameter in all.unwrap_or_default() {
            let values = parameter.values()?;
            given.set(&parameter.name, &values)?;
        }
        Ok(given)
    }

    fn plain(variable: &dyn Fn(&str) -> Option<String>) -> Result<Given, String> {
        let mut given = Given::default();
        for name in NAMES {
            let stem = format!("PARAM_{}", name.to_uppercase());
            let items = (0..).map_while(|i| variable(&format!("{stem}_{i}")));
            let values: Vec<String> = variable(&stem).into_iter().chain(items).collect();
            given.set(name, &values)?;
        }
        Ok(given)
    }

    fn set(&mut self, name: &str, values: &[String]) -> Result<(), String> {
        // A text of several, as people type it into a field of one line.
        let parts = values.iter().flat_map(|v| v.split(',')).map(str::trim);
        let values: Vec<String> = parts.filter(|v| !v.is_empty()).map(str::to_owned).collect();
        match name {
            "app" => self.app = values,
            "category" => self.category = values,
            "environment" => self.environment = values,
            "cluster" => self.cluster = values,
            "spec" => self.spec = one(name, values)?,
            "part" => self.part = one(name, values)?.map_or(Ok(Part::All), |value| Part::of(&value))?,
            _ => {
                let help = nearest(name, NAMES).map_or_else(
                    || format!("there are {}", NAMES.map(|n| format!("`{n}`")).join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(format!("there is no parameter `{name}`; {help}"));
            }
        }
        Ok(())
    }
}

fn one(name: &str, mut values: Vec<String>) -> Result<Option<String>, String> {
    match values.len() {
        0 | 1 => Ok(values.pop()),
        n => Err(format!("the parameter `{name}` takes one value, and has {n}")),
    }
}

impl Part {
    fn of(word: &str) -> Result<Part, String> {
        match word {
            "all" => Ok(Part::All),
            "argocd" => Ok(Part::Argocd),
            "manifests" => Ok(Part::Manifests),
            _ => Err(format!("the parameter `part` is `all`, `argocd` or `manifests`, not `{word}`")),
        }
    }
}

impl Parameter {
    fn values(&self) -> Result<Vec<String>, String> {
        match (&self.string, &self.array, &self.map) {
            (_, _, Some(map)) if !map.is_null() => {
                Err(format!("the parameter `{}` is a map; write it as `string:` or `array:`", self.name))
            }
            (text, items, _) => Ok(text.iter().chain(items.iter().flatten()).cloned().collect()),
        }
    }
}
