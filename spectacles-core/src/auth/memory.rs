//! Passwords that were just checked.

use crate::model::PasswordHash;
use crate::name::UserName;
use crate::random::{Random, RandomError};
use aws_lc_rs::hmac;
use moka::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;

/// Remembers for a short time that a password was right, without knowing it.
///
/// What is kept is a keyed hash over account, stored hash and password, under a key that only this process knows. A changed password has
/// another stored hash, so that nothing needs to be forgotten explicitly. Wrong passwords are never remembered.
pub(super) struct PasswordMemory {
    key: hmac::Key,
    verified: Cache<[u8; 32], Duration>,
    lifetime: Duration,
}

/// Stands for one account with one stored hash and one password.
#[derive(Clone, Copy)]
pub(super) struct Memento([u8; 32]);

impl PasswordMemory {
    const MOST: u64 = 100_000;

    /// A memory that forgets after `lifetime`.
    ///
    /// # Errors
    /// [`RandomError`] when there is no key.
    pub(super) fn new(lifetime: Duration, random: &dyn Random) -> Result<Self, RandomError> {
        let mut key = [0_u8; 32];
        random.fill(&mut key)?;
        // The cache forgets by its own clock; the lifetime is counted by ours, which tests can set.
        let verified = Cache::builder().max_capacity(Self::MOST).time_to_live(lifetime).build();
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), verified, lifetime })
    }

    pub(super) fn memento(&self, account: &UserName, hash: &PasswordHash, password: &SecretString) -> Memento {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [account.as_str(), hash.as_phc(), password.expose_secret()] {
            // The length keeps the parts apart.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut memento = [0_u8; 32];
        for (to, from) in memento.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        Memento(memento)
    }

    /// Whether this was right less than the lifetime ago.
    pub(super) fn remembers(&self, memento: &Memento, now: Duration) -> bool {
        self.verified.get(&memento.0).is_some_and(|verified| now.saturating_sub(verified) < self.lifetime)
    }

    /// This was right now.
    pub(super) fn remember(&self, memento: Memento, now: Duration) {
        self.verified.insert(memento.0, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn only_the_same_account_hash_and_password_are_remembered_and_not_for_long() {
        let memory = PasswordMemory::new(Duration::from_secs(60), &SystemRandom).unwrap();
        let alice: UserName = "alice".parse().unwrap();
        let hash = PasswordHash::from_phc("hash");
        let at = Duration::from_secs;
        memory.remember(memory.memento(&alice, &hash, &"secret".into()), at(100));

        assert!(memory.remembers(&memory.memento(&alice, &hash, &"secret".into()), at(159)));
        assert!(!memory.remembers(&memory.memento(&alice, &hash, &"secret".into()), at(160)));
        assert!(!memory.remembers(&memory.memento(&alice, &hash, &"Secret".into()), at(101)));
        assert!(!memory.remembers(&memory.memento(&alice, &PasswordHash::from_phc("new"), &"secret".into()), at(101)));
        assert!(!memory.remembers(&memory.memento(&"alic".parse().unwrap(), &PasswordHash::from_phc("ehash"), &"secret".into()), at(101)));
    }
}
