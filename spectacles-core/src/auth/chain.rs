//! Asking one after the other, and not too often.

use super::throttle::Throttle;
use super::{Attempt, AuthenticationError, Authenticator, Identity, PasswordError, Verdict, VerifierPool, hash_password, verify_password};
use crate::model::PasswordHash;
use crate::random::{Random, random_text};
use crate::time::Clock;
use std::net::IpAddr;
use std::sync::Arc;

/// Authenticators in the order in which they are asked.
///
/// Failed attempts are limited here, whoever judged them, and an account that nobody knows takes as long as one with a wrong password.
pub struct Chain {
    authenticators: Vec<Arc<dyn Authenticator>>,
    throttle: Throttle,
    verifiers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    /// Checked for accounts that nobody knows.
    nobody: PasswordHash,
}

impl Chain {
    /// Asks these, in this order.
    ///
    /// # Errors
    /// [`PasswordError::Random`] when the system gives no randomness.
    pub fn new(
        authenticators: Vec<Arc<dyn Authenticator>>,
        verifiers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, PasswordError> {
        let nobody = hash_password(&random_text::<32>(random)?.into(), random)?;
        Ok(Self { authenticators, throttle: Throttle::new(), verifiers, clock, nobody })
    }

    /// Whose credentials these are; `None` when nobody accepts them.
    ///
    /// # Errors
    /// [`AuthenticationError`] of the first authenticator that cannot answer, or when too many attempts have failed.
    pub async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Option<Identity>, AuthenticationError> {
        // What is known already comes before every limit: nobody who is logged in can be locked out by others. But whoever might reject the
        // account is asked before those behind him.
        if self.throttle.may_be_remembered(attempt.account, attempt.address, self.clock.monotonic()) {
            for authenticator in &self.authenticators {
                if let Some(identity) = authenticator.remembers(attempt) {
                    return Ok(Some(identity));
                }
                if !authenticator.is_strange(attempt.account) {
                    break;
                }
            }
        }
        self.admit(attempt)?;
        let judging = Judging { chain: self, attempt, counts: true };
        for authenticator in &self.authenticators {
            match authenticator.authenticate(attempt).await {
                Ok(Verdict::Accepted(identity)) => {
                    judging.end_well();
                    return Ok(Some(identity));
                }
                Ok(Verdict::Rejected) => return Ok(None),
                Ok(Verdict::Unknown) => {}
                Err(error) => {
                    judging.end_well();
                    return Err(error);
                }
            }
        }
        let (secret, nobody) = (attempt.secret.clone(), self.nobody.clone());
        let wasted = self.verifiers.run(attempt.account, move || verify_password(&secret, &nobody)).await;
        wasted.map_err(|_| AuthenticationError::Busy)?;
        Ok(None)
    }

    /// Whether somebody who names no account may try: whoever is there may have tried too often, by whatever means.
    ///
    /// # Errors
    /// [`AuthenticationError::Throttled`].
    pub(crate) fn admit_stranger(&self, address: Option<IpAddr>) -> Result<(), AuthenticationError> {
        let admitted = self.throttle.check_network(address, self.clock.monotonic());
        admitted.map_err(|retry_after| AuthenticationError::Throttled { retry_after })
    }

    /// Counts an attempt that named no account, and was wrong.
    pub(crate) fn reject_stranger(&self, address: Option<IpAddr>) {
        self.throttle.failed_from(address, self.clock.monotonic());
    }

    /// Whether something else than a password may be guessed, which is counted like one under this name.
    ///
    /// # Errors
    /// [`AuthenticationError::Throttled`].
    pub(crate) fn admit_guess(&self, account: &str, address: Option<IpAddr>) -> Result<(), AuthenticationError> {
        let admitted = self.throttle.check(account, address, self.clock.monotonic());
        admitted.map_err(|retry_after| AuthenticationError::Throttled { retry_after })
    }

    /// Counts such a guess, which was wrong.
    pub(crate) fn reject_guess(&self, account: &str, address: Option<IpAddr>) {
        self.throttle.failed(account, address, self.clock.monotonic());
    }

    fn admit(&self, attempt: Attempt<'_>) -> Result<(), AuthenticationError> {
        self.admit_guess(attempt.account, attempt.address)
    }
}

/// An attempt that is being judged. It counts as failed unless it is known not to be: whoever hangs up before the answer, to guess on, has
/// guessed nevertheless.
struct Judging<'a> {
    chain: &'a Chain,
    attempt: Attempt<'a>,
    counts: bool,
}

impl Judging<'_> {
    fn end_well(mut self) {
        self.counts = false;
    }
}

impl Drop for Judging<'_> {
    fn drop(&mut self) {
        if self.counts {
            self.chain.throttle.failed(self.attempt.account, self.attempt.address, self.chain.clock.monotonic());
        }
    }
}
