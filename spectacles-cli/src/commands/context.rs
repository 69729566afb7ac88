//! What every administrative command works with.

use crate::ask;
use crate::config::{Global, Server, Target, load_keys, open_store, policies, settings};
use crate::failure::Failure;
use crate::output::{self, Format};
use serde::Serialize;
use spectacles_core::random::SystemRandom;
use spectacles_core::service::Administration;
use spectacles_core::time::{Clock, SystemClock};
use spectacles_http::Local;
use spectacles_http::client::{Client, Credentials};
use spectacles_http::registry::HttpConnector;
use std::sync::Arc;

/// The API, of a store on this machine or of a server: commands do not know which.
pub(super) struct Context<'a> {
    global: &'a Global,
    client: Client,
    clock: Arc<dyn Clock>,
}

/// Whether a command has to do with signing keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// They are read where files have them.
    Needed,
    /// They are left alone: a file that is wrong there is no hindrance.
    NotNeeded,
}

impl<'a> Context<'a> {
    /// What options, environment and profiles choose.
    pub(super) async fn open(global: &'a Global, keys: Keys) -> Result<Self, Failure> {
        match global.target()? {
            Target::Store => Self::on_store(global, keys).await,
            Target::Server(server) => Ok(Self::at_server(global, connect(&server)?)),
        }
    }

    /// The store on this machine.
    pub(super) async fn on_store(global: &'a Global, keys: Keys) -> Result<Self, Failure> {
        let store = open_store(global).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let administration = Administration::new(store, Arc::clone(&clock), Arc::new(SystemRandom))
            .map_err(|error| Failure::failed(format!("no thread for hashing passwords can be started: {error}")))?
            .with_policies(policies(global.environment())?);
        let keys = match keys {
            Keys::Needed => load_keys(global, clock.as_ref())?,
            Keys::NotNeeded => None,
        };
        let settings = settings(global)?;
        let administration = administration.reaching(Arc::new(HttpConnector::new()), settings.issuer, keys.clone());
        let local = Local::new(administration, settings.admin_bypass)
            .with_keys(keys)
            .with_address(global.environment().text("SPECTACLES_EXTERNAL_URL")?.map(str::to_owned));
        Ok(Self { global, client: Client::local(local), clock })
    }

    /// A server.
    pub(super) fn at_server(global: &'a Global, client: Client) -> Self {
        Self { global, client, clock: Arc::new(SystemClock::new()) }
    }

    /// The same for commands that are to be tried: what they would change is written down, and nobody is asked anything.
    pub(super) fn rehearsal(&self) -> Self {
        Self { global: self.global, client: Client::recording(), clock: Arc::clone(&self.clock) }
    }

    /// Whether commands only say what they would do.
    pub(super) fn is_rehearsal(&self) -> bool {
        self.client.recorded().is_some()
    }

    /// Whether somebody is there to be asked.
    pub(super) fn may_ask(&self) -> bool {
        !self.is_rehearsal() && ask::somebody_is_there()
    }

    /// Whether somebody is to be asked before something is lost, who has not said yes in advance.
    pub(super) fn asks(&self, yes: bool) -> bool {
        !yes && self.may_ask()
    }

    /// Asks whether to do what `consequences` says, and where; see [`ask::confirm`].
    pub(super) fn confirm(&self, consequences: &str, yes: bool) -> Result<(), Failure> {
        match self.client.server() {
            Some(server) => ask::confirm(&format!("At {server}: {consequences}"), yes || self.is_rehearsal()),
            None => ask::confirm(consequences, yes || self.is_rehearsal()),
        }
    }

    pub(super) fn global(&self) -> &'a Global {
        self.global
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The API.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The API, called by whoever is there with his password, for what an API token must not do. On this machine nobody is asked.
    pub(super) async fn in_person(&self, password_stdin: bool) -> Result<Option<Client>, Failure> {
        let Target::Server(server) = self.global.target()? else { return Ok(None) };
        let me = self.client.me().await?;
        let password = match password_stdin {
            true => ask::password_from_stdin()?,
            false => {
                ask::password(&format!("Password of {} at {}, because API tokens neither make nor revoke others: ", me.name, server.url))?
            }
        };
        client(&server.url, Credentials::Password { name: me.name, password }, server.authorities.as_deref()).map(Some)
    }

    /// The use cases, for what can only be done at the machine itself.
    pub(super) fn machine(&self, command: &str) -> Result<&Administration, Failure> {
        match self.client.as_local() {
            Some(local) => Ok(local.administration()),
            None => Err(crate::config::only_here(command, self.client.server())),
        }
    }

    /// Prints one thing: as JSON, or as `table` does it.
    pub(super) fn print<T: Serialize>(&self, thing: &T, table: impl FnOnce(&T) -> Result<(), Failure>) -> Result<(), Failure> {
        match self.global.output() {
            Format::Data(data) => data.print(thing),
            Format::Table => table(thing),
        }
    }

    /// Prints a list: as JSON, or as a table; instead of an empty table people get the sentence `none`.
    pub(super) fn print_list<T: Serialize, const N: usize>(
        &self,
        things: &[T],
        none: &str,
        head: [&str; N],
        row: impl Fn(&T) -> [String; N],
    ) -> Result<(), Failure> {
        match self.global.output() {
            Format::Data(data) => data.print(&things),
            Format::Table if things.is_empty() => {
                output::note(none);
                Ok(())
            }
            Format::Table => output::list(head, things.iter().map(row)),
        }
    }

    /// Says that something was done, to people only.
    pub(super) fn done(&self, message: &str) -> Result<(), Failure> {
        match self.global.output() {
            Format::Table => output::line(message),
            Format::Data(_) => Ok(()),
        }
    }
}

/// A client of a server.
pub(super) fn connect(server: &Server) -> Result<Client, Failure> {
    client(&server.url, Credentials::Token(server.token.clone()), server.authorities.as_deref())
}

/// The same with other credentials.
pub(super) fn client(server: &str, credentials: Credentials, authorities: Option<&str>) -> Result<Client, Failure> {
    Ok(match authorities {
        Some(authorities) => Client::connect_trusting(server, credentials, authorities)?,
        None => Client::connect(server, credentials)?,
    })
}
