//! What somebody does who has nothing but a browser and a registry.

use crate::support::browser::{Browser, Look};
use crate::support::clients::{Client as _, Skopeo};
use crate::support::image::Image;
use crate::support::process::free_port;
use crate::support::registry::Registry;
use crate::support::server::{Framework, Person, Spectacles};

/// From an empty installation to the first push.
fn from_nothing_to_a_push(framework: Framework, look: Look) {
    let mut spectacles = Spectacles::new();
    spectacles.serve(&["--framework", framework.as_str()]);
    let admin = Person::new("admin");
    let browser = Browser::open(&spectacles.url(), look);

    browser.go("/");
    // An empty installation asks for the first administrator.
    browser.arrives_at("/welcome");
    browser.type_into("#name", &admin.name);
    browser.type_into("#password", &admin.password);
    browser.type_into("#again", &admin.password);
    browser.press("Create administrator");
    browser.arrives_at("/registries/new");

    let (service, port) = ("registry.test", free_port());
    browser.type_into("[name=service]", service);
    browser.type_into("[name=url]", &format!("http://127.0.0.1:{port}"));
    browser.press("Add registry");
    browser.arrives_at(&format!("/registries/{service}"));
    let shown = browser.text();
    assert!(shown.contains(&format!("realm: \"{}/token_auth", spectacles.url())), "its configuration is there to be copied: {shown}");

    browser.follow("New namespace");
    browser.choose("[name='\\:registry']", service);
    browser.type_into("[name=path]", "team");
    browser.press("Create namespace");
    browser.arrives_at(&format!("/registries/{service}/namespaces/team"));
    assert!(browser.text().contains(&format!("docker push 127.0.0.1:{port}/team/hello")), "the command is there to be copied");

    // What the pages said is true.
    let registry = Registry::start(&spectacles, service, port);
    let skopeo = Skopeo::new(&registry);
    assert!(skopeo.login(&admin).succeeded());
    let pushed = skopeo.push(&Image::new("from the browser"), "team/hello:1");
    assert!(pushed.succeeded(), "{}", pushed.text());

    // The door through which the first one came is closed.
    browser.go("/");
    browser.click("summary:has(.avatar)");
    browser.click("form[action$='/logout'] button");
    browser.arrives_at("/login");
    browser.go("/welcome");
    browser.arrives_at("/login");
    browser.close();
}

#[test]
fn somebody_new_gets_from_nothing_to_a_push_with_axum() {
    from_nothing_to_a_push(Framework::Axum, Look::default());
}

#[test]
fn somebody_new_gets_from_nothing_to_a_push_with_poem_and_without_scripts() {
    from_nothing_to_a_push(Framework::Poem, Look { scripts: false, width: 390, ..Look::default() });
}

#[test]
fn the_keyboard_is_enough() {
    let mut spectacles = Spectacles::new();
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.serve(&[]);
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.go("/login");
    browser.type_keys(&format!("{}\t{}\n", admin.name, admin.password));
    browser.arrives_at("/");
    // The first stop leads past everything that is on all pages.
    browser.type_keys("\t");
    assert_eq!(browser.focused(), "To the contents");
    // A key leads to the search.
    browser.type_keys("/");
    browser.type_keys("adm\n");
    browser.arrives_at("/search?q=adm");
    assert!(browser.has("main a[href$='/users/admin']"));
    browser.close();
}

#[test]
fn people_see_what_is_theirs() {
    let mut spectacles = Spectacles::new();
    let (admin, alice) = (Person::new("admin"), Person::new("alice"));
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.create_user(&alice, &[]);
    spectacles.command(&["registry", "create", "registry.test", "--url", "http://127.0.0.1:1"]);
    spectacles.command(&["namespace", "create", "registry.test", "mine", "--owner", "alice"]);
    spectacles.command(&["namespace", "create", "registry.test", "secret"]);
    spectacles.serve(&[]);
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.go("/registries/registry.test/namespaces/mine");
    assert!(browser.path().starts_with("/login?next="), "who is not signed in is asked to");
    browser.type_into("#name", "alice");
    browser.type_into("#password", "wrong");
    browser.press("Sign in");
    assert!(browser.text().contains("Name or password is not right."));
    browser.type_into("#password", &alice.password);
    browser.press("Sign in");
    // And comes back.
    browser.arrives_at("/registries/registry.test/namespaces/mine");
    assert!(browser.has("form input[value='namespaces.change']"), "what is hers she changes");
    browser.go("/registries/registry.test/namespaces/secret");
    assert!(browser.text().contains("There is no such thing"));
    browser.go("/users");
    assert!(!browser.text().contains("admin"), "nor does she see who else there is");
    assert!(!browser.has("a[href='/audit']"));
    browser.close();
}
