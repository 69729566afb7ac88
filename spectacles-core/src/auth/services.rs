//! Service accounts, and their secrets.

use super::secret::{hash_secret, same};
use super::{Attempt, AuthenticationError, Authenticator, Identity, PasswordError, ServiceLogin, Verdict, VerifierPool};
use super::{hash_password, verify_password};
use crate::live::LiveFacts;
use crate::model::{Circumstances, PasswordHash};
use crate::random::{Random, random_text};
use crate::time::Clock;
use async_trait::async_trait;
use std::sync::Arc;

/// Authenticates service accounts by the secrets in the store.
///
/// A right secret costs microseconds. A wrong one takes as long as a wrong password, so that the time of an answer does not tell which service
/// accounts there are.
pub struct ServiceAccounts {
    facts: Arc<LiveFacts>,
    verifiers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    /// Checked instead of what costs nothing.
    nobody: PasswordHash,
}

impl ServiceAccounts {
    /// Authenticates by these facts; time is wasted on those threads.
    ///
    /// # Errors
    /// [`PasswordError::Random`] when the system gives no randomness.
    pub fn new(
        facts: Arc<LiveFacts>,
        verifiers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, PasswordError> {
        let nobody = hash_password(&random_text::<32>(random)?.into(), random)?;
        Ok(Self { facts, verifiers, clock, nobody })
    }

    fn identity(&self, attempt: &Attempt<'_>) -> Option<Identity> {
        let (name, node) = ServiceLogin::parse(attempt.account)?;
        let service = self.facts.read(|facts| facts.service(name.as_str()).cloned()).filter(|service| service.enabled)?;
        let (hash, circumstances) = (hash_secret(attempt.secret), Circumstances { at: self.clock.now(), from: attempt.address });
        let secret = service.secrets.iter().find(|secret| same(&secret.hash, &hash) && secret.terms.hold(&circumstances))?;
        Some(Identity::Service(ServiceLogin { name, node, secret: Some(secret.id) }))
    }

    fn knows(&self, account: &str) -> bool {
        ServiceLogin::parse(account).is_some_and(|(name, _)| self.facts.read(|facts| facts.service(name.as_str()).is_some()))
    }
}

#[async_trait]
impl Authenticator for ServiceAccounts {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        if !self.knows(attempt.account) {
            return Ok(Verdict::Unknown);
        }
        if let Some(identity) = self.identity(&attempt) {
            return Ok(Verdict::Accepted(identity));
        }
        let (secret, nobody) = (attempt.secret.clone(), self.nobody.clone());
        let wasted = self.verifiers.run(attempt.account, move || verify_password(&secret, &nobody)).await;
        wasted.map_err(|_| AuthenticationError::Busy)?;
        Ok(Verdict::Rejected)
    }

    /// A right secret is as good as a remembered password.
    fn remembers(&self, attempt: Attempt<'_>) -> Option<Identity> {
        self.identity(&attempt)
    }

    fn is_strange(&self, account: &str) -> bool {
        !self.knows(account)
    }
}
