//! What can stand in the way of writing.

crate::codes! {
    /// Something stands where a file or a folder of the output must go: a folder, a file, a symbolic
    /// link, or something that can't be read.
    ///
    /// Symbolic links are never followed when writing, as they could lead out of the output folder.
    /// Nothing was written. Remove what stands there, or move the output elsewhere.
    OUTPUT_BLOCKED = "output-blocked";
    /// A file of the output could not be written or removed.
    ///
    /// The run stopped in the middle: each file is either old or new, none is half. Mend the cause
    /// that the message names (a full disk, missing rights) and run again; the next run completes.
    WRITE_FAILED = "write-failed";
    /// Two paths of the output are the same but for upper and lower case.
    ///
    /// On the file systems of macOS and Windows one of the files would overwrite the other, and git
    /// would show changes that nobody made. Rename one of the entries that the paths come from.
    PATH_CASE = "path-case";
    /// A path of the output is needed as a file and as a folder.
    ///
    /// No file system can hold both. Rename one of the entries that the paths come from.
    FILE_AND_FOLDER = "file-and-folder";
    /// A path of the output is not one that may be written.
    ///
    /// Paths are relative to the output folder, in normal form and without control characters;
    /// `.git` belongs to git, and `.sailplan/` holds the program's own records. Names that come from
    /// the spec end up in paths: look at the name of the entry, or at the `to:` of the template.
    RESERVED_PATH = "reserved-path";
}
