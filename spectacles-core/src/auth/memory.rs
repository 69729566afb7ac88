//! Passwords that were just checked.

use crate::model::PasswordHash;
use crate::name::UserName;
use crate::random::{Random, RandomError};
use aws_lc_rs::hmac;
use moka::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use std::net::IpAddr;
use std::time::Duration;

/// Remembers for a short time that a password was right, without knowing it.
///
/// What is kept is a keyed hash over account, stored hash, password and where it was typed, under a key that only this process knows. A changed password has
/// another stored hash, so that nothing needs to be forgotten explicitly. Wrong passwords are never remembered.
pub(super) struct PasswordMemory {
    key: hmac::Key,
    verified: Cache<[u8; 32], Duration>,
    lifetime: Duration,
}

/// Stands for one account with one stored hash and one password, typed in one network.
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

    pub(super) fn memento(&self, account: &UserName, hash: &PasswordHash, password: &SecretString, network: IpAddr) -> Memento {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [account.as_str(), hash.as_phc(), password.expose_secret()] {
            // The length keeps the parts apart.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        match network {
            IpAddr::V4(address) => context.update(&address.octets()),
            IpAddr::V6(address) => context.update(&address.octets()),
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
    fn only_the_same_account_hash_password_and_network_are_remembered_and_not_for_long() {
        let memory = PasswordMemory::new(Duration::from_secs(60), &SystemRandom).unwrap();
        let at = Duration::from_secs;
        let memento = |account: &str, hash, password: &str, network: &str| {
            memory.memento(&account.parse().unwrap(), &PasswordHash::from_phc(hash), &password.into(), network.parse().unwrap())
        };
        memory.remember(memento("alice", "hash", "secret", "192.0.2.1"), at(100));

        let remembers = |memento, now| memory.remembers(&memento, at(now));
        assert!(remembers(memento("alice", "hash", "secret", "192.0.2.1"), 159));
        assert!(!remembers(memento("alice", "hash", "secret", "192.0.2.1"), 160));
        assert!(!remembers(memento("alice", "hash", "Secret", "192.0.2.1"), 101));
        assert!(!remembers(memento("alice", "new", "secret", "192.0.2.1"), 101));
        assert!(!remembers(memento("alic", "ehash", "secret", "192.0.2.1"), 101));
        assert!(!remembers(memento("alice", "hash", "secret", "192.0.2.2"), 101));
    }
}
