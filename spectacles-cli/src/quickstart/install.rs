//! Installing Debian's package of the registry.

use super::program::on_path;
use crate::ask;
use crate::config::Environment;
use crate::output;
use std::path::Path;
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

/// Installs it. A machine that has never looked for packages does that first. That it fails is said, and no reason to give up.
pub(super) async fn install(environment: &Environment) {
    output::note(&format!("Installing: {}", shown()));
    let install = ["install", "-y", "--no-install-recommends", PACKAGE];
    if !(apt_get(&install).await || (apt_get(&["update"]).await && apt_get(&install).await)) {
        output::note(&format!("The registry cannot be installed: {} failed.", shown()));
    } else if Path::new("/run/systemd/system").exists() && has(environment, "systemctl") {
        output::note(&format!(
            "Debian also runs it as a service of the system, on port 5000. This one is another; `systemctl disable --now {PACKAGE}` ends that."
        ));
    }
}

/// Runs it in view of whoever started us: it may ask for a password, and takes its time.
async fn apt_get(arguments: &[&str]) -> bool {
    let mut command = if is_root() { Command::new("env") } else { Command::new("sudo") };
    if !is_root() {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    // What is on standard input may have been the password of the administrator.
    let input = if ask::somebody_is_there() { Stdio::inherit() } else { Stdio::null() };
    match command.stdin(input).status().await {
        Ok(status) => status.success(),
        Err(error) => {
            output::note(&format!("apt-get cannot be started: {error}"));
            false
        }
    }
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
