//! How it goes with looking at a registry, and what its notifications are known by.

use super::Error;
use super::actor::{Answers, Standing, answers};
use super::registries::{Registries, object};
use crate::auth::{hash_secret, new_secret};
use crate::model::{Registry, SyncState};
use crate::name::ServiceName;
use secrecy::SecretString;
use serde_json::json;

impl Registries<'_> {
    /// How it goes with looking at a registry.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not answer for it.
    pub async fn sync_state(self, service: &ServiceName) -> Result<SyncState, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let registry = self.0.known_registry(tx.as_mut(), &standing, service).await?;
        if let Standing::Own(person) = &standing
            && answers(tx.as_mut(), person, &registry, self.0.now()).await? == Answers::Not
        {
            return Err(Error::Denied(format!("only those who answer for registry `{service}`, auditors and administrators see this")));
        }
        drop(tx);
        self.0.administration.sync_state(registry.id).await
    }

    /// Has a registry looked at before its time, by whichever process does so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not answer for it; [`Error::Refused`] while it is disabled; [`Error::TooMany`].
    pub async fn want_sync(self, service: &ServiceName) -> Result<SyncState, Error> {
        let registry = self.answered_for(service).await?;
        if !registry.enabled {
            return Err(Error::Refused(format!("registry `{service}` is disabled, and not looked at; enable it first")));
        }
        self.0.administration.want(registry.id).await
    }

    /// Makes a secret by which notifications of a registry are known. The one before is good no longer.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not answer for it.
    pub async fn new_event_secret(self, service: &ServiceName) -> Result<SecretString, Error> {
        let secret = new_secret(self.0.administration.random())?;
        let (mut change, standing) = self.0.change_own().await?;
        let (mut registry, _) = self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
        let replaced = registry.event_secret.is_some();
        (registry.event_secret, registry.updated) = (Some(hash_secret(&secret)), change.at);
        change.tx.update_registry(&registry).await?;
        change.commit("registry.event_secret", object(service), json!({ "replaced": replaced })).await?;
        Ok(secret)
    }

    /// The registry, for somebody who may have something done with it, and has not had that done too often. Auditors only read.
    pub(super) async fn answered_for(self, service: &ServiceName) -> Result<Registry, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing_to_change(tx.as_mut()).await?;
        standing.check_no_auditor()?;
        let (registry, _) = self.0.own_registry(tx.as_mut(), &standing, service).await?;
        self.0.administration.pace().check_try(&standing, self.0.administration.clock().monotonic())?;
        Ok(registry)
    }
}
