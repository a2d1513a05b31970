//! What can be wrong with a YAML text.

crate::codes! {
    /// The text is not YAML.
    ///
    /// **What it means.** The file can't be read beyond this place. Documents that end before it were read.
    ///
    /// **Why it matters.** kubectl, Argo CD and every other reader stop at the same place, or worse,
    /// read something else than what was meant.
    ///
    /// **How to mend it.** The help line names the usual cause: a tab in the indentation, a quote or
    /// bracket that never closes, a second `: ` in an unquoted value, a colon without a space after
    /// it, or an unquoted value that begins with a character YAML keeps for itself.
    SYNTAX = "yaml-syntax";
    /// A mapping names the same key twice.
    ///
    /// **What it means.** Two entries of one mapping have the same key; the second was left out.
    ///
    /// **Why it matters.** Readers disagree on which of the two counts, and most take one in silence.
    ///
    /// **How to mend it.** Remove one of them, or join their contents under one key.
    DUPLICATE_KEY = "yaml-duplicate-key";
    /// Two objects stand in one YAML document, without a line `---` between them.
    ///
    /// **What it means.** The keys of the second object repeat those of the first.
    ///
    /// **Why it matters.** Most readers keep the last of two equal keys, so that the first object is lost, and what they
    /// keep is a mixture of both.
    ///
    /// **How to mend it.** Put a line `---` between them, or write each object into a file of its own.
    MISSING_DOCUMENT_SEPARATOR = "missing-document-separator";
    /// A key is not a text.
    ///
    /// **What it means.** A mapping has null, a list or another mapping as a key. The usual cause is
    /// an unquoted template: `{{ name }}` is a mapping inside a mapping to YAML.
    ///
    /// **Why it matters.** Kubernetes objects are JSON, where keys are texts.
    ///
    /// **How to mend it.** Put double quotes around it.
    KEY = "yaml-key";
    /// A tag that is not understood, or that contradicts its value.
    ///
    /// **What it means.** Only `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!map` and `!!seq`
    /// have a meaning here, and the value must be of that type.
    ///
    /// **Why it matters.** A tag of some other tool changes what its value means, and would be lost.
    ///
    /// **How to mend it.** Remove the tag; write binary data as a base64 text; quote a text that
    /// begins with `!`.
    TAG = "yaml-tag";
    /// An alias that leads nowhere.
    ///
    /// **What it means.** No anchor of that name stands before the alias in the same document, or
    /// the alias stands inside the very value it names.
    ///
    /// **Why it matters.** There is no value to put in its place.
    ///
    /// **How to mend it.** Set the anchor (`&name`) on an earlier value, or quote a text that begins
    /// with `*`, such as `"*.example.com"`.
    ALIAS = "yaml-alias";
    /// A merge key whose value can't be merged.
    ///
    /// **What it means.** `<<` takes a mapping or a list of mappings.
    ///
    /// **Why it matters.** Readers reject or ignore anything else.
    ///
    /// **How to mend it.** Let the alias name a mapping, or quote the key if `"<<"` is meant as text.
    MERGE = "yaml-merge";
    /// The file, or what its aliases expand to, is larger than any platform needs.
    ///
    /// **What it means.** The number of values exceeded a limit; the rest of the file was not read.
    ///
    /// **Why it matters.** A few lines of nested aliases can stand for billions of values.
    ///
    /// **How to mend it.** Split the file, or replace nested aliases with what they stand for.
    TOO_LARGE = "yaml-too-large";
    /// Lists and mappings are nested too deeply.
    ///
    /// **What it means.** More levels than the limit; the rest of the file was not read.
    ///
    /// **Why it matters.** Every tool that walks the value would need as many steps of its stack.
    ///
    /// **How to mend it.** Flatten the structure.
    TOO_DEEP = "yaml-too-deep";
}
