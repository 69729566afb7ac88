//! The binary under test, on a data directory of its own.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::http::{self, Answer, Credentials};
use super::process::{Outcome, Process, free_port, poll, run};
use super::token;

/// Somebody with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Person {
    /// A person whose password nobody else has.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), password: format!("Corr3ct-horse:{name}") }
    }

    pub(crate) fn credentials(&self) -> Credentials<'_> {
        Credentials::Basic(&self.name, &self.password)
    }
}

/// Which adapter serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Poem,
}

impl Framework {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Poem => "poem",
        }
    }
}

/// A data directory, the commands that work on it, and the server once it is started.
pub(crate) struct Spectacles {
    server: Option<Process>,
    directory: TempDir,
    port: u16,
    environment: Vec<(&'static str, String)>,
    database: Option<String>,
}

impl Spectacles {
    /// An empty data directory, and a port for a server that does not run yet.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self { server: None, directory, port: free_port(), environment: Vec::new(), database: None }
    }

    /// The same, with everything in the database at this address.
    pub(crate) fn on(database: &str) -> Self {
        Self { database: Some(database.to_owned()), ..Self::new() }
    }

    /// Sets a variable of the environment for the server and every command from now on.
    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((variable, value.into()));
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Starts the server and waits until it says that it is ready.
    pub(crate) fn serve(&mut self, more: &[&str]) {
        let mut server = Process::start("spectacles", self.directory.path(), &self.serve_command(more));
        let ready = format!("{}/readyz", self.url());
        server
            .wait_until_ready(|| http::try_send(&Method::GET, &ready, Credentials::None, &[], "").is_ok_and(|answer| answer.status == 200));
        self.server = Some(server);
    }

    /// Starts a server that is expected to end by itself, and says how it did.
    pub(crate) fn serve_in_vain(&self, more: &[&str]) -> Outcome {
        run(&self.serve_command(more), "")
    }

    fn serve_command(&self, more: &[&str]) -> Command {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = self.spectacles(&["serve", "--listen", &listen, "--external-url", &self.url()]);
        command.args(more);
        command
    }

    pub(crate) fn server(&mut self) -> &mut Process {
        self.server.as_mut().expect("the server was started")
    }

    /// The binary with these arguments, on this data directory or database.
    pub(crate) fn spectacles(&self, arguments: &[&str]) -> Command {
        let mut command = spectacles();
        command.args(arguments).arg("--data-dir").arg(self.data());
        if let Some(url) = &self.database {
            command.args(["--database-url", url]);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command on the data directory; it may fail.
    pub(crate) fn try_command(&self, arguments: &[&str], input: &str) -> Outcome {
        run(self.spectacles(arguments).args(["--output", "json"]), input)
    }

    /// What a command prints for people; it must succeed.
    pub(crate) fn printed(&self, arguments: &[&str]) -> String {
        let outcome = run(&self.spectacles(arguments), "");
        assert!(outcome.succeeded(), "spectacles {} failed with {}: {}", arguments.join(" "), outcome.code, outcome.text());
        outcome.stdout
    }

    /// Runs a command that must succeed, and reads what it prints: null when that is nothing.
    pub(crate) fn command(&self, arguments: &[&str]) -> Value {
        self.command_with(arguments, "")
    }

    /// The same, with something on its standard input.
    pub(crate) fn command_with(&self, arguments: &[&str], input: &str) -> Value {
        let outcome = self.try_command(arguments, input);
        assert!(outcome.succeeded(), "spectacles {} failed with {}: {}", arguments.join(" "), outcome.code, outcome.text());
        if outcome.stdout.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|error| panic!("spectacles {arguments:?} printed no JSON ({error}): {outcome:?}"))
    }

    pub(crate) fn create_user(&self, person: &Person, more: &[&str]) {
        let arguments = [&["user", "create", &person.name, "--password-stdin"], more].concat();
        self.command_with(&arguments, &format!("{}\n", person.password));
    }

    /// Writes what a registry of this version needs to trust us into `directory`, and returns its configuration file.
    pub(crate) fn registry_config(&self, service: &str, version: &str, directory: &Path) -> PathBuf {
        self.registry_config_with(service, version, directory, &[])
    }

    /// The same, with more options.
    pub(crate) fn registry_config_with(&self, service: &str, version: &str, directory: &Path, more: &[&str]) -> PathBuf {
        let place = directory.to_str().expect("temporary paths are text");
        let arguments = ["registry", "config", service, "--version", version, "--server-url", &self.url(), "--out", place];
        self.command(&[&arguments[..], more].concat());
        directory.join("config.yml")
    }

    /// Asks for a token as a registry's client does. `query` is complete: nothing is added to it.
    pub(crate) fn token(&self, who: Credentials<'_>, query: &[(&str, &str)]) -> Answer {
        http::get(&format!("{}/token_auth?{}", self.url(), http::form(query)), who)
    }

    /// Asks by the form of OAuth2.
    pub(crate) fn post_token(&self, fields: &[(&str, &str)]) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        http::send(&Method::POST, &format!("{}/token_auth", self.url()), Credentials::None, &headers, &http::form(fields))
    }

    /// The actions a token for one repository holds, comma-separated as tokens list them: empty when there are none.
    pub(crate) fn actions(&self, who: Credentials<'_>, service: &str, repository: &str, requested: &str) -> String {
        let scope = format!("repository:{repository}:{requested}");
        let answer = self.token(who, &[("service", service), ("scope", &scope)]);
        assert_eq!(answer.status, 200, "{who:?} asked {service} for {scope}: {}", answer.text());
        let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
        token::actions(&claims, repository)
    }

    /// A token that must be given.
    pub(crate) fn bearer(&self, person: &Person, service: &str, scopes: &[&str]) -> String {
        let mut query = vec![("service", service)];
        query.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let answer = self.token(person.credentials(), &query);
        assert_eq!(answer.status, 200, "{}: {}", person.name, answer.text());
        answer.json()["token"].as_str().expect("a token").to_owned()
    }
}

/// A change made by another process is promised to be seen within a second; more than that is a failure.
pub(crate) fn within_a_second<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    poll(std::time::Duration::from_secs(1), ask).unwrap_or_else(|| panic!("{what}: not within a second"))
}

/// The binary under test, without anything of the caller's environment that it would read.
pub(crate) fn spectacles() -> Command {
    let mut command = Command::new(binary());
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent").env("RUST_BACKTRACE", "1");
    command
}

/// `target/<profile>/spectacles`, beside the directory this test runs from.
fn binary() -> PathBuf {
    if let Some(path) = env::var_os("SPECTACLES_BIN") {
        return PathBuf::from(path);
    }
    let test = env::current_exe().expect("a test knows where it is");
    let profile = test.parent().and_then(Path::parent).expect("tests are built into target/<profile>/deps");
    let binary = profile.join("spectacles");
    assert!(binary.exists(), "{} is missing: `cargo build --workspace --bins --tests` makes it, as tests/run does", binary.display());
    binary
}
