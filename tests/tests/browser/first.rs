//! A page that waits for something, and says that it is there.

use crate::support::browser::{Browser, Look};
use crate::support::clients::{Client as _, Skopeo};
use crate::support::image::Image;
use crate::support::process::free_port;
use crate::support::registry::Registry;
use crate::support::server::{Person, Spectacles};

#[test]
fn the_first_push_is_seen_by_whoever_looks_at_the_first_steps() {
    let mut spectacles = Spectacles::new();
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    let (service, port) = ("registry.test", free_port());
    let url = format!("http://127.0.0.1:{port}");
    spectacles.command(&["registry", "create", service, "--url", &url, "--sync-seconds", "0"]);
    spectacles.command(&["namespace", "create", service, "team", "--owner", "admin"]);
    spectacles.serve(&[]);
    let registry = Registry::start(&spectacles, service, port);
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.sign_in(&admin);
    browser.go(&format!("/registries/{service}/namespaces/team"));
    let shown = browser.text();
    assert!(shown.contains("First steps") && shown.contains("Waiting for the first push"), "{shown}");
    browser.script("window.stays = true");

    let skopeo = Skopeo::new(&registry);
    assert!(skopeo.login(&admin).succeeded());
    let pushed = skopeo.push(&Image::new("the first one"), "team/hello:1");
    assert!(pushed.succeeded(), "{}", pushed.text());
    spectacles.command(&["registry", "sync", service]);

    browser.waits_for("[role=status] .notice.good");
    assert!(browser.text().contains("The first push has arrived: team/hello"), "{}", browser.text());
    assert_eq!(browser.script("return window.stays"), true, "the page was not loaded again");
    browser.follow("team/hello");
    browser.arrives_at(&format!("/registries/{service}/repositories/team%2Fhello"));
    // Whoever comes now has no first steps before him.
    browser.go(&format!("/registries/{service}/namespaces/team"));
    assert!(!browser.text().contains("First steps"), "{}", browser.text());
    browser.close();
}
