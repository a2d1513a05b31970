//! How pull requests for actions with the mode `git` come about.

use crate::shape::Text;

crate::shape! {
    /// How pull requests for actions with the mode `git` come about: a workflow of GitHub changes the spec, renders, and opens one.
    GitFlow {
        /// Branch that pull requests go to.
        base: Text = "main",
        /// Folder of the spec in the repository; empty for the repository's own root.
        folder: Text = "",
        /// Lines of a shell that install sailplan.
        install: Option<Text>,
        /// Command that renders, run in the folder of the spec.
        render: Text = "sailplan render",
    }
}
