//! What can be wrong with an output folder.

crate::codes! {
    /// The spec was changed, and the output was not rendered since.
    ///
    /// Argo CD reads the output, not the spec: a change that is not rendered does nothing. `diff` shows what it would do. Run
    /// `sailplan render` and commit both together; `sailplan diff --staged` in a pre-commit hook holds everybody to it.
    NOT_RENDERED = "not-rendered": note outside;
    /// A file that was rendered is gone, and the spec still makes it.
    ///
    /// Somebody deleted it by hand, or it was left out of a commit. `render` makes it again. To be rid of it for good, take
    /// out the entry of the spec that makes it.
    OUTPUT_MISSING = "output-missing": warning outside;
    /// A `render` was cut off.
    ///
    /// `.sailplan/pending.json` is the record of what it was about to write. Each file is old or new, none is half. Run
    /// `sailplan render`, which completes it and removes the record; do not commit the record.
    UNFINISHED_RENDER = "unfinished-render": warning outside;
    /// A file of the state that is compared with can't be read.
    ///
    /// It is in conflict in the index, this clone lacks its content, or a folder or symbolic link stands there. The message
    /// says which. What can't be read can't be called the same, so nothing is compared.
    BASE_UNREADABLE = "base-unreadable";
}
