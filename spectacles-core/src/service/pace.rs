//! How much one user may have this server do that takes the time of others: of registries, of the network, of those who wait.

use super::Error;
use super::actor::{Actor, Power, Standing};
use crate::auth::Limit;
use crate::name::UserName;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So often at once a user has registries tried or looked at, and once more after each of [`EACH`].
const TRIES: u32 = 10;
const EACH: Duration = Duration::from_secs(6);
/// So many copies of one user are made at once.
const COPIES: usize = 2;
/// When it makes sense to ask again for one more.
const AGAIN: Duration = Duration::from_secs(10);

/// What users have had done lately, by this process.
pub(super) struct Pace {
    tries: Limit<UserName>,
    copies: Mutex<HashMap<UserName, usize>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { tries: Limit::new(TRIES, EACH), copies: Mutex::default() }
    }
}

impl Pace {
    /// Refuses to turn to a registry for an ordinary user who has had that done too often.
    pub(super) fn check_try(&self, standing: &Standing, now: Duration) -> Result<(), Error> {
        let Standing::Own(person) = standing else { return Ok(()) };
        self.tries
            .take(person.user.name.clone(), now)
            .map_err(|retry_after| Error::TooMany { what: "you have had registries tried or looked at too often".to_owned(), retry_after })
    }

    /// Begins a copy, unless too many of the same user are being made. Whoever sits at the machine is not counted.
    pub(super) fn begin_copy(&self, actor: Actor<'_>) -> Result<Copying<'_>, Error> {
        let (Power::Administrator(name) | Power::Member { name, .. }) = actor.power else { return Ok(Copying { pace: self, name: None }) };
        // Nothing that holds it can panic.
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let count = copies.entry(name.clone()).or_default();
        if *count >= COPIES {
            let what = format!("{COPIES} copies of yours are being made, which is as many as one may have at once");
            return Err(Error::TooMany { what, retry_after: AGAIN });
        }
        *count += 1;
        Ok(Copying { pace: self, name: Some(name.clone()) })
    }
}

/// A copy that is being made; it is none any more when this is dropped.
pub(super) struct Copying<'p> {
    pace: &'p Pace,
    name: Option<UserName>,
}

impl Drop for Copying<'_> {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        let mut copies = self.pace.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = copies.get_mut(&name) {
            *count -= 1;
            if *count == 0 {
                copies.remove(&name);
            }
        }
    }
}
