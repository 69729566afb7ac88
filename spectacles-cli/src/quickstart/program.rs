//! The program of a registry.

use super::install;
use crate::config::Environment;
use crate::registry_config::Version;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// What Debian calls it, and what everybody else does.
const NAMES: [&str; 2] = ["docker-registry", "registry"];
/// How long it may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// A program that is a CNCF registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    path: PathBuf,
    version: String,
}

impl Program {
    /// Looks for one, and installs one where that is wanted.
    pub(super) async fn find_or_install(environment: &Environment, yes: bool) -> Option<Self> {
        let found = Self::find(environment).await;
        if found.is_none() && install::may(environment, yes) {
            install::install(environment).await;
            return Self::find(environment).await;
        }
        found
    }

    async fn find(environment: &Environment) -> Option<Self> {
        for path in NAMES.iter().flat_map(|name| on_path(environment, name)) {
            if let Some(program) = Self::at(path).await {
                return Some(program);
            }
        }
        None
    }

    /// Asks it for its version: `registry` is a name that other programs may have.
    async fn at(path: PathBuf) -> Option<Self> {
        let mut command = Command::new(&path);
        let command = command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let said = timeout(PATIENCE, command.output()).await.ok()?.ok()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let version = version_in(&said)?.to_owned();
        Some(Self { path, version })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// `docker-registry 2.8.2`
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.path.display(), self.version)
    }

    /// Which configuration it understands.
    pub(super) fn version(&self) -> Version {
        if major(&self.version) >= 3 { Version::V3 } else { Version::V2 }
    }
}

/// Every program of this name, in the order of the path.
pub(super) fn on_path(environment: &Environment, name: &str) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let is_program = |path: &PathBuf| path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0);
    let path = environment.path("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|directory| directory.join(name)).filter(is_program).collect()
}

/// What to type for this program itself: its name, where that leads here, or else its path.
pub(super) fn ourselves(environment: &Environment) -> String {
    const NAME: &str = "spectacles";
    let Ok(here) = std::env::current_exe() else { return NAME.to_owned() };
    let first = on_path(environment, NAME).into_iter().next().and_then(|path| path.canonicalize().ok());
    if first.is_some() && first == here.canonicalize().ok() { NAME.to_owned() } else { here.display().to_string() }
}

/// The version in `docker-registry github.com/docker/distribution 2.8.2+ds1` or `registry github.com/distribution/distribution/v3 v3.0.0`.
fn version_in(said: &str) -> Option<&str> {
    let mut words = said.lines().next()?.split_whitespace();
    words.next()?;
    if !words.next()?.contains("/distribution") {
        return None;
    }
    let version = words.next()?;
    Some(version.strip_prefix('v').unwrap_or(version))
}

fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registries_are_taken_for_registries() {
        assert_eq!(version_in("docker-registry github.com/docker/distribution 2.8.2+ds1\n"), Some("2.8.2+ds1"));
        assert_eq!(version_in("registry github.com/distribution/distribution/v3 v3.1.1\n"), Some("3.1.1"));
        assert_eq!(version_in("registry 1.0, the editor of registries\n"), None);
        assert_eq!(version_in(""), None);
        assert_eq!((major("2.8.2+ds1"), major("3.1.1"), major("unknown")), (2, 3, 0));
    }
}
