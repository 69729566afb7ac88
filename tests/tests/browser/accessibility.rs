//! Pages for everybody: looked at by an established engine, in both themes, wide and narrow.

use crate::content::{Shelf, at};
use crate::support::browser::{Browser, Look};
use crate::support::server::{Person, Spectacles};
use crate::support::world::{Role, World};
use serde_json::{Value, json};
use std::path::Path;

/// Where `tests/run` puts the engine.
const ENGINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/browser/node_modules/axe-core/axe.min.js");

/// An installation in which every page has something on it.
fn populated() -> Spectacles {
    let spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("admin"), &["--admin"]);
    spectacles.create_user(&Person::new("alice"), &[]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["group", "add", "devs", "alice"]);
    spectacles.command(&["app", "create", "shop", "--responsible", "devs"]);
    spectacles.command(&["service", "create", "ci", "--app", "shop"]);
    spectacles.command(&["registry", "create", "registry.test", "--url", "http://127.0.0.1:1", "--anonymous", "pull"]);
    spectacles.command(&["registry", "responsible", "add", "registry.test", "devs"]);
    spectacles.command(&["namespace", "create", "registry.test", "team", "--owner", "alice", "--public"]);
    spectacles.command(&["namespace", "grant", "registry.test", "team", "--group", "devs", "READ"]);
    spectacles
}

/// Pages that somebody who is signed in looks at.
const PAGES: [&str; 20] = [
    "/",
    "/users",
    "/users/new",
    "/users/alice",
    "/registries",
    "/registries/new",
    "/registries/registry.test",
    "/namespaces",
    "/namespaces/new",
    "/registries/registry.test/namespaces/team",
    "/access?registry=registry.test&repository=team/app&kind=user&name=alice",
    "/access/who?registry=registry.test&repository=team/app",
    "/access/what?kind=user&name=alice",
    "/access/matrix",
    "/audit",
    "/audit/verify?now=1",
    "/keys",
    "/search?q=a",
    "/repositories",
    "/activity",
];

#[test]
fn every_page_is_for_everybody() {
    let engine = std::fs::read_to_string(Path::new(ENGINE)).expect("axe-core, which tests/run installs");
    let mut spectacles = populated();
    spectacles.serve(&[]);
    let mut found = Vec::new();
    for (theme, look) in [("light", Look::default()), ("dark", Look { width: 390, ..Look::default() })] {
        let browser = Browser::open(&spectacles.url(), look);
        browser.go("/login");
        browser.click(&format!("button[name=theme][value={theme}]"));
        found.extend(violations(&browser, &engine, theme));
        browser.sign_in(&Person::new("admin"));
        for path in PAGES {
            found.extend(wrong_with(&browser, &engine, path, theme));
        }
        browser.close();
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn pages_about_what_registries_hold_are_for_everybody() {
    let engine = std::fs::read_to_string(Path::new(ENGINE)).expect("axe-core, which tests/run installs");
    let shelf = Shelf::filled(&[]);
    let text = "# The shop\n\nWhat *customers* see: [more](https://docs.example).\n\n## Use\n\n| port | for |\n|---|---|\n| 80 | people |\n\n    docker run shop\n";
    let described = shelf.ask(&Role::Administrator.person(), "PATCH", &at("team/app"), &json!({ "description": text }).to_string());
    assert_eq!(described.status, 200, "{}", described.text());
    let registry = format!("/registries/{}", World::SERVICE);
    let pages = [
        "/".to_owned(),
        "/repositories".to_owned(),
        "/activity".to_owned(),
        "/search?q=team/app:".to_owned(),
        format!("{registry}/namespaces/team"),
        at("team/app"),
        format!("{}/tags/a", at("team/app")),
        registry,
    ];
    let mut found = Vec::new();
    for (theme, look) in [("light", Look::default()), ("dark", Look { width: 390, ..Look::default() })] {
        let browser = Browser::open(&shelf.world.spectacles.url(), look);
        browser.go("/login");
        browser.click(&format!("button[name=theme][value={theme}]"));
        browser.sign_in(&Role::Administrator.person());
        for path in &pages {
            found.extend(wrong_with(&browser, &engine, path, theme));
        }
        // What came of trying the registry is on its page.
        browser.press("Test");
        browser.waits_for("#health .steps");
        found.extend(violations(&browser, &engine, theme));
        browser.close();
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is wrong with a page, also that it is wider than the window.
fn wrong_with(browser: &Browser, engine: &str, path: &str, theme: &str) -> Vec<String> {
    browser.go(path);
    let mut found = violations(browser, engine, theme);
    let more = browser.script("return document.documentElement.scrollWidth - innerWidth");
    if more.as_i64().is_none_or(|more| more > 0) {
        found.push(format!("{path} ({theme}) is wider than the window by {more}"));
    }
    found
}

/// What the engine finds wrong with a page.
fn violations(browser: &Browser, engine: &str, theme: &str) -> Vec<String> {
    browser.script(engine);
    let run = "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations));";
    let all = browser.script_that_waits(run);
    let path = browser.path();
    let tell = |violation: &Value| {
        let nodes: Vec<_> = violation["nodes"].as_array().into_iter().flatten().take(3).map(|node| node["html"].to_string()).collect();
        format!("{path} ({theme}): {}: {}: {}", violation["id"], violation["help"], nodes.join(" "))
    };
    all.as_array().expect("a list of violations").iter().map(tell).collect()
}
