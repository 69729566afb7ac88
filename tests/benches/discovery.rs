//! Finding out what a registry of 2,000 repositories with 20,000 tags holds, and taking its notifications, into SQLite.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time, and looks for programs")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found, and what a registry said that failed")]

#[allow(dead_code, reason = "tests need more of it")]
#[path = "../support/process.rs"]
mod process;

use process::{Process, free_port};
use serde_json::json;
use spectacles_core::model::LoginKind;
use spectacles_core::name::{Digest, Reference};
use spectacles_core::registry::{Connector, Login, RegistryClient, Target};
use spectacles_core::service::{CreateRegistry, NewConnection, Notified, Passed, Spectacles};
use spectacles_http::registry::HttpConnector;
use spectacles_store::{Options, open};
use std::fs;
use std::future::pending;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const REPOSITORIES: usize = 2_000;
const TAGS: usize = 10;
/// How many repositories are read one request at a time.
const SAMPLE: usize = 100;
const EVENTS: usize = 20_000;
const OCI: &str = "application/vnd.oci.image.manifest.v1+json";

fn main() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        fill(&directory.path().join("storage"));
        let port = free_port();
        let _registry = serve(directory.path(), port);
        let url = format!("sqlite:///{}", directory.path().join("spectacles.db").display());
        let store = open(&url, Options::default()).await.expect("a store");
        let connector = Arc::new(HttpConnector::new());
        let app = Spectacles::builder(store).connector(connector.clone()).start().await.expect("a server");
        let registries = app.administration().operator().registries();
        let name = || "registry.test".parse().expect("a name");
        let address = format!("http://127.0.0.1:{port}").parse().expect("a URL");
        let connection = NewConnection { login: LoginKind::None, ..NewConnection::default() };
        let new = CreateRegistry { connection, ..CreateRegistry::new(name(), address) };
        let registry = registries.create(new).await.expect("a registry").registry;

        let target = Target { service: name(), url: registry.url.clone(), insecure: false, ca: None, login: Login::None };
        let client = connector.client(target).expect("a client");
        let begun = Instant::now();
        one_by_one(client.as_ref()).await;
        let sample = begun.elapsed().as_secs_f64();
        let alone = sample * (REPOSITORIES / SAMPLE) as f64;

        println!("| | s | to one request at a time | peak of memory, MB |");
        println!("|---|---|---|---|");
        println!("| one request at a time ({SAMPLE} repositories, times {}) | {alone:.1} | 1.0 | |", REPOSITORIES / SAMPLE);
        let discovery = app.administration().discovery().expect("discovery");
        for what in ["first look", "nothing has changed", "nothing has changed"] {
            let begun = Instant::now();
            let Passed::Ended(state) = discovery.pass(&registry, pending()).await.expect("a pass") else { panic!("nobody else looks") };
            assert_eq!((state.error, state.repositories, state.tags), (None, REPOSITORIES as u64, (REPOSITORIES * TAGS) as u64));
            let took = begun.elapsed().as_secs_f64();
            println!("| {what} | {took:.1} | {:.2} | {} |", took / alone, peak());
        }

        let secret = registries.new_event_secret(&name()).await.expect("a secret");
        app.refresh().await.expect("facts");
        for each in [1, 10] {
            let begun = Instant::now();
            for number in 0..EVENTS / each {
                let events: Vec<_> = (0..each).map(|part| event(each, number * each + part)).collect();
                let body = json!({ "events": events }).to_string();
                // As the server does beside: whatever has come meanwhile is written at once.
                while let Notified::Full = app.notify("registry.test", Some(&secret), body.as_bytes()) {
                    app.write_events().await.expect("written");
                }
            }
            while app.write_events().await.expect("written") > 0 {}
            let seconds = begun.elapsed().as_secs_f64();
            println!("\n{EVENTS} events, {each} in each notification: {:.0} in a second", EVENTS as f64 / seconds);
        }
    });
}

fn event(each: usize, number: usize) -> serde_json::Value {
    let target = json!({ "mediaType": OCI, "digest": Digest::sha256(&number.to_be_bytes()), "repository": format!("team/told{}", number % 500),
                         "tag": format!("v{each}-{number}") });
    json!({ "id": format!("{each}-{number}"), "timestamp": "2026-01-02T03:04:05Z", "action": "push", "target": target, "actor": { "name": "alice" } })
}

/// As a program would that asks one thing after the other.
async fn one_by_one(client: &dyn RegistryClient) {
    let (mut repositories, mut after) = (Vec::new(), None);
    loop {
        let page = client.catalog(after.as_ref()).await.expect("a page");
        repositories.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(repositories.len(), REPOSITORIES);
    for repository in repositories.iter().take(SAMPLE) {
        for tag in client.tags(repository, None).await.expect("tags").items {
            let found = client.head(repository, &Reference::Tag(tag)).await.expect("an answer").expect("a manifest");
            let raw = client.manifest(repository, &found.digest.into()).await.expect("an answer").expect("a manifest");
            let manifest: serde_json::Value = serde_json::from_slice(&raw.bytes).expect("JSON");
            let config = manifest["config"]["digest"].as_str().expect("a digest").parse().expect("a digest");
            client.blob(repository, &config, 1_000_000).await.expect("an answer").expect("a configuration");
        }
    }
}

/// Writes what a registry of that size has, as it keeps it.
fn fill(storage: &Path) {
    let root = storage.join("docker/registry/v2");
    let write = |path: &Path, bytes: &[u8]| {
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, bytes).expect("a file");
    };
    let hex = |digest: &Digest| digest.as_str().trim_start_matches("sha256:").to_owned();
    let blob = |bytes: &[u8]| {
        let digest = Digest::sha256(bytes);
        let hex = hex(&digest);
        write(&root.join(format!("blobs/sha256/{}/{hex}/data", &hex[..2])), bytes);
        digest
    };
    let layer = blob(b"a layer that all of them share");
    let history: Vec<_> =
        (0..20).map(|step| json!({ "created": "2026-01-02T03:04:05Z", "created_by": format!("RUN step {step}") })).collect();
    let config = json!({ "os": "linux", "architecture": "amd64", "history": history, "config": { "Labels": { "a": "b" } } }).to_string();
    let config_digest = blob(config.as_bytes());
    for repository in 0..REPOSITORIES {
        let place = root.join(format!("repositories/team{}/app{repository}", repository % 50));
        for digest in [&layer, &config_digest] {
            write(&place.join(format!("_layers/sha256/{}/link", hex(digest))), digest.as_str().as_bytes());
        }
        for tag in 0..TAGS {
            let layers: Vec<_> = (0..8)
                .map(|_| json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer, "size": 1000 }))
                .collect();
            let manifest = json!({ "schemaVersion": 2, "mediaType": OCI, "layers": layers, "annotations": { "of": format!("{repository}:{tag}") },
                "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_digest, "size": config.len() } });
            let digest = blob(manifest.to_string().as_bytes());
            let (hex, link) = (hex(&digest), digest.as_str().as_bytes());
            write(&place.join(format!("_manifests/revisions/sha256/{hex}/link")), link);
            write(&place.join(format!("_manifests/tags/v{tag}/current/link")), link);
            write(&place.join(format!("_manifests/tags/v{tag}/index/sha256/{hex}/link")), link);
        }
    }
}

fn serve(directory: &Path, port: u16) -> Process {
    let config = directory.join("config.yml");
    let storage = directory.join("storage");
    let text = format!(
        "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: {}\n    maxthreads: 100\n  cache:\n    blobdescriptor: inmemory\nhttp:\n  addr: 127.0.0.1:{port}\n",
        storage.display()
    );
    fs::write(&config, text).expect("a file");
    let mut command = Command::new("docker-registry");
    command.arg("serve").arg(&config).env("OTEL_TRACES_EXPORTER", "none");
    let mut process = Process::start("registry", directory, &command);
    process.wait_until_ready(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
    process
}

/// The most memory this process has had, in megabytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("it is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}
