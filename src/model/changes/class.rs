//! What a change does to a running platform.

use super::Place;

/// A class with the reason why a change has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Impact {
    /// The class.
    pub class: Class,
    /// Why, in one sentence without a full stop.
    pub reason: String,
    /// The value that it is about; nothing for the whole object.
    pub place: Option<Place>,
}

impl Impact {
    /// An impact of a whole object.
    pub fn new(class: Class, reason: impl Into<String>) -> Impact {
        Impact { class, reason: reason.into(), place: None }
    }

    /// The same, about a value.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Impact {
        self.place = Some(place.clone());
        self
    }
}

macro_rules! classes {
    ($($(#[doc = $doc:literal])+ $class:ident = $name:literal;)+) => {
        /// What a change does to a running platform, from the most harmless to the gravest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class { $($(#[doc = $doc])+ $class,)+ }

        impl Class {
            /// All classes, the most harmless first.
            pub const ALL: &[Class] = &[$(Class::$class),+];

            /// Its name, as `--deny` takes it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Class::$class => $name,)+ }
            }

            /// What it means, in one or two sentences.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Class::$class => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

classes! {
    /// Comments, quotes, order without meaning: nothing happens.
    Cosmetic = "cosmetic";
    /// Something new is made.
    Added = "added";
    /// The object is updated where it stands.
    InPlace = "in-place";
    /// The object goes from the tree, and stays in the cluster until somebody deletes it.
    Removed = "removed";
    /// Another sync wave or hook phase: the object is applied earlier or later than others.
    OrderChange = "order-change";
    /// Somebody may do less than before.
    PermissionNarrowed = "permission-narrowed";
    /// The object is read by another Application, which takes it over.
    MovedBetweenApps = "moved-between-apps";
    /// A secret is read from another place, key or store.
    SecretPathChanged = "secret-path-changed";
    /// Somebody may do more than before.
    PermissionWidened = "permission-widened";
    /// An AppProject allows less than before; Applications of it may stop syncing.
    ProjectTightened = "project-tightened";
    /// What an Application made stays in a cluster, and nobody manages it any more.
    Orphaned = "orphaned";
    /// A field that can't be changed: the object has to be deleted and made again.
    Replace = "replace";
    /// Objects are deleted from a cluster, and with them what they own.
    CascadeDelete = "cascade-delete";
}

impl Class {
    /// The class of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.iter().copied().find(|class| class.name() == name)
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
