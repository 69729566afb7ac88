//! Who may change what is known, and how a change is made.

use super::{Audit, Error, Groups, Keys, Namespaces, Registries, Users};
use crate::auth::{PasswordError, VerifierPool, hash_password};
use crate::live::LiveFacts;
use crate::model::{AuditRecord, PasswordHash};
use crate::random::Random;
use crate::store::{ReadTx, Store, StoreError, WriteTx};
use crate::time::{Clock, Timestamp};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What is needed to change things: a store, and facts to be kept in step with it where there are any.
#[derive(Clone)]
pub struct Administration {
    store: Arc<dyn Store>,
    facts: Option<Arc<LiveFacts>>,
    hashers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Administration {
    /// Administration of a store by a process that keeps no facts in memory, such as a command.
    ///
    /// # Errors
    /// The error of the operating system when it gives no thread for hashing passwords.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> std::io::Result<Self> {
        Ok(Self { store, facts: None, hashers: Arc::new(VerifierPool::new(1)?), clock, random })
    }

    /// The same for a process that decides by facts in memory.
    pub(super) fn following(
        store: Arc<dyn Store>,
        facts: Arc<LiveFacts>,
        hashers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { store, facts: Some(facts), hashers, clock, random }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
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

    pub(super) async fn read(self) -> Result<Box<dyn ReadTx>, StoreError> {
        self.administration.store.read().await
    }

    /// Begins a change. Dropping it undoes it.
    pub(super) async fn change(self) -> Result<Change<'a>, StoreError> {
        let tx = self.administration.store.write().await?;
        Ok(Change { admin: self, tx, at: self.administration.clock.now() })
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

/// A change in the making.
pub(super) struct Change<'a> {
    admin: Administrator<'a>,
    /// What the change is made in.
    pub(super) tx: Box<dyn WriteTx>,
    /// The moment of the change.
    pub(super) at: Timestamp,
}

impl Change<'_> {
    /// Makes the change last together with its audit entry, and brings the facts of this process up to date.
    pub(super) async fn commit(mut self, action: &str, object: String, details: Value) -> Result<(), Error> {
        let actor = self.admin.actor.to_owned();
        let record = AuditRecord { at: self.at, actor, action: action.to_owned(), object, details };
        self.tx.append_audit(&record).await?;
        self.tx.commit().await?;
        tracing::info!(actor = record.actor, action, object = record.object, "changed");
        if let Some(facts) = &self.admin.administration.facts
            && let Err(error) = facts.refresh().await
        {
            // The change is made. The facts follow within a second, or are not vouched for any longer.
            tracing::warn!(%error, "the facts in memory could not be refreshed after a change");
        }
        Ok(())
    }
}

/// The fields of `after` that differ from those of `before`, as `{"field": {"before": .., "after": ..}}`.
///
/// Secrets are not serialised, so that they cannot get in here.
pub(super) fn differences(before: &impl Serialize, after: &impl Serialize) -> Value {
    let fields = |thing: Result<Value, serde_json::Error>| match thing {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => Map::new(),
    };
    let (before, after) = (fields(serde_json::to_value(before)), fields(serde_json::to_value(after)));
    let changed = after.into_iter().filter(|(field, _)| field != "updated").filter_map(|(field, after)| {
        let before = before.get(&field).cloned().unwrap_or(Value::Null);
        (before != after).then(|| (field, json!({ "before": before, "after": after })))
    });
    Value::Object(changed.collect())
}
