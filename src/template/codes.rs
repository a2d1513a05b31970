//! What can be wrong with a template.

crate::codes! {
    /// An expression of a template can't be read.
    ///
    /// A template is checked as a whole before anything is rendered, so that a typing error shows at once and not for
    /// the first app that happens to reach it.
    ///
    /// To mend it, write an expression of minijinja between `${{` and `}}` (in a `.j2` file between `{{` and `}}`). A
    /// literal `${{` is written `$${{`.
    TEMPLATE_EXPRESSION = "template-expression";

    /// An expression uses a name, field, filter, test or function that does not exist.
    ///
    /// A name that does not exist would be undefined, and what is undefined drops its key: the typing error would
    /// silently remove a part of the output.
    ///
    /// To mend it, write one of the names that the help line lists.
    TEMPLATE_UNKNOWN_NAME = "template-unknown-name";

    /// A directive (`if`, `elif`, `else`, `for`, `spread`) is used in a way it does not work.
    ///
    /// Directives are keys of a mapping. `elif` and `else` follow directly on an `if`; the value of `if` and `for` is
    /// what they add; `spread` stands alone.
    ///
    /// To mend it, write `${{ if EXPR }}:`, `${{ elif EXPR }}:`, `${{ else }}:`, `${{ for x in EXPR }}:`,
    /// `${{ for k, v in EXPR }}:` or `${{ spread EXPR }}:`.
    TEMPLATE_DIRECTIVE = "template-directive";

    /// An expression could not be evaluated for one of the things the template is rendered for.
    ///
    /// Either the value in the spec has another type than the template expects, or it is not set where the template
    /// needs it.
    ///
    /// To mend it, look at the value in the spec that the finding also shows, or make the template ready for it:
    /// `x | default('y')`, `${{ if x }}:`.
    TEMPLATE_EVAL = "template-eval";

    /// Two parts of a template gave the same key of a mapping.
    ///
    /// Which of them counts would be a matter of luck, and readers of YAML disagree about it.
    ///
    /// To mend it, remove one of them, or bring the defaults in by `${{ spread EXPR }}:`. Where one of two equal keys
    /// comes from `spread`, the later one wins.
    TEMPLATE_DUPLICATE_KEY = "template-duplicate-key";
}
