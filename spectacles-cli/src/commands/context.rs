//! What every administrative command works with.

use crate::ask;
use crate::config::{Global, open_store, policies, signing_keys};
use crate::failure::Failure;
use crate::output::{self, Format};
use serde::Serialize;
use spectacles_core::access::Facts;
use spectacles_core::key::KeyRing;
use spectacles_core::live::LiveFacts;
use spectacles_core::random::{Random, SystemRandom};
use spectacles_core::service::{Administration, Administrator, Error, Rehearsal};
use spectacles_core::store::Store;
use spectacles_core::time::{Clock, SystemClock};
use std::sync::Arc;

/// An open database, and whoever sits at this machine as its administrator.
pub(super) struct Context<'a> {
    global: &'a Global,
    administration: Administration,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Where changes are tried instead of made. Then nothing is printed, and nobody is asked anything.
    rehearsal: Option<Rehearsal>,
}

impl<'a> Context<'a> {
    pub(super) async fn open(global: &'a Global) -> Result<Self, Failure> {
        let store = open_store(global).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let administration = Administration::new(store, Arc::clone(&clock), Arc::clone(&random))
            .map_err(|error| Failure::failed(format!("no thread for hashing passwords can be started: {error}")))?
            .with_policies(policies(global.environment())?);
        Ok(Self { global, administration, clock, random, rehearsal: None })
    }

    /// The same, for commands that are to come to nothing.
    pub(super) async fn rehearse(&self) -> Result<Self, Failure> {
        let administration = self.administration.clone();
        let rehearsal = Some(administration.rehearsal().await?);
        Ok(Self { global: self.global, administration, clock: Arc::clone(&self.clock), random: Arc::clone(&self.random), rehearsal })
    }

    /// What these facts would be after the commands, which are undone now.
    pub(super) async fn outcome(self, facts: &Facts) -> Result<Facts, Failure> {
        match self.rehearsal {
            Some(rehearsal) => Ok(rehearsal.outcome(facts).await?),
            None => Ok(facts.clone()),
        }
    }

    /// Whether commands only try what they do.
    pub(super) fn is_rehearsal(&self) -> bool {
        self.rehearsal.is_some()
    }

    /// Whether somebody is there to be asked.
    pub(super) fn may_ask(&self) -> bool {
        !self.is_rehearsal() && ask::somebody_is_there()
    }

    pub(super) fn global(&self) -> &'a Global {
        self.global
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(super) fn random(&self) -> &Arc<dyn Random> {
        &self.random
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        self.administration.store()
    }

    /// What needs no administrator.
    pub(super) fn administration(&self) -> &Administration {
        &self.administration
    }

    /// The use cases.
    pub(super) fn admin(&self) -> Administrator<'_> {
        self.rehearsal.as_ref().map_or_else(|| self.administration.operator(), Rehearsal::administrator)
    }

    /// The facts that a server on this database would decide by.
    pub(super) async fn facts(&self) -> Result<LiveFacts, Failure> {
        Ok(LiveFacts::load(Arc::clone(self.store()), Arc::clone(&self.clock)).await?)
    }

    /// The keys that a server in this environment would sign with.
    pub(super) async fn keys(&self) -> Result<KeyRing, Failure> {
        signing_keys(self.global, self.clock.as_ref(), self.admin()).await
    }

    /// Prints one thing: as JSON, or as `table` does it.
    pub(super) fn print<T: Serialize>(&self, thing: &T, table: impl FnOnce(&T) -> Result<(), Failure>) -> Result<(), Failure> {
        if self.is_rehearsal() {
            return Ok(());
        }
        match self.global.output() {
            Format::Json => output::json(thing),
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
        if self.is_rehearsal() {
            return Ok(());
        }
        match self.global.output() {
            Format::Json => output::json(&things),
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
            Format::Table if !self.is_rehearsal() => output::line(message),
            Format::Json | Format::Table => Ok(()),
        }
    }
}

/// Reads a whole list, page by page. `page` reads up to [`PAGE`] things after the one with that name.
pub(super) async fn all<T, K>(page: impl AsyncFn(Option<&K>) -> Result<Vec<T>, Error>, name: impl Fn(&T) -> K) -> Result<Vec<T>, Failure> {
    let mut things = Vec::new();
    loop {
        let after = things.last().map(&name);
        let next = page(after.as_ref()).await?;
        let full = next.len() >= PAGE as usize;
        things.extend(next);
        if !full {
            return Ok(things);
        }
    }
}

/// How much is read at once.
pub(super) const PAGE: u32 = 1000;
