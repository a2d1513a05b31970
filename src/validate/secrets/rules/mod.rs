//! The rules, a file for each or for a few that belong together.

pub mod external_secret;
pub mod keys;
pub mod provider_class;
pub mod references;
pub mod stores;
pub mod unused;
pub mod vault;
pub mod versions;
