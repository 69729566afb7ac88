//! A Docker daemon that belongs to one test: its own containerd, storage and socket, no bridge, no firewall rules. It runs as
//! root, and it never runs a container.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::clients::Client;
use super::containerd::Containerd;
use super::image::Image;
use super::process::{Outcome, Process, is_root, run};
use super::registry::Registry;
use super::server::Person;

/// Debian's command line by its full path: another one earlier on the PATH may not get on with Debian's daemon.
const DOCKER: &str = "/usr/bin/docker";

/// A running daemon. Fields end in order: dockerd before the containerd it talks to, both before their files.
pub(crate) struct Daemon {
    _dockerd: Process,
    _containerd: Containerd,
    directory: TempDir,
}

impl Daemon {
    pub(crate) fn start() -> Self {
        assert!(is_root(), "dockerd needs root, so this test does");
        let directory = tempfile::Builder::new().prefix("dockerd").tempdir().expect("a temporary directory");
        let place = |name: &str| directory.path().join(name);
        let containerd = Containerd::start();
        let socket = format!("unix://{}", place("docker.sock").display());
        let mut command = Command::new("dockerd");
        command.arg("--containerd").arg(containerd.socket()).args(["--host", &socket]);
        command.arg("--config-file").arg(place("daemon.json"));
        command.arg("--data-root").arg(place("data")).arg("--exec-root").arg(place("exec")).arg("--pidfile").arg(place("dockerd-own.pid"));
        command.args(["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--userland-proxy=false"]);
        command.args(["--storage-driver=vfs", "--max-download-attempts=1"]);
        fs::write(place("daemon.json"), "{}").expect("a file");
        let mut dockerd = Process::start("dockerd", directory.path(), &command);
        dockerd.wait_until_ready(|| run(Command::new(DOCKER).args(["--host", &socket, "version"]), "").succeeded());
        Self { _dockerd: dockerd, _containerd: containerd, directory }
    }

    /// The command line, for this daemon.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(DOCKER);
        command.env("DOCKER_HOST", format!("unix://{}", self.socket().display())).env_remove("DOCKER_CONTEXT");
        command
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("docker.sock")
    }
}

/// One person at the daemon's machine.
pub(crate) struct Docker<'a> {
    daemon: &'a Daemon,
    home: TempDir,
    host: String,
}

impl<'a> Docker<'a> {
    pub(crate) fn new(daemon: &'a Daemon, registry: &Registry) -> Self {
        Self { daemon, home: tempfile::tempdir().expect("a temporary directory"), host: registry.host() }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = Command::new(DOCKER);
        command.env("HOME", self.home.path()).env("DOCKER_CONFIG", self.home.path().join("config"));
        command.env("DOCKER_HOST", format!("unix://{}", self.daemon.socket().display())).env_remove("DOCKER_CONTEXT");
        run(command.args(arguments), input)
    }

    fn must(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.run(arguments, "");
        assert!(outcome.succeeded(), "docker {} failed: {}", arguments.join(" "), outcome.text());
        outcome
    }
}

impl Client for Docker<'_> {
    fn login(&self, person: &Person) -> Outcome {
        self.run(&["login", "-u", &person.name, "--password-stdin", &self.host], &person.password)
    }

    fn push(&self, image: &Image, name: &str) -> Outcome {
        let name = format!("{}/{name}", self.host);
        let archive = image.docker_archive(self.home.path(), &name);
        self.must(&["load", "-q", "-i", archive.to_str().expect("temporary paths are text")]);
        self.run(&["push", &name], "")
    }

    fn pull(&self, name: &str) -> Result<String, Outcome> {
        // The daemon is everybody's: what it has already is taken away, or a pull would have nothing to fetch.
        let held = self.must(&["image", "ls", "-q", "--no-trunc"]);
        for id in held.stdout.lines() {
            self.run(&["rmi", "-f", id], "");
        }
        assert_eq!(self.must(&["image", "ls", "-q"]).stdout, "", "the daemon keeps an image");
        let name = format!("{}/{name}", self.host);
        let outcome = self.run(&["pull", &name], "");
        if !outcome.succeeded() {
            return Err(outcome);
        }
        Ok(self.must(&["image", "inspect", "--format", "{{.Id}}", &name]).stdout.trim().to_owned())
    }
}
