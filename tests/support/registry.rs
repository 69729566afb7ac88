//! A real CNCF registry, running with the configuration that `spectacles registry config` writes.
//!
//! Debian's, version 2.8; or the program that `SPECTACLES_TEST_REGISTRY` names, for trying another version, as 3.x, with the same tests.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::http::{self, Answer, Credentials};
use super::process::{Process, run};
use super::server::{Person, Spectacles};

/// The media types a manifest may have here.
const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// A running registry and its storage.
pub(crate) struct Registry {
    process: Process,
    directory: TempDir,
    pub(crate) service: String,
    pub(crate) port: u16,
}

impl Registry {
    /// Starts the registry `service`, which the server must know already under the address of `port`.
    pub(crate) fn start(spectacles: &Spectacles, service: &str, port: u16) -> Self {
        Self::start_with(spectacles, service, port, &[])
    }

    /// The same for one that tells the server what happens.
    pub(crate) fn start_telling(spectacles: &Spectacles, service: &str, port: u16) -> Self {
        Self::start_as(spectacles, service, port, &["--events"], &[])
    }

    /// Ends it.
    pub(crate) fn stop(&mut self) {
        self.process.stop();
    }

    /// The same, with settings of the registry's own that replace those of the generated configuration.
    pub(crate) fn start_with(spectacles: &Spectacles, service: &str, port: u16, settings: &[(&str, &str)]) -> Self {
        Self::start_as(spectacles, service, port, &[], settings)
    }

    fn start_as(spectacles: &Spectacles, service: &str, port: u16, options: &[&str], settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (program, version) = program();
        let config = spectacles.registry_config_with(service, version, directory.path(), options);
        let mut command = Command::new(program);
        // Where it listens and stores is this test's business; who it trusts is the generated configuration's.
        command
            .arg("serve")
            .arg(&config)
            .env("REGISTRY_HTTP_ADDR", format!("127.0.0.1:{port}"))
            .env("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", directory.path().join("storage"))
            .env("REGISTRY_LOG_ACCESSLOG_DISABLED", "false")
            .env("OTEL_TRACES_EXPORTER", "none")
            .envs(settings.iter().copied())
            .current_dir(directory.path());
        let mut process = Process::start("registry", directory.path(), &command);
        let probe = format!("http://127.0.0.1:{port}/v2/");
        process
            .wait_until_ready(|| http::try_send(&Method::GET, &probe, Credentials::None, &[], "").is_ok_and(|answer| answer.status == 401));
        Self { process, directory, service: service.to_owned(), port }
    }

    /// `127.0.0.1:5000`, as it stands before an image's name.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Whatever it logged so far, its access log included.
    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    /// One request of the registry's own API.
    pub(crate) fn request(&self, method: &Method, path: &str, token: &str) -> Answer {
        http::send(method, &format!("http://{}{path}", self.host()), Credentials::Bearer(token), &[("accept", MANIFESTS)], "")
    }

    /// The configuration digest of an image, as the administrator finds it; `None` when there is no such tag. Every blob of it
    /// must be there.
    pub(crate) fn image(&self, spectacles: &Spectacles, administrator: &Person, repository: &str, tag: &str) -> Option<String> {
        let token = spectacles.bearer(administrator, &self.service, &[&format!("repository:{repository}:pull")]);
        let answer = self.request(&Method::GET, &format!("/v2/{repository}/manifests/{tag}"), &token);
        if answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "the administrator cannot read {repository}: {}", answer.text());
        let manifest: Value = answer.json();
        let layers = manifest["layers"].as_array().expect("layers").iter();
        for digest in layers.chain([&manifest["config"]]).map(|blob| blob["digest"].as_str().expect("a digest")) {
            let answer = self.request(&Method::HEAD, &format!("/v2/{repository}/blobs/{digest}"), &token);
            assert_eq!(answer.status, 200, "{repository} lacks {digest}");
        }
        Some(manifest["config"]["digest"].as_str().expect("a digest").to_owned())
    }

    /// Whether anything at all of a repository reached the storage: a manifest, a blob, or an upload that was begun.
    pub(crate) fn has_traces_of(&self, repository: &str) -> bool {
        self.storage().join("docker/registry/v2/repositories").join(repository).exists()
    }

    /// How the access log says that a blob was mounted into `repository` from `source`: true when it was, false when the
    /// attempt was refused, `None` when nobody tried.
    pub(crate) fn mounted(&self, repository: &str, source: &str) -> Option<bool> {
        let wanted = format!("\"POST /v2/{repository}/blobs/uploads/?");
        let from = format!("from={}", source.replace('/', "%2F"));
        let log = self.log();
        let mut attempts = log.lines().filter(|line| line.contains(&wanted) && line.contains(&from)).peekable();
        attempts.peek()?;
        Some(attempts.any(|line| line.contains("\" 201 ")))
    }

    /// Whether the access log says that somebody looked for a blob there and was refused.
    pub(crate) fn refused_blob(&self, repository: &str, digest: &str) -> bool {
        let wanted = format!("\"HEAD /v2/{repository}/blobs/{digest} ");
        self.log().lines().any(|line| line.contains(&wanted) && line.contains("\" 401 "))
    }

    fn storage(&self) -> PathBuf {
        self.directory.path().join("storage")
    }
}

/// The program of the registry, and the version its configuration is to be for.
fn program() -> (String, &'static str) {
    let program = env::var("SPECTACLES_TEST_REGISTRY").unwrap_or_else(|_| "docker-registry".to_owned());
    let said = run(Command::new(&program).arg("--version"), "").stdout;
    // `registry github.com/distribution/distribution/v3 v3.1.1`, and Debian's without the `v` and with the old name.
    let version = said.split_whitespace().nth(2).expect("a version").trim_start_matches('v');
    (program, if version.starts_with("2.") { "2.8" } else { "3" })
}
