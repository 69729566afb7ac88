//! Hashes of other programs, on their way to being replaced by one of ours.

use super::foreign;
use super::password::{hash_password, waste};
use crate::id::UserId;
use crate::model::PasswordHash;
use crate::random::Random;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Another hash of the same password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upgrade {
    /// What the user had when he logged in. It must still be that one when it is replaced.
    pub(crate) before: PasswordHash,
    /// What he is to have.
    pub(crate) after: PasswordHash,
}

/// What is to be replaced, until somebody writes it down: logging in never waits for the database. It holds hashes, and no passwords.
pub(crate) struct Upgrades {
    random: Arc<dyn Random>,
    waiting: Mutex<HashMap<UserId, Upgrade>>,
}

impl Upgrades {
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<UserId, Upgrade>> {
        // Nothing that holds it can panic.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a password that was just checked. To be called on a thread that may be busy.
    ///
    /// Whoever asks waits at least as long as for an account that is not there, also where the other program took less trouble. Where it took
    /// more, an answer takes longer until the hash is replaced.
    pub(super) fn note(&self, user: UserId, before: &PasswordHash, password: &SecretString, accepted: bool) {
        if foreign::method(before).is_none() {
            return;
        }
        let is_waiting = self.waiting().get(&user).is_some_and(|upgrade| upgrade.before == *before);
        if !accepted || is_waiting || !foreign::counts_all_of(password, before) {
            return waste(password);
        }
        // One that could not be set today stays as it is.
        if let Ok(after) = hash_password(password, self.random.as_ref()) {
            self.waiting().insert(user, Upgrade { before: before.clone(), after });
        }
    }

    /// All that waits, by user.
    pub(crate) fn take(&self) -> Vec<(UserId, Upgrade)> {
        let mut taken: Vec<_> = self.waiting().drain().collect();
        taken.sort_unstable_by_key(|(user, _)| *user);
        taken
    }

    pub(crate) fn put_back(&self, upgrades: Vec<(UserId, Upgrade)>) {
        let mut waiting = self.waiting();
        for (user, upgrade) in upgrades {
            waiting.entry(user).or_insert(upgrade);
        }
    }
}

/// What a hash was made with, where that was another program.
pub(crate) fn method(hash: &PasswordHash) -> Option<&'static str> {
    foreign::method(hash)
}
