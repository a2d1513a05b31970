//! URLs of repositories as Argo CD compares them.

use sailplan::base::git_url::{host_and_path, loose, normal};

#[test]
fn as_argo_cd_compares() {
    for (url, same) in [
        ("https://GitHub.com/Acme/Shop.git", "https://github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "git@github.com/acme/shop"),
        ("ssh://git@github.com/acme/shop", "git@github.com/acme/shop"),
        ("https://github.com/acme/shop/", "https://github.com/acme/shop/"),
        ("https://github.com/acme/shop.git/", "https://github.com/acme/shop.git/"),
    ] {
        assert_eq!(normal(url), same, "{url}");
    }
    for url in ["https://github.com/acme/shop.git/", "https://bot@github.com/acme/Shop", "https://github.com/acme/shop"]
    {
        assert_eq!(loose(url), "https://github.com/acme/shop", "{url}");
    }
    assert_eq!(loose("oci://ghcr.io/acme"), loose("ghcr.io/acme"));
}

#[test]
fn hosts_and_paths() {
    for (url, host, path) in [
        ("https://bot:x@GitHub.com:443/acme/shop/", "github.com", "acme/shop"),
        ("git@github.com:acme/shop.git", "github.com", "acme/shop.git"),
        ("ssh://git@host:22/acme", "host", "acme"),
    ] {
        assert_eq!(host_and_path(url), Some((host.to_owned(), path)), "{url}");
    }
    assert_eq!(host_and_path("ghcr.io/acme"), None);
}
