//! The servers somebody has logged in to, and the tokens he got there.
//!
//! They are in `profiles.json` in the user's directory for configuration, which only he can read. The file is written as a whole and put in place of
//! the old one, so that nobody ever reads half of it.

use super::Environment;
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use spectacles_core::id::ApiTokenId;
use spectacles_core::name::UserName;
use spectacles_core::time::Timestamp;
use spectacles_http::resources::Secret;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Where somebody has logged in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// The address.
    pub(crate) server: String,
    /// As whom.
    pub(crate) user: UserName,
    /// By which calls are made.
    pub(crate) token: Secret,
    /// The same for those who take it away.
    pub(crate) token_id: ApiTokenId,
    /// Until when it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
    /// Certificates of authorities that are trusted beside those of the system, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorities: Option<String>,
}

/// Everywhere somebody has logged in.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    /// The one that is used where nothing else is said.
    pub(crate) current: Option<String>,
    /// By name.
    pub(crate) profiles: BTreeMap<String, Profile>,
}

impl Profiles {
    /// What is kept; nothing where there is no file.
    pub(crate) fn read(environment: &Environment) -> Result<Self, Failure> {
        let Some(file) = place(environment) else { return Ok(Self::default()) };
        let unreadable = |error: &dyn std::fmt::Display| Failure::failed(format!("{} cannot be read: {error}", file.display()));
        let mut opened = match File::open(&file) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(Self::default()),
            opened => opened.map_err(|error| unreadable(&error))?,
        };
        let mode = opened.metadata().map_err(|error| unreadable(&error))?.permissions().mode();
        if mode & 0o077 != 0 {
            let file = file.display();
            return Err(Failure::failed(format!(
                "others can read {file}, and there are tokens in it: `chmod 600 {file}`, and log in again where somebody may have read it"
            )));
        }
        let mut text = String::new();
        opened.read_to_string(&mut text).map_err(|error| unreadable(&error))?;
        // What is wrong with it is told by its place only: the text around it may be a token.
        serde_json::from_str(&text).map_err(|error| {
            Failure::failed(format!("{} is damaged at line {}; move it away, and log in again", file.display(), error.line()))
        })
    }

    /// Keeps it.
    pub(crate) fn write(&self, environment: &Environment) -> Result<PathBuf, Failure> {
        let file = place(environment)
            .ok_or_else(|| Failure::failed("there is no home directory to keep the token in: set HOME or XDG_CONFIG_HOME"))?;
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::failed(format!("profiles cannot be kept: {error}")))?;
        put(&file, &text).map_err(|error| Failure::failed(format!("{} cannot be written: {error}", file.display())))?;
        Ok(file)
    }

    /// One of them by its name.
    pub(crate) fn find(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            let name = spectacles_core::name::excerpt(name);
            let known: Vec<_> = self.profiles.keys().map(String::as_str).collect();
            let known =
                if known.is_empty() { "`spectacles login URL` makes one".to_owned() } else { format!("there are {}", known.join(", ")) };
            Failure::not_found(format!("there is no profile `{name}`; {known}"))
        })
    }

    /// The one that is used where nothing else is said.
    pub(crate) fn current(&self) -> Option<(&str, &Profile)> {
        let name = self.current.as_deref()?;
        self.profiles.get(name).map(|profile| (name, profile))
    }

    /// One for this server, the current one before others.
    pub(crate) fn of_server(&self, server: &str) -> Option<(&str, &Profile)> {
        let is_it = |profile: &Profile| profile.server.trim_end_matches('/') == server.trim_end_matches('/');
        let all = self.profiles.iter().map(|(name, profile)| (name.as_str(), profile));
        self.current().into_iter().chain(all).find(|(_, profile)| is_it(profile))
    }
}

/// Where it is kept: the XDG base directory specification, by which a path that is not absolute is to be ignored.
fn place(environment: &Environment) -> Option<PathBuf> {
    let config = environment.path("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let config = config.or_else(|| environment.path("HOME").map(|home| home.join(".config")));
    config.map(|config| config.join("spectacles/profiles.json"))
}

/// Puts a file in place of the one that was there, readable for nobody else at any time.
fn put(file: &Path, text: &str) -> io::Result<()> {
    let directory = file.parent().unwrap_or(file);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let new = file.with_extension(format!("json.{}", std::process::id()));
    let write = || {
        let mut written = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        written.write_all(text.as_bytes())?;
        written.sync_all()?;
        fs::rename(&new, file)
    };
    write().inspect_err(|_| {
        // What is half written is of no use to anybody.
        let _ = fs::remove_file(&new);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_where_configuration_belongs() {
        let found = |variables: &[(&str, &str)]| place(&variables.iter().copied().collect());
        assert_eq!(found(&[("HOME", "/home/me")]), Some("/home/me/.config/spectacles/profiles.json".into()));
        assert_eq!(found(&[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/c")]), Some("/c/spectacles/profiles.json".into()));
        assert_eq!(found(&[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "c")]), Some("/home/me/.config/spectacles/profiles.json".into()));
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn what_is_written_is_read_again_by_its_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let environment: Environment = [("HOME", home.path().to_str().unwrap())].into_iter().collect();
        assert!(Profiles::read(&environment).unwrap().profiles.is_empty());
        let profile = Profile {
            server: "https://auth.example.com".to_owned(),
            user: "alice".parse().unwrap(),
            token: Secret("spectacles_x".into()),
            token_id: ApiTokenId::new(7),
            until: None,
            authorities: None,
        };
        let profiles = Profiles { current: Some("work".to_owned()), profiles: [("work".to_owned(), profile)].into() };
        let file = profiles.write(&environment).unwrap();
        let file = &profiles.write(&environment).map(|again| assert_eq!(again, file)).map(|()| file).unwrap();
        let read = Profiles::read(&environment).unwrap();
        assert_eq!(read.current().map(|(name, profile)| (name, profile.server.as_str())), Some(("work", "https://auth.example.com")));
        assert!(read.of_server("https://auth.example.com/").is_some() && read.of_server("https://example.com").is_none());
        assert!(read.find("home").err().unwrap().message().contains("work"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing else is left there");
        fs::set_permissions(file, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Profiles::read(&environment).err().unwrap();
        assert!(refused.message().contains("chmod 600") && !refused.message().contains("spectacles_x"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(file, "{\"profiles\": {\"work\": {\"token\": \"spectacles_x\", }}}").unwrap();
        let damaged = Profiles::read(&environment).err().unwrap();
        assert!(damaged.message().contains("line 1") && !damaged.message().contains("spectacles_x"), "{}", damaged.message());
    }
}
