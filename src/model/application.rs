//! Faults of Applications that the spec and raw manifests share, and what Argo CD takes (Argo CD 3.x).

use crate::base::{pointer, suggest};

crate::codes! {
    /// A duration is not one that Go reads.
    ///
    /// Argo CD then fails the sync instead of trying it again. Durations are numbers with units, without
    /// spaces: `30s`, `5m`, `1h30m`.
    BAD_DURATION = "bad-duration";
    /// A sync option has a value that Argo CD does not know, so it is passed over in silence.
    ///
    /// Argo CD compares the whole text, such as `ServerSideApply=true`: anything else counts as not
    /// set. The help line lists what the option takes.
    SYNC_OPTION_VALUE = "sync-option-value";
    /// Labels or annotations for the namespace are given, but Argo CD does not make the namespace.
    ///
    /// `managedNamespaceMetadata` is used only together with the sync option `CreateNamespace`. Set that
    /// option, or put the labels on an entry of `namespaces`.
    NAMESPACE_METADATA_UNUSED = "namespace-metadata-unused";
    /// An entry of `ignoreDifferences` names no field, so it ignores nothing.
    ///
    /// Argo CD takes such an entry without a word, and the Application stays OutOfSync as before. Name
    /// the fields by `jsonPointers`, `jqPathExpressions`, or the managers that own them by
    /// `managedFieldsManagers`.
    IGNORE_WITHOUT_FIELDS = "ignore-without-fields";
    /// A path is not a JSON Pointer (RFC 6901).
    ///
    /// Argo CD drops the entry with a line in its log, and the difference stays. A pointer starts with
    /// `/` and has a `/` before each key or index: `/spec/replicas`. Within a key, `/` is written `~1`
    /// and `~` is written `~0`.
    BAD_JSON_POINTER = "bad-json-pointer";
    /// An app has both `source` and `sources`.
    ///
    /// Argo CD looks at `sources` alone then and passes over `source` in silence, so a part of the app
    /// would not be deployed. Move the one source into the list. Mind that `defaults`, categories,
    /// environments and overrides may bring either of them.
    SOURCE_AND_SOURCES = "source-and-sources";
    /// Two sources of an app use the same `ref`, or a `ref` has characters that Argo CD refuses.
    ///
    /// Argo CD 3.x takes letters, digits, `-` and `_`, and each name once in an app.
    SOURCE_REF = "source-ref";
    /// A value file refers to `$name/…` but no source of the app has that `ref`.
    ///
    /// Argo CD then finds no such file, or passes over it in silence with `ignoreMissingValueFiles`.
    VALUES_REF_WITHOUT_SOURCE = "values-ref-without-source";
}

/// A sync option (Argo CD 3.x, `docs/user-guide/sync-options.md`).
#[derive(Debug)]
pub struct SyncOption {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub values: &'static [&'static str],
    /// Whether an Application may have it.
    pub of_apps: bool,
    /// Whether the annotation of an object may have it.
    pub of_objects: bool,
}

const BOOL: &[&str] = &["true", "false"];
const CONFIRM: &[&str] = &["true", "false", "confirm"];
const PROPAGATION: &[&str] = &["foreground", "background", "orphan"];

const fn everywhere(name: &'static str, values: &'static [&'static str]) -> SyncOption {
    SyncOption { name, values, of_apps: true, of_objects: true }
}

const fn of_apps(name: &'static str, values: &'static [&'static str]) -> SyncOption {
    SyncOption { name, values, of_apps: true, of_objects: false }
}

/// All sync options.
pub const SYNC_OPTIONS: &[SyncOption] = &[
    everywhere("Prune", CONFIRM),
    everywhere("Delete", CONFIRM),
    everywhere("Validate", BOOL),
    everywhere("SkipDryRunOnMissingResource", BOOL),
    everywhere("PruneLast", BOOL),
    everywhere("Replace", BOOL),
    everywhere("ServerSideApply", BOOL),
    everywhere("ClientSideApplyMigration", BOOL),
    of_apps("ApplyOutOfSyncOnly", BOOL),
    of_apps("PrunePropagationPolicy", PROPAGATION),
    of_apps("FailOnSharedResource", BOOL),
    of_apps("RespectIgnoreDifferences", BOOL),
    of_apps("CreateNamespace", BOOL),
    SyncOption { name: "Force", values: BOOL, of_apps: false, of_objects: true },
];

/// The sync option of a name.
#[must_use]
pub fn sync_option(name: &str) -> Option<&'static SyncOption> {
    SYNC_OPTIONS.iter().find(|option| option.name == name)
}

impl SyncOption {
    /// What to write instead of a value that it does not take.
    #[must_use]
    pub fn help(&self, value: &str) -> String {
        match suggest::nearest(value, self.values.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", suggest::listing(self.values.iter().copied(), 3)),
        }
    }
}

/// Whether a text is a JSON Pointer to something in an object.
#[must_use]
pub fn is_pointer(text: &str) -> bool {
    !text.is_empty() && pointer::tokens(text).is_some()
}

/// Whether Argo CD takes a text as the `ref` of a source.
#[must_use]
pub fn is_ref(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether Go's `time.ParseDuration` reads a positive duration.
#[must_use]
pub fn is_duration(text: &str) -> bool {
    let mut rest = text;
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = rest.strip_suffix(digits).unwrap_or_default();
        let units = ["ns", "us", "µs", "ms", "s", "m", "h"];
        // The longest unit first: `ms` before `m`.
        let Some(unit) = units.iter().filter(|u| digits.starts_with(**u)).max_by_key(|u| u.len()) else {
            return false;
        };
        if number.parse::<f64>().is_err() {
            return false;
        }
        rest = digits.strip_prefix(unit).unwrap_or_default();
        parts += 1;
    }
    parts > 0
}
