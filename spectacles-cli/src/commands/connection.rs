//! How this server reaches a registry, as options say it.

use super::values::login;
use crate::ask;
use crate::failure::Failure;
use spectacles_core::auth::SecretString;
use spectacles_core::model::{LoginKind, SyncSeconds};
use spectacles_core::service::{ConnectionChanges, NewConnection};
use std::fs;
use std::path::{Path, PathBuf};

/// What creating and changing have in common.
#[derive(clap::Args)]
#[group(skip)]
pub(super) struct ConnectionArgs {
    /// Whether any certificate of the registry will do
    #[arg(long, value_name = "BOOL")]
    insecure: Option<bool>,
    /// Trust the authorities in this file (PEM), too, when this server reaches the registry
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How this server proves to the registry who it is: by tokens that it issues itself, by name and password, or not at all
    #[arg(long, value_parser = login())]
    login: Option<LoginKind>,
    /// With which name it logs in, where that is by name and password; its password comes from standard input or a file
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Read the password for the registry from standard input
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password for the registry from the first line of this file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// After how many seconds it is looked at again: 5 to 604800, or 0 for never
    #[arg(long, value_name = "N")]
    sync_seconds: Option<SyncSeconds>,
}

impl ConnectionArgs {
    /// Of a new registry. Whoever gives a name means to log in by it.
    pub(super) fn new_connection(self) -> Result<NewConnection, Failure> {
        let usual = if self.username.is_some() { LoginKind::Basic } else { LoginKind::default() };
        let (ca, password) = (self.authorities()?, self.password()?);
        Ok(NewConnection {
            insecure: self.insecure.unwrap_or_default(),
            ca,
            login: self.login.unwrap_or(usual),
            username: self.username,
            password,
            sync_seconds: self.sync_seconds.unwrap_or_default(),
        })
    }

    /// Of one that is there.
    pub(super) fn changes(self, no_ca: bool) -> Result<ConnectionChanges, Failure> {
        let (ca, password) = (self.authorities()?, self.password()?);
        Ok(ConnectionChanges {
            insecure: self.insecure,
            ca: if no_ca { Some(None) } else { ca.map(Some) },
            login: self.login.or(self.username.as_ref().map(|_| LoginKind::Basic)),
            username: self.username,
            password,
            sync_seconds: self.sync_seconds,
        })
    }

    fn authorities(&self) -> Result<Option<String>, Failure> {
        self.ca.as_deref().map(|path| read(path, "--ca")).transpose()
    }

    fn password(&self) -> Result<Option<SecretString>, Failure> {
        if self.password_stdin {
            return ask::password_from_stdin().map(Some);
        }
        let Some(path) = &self.password_file else { return Ok(None) };
        let text = read(path, "--password-file")?;
        Ok(Some(SecretString::from(text.lines().next().unwrap_or_default())))
    }
}

fn read(path: &Path, option: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::failed(format!("{option}: {} cannot be read: {error}", path.display())))
}
