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
        let wrong = if directory.exists() { "is not a directory".to_owned() } else { format!("cannot be made: {error}") };
        Failure::failed(format!("the data directory {} {wrong}; name another one with --data-dir", directory.display()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(option: Option<&str>, variables: &[(&str, &str)]) -> Option<PathBuf> {
        find(option.map(Path::new), &variables.iter().copied().collect()).ok()
    }

    #[test]
    fn the_option_comes_before_the_environment() {
        let variables = [("SPECTACLES_DATA_DIR", "/environment"), ("HOME", "/home/me")];
        assert_eq!(found(Some("/option"), &variables), Some("/option".into()));
        assert_eq!(found(None, &variables), Some("/environment".into()));
    }

    #[test]
    fn without_either_it_is_where_such_data_belongs() {
        let expected = |place: &str| Some(PathBuf::from(if is_root() { "/var/lib/spectacles" } else { place }));
        assert_eq!(found(None, &[("HOME", "/home/me")]), expected("/home/me/.local/share/spectacles"));
        assert_eq!(found(None, &[("HOME", "/home/me"), ("XDG_DATA_HOME", "/data")]), expected("/data/spectacles"));
        assert_eq!(found(None, &[("HOME", "/home/me"), ("XDG_DATA_HOME", "relative")]), expected("/home/me/.local/share/spectacles"));
    }

    #[test]
    fn it_is_made_for_its_owner_only_and_a_file_in_its_place_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("a/b");
        make(&directory).unwrap();
        make(&directory).unwrap();
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&directory).unwrap().permissions()) & 0o777, 0o700);
        let file = parent.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(make(&file).unwrap_err().message().contains("is not a directory"));
    }
}
