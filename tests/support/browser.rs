//! A real browser: Debian's Chromium, driven as people drive it.

use std::process::Command;

use super::http::{self, Credentials};
use super::process::{PATIENCE, Process, free_port, poll};
use super::server::Person;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::runtime::Runtime;

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

/// A window of a browser, with a profile of its own.
pub(crate) struct Browser {
    driver: WebDriver,
    base: String,
    runtime: Runtime,
    _process: Process,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window, for pages below this address.
    pub(crate) fn open(base: &str, look: Look) -> Self {
        let (port, profile) = (free_port(), tempfile::tempdir().expect("a temporary directory"));
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).env("HOME", profile.path());
        let mut process = Process::start("chromedriver", profile.path(), &command);
        let status = format!("http://127.0.0.1:{port}/status");
        process.wait_until_ready(|| {
            http::try_send(&Method::GET, &status, Credentials::None, &[], "").is_ok_and(|answer| answer.status == 200)
        });
        let mut wanted = DesiredCapabilities::chrome();
        let width = format!("--window-size={},900", look.width);
        let data = format!("--user-data-dir={}", profile.path().join("profile").display());
        let language = format!("--accept-lang={}", look.language);
        let usual = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
        for argument in usual.into_iter().chain([width.as_str(), &data, &language]) {
            wanted.add_arg(argument).expect("an argument");
        }
        if !look.scripts {
            let without = json!({ "profile.managed_default_content_settings.javascript": 2 });
            wanted.add_experimental_option("prefs", without).expect("a preference");
        }
        let runtime = Runtime::new().expect("a runtime");
        let driver = runtime.block_on(WebDriver::new(format!("http://127.0.0.1:{port}"), wanted)).expect("a browser");
        Self { driver, base: base.trim_end_matches('/').to_owned(), runtime, _process: process, _profile: profile }
    }

    fn wait<T>(&self, answer: impl Future<Output = WebDriverResult<T>>) -> T {
        self.runtime.block_on(answer).unwrap_or_else(|error| panic!("the browser: {error}"))
    }

    fn element(&self, by: By) -> Option<WebElement> {
        self.runtime.block_on(self.driver.find(by)).ok()
    }

    fn needed(&self, what: &str, by: By) -> WebElement {
        self.element(by).unwrap_or_else(|| panic!("no {what} at {}:\n{}", self.path(), self.text()))
    }

    /// Goes to a path.
    pub(crate) fn go(&self, path: &str) {
        self.wait(self.driver.goto(format!("{}{path}", self.base)));
    }

    /// The path and query of the page that is shown.
    pub(crate) fn path(&self) -> String {
        let url = self.wait(self.driver.current_url()).to_string();
        url.strip_prefix(&self.base).unwrap_or(&url).to_owned()
    }

    /// Waits until this path is shown.
    pub(crate) fn arrives_at(&self, path: &str) {
        let there = poll(PATIENCE, || (self.path() == path).then_some(()));
        assert!(there.is_some(), "the page is {} and not {path}:\n{}", self.path(), self.text());
    }

    /// Everything that can be read on the page.
    pub(crate) fn text(&self) -> String {
        self.wait(async { self.driver.find(By::Css("body")).await?.text().await })
    }

    /// Whether there is such an element.
    pub(crate) fn has(&self, selector: &str) -> bool {
        self.element(By::Css(selector)).is_some()
    }

    /// Types into a field, in place of what is there.
    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let field = self.needed(&format!("field `{selector}`"), By::Css(selector));
        self.wait(async {
            field.clear().await?;
            field.send_keys(text).await
        });
    }

    /// Types wherever the focus is.
    pub(crate) fn type_keys(&self, keys: &str) {
        self.wait(async { self.driver.active_element().await?.send_keys(keys).await });
    }

    /// What the element says that has the focus.
    pub(crate) fn focused(&self) -> String {
        self.wait(async { self.driver.active_element().await?.text().await })
    }

    /// Chooses an option.
    pub(crate) fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value=\"{value}\"]"));
    }

    /// Clicks on an element.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.needed(&format!("`{selector}`"), By::Css(selector));
        self.wait(element.click());
    }

    /// Clicks on a button by what it says.
    pub(crate) fn press(&self, text: &str) {
        let button = self.needed(&format!("button `{text}`"), By::XPath(format!("//main//button[normalize-space()='{text}']")));
        self.wait(button.click());
    }

    /// Clicks on a link by what it says.
    pub(crate) fn follow(&self, text: &str) {
        let link = self.needed(&format!("link `{text}`"), By::XPath(format!("//a[normalize-space()='{text}']")));
        self.wait(link.click());
    }

    /// Signs somebody in.
    pub(crate) fn sign_in(&self, person: &Person) {
        self.go("/login");
        self.type_into("#name", &person.name);
        self.type_into("#password", &person.password);
        self.press("Sign in");
    }

    /// What a script returns.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.wait(self.driver.execute(script, Vec::new())).json().clone()
    }

    /// What a script hands to its only argument, a function.
    pub(crate) fn script_that_waits(&self, script: &str) -> Value {
        self.wait(self.driver.execute_async(script, Vec::new())).json().clone()
    }

    /// Closes the window.
    pub(crate) fn close(self) {
        self.runtime.block_on(self.driver.quit()).expect("a browser that ends");
    }
}
