//! Stable names of findings.

/// The name of a kind of finding, with its page.
///
/// The name is in kebab-case and names the defect. Declared with [`codes!`](crate::codes), next to
/// the code that reports it.
#[derive(Debug)]
pub struct Code {
    /// The name.
    pub id: &'static str,
    /// The page that `explain` shows: what it means, why it matters, how to mend it.
    pub doc: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id == other.id
    }
}

/// Declares codes with their pages, and `CODES`, the list of them.
#[macro_export]
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal;)+) => {
        $($(#[doc = $doc])+ pub static $name: $crate::diag::Code = $crate::diag::Code {
            id: $id,
            doc: concat!($($doc, "\n"),+),
        };)+
        /// Every code that this module declares.
        pub static CODES: &[&$crate::diag::Code] = &[$(&$name),+];
    };
}
