//! How property tests are run.

use proptest::test_runner::Config;

/// So many cases, or as many as `PROPTEST_CASES` asks for. The seed comes from `.cargo/config.toml`.
pub fn config(cases: u32) -> Config {
    let given = Config::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    Config { cases: if asked { given.cases } else { cases }, failure_persistence: None, ..given }
}
