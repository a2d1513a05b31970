//! What differs in some environment, cluster or app.

use super::{App, OneOrMany};
use crate::base::Value;
use crate::diag::Finding;
use crate::shape::{KEY_CONFLICT, List, Reader, Shared, Text};

crate::shape! {
    /// A difference: keys of an app that are set, and patches of the objects that come out.
    Override {
        /// Where it applies; all conditions must hold. Everywhere when left out.
        when: Option<When>,
        /// Keys of an app. Mappings are merged, all else is replaced; `null` takes a key out.
        set: Option<Shared<Box<App>>>,
        /// Patches of the objects that come out.
        patches: List<Patch>,
    }
}

crate::shape! {
    /// Conditions on an app at a cluster.
    When {
        /// Name or names of apps.
        app: Option<OneOrMany>,
        /// Name or names of categories.
        category: Option<OneOrMany>,
        /// Name or names of environments.
        environment: Option<OneOrMany>,
        /// Name or names of clusters.
        cluster: Option<OneOrMany>,
    }
}

crate::shape! {
    /// A patch of objects that come out: `ops` (RFC 6902) or `merge` (RFC 7396).
    Patch {
        /// Objects that it applies to; the Application when left out.
        target: Option<PatchTarget>,
        /// RFC 6902 operations.
        ops: Option<List<Value>>,
        /// RFC 7396 merge patch.
        merge: Option<Value>,
    }
    check one_form
}

fn one_form(cx: &mut Reader, patch: &Patch) {
    let message = match (&patch.ops, &patch.merge) {
        (Some(_), Some(_)) => format!("{} has both `ops` and `merge`", cx.path()),
        (None, None) if !cx.bag.has_error_in(patch.span) => format!("{} has neither `ops` nor `merge`", cx.path()),
        _ => return,
    };
    let help = "keep one: `ops` (a list of RFC 6902 operations) or `merge` (a partial object, RFC 7396)";
    cx.push(Finding::error(&KEY_CONFLICT, patch.span, message, help));
}

crate::shape! {
    /// Objects of an app.
    PatchTarget {
        /// Kind.
        kind: Text,
        /// Name; any when left out.
        name: Option<Text>,
        /// Namespace; any when left out.
        namespace: Option<Text>,
    }
}
