//! Pages for everybody: looked at by an established engine, in both themes, wide and narrow.

use crate::content::{Shelf, at};
use crate::support::browser::{Browser, Look};
use crate::support::image::Image;
use crate::support::world::{Role, World};
use serde_json::{Value, json};
use std::path::Path;

/// Where `tests/run` puts the engine.
const ENGINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/browser/node_modules/axe-core/axe.min.js");

/// A name that is as long as people make them.
const LONG: &str = "a-name-that-goes-on-and-on/and-on-until-nobody-reads-it/any-more-but-it-is-allowed/and-so-somebody-has-it";

/// An installation in which every page has something on it, also names that are long and texts that go on.
fn populated() -> Shelf {
    let shelf = Shelf::filled(&[]);
    let command = |arguments: &[&str]| shelf.world.spectacles.command(arguments);
    let prose = "What people see who come here for the first time, and what they want to know. ".repeat(6);
    command(&["group", "create", "devs", "--description", &prose]);
    command(&["group", "add", "devs", "olivia"]);
    command(&["app", "create", "shop", "--responsible", "devs", "--description", &prose]);
    command(&["service", "create", "ci", "--app", "shop"]);
    command(&["registry", "responsible", "add", World::SERVICE, "devs"]);
    command(&["namespace", "grant", World::SERVICE, "team", "--group", "devs", "READ"]);
    command(&["namespace", "create", World::SERVICE, LONG, "--owner", "olivia", "--description", &prose]);
    command(&["registry", "create", "a-registry-with-a-long-name.of-a-company-with-a-long-name.example", "--url", "http://127.0.0.1:1"]);
    shelf.world.provide(&Image::new("long"), &format!("{LONG}:{}", "v".repeat(120)));
    shelf.sync();
    let text = "# The shop\n\nWhat *customers* see: [more](https://docs.example).\n\n## Use\n\n| port | for |\n|---|---|\n| 80 | people |\n\n    docker run shop\n";
    let described = shelf.ask(&Role::Administrator.person(), "PATCH", &at("team/app"), &json!({ "description": text }).to_string());
    assert_eq!(described.status, 200, "{}", described.text());
    shelf
}

/// What stands for the names in the paths of pages.
const NAMES: [(&str, &str); 9] = [
    ("{registry}", World::SERVICE),
    ("{namespace}", "team"),
    ("{repository}", "team%2Fapp"),
    ("{tag}", "a"),
    ("{user}", "admin"),
    ("{group}", "devs"),
    ("{app}", "shop"),
    ("{service}", "ci"),
    ("{token}", "1"),
];

/// Pages that show something else when they are asked something.
fn asked() -> Vec<String> {
    vec![
        format!("/access?registry={}&repository=team/app&kind=user&name=olivia", World::SERVICE),
        format!("/access/who?registry={}&repository=team/app", World::SERVICE),
        "/access/what?kind=user&name=olivia".to_owned(),
        format!("/access/simulate?registry={}&namespace=team", World::SERVICE),
        "/audit/verify?now=1".to_owned(),
        "/search?q=a".to_owned(),
        "/search?q=team/app:".to_owned(),
        "/users?q=nobody-is-called-so".to_owned(),
        format!("/registries/{}/namespaces/{}", World::SERVICE, LONG.replace('/', "%2F")),
        at(LONG),
    ]
}

/// Every page of the table, by its path.
fn paths() -> Vec<String> {
    let filled = |path: &str| NAMES.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    // The picture of a user is none, but on pages.
    let pages = spectacles_http::pages().filter(|(id, _)| *id != "users.picture");
    let mut paths: Vec<String> = pages.map(|(_, path)| filled(path)).collect();
    paths.extend(asked());
    let unknown: Vec<_> = paths.iter().filter(|path| path.contains('{')).collect();
    assert!(unknown.is_empty(), "what stands for these names? {unknown:?}");
    paths
}

#[test]
fn every_page_is_for_everybody_light_and_wide() {
    look_at_every_page("light", Look::default());
}

#[test]
fn every_page_is_for_everybody_dark_and_on_a_phone() {
    look_at_every_page("dark", Look { width: 390, ..Look::default() });
}

fn look_at_every_page(theme: &str, look: Look) {
    let engine = std::fs::read_to_string(Path::new(ENGINE)).expect("axe-core, which tests/run installs");
    let shelf = populated();
    let browser = Browser::open(&shelf.world.spectacles.url(), look);
    let mut found = Vec::new();
    for path in ["/login", "/nothing-is-here"] {
        found.extend(wrong_with(&browser, &engine, path, theme));
        // That there is nothing is not to be complained about.
        browser.complaints();
    }
    browser.go("/login");
    assert_eq!(browser.script("return innerWidth"), look.width, "the window is as wide as it is to be");
    browser.click(&format!("button[name=theme][value={theme}]"));
    browser.sign_in(&Role::Administrator.person());
    for path in paths() {
        found.extend(wrong_with(&browser, &engine, &path, theme));
        // Nobody can sign up here, which browsers complain about.
        let complaints = browser.complaints().into_iter().filter(|complaint| !complaint.contains("/register - "));
        found.extend(complaints.map(|complaint| format!("{path}: {complaint}")));
    }
    // What came of trying the registry is on its page.
    browser.go(&format!("/registries/{}", World::SERVICE));
    browser.press("Test");
    browser.waits_for("#health .steps");
    found.extend(violations(&browser, &engine, theme));
    browser.close();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// How much a first visit of a page may bring over the network, in bytes.
const HEAVIEST: u64 = 150_000;

/// How far things may move, as browsers measure it: half of what people notice. A browser that is short of time paints a page before it has read it to
/// its end, when columns are not as wide yet as they are going to be. Where there is time, nothing moves.
const MOVED: f64 = 0.05;

/// What a page costs and does: how much wider it is than the window, what moved after it was first painted, what it brought, from where, and what its
/// first painting waited for.
const MEASURE: &str = "const done = arguments[0];
let moved = 0; const what = [];
const note = (entries) => entries.forEach((entry) => { moved += entry.value; entry.sources.forEach((source) => what.push(source.node?.nodeName + '.' + source.node?.className)); });
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: 'layout-shift', buffered: true });
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
  note(observer.takeRecords());
  const brought = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  done({
    wider: document.documentElement.scrollWidth - innerWidth, moved, what,
    weight: brought.reduce((sum, entry) => sum + entry.encodedBodySize, 0),
    elsewhere: brought.map((entry) => entry.name).filter((name) => !name.startsWith(location.origin + '/') && !name.startsWith('data:')),
    waited: brought.filter((entry) => entry.renderBlockingStatus === 'blocking').map((entry) => entry.name).filter((name) => !name.endsWith('.css')),
    sheets: document.styleSheets.length,
  });
})));";

/// What is wrong with a page.
fn wrong_with(browser: &Browser, engine: &str, path: &str, theme: &str) -> Vec<String> {
    browser.go(path);
    let seen = browser.script_that_waits(MEASURE);
    let mut found = violations(browser, engine, theme);
    let mut say = |what: String| found.push(format!("{path} ({theme}): {what}"));
    if seen["wider"].as_i64().is_none_or(|more| more > 0) {
        say(format!("it is wider than the window by {}", seen["wider"]));
    }
    if seen["moved"].as_f64().is_none_or(|moved| moved > MOVED) {
        say(format!("things move after they were first seen: {} {}", seen["moved"], seen["what"]));
    }
    if seen["weight"].as_u64().is_none_or(|weight| weight == 0 || weight > HEAVIEST) {
        say(format!("it brings {} bytes", seen["weight"]));
    }
    for (what, list) in [("it asks others", "elsewhere"), ("the first painting waits for", "waited")] {
        if seen[list].as_array().is_none_or(|list| !list.is_empty()) {
            say(format!("{what}: {}", seen[list]));
        }
    }
    if seen["sheets"] != 1 {
        say(format!("it has {} style sheets", seen["sheets"]));
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
