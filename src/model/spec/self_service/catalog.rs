//! The catalog of Port: blueprints, and what becomes an entity of them.

use super::{AppActions, CustomAction};
use crate::shape::{AnyMap, Dict, List, Text};

crate::shape! {
    /// Port: its actions, and the catalog that they act on.
    Port {
        /// URL of its API; that of the EU when left out.
        url: Text = "https://api.port.io",
        /// Blueprint of Applications of Argo CD. It is made, together with the mapping of the integration, unless `catalog` says otherwise.
        blueprint: Text = "argocdApplication",
        /// Whether the blueprint of Applications and the mapping are made.
        catalog: bool = true,
        /// The actions on apps.
        actions: Option<AppActions>,
        /// Further actions and automations, by identifier.
        custom: Dict<CustomAction>,
        /// Further blueprints, by identifier.
        blueprints: Dict<Blueprint>,
        /// Identifiers of blueprints that are in Port already, so that references to them are sound.
        known_blueprints ("knownBlueprints"): List<Text>,
        /// Further resources of the mapping of the Argo CD integration, as Ocean takes them.
        mapping: List<AnyMap>,
    }
}

crate::shape! {
    /// A blueprint: a kind of thing in the catalog.
    Blueprint {
        /// Title.
        title: Option<Text>,
        /// Icon of Port.
        icon: Option<Text>,
        /// What it is, for people.
        description: Option<Text>,
        /// Properties, by identifier, each a JSON Schema with `type`, `title`, `format` and the like.
        properties: Dict<AnyMap>,
        /// Properties that each entity has.
        required: List<Text>,
        /// Relations to other blueprints, by identifier.
        relations: Dict<Relation>,
    }
}

crate::shape! {
    /// A relation to entities of another blueprint.
    Relation {
        /// Identifier of that blueprint.
        target: Text,
        /// Title.
        title: Option<Text>,
        /// Whether each entity has it.
        required: bool = false,
        /// Whether it leads to several entities.
        many: bool = false,
    }
}
