//! A real browser: Debian's Chromium, driven as people drive it.
//!
//! By the few words of the WebDriver protocol (W3C) that are needed here. The libraries that speak all of it make `serde_json` keep the order of fields,
//! in the programs under test as well, which are then other programs than those that people use.

use std::process::Command;

use super::http::{self, Answer, Credentials};
use super::process::{PATIENCE, Process, free_port, poll};
use super::server::Person;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How a browser is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) scripts: bool,
    pub(crate) width: u32,
    pub(crate) language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self { scripts: true, width: 1280, language: "en" }
    }
}

/// By what an element is called in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A window of a browser, with a profile of its own.
pub(crate) struct Browser {
    /// The address of the session.
    session: String,
    base: String,
    _process: Process,
    _profile: TempDir,
}

/// What is searched for on a page: by a selector of CSS, or by an XPath.
#[derive(Clone, Copy)]
enum By<'a> {
    Css(&'a str),
    XPath(&'a str),
}

/// Asks the driver; what it answers, or what it says is wrong.
fn ask(method: &Method, url: &str, body: &Value) -> Result<Value, Value> {
    let text = if *method == Method::POST { body.to_string() } else { String::new() };
    let answer: Answer = http::send(method, url, Credentials::None, &[("content-type", "application/json")], &text);
    let value = answer.json()["value"].clone();
    if answer.status == 200 { Ok(value) } else { Err(value) }
}

impl Browser {
    /// Opens a window, for pages below this address.
    pub(crate) fn open(base: &str, look: Look) -> Self {
        let (port, profile) = (free_port(), tempfile::tempdir().expect("a temporary directory"));
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).env("HOME", profile.path());
        let mut process = Process::start("chromedriver", profile.path(), &command);
        let driver = format!("http://127.0.0.1:{port}");
        let status = format!("{driver}/status");
        process.wait_until_ready(|| {
            http::try_send(&Method::GET, &status, Credentials::None, &[], "").is_ok_and(|answer| answer.status == 200)
        });
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--window-size={},900", look.width),
            format!("--user-data-dir={}", profile.path().join("profile").display()),
            format!("--accept-lang={}", look.language),
        ];
        let scripts = if look.scripts { 1 } else { 2 };
        let mut options = json!({ "args": arguments, "prefs": { "profile.managed_default_content_settings.javascript": scripts } });
        // Windows are not made as narrow as phones are.
        if look.width < 500 {
            let metrics = json!({ "width": look.width, "height": 900, "pixelRatio": 1, "mobile": false, "touch": false });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } } } });
        let opened = ask(&Method::POST, &format!("{driver}/session"), &wanted).unwrap_or_else(|error| panic!("no browser: {error}"));
        let session = format!("{driver}/session/{}", opened["sessionId"].as_str().expect("a session"));
        Self { session, base: base.trim_end_matches('/').to_owned(), _process: process, _profile: profile }
    }

    fn get(&self, what: &str) -> Value {
        ask(&Method::GET, &format!("{}/{what}", self.session), &Value::Null).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        ask(&Method::POST, &format!("{}/{what}", self.session), body).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// The first element that fits.
    fn element(&self, by: By<'_>) -> Option<String> {
        let (using, value) = match by {
            By::Css(value) => ("css selector", value),
            By::XPath(value) => ("xpath", value),
        };
        let found = ask(&Method::POST, &format!("{}/element", self.session), &json!({ "using": using, "value": value }));
        found.ok().and_then(|found| found[ELEMENT].as_str().map(str::to_owned))
    }

    fn needed(&self, what: &str, by: By<'_>) -> String {
        self.element(by).unwrap_or_else(|| panic!("no {what} at {}:\n{}", self.path(), self.text()))
    }

    /// Goes to a path.
    pub(crate) fn go(&self, path: &str) {
        self.post("url", &json!({ "url": format!("{}{path}", self.base) }));
    }

    /// The path and query of the page that is shown.
    pub(crate) fn path(&self) -> String {
        let url = self.get("url");
        let url = url.as_str().expect("an address");
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// Waits until this path is shown.
    pub(crate) fn arrives_at(&self, path: &str) {
        let there = poll(PATIENCE, || (self.path() == path).then_some(()));
        assert!(there.is_some(), "the page is {} and not {path}:\n{}", self.path(), self.text());
    }

    fn text_of(&self, element: &str) -> String {
        self.get(&format!("element/{element}/text")).as_str().expect("a text").to_owned()
    }

    /// Everything that can be read on the page.
    pub(crate) fn text(&self) -> String {
        self.element(By::Css("body")).map(|body| self.text_of(&body)).unwrap_or_default()
    }

    /// Whether there is such an element.
    pub(crate) fn has(&self, selector: &str) -> bool {
        self.element(By::Css(selector)).is_some()
    }

    /// Waits until there is such an element.
    pub(crate) fn waits_for(&self, selector: &str) {
        let there = poll(PATIENCE, || self.has(selector).then_some(()));
        assert!(there.is_some(), "no `{selector}` at {}:\n{}", self.path(), self.text());
    }

    /// Types into a field, in place of what is there.
    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let field = self.needed(&format!("field `{selector}`"), By::Css(selector));
        self.post(&format!("element/{field}/clear"), &json!({}));
        self.post(&format!("element/{field}/value"), &json!({ "text": text }));
    }

    fn active(&self) -> String {
        self.get("element/active")[ELEMENT].as_str().expect("something that has the focus").to_owned()
    }

    /// Types wherever the focus is. The protocol has signs of its own for keys that are no letters.
    pub(crate) fn type_keys(&self, keys: &str) {
        let keys = keys.replace('\t', "\u{e004}").replace('\n', "\u{e007}");
        self.post(&format!("element/{}/value", self.active()), &json!({ "text": keys }));
    }

    /// What the element says that has the focus.
    pub(crate) fn focused(&self) -> String {
        self.text_of(&self.active())
    }

    /// Chooses an option.
    pub(crate) fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value=\"{value}\"]"));
    }

    fn click_on(&self, element: &str) {
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Clicks on an element.
    pub(crate) fn click(&self, selector: &str) {
        self.click_on(&self.needed(&format!("`{selector}`"), By::Css(selector)));
    }

    /// Clicks on a button by what it says.
    pub(crate) fn press(&self, text: &str) {
        let path = format!("//main//button[normalize-space()='{text}']");
        self.click_on(&self.needed(&format!("button `{text}`"), By::XPath(&path)));
    }

    /// Clicks on a link by what it says.
    pub(crate) fn follow(&self, text: &str) {
        let path = format!("//a[normalize-space()='{text}']");
        self.click_on(&self.needed(&format!("link `{text}`"), By::XPath(&path)));
    }

    /// Signs somebody in.
    pub(crate) fn sign_in(&self, person: &Person) {
        self.go("/login");
        self.type_into("#name", &person.name);
        self.type_into("#password", &person.password);
        self.press("Sign in");
        let inside = poll(PATIENCE, || self.has("header .account").then_some(()));
        assert!(inside.is_some(), "{} cannot sign in: {}", person.name, self.text());
    }

    /// What a script returns.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script hands to its only argument, a function.
    pub(crate) fn script_that_waits(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// What the browser has complained about since it was asked before: errors of scripts, what is refused, and what is not there.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.post("se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().into_iter().flatten();
        entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Closes the window.
    pub(crate) fn close(self) {
        ask(&Method::DELETE, &self.session, &Value::Null).unwrap_or_else(|error| panic!("the browser does not end: {error}"));
    }
}
