//! That nobody else looks at the same registry, and what is noted of how it goes.

use super::super::{Administration, Error};
use super::Discovery;
use crate::id::RegistryId;
use crate::model::SyncState;
use crate::store::{ContentTx, StoreError};
use std::time::Duration;

/// After how long somebody else may look at a registry whose turn was not given up.
const LIFETIME: Duration = Duration::from_secs(120);
/// How often a turn is renewed.
pub(super) const RENEWAL: Duration = Duration::from_secs(20);

impl Discovery {
    /// Takes or renews the right to look at a registry. `false` while somebody else has it.
    pub(super) async fn take_turn(&self, registry: RegistryId) -> Result<bool, Error> {
        let mut tx = self.administration.store().content().await?;
        let taken = tx.take_turn(registry, &self.holder, self.administration.clock().now(), LIFETIME).await.map_err(known(registry))?;
        if taken {
            tx.commit().await?;
        }
        Ok(taken)
    }

    /// Gives it up, where it is ours. The pass that was under way is not any more.
    pub(super) async fn end_turn(&self, registry: RegistryId) -> Result<(), Error> {
        let mut tx = self.administration.store().content().await?;
        match tx.take_turn(registry, &self.holder, self.administration.clock().now(), LIFETIME).await {
            Ok(true) => {}
            // Somebody else looks at it, or it is gone.
            Ok(false) | Err(StoreError::InUse(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        if let Some(state) = tx.sync_states().await?.into_iter().find(|state| state.registry == registry && state.progress.is_some()) {
            tx.put_sync_state(&SyncState { progress: None, ..state }).await?;
        }
        tx.end_turn(registry, &self.holder).await?;
        Ok(tx.commit().await?)
    }
}

/// Changes what is noted of how it goes with a registry, together with whatever else is in the transaction.
pub(in crate::service) async fn change_state(
    tx: &mut dyn ContentTx,
    registry: RegistryId,
    change: impl FnOnce(&mut SyncState) + Send,
) -> Result<SyncState, StoreError> {
    let known = tx.sync_states().await?.into_iter().find(|state| state.registry == registry);
    let mut state = known.clone().unwrap_or_else(|| SyncState::new(registry));
    change(&mut state);
    if known.as_ref() != Some(&state) {
        tx.put_sync_state(&state).await?;
    }
    Ok(state)
}

/// What a registry that is gone meanwhile looks like.
pub(super) fn known(registry: RegistryId) -> impl Fn(StoreError) -> Error {
    move |error| match error {
        StoreError::InUse(_) => Error::not_found("registry", registry),
        StoreError::Conflict(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}

impl Administration {
    /// How it goes with looking at a registry.
    pub(in crate::service) async fn sync_state(&self, registry: RegistryId) -> Result<SyncState, Error> {
        let states = self.read().await?.sync_states().await?;
        Ok(states.into_iter().find(|state| state.registry == registry).unwrap_or_else(|| SyncState::new(registry)))
    }

    /// Notes that somebody wants a registry to be looked at before its time.
    pub(in crate::service) async fn want(&self, registry: RegistryId) -> Result<SyncState, Error> {
        let now = self.clock().now();
        let mut tx = self.store().content().await?;
        let state =
            change_state(tx.as_mut(), registry, |state| state.wanted = state.wanted.or(Some(now))).await.map_err(known(registry))?;
        tx.commit().await?;
        Ok(state)
    }
}
