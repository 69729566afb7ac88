//! What the script adds to forms: conveniences, and nothing that is needed.

use crate::content::Shelf;
use crate::support::browser::{Browser, Look};
use crate::support::server::{Person, Spectacles};
use crate::support::world::{Role, World};
use serde_json::Value;

#[test]
fn two_clicks_are_one_and_nobody_loses_what_he_typed() {
    let mut spectacles = Spectacles::new();
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.serve(&[]);
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.sign_in(&admin);
    browser.go("/groups/new");
    let leaves =
        "const leaving = new Event('beforeunload', { cancelable: true }); dispatchEvent(leaving); return !leaving.defaultPrevented";
    assert_eq!(browser.script(leaves), Value::Bool(true), "nothing was typed yet");
    browser.type_into("[name=name]", "twice");
    assert_eq!(browser.script(leaves), Value::Bool(false), "the browser asks before what was typed is lost");
    // Also without the key by which the server knows that they are one.
    browser.script("document.querySelector('[name=_once]').value = ''");
    browser.script("const button = document.querySelector('main button[type=submit]'); button.click(); button.click()");
    browser.arrives_at("/groups/twice");
    assert!(browser.text().contains("Done."), "the second click was no second form: {}", browser.text());

    // A button that is dangerous can be used once the name was typed.
    let can = "return !document.querySelector('form.dangerous button[type=submit]').disabled";
    assert_eq!(browser.script(can), Value::Bool(false));
    browser.type_into("[name=_typed]", "twice");
    assert_eq!(browser.script(can), Value::Bool(true));
    browser.press("Delete group");
    browser.arrives_at("/groups");
    browser.close();
}

#[test]
fn a_page_tells_how_far_a_look_is_by_itself() {
    let shelf = Shelf::filled(&[]);
    let browser = Browser::open(&shelf.world.spectacles.url(), Look::default());
    browser.sign_in(&Role::Administrator.person());
    browser.go(&format!("/registries/{}", World::SERVICE));
    browser.press("Look now");
    browser.waits_for("main .notice.good");
    browser.script("window.stays = true");
    browser.type_into("#settings [name=token_seconds]", "400");
    browser.waits_for("#health:not([data-live])");
    assert_eq!(browser.script("return window.stays"), Value::Bool(true), "the page was not loaded again");
    let typed = browser.script("return document.querySelector('#settings [name=token_seconds]').value");
    assert_eq!(typed, "400", "nobody loses what he types");
    browser.close();
}

#[test]
fn the_menu_of_a_phone_needs_no_script() {
    let mut spectacles = Spectacles::new();
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.serve(&[]);
    for scripts in [true, false] {
        let browser = Browser::open(&spectacles.url(), Look { width: 390, scripts, ..Look::default() });
        browser.sign_in(&admin);
        browser.click(".menu-button");
        browser.follow("Groups");
        browser.arrives_at("/groups");
        browser.close();
    }
}
