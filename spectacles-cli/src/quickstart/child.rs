//! The registry, running as our child.

use super::program::{Program, on_path};
use crate::config::Environment;
use crate::failure::Failure;
use crate::serve::Stop;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

/// How long it may take until it listens, and until it has stopped.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much of its log is shown when it ends by itself.
const LAST_LINES: usize = 8;

/// A registry that was started by us, and is stopped by us.
pub(super) struct Child {
    process: tokio::process::Child,
    title: String,
    log: PathBuf,
}

impl Child {
    /// Starts it, and waits until it listens.
    pub(super) async fn start(
        program: &Program,
        config: &Path,
        log: &Path,
        listen: SocketAddr,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let failed = |what: &dyn std::fmt::Display| Failure::failed(format!("the registry {} cannot be started: {what}", program.title()));
        let output = OpenOptions::new().create(true).append(true).open(log).map_err(|error| failed(&error))?;
        let copy = output.try_clone().map_err(|error| failed(&error))?;
        let mut command = leashed(program, environment);
        command.arg("serve").arg(config).stdin(Stdio::null()).stdout(output).stderr(copy);
        // Every REGISTRY_... variable would override the configuration. 3.x sends traces somewhere unless it is told not to.
        command.env_clear().envs(kept(environment)).env("OTEL_TRACES_EXPORTER", "none");
        // Ctrl-C at the terminal is for us: we stop it when it is its turn.
        command.process_group(0).kill_on_drop(true);
        let process = command.spawn().map_err(|error| failed(&error))?;
        let mut child = Self { process, title: program.title(), log: log.to_owned() };
        let listens = async {
            while TcpStream::connect(listen).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            status = child.process.wait() => Err(child.ended(status)),
            reached = timeout(PATIENCE, listens) => match reached {
                Ok(()) => Ok(child),
                Err(_) => Err(failed(&format!("it does not listen on {listen} after {} s; its log is {}", PATIENCE.as_secs(), log.display()))),
            },
        }
    }

    /// Waits until it is time to stop it, and stops it. That it ends by itself is an error.
    pub(super) async fn run(&mut self, stop: &Stop) -> Result<(), Failure> {
        tokio::select! {
            status = self.process.wait() => return Err(self.ended(status)),
            () = stop.requested() => {}
        }
        if let Some(pid) = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            // It is our child, and was not waited for: the number is nobody else's. Where the signal fails, it has ended.
            let _ = kill_process(pid, Signal::TERM);
        }
        tokio::select! {
            _ = self.process.wait() => return Ok(()),
            () = sleep(PATIENCE) => tracing::warn!("the registry did not stop within {} s and is killed", PATIENCE.as_secs()),
            () = stop.at_once() => {}
        }
        self.process.kill().await.map_err(|error| Failure::failed(format!("the registry cannot be stopped: {error}")))
    }

    fn ended(&self, status: std::io::Result<ExitStatus>) -> Failure {
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.iter().skip(lines.len().saturating_sub(LAST_LINES)).fold(String::new(), |text, line| format!("{text}\n  {line}"));
        Failure::failed(format!("the registry {} ended ({status}). The end of its log, {}:{last}", self.title, self.log.display()))
    }
}

/// The program, which ends with us even when we are killed: where util-linux is, it sets the signal the kernel sends then.
fn leashed(program: &Program, environment: &Environment) -> Command {
    match on_path(environment, "setpriv").first() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "TERM", "--"]).arg(program.path());
            command
        }
        None => Command::new(program.path()),
    }
}

fn kept(environment: &Environment) -> impl Iterator<Item = (&'static str, OsString)> {
    ["PATH", "HOME"].into_iter().filter_map(|name| Some((name, environment.path(name)?.into_os_string())))
}
