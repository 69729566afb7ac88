//! Installing Debian's package of the registry.

use super::program::on_path;
use crate::ask;
use crate::config::Environment;
use crate::failure::Failure;
use crate::output;
use std::process::Stdio;
use tokio::process::Command;

const PACKAGE: &str = "docker-registry";

/// Whether it can be installed here and somebody wants it.
pub(super) fn may(environment: &Environment, yes: bool) -> bool {
    let possible = is_debian() && has(environment, "apt-get") && (is_root() || has(environment, "sudo"));
    if !possible || yes {
        return possible;
    }
    let question = format!("There is no registry on this machine. Debian's package {PACKAGE} can be installed with {}.", shown());
    ask::somebody_is_there() && ask::confirm(&question, false).is_ok()
}

/// Installs it. A machine that has never looked for packages does that first.
pub(super) async fn install(environment: &Environment) -> Result<(), Failure> {
    output::note(&format!("Installing: {}", shown()));
    let install = ["install", "-y", "--no-install-recommends", PACKAGE];
    if apt_get(&install).await? || (apt_get(&["update"]).await? && apt_get(&install).await?) {
        if environment.path("PATH").is_some_and(|_| has(environment, "systemctl")) {
            output::note(&format!(
                "Debian also runs it as a service of the system, on a port of its own choice; `systemctl disable --now {PACKAGE}` ends that."
            ));
        }
        return Ok(());
    }
    Err(Failure::failed(format!("the registry cannot be installed: {} failed; without --yes it is not tried", shown())))
}

/// Runs it in view of whoever started us: it may ask for a password, and takes its time.
async fn apt_get(arguments: &[&str]) -> Result<bool, Failure> {
    let mut command = if is_root() { Command::new("env") } else { Command::new("sudo") };
    if !is_root() {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    // What is on standard input may be the password of the administrator.
    let input = if ask::somebody_is_there() { Stdio::inherit() } else { Stdio::null() };
    let status = command.stdin(input).status().await;
    status.map(|status| status.success()).map_err(|error| Failure::failed(format!("apt-get cannot be started: {error}")))
}

fn shown() -> String {
    format!("{}apt-get install {PACKAGE}", if is_root() { "" } else { "sudo " })
}

fn has(environment: &Environment, program: &str) -> bool {
    !on_path(environment, program).is_empty()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// <https://www.freedesktop.org/software/systemd/man/latest/os-release.html>
fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|release| names_debian(&release))
}

fn names_debian(release: &str) -> bool {
    release
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| matches!(*name, "ID" | "ID_LIKE"))
        .any(|(_, value)| value.trim_matches(['"', '\'']).split_whitespace().any(|name| matches!(name, "debian" | "ubuntu")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_what_is_made_of_it_are_recognised() {
        assert!(names_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(names_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\nNAME=debian\n"));
    }
}
