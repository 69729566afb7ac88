//! The directory that everything is in.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use spectacles_core::name::UserName;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The directory, held by this process alone.
pub(super) struct Place {
    directory: PathBuf,
    remembered: Remembered,
    /// Locked as long as it is open. The system unlocks it whatever becomes of this process.
    _lock: File,
}

/// What was chosen before, so that what people have typed stays right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) user: Option<UserName>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) registry_listen: Option<SocketAddr>,
}

impl Place {
    /// Takes a directory that exists.
    pub(super) fn take(directory: PathBuf) -> Result<Self, Failure> {
        let unusable = |path: &Path, error: &dyn std::fmt::Display| {
            Failure::failed(format!("{} cannot be used: {error}; choose another directory with --dir", path.display()))
        };
        check_owner(&directory)?;
        let lock = lock(&directory)?;
        let file = memory(&directory);
        let remembered = match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| unusable(&file, &error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Remembered::default(),
            Err(error) => return Err(unusable(&file, &error)),
        };
        Ok(Self { directory, remembered, _lock: lock })
    }

    pub(super) fn remembered(&self) -> &Remembered {
        &self.remembered
    }

    /// Keeps this for the next time.
    pub(super) fn remember(&mut self, what: Remembered) -> Result<(), Failure> {
        if self.remembered != what {
            let file = memory(&self.directory);
            let text = serde_json::to_vec_pretty(&what).map_err(std::io::Error::from);
            let written = text.and_then(|text| fs::write(&file, text));
            written.map_err(|error| Failure::failed(format!("{} cannot be written: {error}", file.display())))?;
            self.remembered = what;
        }
        Ok(())
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.directory.join("log")
    }

    /// Where the registry has its configuration and its images.
    pub(super) fn registry(&self) -> PathBuf {
        self.directory.join("registry")
    }

    pub(super) fn registry_log(&self) -> PathBuf {
        self.logs().join("registry.log")
    }
}

fn memory(directory: &Path) -> PathBuf {
    directory.join("quickstart.json")
}

/// Refuses a directory that others prepared or can change: they could know the key in it, or lead us to files elsewhere.
fn check_owner(directory: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;
    let shown = directory.display();
    let data = fs::metadata(directory).map_err(|error| Failure::failed(format!("{shown} cannot be used: {error}")))?;
    if data.uid() == rustix::process::geteuid().as_raw() && data.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!("{shown} belongs to somebody else, or others may write there; choose another directory with --dir")))
}

/// Makes sure that nobody else works here.
fn lock(directory: &Path) -> Result<File, Failure> {
    let path = directory.join("quickstart.lock");
    let failed = |error: std::io::Error| Failure::failed(format!("{} cannot be locked: {error}", path.display()));
    // Not truncated: whoever has the lock has written there who he is.
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(error)) => return Err(failed(error)),
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let (directory, holder) = (directory.display(), holder.trim());
            return Err(Failure::failed(format!(
                "a quickstart in {directory} is running already (process {holder}): stop it first, or choose another directory with --dir"
            )));
        }
    }
    let write = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    write.map_err(failed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_others_may_write_to_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = Place::take(directory.path().to_owned()).err().unwrap();
        assert!(refused.message().contains("others may write there"), "{}", refused.message());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn one_process_has_the_place_and_finds_what_it_chose_before() {
        let directory = tempfile::tempdir().unwrap();
        let take = || Place::take(directory.path().to_owned());
        let mut place = take().unwrap();
        assert_eq!(*place.remembered(), Remembered::default());
        let second = take().err().unwrap();
        assert!(second.message().contains(&format!("running already (process {})", std::process::id())), "{}", second.message());
        let chosen = Remembered { user: Some("ann".parse().unwrap()), listen: Some(([127, 0, 0, 1], 5).into()), registry_listen: None };
        place.remember(chosen.clone()).unwrap();
        drop(place);
        assert_eq!(*take().unwrap().remembered(), chosen);
    }
}
