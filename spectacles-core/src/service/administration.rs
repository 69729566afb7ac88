//! Who may change what is known.

use super::change::{Change, Reading, Stage, Writing};
use super::{Audit, Error, Groups, Keys, Namespaces, Registries, Users};
use crate::auth::{PasswordError, VerifierPool, hash_password};
use crate::live::LiveFacts;
use crate::model::PasswordHash;
use crate::random::Random;
use crate::store::Store;
use crate::time::{Clock, Timestamp};
use secrecy::SecretString;
use std::sync::Arc;

/// What is needed to change things: a store, and facts to be kept in step with it where there are any.
#[derive(Clone)]
pub struct Administration {
    store: Arc<dyn Store>,
    facts: Option<Arc<LiveFacts>>,
    hashers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Where changes are made that are to come to nothing.
    stage: Option<Stage>,
}

impl Administration {
    /// Administration of a store by a process that keeps no facts in memory, such as a command.
    ///
    /// # Errors
    /// The error of the operating system when it gives no thread for hashing passwords.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> std::io::Result<Self> {
        Ok(Self { store, facts: None, hashers: Arc::new(VerifierPool::new(1)?), clock, random, stage: None })
    }

    /// The same for a process that decides by facts in memory.
    pub(super) fn following(
        store: Arc<dyn Store>,
        facts: Arc<LiveFacts>,
        hashers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { store, facts: Some(facts), hashers, clock, random, stage: None }
    }

    /// The same on a stage: whatever is changed stays there.
    pub(super) fn on(&self, stage: Stage) -> Self {
        Self { stage: Some(stage), ..self.clone() }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The facts that are kept in step, where there are any.
    pub(super) fn facts(&self) -> Option<&Arc<LiveFacts>> {
        self.facts.as_ref()
    }

    /// Whoever sits at the machine itself: who can open the database may change it.
    pub fn operator(&self) -> Administrator<'_> {
        self.acting("operator")
    }

    /// An administrator of this name. Whoever calls this has checked it.
    pub(super) fn acting<'a>(&'a self, actor: &'a str) -> Administrator<'a> {
        Administrator { administration: self, actor }
    }
}

/// Proof that somebody may administer, and the only way to do so.
#[derive(Clone, Copy)]
pub struct Administrator<'a> {
    administration: &'a Administration,
    actor: &'a str,
}

impl<'a> Administrator<'a> {
    /// The name that the audit trail gets.
    pub fn actor(&self) -> &'a str {
        self.actor
    }

    /// Users.
    pub fn users(self) -> Users<'a> {
        Users(self)
    }

    /// Groups and their members.
    pub fn groups(self) -> Groups<'a> {
        Groups(self)
    }

    /// Registries.
    pub fn registries(self) -> Registries<'a> {
        Registries(self)
    }

    /// Namespaces and the rights on them.
    pub fn namespaces(self) -> Namespaces<'a> {
        Namespaces(self)
    }

    /// Signing keys.
    pub fn keys(self) -> Keys<'a> {
        Keys(self)
    }

    /// The audit trail.
    pub fn audit(self) -> Audit<'a> {
        Audit(self)
    }

    pub(super) async fn read(self) -> Result<Reading, Error> {
        match &self.administration.stage {
            Some(stage) => stage.read(),
            None => Ok(Reading::Store(self.administration.store.read().await?)),
        }
    }

    /// Begins a change. Dropping it undoes it.
    pub(super) async fn change(self) -> Result<Change, Error> {
        let Administration { store, facts, stage, .. } = self.administration;
        let tx = match stage {
            Some(stage) => stage.write()?,
            None => Writing::Store(store.write().await?),
        };
        // After the wait for others, so that moments ascend as changes do.
        Ok(Change::new(tx, facts.clone(), self.actor.to_owned(), self.now()))
    }

    pub(super) fn now(self) -> Timestamp {
        self.administration.clock.now()
    }

    /// Hashes a password of `account` without holding up other work.
    pub(super) async fn hash(self, account: &str, password: SecretString) -> Result<PasswordHash, Error> {
        let random = Arc::clone(&self.administration.random);
        let hashing = self.administration.hashers.run(account, move || hash_password(&password, random.as_ref()));
        let hash: Result<PasswordHash, PasswordError> = hashing.await.map_err(|busy| Error::Busy(busy.to_string()))?;
        Ok(hash?)
    }
}
