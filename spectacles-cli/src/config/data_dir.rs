//! The data directory.

use super::Environment;
use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// Where it is.
pub(super) fn find(option: Option<&Path>, environment: &Environment) -> Result<PathBuf, Failure> {
    if let Some(directory) = option {
        return Ok(directory.to_owned());
    }
    if let Some(directory) = environment.path("SPECTACLES_DATA_DIR") {
        return Ok(directory);
    }
    if is_root() {
        return Ok(PathBuf::from("/var/lib/spectacles"));
    }
    // The XDG base directory specification: a path that is not absolute is to be ignored.
    let data_home = environment.path("XDG_DATA_HOME").filter(|path| path.is_absolute());
    data_home
        .or_else(|| environment.path("HOME").map(|home| home.join(".local/share")))
        .map(|data_home| data_home.join("spectacles"))
        .ok_or_else(|| Failure::failed("there is no home directory to keep data in: name a directory with --data-dir"))
}

/// Makes it, readable for its owner only: there are password hashes and keys in it.
pub(super) fn make(directory: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| {
        let advice = "make it, or name another one with --data-dir";
        Failure::failed(format!("the data directory {} cannot be made: {error}; {advice}", directory.display()))
    })
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // The owner of a process's own entry is its effective user.
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}
