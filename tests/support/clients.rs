//! skopeo, podman and buildah as people use them: log in once, then push and pull.
//!
//! Each value is one person at one machine: a home of its own holds the credentials, the images and the memory of where a
//! layer was seen, so that nothing leaks from one test, or one person, into another.

use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::Method;
use tempfile::TempDir;

use super::image::{Image, config_of_layout};
use super::process::{Outcome, run};
use super::registry::Registry;
use super::server::Person;

/// What can be done with any client. Names are `repository:tag`, without the registry.
pub(crate) trait Client {
    fn login(&self, person: &Person) -> Outcome;

    fn push(&self, image: &Image, name: &str) -> Outcome;

    /// Fetches an image into an empty place and returns the digest of its configuration, or what the client said instead.
    fn pull(&self, name: &str) -> Result<String, Outcome>;
}

/// skopeo: it copies between places and keeps nothing.
pub(crate) struct Skopeo {
    home: TempDir,
    host: String,
}

impl Skopeo {
    pub(crate) fn new(registry: &Registry) -> Self {
        Self::at(&registry.host())
    }

    /// The same with the registry's address as people type it.
    pub(crate) fn at(host: &str) -> Self {
        Self { home: home(), host: host.to_owned() }
    }

    /// Deletes what a tag points to, with every tag of the same digest.
    pub(crate) fn delete(&self, name: &str) -> Outcome {
        self.run(&["delete", "--tls-verify=false"], &[&self.remote(name)], "")
    }

    /// The digest of a manifest, or what skopeo said instead.
    pub(crate) fn inspect(&self, name: &str) -> Result<String, Outcome> {
        let outcome = self.run(&["inspect", "--tls-verify=false", "--format", "{{.Digest}}"], &[&self.remote(name)], "");
        if outcome.succeeded() { Ok(outcome.stdout.trim().to_owned()) } else { Err(outcome) }
    }

    fn remote(&self, name: &str) -> String {
        format!("docker://{}/{name}", self.host)
    }

    fn run(&self, verb: &[&str], rest: &[&str], input: &str) -> Outcome {
        let mut command = at_home("skopeo", self.home.path());
        // As root, skopeo remembers where it saw a layer in one place for the whole machine. Told that it is not, at home.
        command.env("_CONTAINERS_ROOTLESS_UID", "1000");
        command.args(verb).arg("--authfile").arg(authfile(self.home.path())).args(rest);
        run(&command, input)
    }
}

impl Client for Skopeo {
    fn login(&self, person: &Person) -> Outcome {
        self.run(&["login", "--tls-verify=false", "-u", &person.name, "--password-stdin"], &[&self.host], &person.password)
    }

    fn push(&self, image: &Image, name: &str) -> Outcome {
        self.run(&["copy", "--dest-tls-verify=false"], &[&image.layout(), &self.remote(name)], "")
    }

    fn pull(&self, name: &str) -> Result<String, Outcome> {
        let place = tempfile::tempdir().expect("a temporary directory");
        let layout = format!("oci:{}:pulled", place.path().display());
        let outcome = self.run(&["copy", "--src-tls-verify=false"], &[&self.remote(name), &layout], "");
        if outcome.succeeded() { Ok(config_of_layout(place.path())) } else { Err(outcome) }
    }
}

/// podman or buildah: they keep images in a storage and know the same commands.
pub(crate) struct Containers {
    program: &'static str,
    home: TempDir,
    host: String,
}

impl Containers {
    pub(crate) fn podman(registry: &Registry) -> Self {
        Self { program: "podman", home: home(), host: registry.host() }
    }

    pub(crate) fn buildah(registry: &Registry) -> Self {
        Self { program: "buildah", home: home(), host: registry.host() }
    }

    fn run(&self, verb: &[&str], rest: &[&str], input: &str) -> Outcome {
        let home = self.home.path();
        let mut command = at_home(self.program, home);
        command.arg("--root").arg(home.join("storage")).arg("--runroot").arg(home.join("run")).args(["--storage-driver", "vfs"]);
        run(command.args(verb).args(rest), input)
    }

    fn remote(&self, verb: &[&str], rest: &[&str], input: &str) -> Outcome {
        let authfile = authfile(self.home.path());
        let common = ["--tls-verify=false", "--authfile", authfile.to_str().expect("temporary paths are text")];
        self.run(&[verb, &common].concat(), rest, input)
    }
}

impl Client for Containers {
    fn login(&self, person: &Person) -> Outcome {
        self.remote(&["login", "-u", &person.name, "--password-stdin"], &[&self.host], &person.password)
    }

    fn push(&self, image: &Image, name: &str) -> Outcome {
        let local = self.run(&["pull", "-q"], &[&image.layout()], "");
        assert!(local.succeeded(), "{} cannot read the image: {}", self.program, local.text());
        self.remote(&["push"], &[local.stdout.trim(), &format!("docker://{}/{name}", self.host)], "")
    }

    fn pull(&self, name: &str) -> Result<String, Outcome> {
        let emptied = self.run(&["rmi", "--all", "--force"], &[], "");
        assert!(emptied.succeeded(), "{} cannot empty its storage: {}", self.program, emptied.text());
        let outcome = self.remote(&["pull", "-q"], &[&format!("docker://{}/{name}", self.host)], "");
        // What it prints is the identity of the image, and that is the digest of the configuration.
        if outcome.succeeded() { Ok(format!("sha256:{}", outcome.stdout.trim())) } else { Err(outcome) }
    }
}

/// Tries to mount a layer of `source` into `target` with one token for both, by hand: 201 says that it was mounted, 401 that the
/// token is not enough for it.
pub(crate) fn mount(registry: &Registry, token: &str, image: &Image, source: &str, target: &str) -> u16 {
    let path = format!("/v2/{target}/blobs/uploads/?mount={}&from={source}", image.layer);
    registry.request(&Method::POST, &path, token).status
}

/// Begins an upload by hand, as a client does when there is nothing to mount: 202 when it may.
pub(crate) fn begin_upload(registry: &Registry, token: &str, target: &str) -> u16 {
    registry.request(&Method::POST, &format!("/v2/{target}/blobs/uploads/"), token).status
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn authfile(home: &Path) -> PathBuf {
    home.join("auth.json")
}

fn at_home(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("HOME", home).env("XDG_DATA_HOME", home.join("data")).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_RUNTIME_DIR", home).env("TMPDIR", home).env_remove("REGISTRY_AUTH_FILE");
    command
}
