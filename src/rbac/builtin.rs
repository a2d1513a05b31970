//! The policy that every Argo CD has: the roles `role:readonly` and `role:admin`, and the user `admin`.
//!
//! Facts: `assets/builtin-policy.csv` of 2.14, 3.0 to 3.6. Who may read ApplicationSets came with 3.2, `rollback`
//! with 3.6.

use super::Version;
use super::policy::{Origin, Policies};

/// Action, and the resources that `role:readonly` has it on.
const READONLY: &[(&str, &[&str])] = &[(
    "get",
    &[
        "applications",
        "applicationsets",
        "certificates",
        "clusters",
        "repositories",
        "write-repositories",
        "projects",
        "accounts",
        "gpgkeys",
        "logs",
    ],
)];

/// Actions of `role:admin` beyond reading.
const ADMIN: &[(&str, &[&str])] = &[
    (
        "create",
        &[
            "applications",
            "applicationsets",
            "certificates",
            "clusters",
            "repositories",
            "write-repositories",
            "projects",
            "gpgkeys",
            "exec",
        ],
    ),
    (
        "update",
        &[
            "applications",
            "applicationsets",
            "certificates",
            "clusters",
            "repositories",
            "write-repositories",
            "projects",
            "accounts",
        ],
    ),
    (
        "delete",
        &[
            "applications",
            "applicationsets",
            "certificates",
            "clusters",
            "repositories",
            "write-repositories",
            "projects",
            "gpgkeys",
        ],
    ),
    ("update/*", &["applications"]),
    ("delete/*", &["applications"]),
    ("sync", &["applications"]),
    ("rollback", &["applications"]),
    ("override", &["applications"]),
    ("action/*", &["applications"]),
    ("get", &["applicationsets"]),
];

/// Resources whose objects are in projects.
const IN_PROJECTS: &[&str] = &["applications", "applicationsets", "logs", "exec"];

/// The policy as text, one line for each thing that a role may do.
pub fn text(version: Version) -> String {
    let mut text = String::new();
    for (role, table) in [("role:readonly", READONLY), ("role:admin", ADMIN)] {
        for (action, resources) in table {
            for resource in *resources {
                let late = match (role, *resource, *action) {
                    ("role:readonly", "applicationsets", _) => version < Version::new(3, 2),
                    (_, _, "rollback") => version < Version::new(3, 6),
                    _ => false,
                };
                if !late {
                    let object = if IN_PROJECTS.contains(resource) { "*/*" } else { "*" };
                    let fields = ["p", role, resource, action, object, "allow\n"];
                    text.push_str(&fields.join(", "));
                }
            }
        }
    }
    text.push_str("g, role:admin, role:readonly\ng, admin, role:admin\n");
    text
}

/// The policy, read.
pub fn policies(version: Version) -> Policies {
    let mut policies = Policies::default();
    policies.add(&text(version), Origin::BuiltIn);
    policies
}
