//! Users of the store, and their passwords.

use super::memory::{Memento, PasswordMemory};
use super::throttle::network_of;
use super::{Attempt, AuthenticationError, Authenticator, Identity, Upgrades, Verdict, VerifierPool, verify_password};
use crate::access::UserFacts;
use crate::live::LiveFacts;
use crate::model::PasswordHash;
use crate::random::{Random, RandomError};
use crate::time::Clock;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// Authenticates users by the passwords in the store.
///
/// Whether a user is enabled is looked at before anything that is remembered, so that disabling him works at once.
pub struct LocalUsers {
    facts: Arc<LiveFacts>,
    memory: Arc<PasswordMemory>,
    verifiers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    upgrades: Option<Arc<Upgrades>>,
}

/// A user with a password, and what his attempt would be remembered as.
struct Known {
    user: Arc<UserFacts>,
    hash: PasswordHash,
    memento: Memento,
}

impl LocalUsers {
    const REMEMBERED: Duration = Duration::from_secs(60);

    /// Authenticates by these facts; passwords are checked on those threads.
    ///
    /// # Errors
    /// [`RandomError`] when the system gives no randomness.
    pub fn new(
        facts: Arc<LiveFacts>,
        verifiers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, RandomError> {
        Ok(Self { facts, memory: Arc::new(PasswordMemory::new(Self::REMEMBERED, random)?), verifiers, clock, upgrades: None })
    }

    /// Takes note of hashes that other programs have made, when somebody logs in with one.
    #[must_use]
    pub(crate) fn noting(self, upgrades: Arc<Upgrades>) -> Self {
        Self { upgrades: Some(upgrades), ..self }
    }

    fn known(&self, attempt: &Attempt<'_>) -> Option<Known> {
        let user = self.facts.read(|facts| facts.user(attempt.account).cloned())?;
        let hash = user.password.clone()?;
        let memento = self.memory.memento(&user.name, &hash, attempt.secret, network_of(attempt.address));
        Some(Known { user, hash, memento })
    }
}

#[async_trait]
impl Authenticator for LocalUsers {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        let Some(Known { user, hash, memento }) = self.known(&attempt) else { return Ok(Verdict::Unknown) };
        let (memory, clock, secret) = (Arc::clone(&self.memory), Arc::clone(&self.clock), attempt.secret.clone());
        let (id, enabled, upgrades) = (user.id, user.enabled, self.upgrades.clone());
        let check = move || {
            // Clients ask for several tokens at once: the first check of a password serves those that waited behind it.
            let remembered = memory.remembers(&memento, clock.monotonic());
            let right = remembered || verify_password(&secret, &hash);
            // Of who is disabled nothing is remembered: the time of an answer would tell that his password was right.
            let accepted = right && enabled;
            if let (Some(upgrades), false) = (upgrades, remembered) {
                upgrades.note(id, &hash, &secret, accepted);
            }
            if accepted {
                memory.remember(memento, clock.monotonic());
            }
            accepted
        };
        let accepted = self.verifiers.run(attempt.account, check).await.map_err(|_| AuthenticationError::Busy)?;
        Ok(if accepted { Verdict::Accepted(user.name.clone().into()) } else { Verdict::Rejected })
    }

    fn remembers(&self, attempt: Attempt<'_>) -> Option<Identity> {
        let Known { user, memento, .. } = self.known(&attempt)?;
        (user.enabled && self.memory.remembers(&memento, self.clock.monotonic())).then(|| user.name.clone().into())
    }

    fn is_strange(&self, account: &str) -> bool {
        self.facts.read(|facts| facts.user(account).is_none_or(|user| user.password.is_none()))
    }
}
