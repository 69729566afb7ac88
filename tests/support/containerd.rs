//! containerd by itself, private to a test, and its command line. Its way of asking for tokens is also that of nerdctl,
//! BuildKit and Kubernetes: by form first, and without an `account`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::clients::Client;
use super::image::Image;
use super::process::{Outcome, Process, is_root, run};
use super::registry::Registry;
use super::server::Person;

/// A running containerd that never runs a container. Fields end in order: the process before its files.
pub(crate) struct Containerd {
    _process: Process,
    directory: TempDir,
}

impl Containerd {
    pub(crate) fn start() -> Self {
        assert!(is_root(), "containerd needs root, so this test does");
        let directory = tempfile::Builder::new().prefix("containerd").tempdir().expect("a temporary directory");
        let config = directory.path().join("config.toml");
        fs::write(&config, configuration(&directory)).expect("a file");
        let mut process = Process::start("containerd", directory.path(), Command::new("containerd").arg("-c").arg(&config));
        let containerd_socket = directory.path().join("containerd.sock");
        process.wait_until_ready(|| run(Command::new("ctr").arg("-a").arg(&containerd_socket).arg("version"), "").succeeded());
        Self { _process: process, directory }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("containerd.sock")
    }
}

/// One person at containerd's machine, who has what they pull and push for themselves.
pub(crate) struct Ctr<'a> {
    containerd: &'a Containerd,
    namespace: String,
    home: TempDir,
    host: String,
    user: Option<Person>,
}

impl<'a> Ctr<'a> {
    pub(crate) fn new(containerd: &'a Containerd, registry: &Registry, user: &Person) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let namespace = format!("person-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let home = tempfile::tempdir().expect("a temporary directory");
        Self { containerd, namespace, home, host: registry.host(), user: Some(user.clone()) }
    }

    fn ctr(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new("ctr");
        command.env("HOME", self.home.path()).arg("-a").arg(self.containerd.socket()).args(["-n", &self.namespace]);
        run(command.args(arguments), "")
    }

    fn must(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.ctr(arguments);
        assert!(outcome.succeeded(), "ctr {} failed: {}", arguments.join(" "), outcome.text());
        outcome
    }

    fn remote(&self, verb: &[&str], name: &str) -> Outcome {
        let user = self.user.as_ref().map(|person| format!("{}:{}", person.name, person.password));
        let user: Vec<&str> = user.iter().flat_map(|user| ["--user", user]).collect();
        self.ctr(&[verb, &["--plain-http"], &user, &[&format!("{}/{name}", self.host)]].concat())
    }

    fn blob(&self, digest: &str) -> Value {
        serde_json::from_str(&self.must(&["content", "get", digest]).stdout).expect("JSON")
    }
}

impl Client for Ctr<'_> {
    /// containerd has no login: it asks with credentials when it needs to.
    fn login(&self, _: &Person) -> Outcome {
        Outcome { code: 0, stdout: String::new(), stderr: String::new() }
    }

    fn push(&self, image: &Image, name: &str) -> Outcome {
        let archive = image.docker_archive(self.home.path(), &format!("{}/{name}", self.host));
        self.must(&["images", "import", "--no-unpack", archive.to_str().expect("temporary paths are text")]);
        self.remote(&["images", "push"], name)
    }

    fn pull(&self, name: &str) -> Result<String, Outcome> {
        let outcome = self.remote(&["content", "fetch"], name);
        if !outcome.succeeded() {
            return Err(outcome);
        }
        let reference = format!("{}/{name}", self.host);
        let images = self.must(&["images", "ls", &format!("name=={reference}")]).stdout;
        let digest = images.split_whitespace().find(|word| word.starts_with("sha256:")).expect("the image was fetched");
        let config = self.blob(digest)["config"]["digest"].as_str().expect("a configuration").to_owned();
        self.blob(&config);
        Ok(config)
    }
}

fn configuration(directory: &TempDir) -> String {
    let place = directory.path().display();
    format!(
        r#"
version = 2
root = "{place}/root"
state = "{place}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "{place}/containerd.sock"
[ttrpc]
  address = "{place}/containerd.sock.ttrpc"
[plugins."io.containerd.metadata.v1.bolt"]
  content_sharing_policy = "isolated"
"#
    )
}
