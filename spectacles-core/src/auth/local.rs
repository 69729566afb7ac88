//! Users of the store, and their passwords.

use super::{
    Attempt, AuthenticationError, Authenticator, PasswordError, PasswordMemory, Throttle, Verdict, VerifierPool, hash_password,
    verify_password,
};
use crate::live::LiveFacts;
use crate::model::PasswordHash;
use crate::random::{Random, random_text};
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
    throttle: Throttle,
    verifiers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    /// Checked for accounts that do not exist, so that they take as long as those that do.
    nobody: PasswordHash,
}

impl LocalUsers {
    const REMEMBERED: Duration = Duration::from_secs(60);

    /// Authenticates by these facts; passwords are checked on those threads.
    ///
    /// # Errors
    /// [`PasswordError::Random`] when the system gives no randomness.
    pub fn new(
        facts: Arc<LiveFacts>,
        verifiers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, PasswordError> {
        let memory = PasswordMemory::new(Self::REMEMBERED, random)?;
        let nobody = hash_password(&random_text::<32>(random)?.into(), random)?;
        Ok(Self { facts, memory: Arc::new(memory), throttle: Throttle::new(), verifiers, clock, nobody })
    }

    fn admit(&self, attempt: &Attempt<'_>) -> Result<(), AuthenticationError> {
        self.throttle
            .check(attempt.account, attempt.address, self.clock.monotonic())
            .map_err(|retry_after| AuthenticationError::Throttled { retry_after })
    }
}

#[async_trait]
impl Authenticator for LocalUsers {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        let user = self.facts.read(|facts| facts.user(attempt.account).cloned());
        let known = user.as_ref().and_then(|user| user.password.as_ref().map(|hash| (user, hash)));

        let Some((user, hash)) = known else {
            self.admit(&attempt)?;
            let (secret, nobody) = (attempt.secret.clone(), self.nobody.clone());
            let wasted = self.verifiers.run(attempt.account, move || verify_password(&secret, &nobody)).await;
            wasted.map_err(|_| AuthenticationError::Busy)?;
            self.throttle.failed(attempt.account, attempt.address, self.clock.monotonic());
            return Ok(Verdict::Unknown);
        };

        let memento = self.memory.memento(&user.name, hash, attempt.secret);
        if !(user.enabled && self.memory.remembers(&memento, self.clock.monotonic())) {
            self.admit(&attempt)?;
            let (memory, clock) = (Arc::clone(&self.memory), Arc::clone(&self.clock));
            let (secret, hash) = (attempt.secret.clone(), hash.clone());
            let check = move || {
                // Clients ask for several tokens at once: the first check of a password serves those that waited behind it.
                let right = memory.remembers(&memento, clock.monotonic()) || verify_password(&secret, &hash);
                if right {
                    memory.remember(memento, clock.monotonic());
                }
                right
            };
            let right = self.verifiers.run(attempt.account, check).await.map_err(|_| AuthenticationError::Busy)?;
            if !(right && user.enabled) {
                self.throttle.failed(attempt.account, attempt.address, self.clock.monotonic());
                return Ok(Verdict::Rejected);
            }
        }
        Ok(Verdict::Accepted(user.name.clone()))
    }
}
