//! Requests that are done once, however often they come.
//!
//! Whoever gets no answer does not know whether what he asked for was done, and asks again. With a key of his choice he may: what was done under
//! it is kept in the transaction that did it.

use super::actor::Actor;
use super::{Administration, Error, Member};
use crate::model::KeptRequest;
use crate::store::ReadTx;
use crate::time::Timestamp;
use std::time::Duration;

/// How long it is known what was done under a key.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest key, in bytes.
const LONGEST_KEY: usize = 255;

/// A change that is to be made once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// What whoever asks calls his request: up to 255 visible ASCII characters.
    pub key: String,
    /// Tells whether another request with the same key asks for the same.
    pub fingerprint: [u8; 32],
    /// Where what comes of it will be found.
    pub location: String,
}

/// What was done under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// See [`Once::fingerprint`].
    pub fingerprint: [u8; 32],
    /// See [`Once::location`].
    pub location: String,
}

impl<'a> Member<'a> {
    /// The same for a change that is to be made once: when something was done under the key already, beginning another change fails with
    /// [`Error::Repeated`]. What a change that fails has kept is nothing.
    #[must_use]
    pub fn once(self, once: &'a Once) -> Self {
        Self(Actor { once: Some(once), ..self.0 })
    }

    /// What he has done under this key within the last day.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what can be no key; [`Error::Unavailable`].
    pub async fn done(self, key: &str) -> Result<Option<Done>, Error> {
        self.0.done(key).await
    }
}

impl Administration {
    /// Forgets what was done more than a day ago, and says how much that was. To be called now and then.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn forget_requests(&self) -> Result<u64, Error> {
        let Some(before) = self.clock().now().before(KEPT) else { return Ok(0) };
        // A write transaction that changes nothing would be news for everybody.
        if !self.read().await?.has_requests_before(before).await? {
            return Ok(0);
        }
        let mut change = self.change("background").await?;
        let forgotten = change.tx.forget_requests(before).await?;
        change.commit_untold().await?;
        Ok(forgotten)
    }
}

impl Actor<'_> {
    async fn done(self, key: &str) -> Result<Option<Done>, Error> {
        check_key(key)?;
        let mut tx = self.read().await?;
        let kept = self.kept(tx.as_mut(), key, self.now()).await?;
        Ok(kept.map(|KeptRequest { fingerprint, location, .. }| Done { fingerprint, location }))
    }

    /// Refuses what was done already.
    pub(super) async fn check_once(self, tx: &mut dyn ReadTx, now: Timestamp) -> Result<(), Error> {
        let Some(once) = self.once else { return Ok(()) };
        check_key(&once.key)?;
        if self.kept(tx, &once.key, now).await?.is_some() { Err(Error::Repeated) } else { Ok(()) }
    }

    async fn kept(self, tx: &mut dyn ReadTx, key: &str, now: Timestamp) -> Result<Option<KeptRequest>, Error> {
        let kept = tx.request(self.name, key).await?;
        Ok(kept.filter(|kept| kept.at.after(KEPT) > now))
    }
}

/// Keys are compared byte by byte, in every database.
fn check_key(key: &str) -> Result<(), Error> {
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Invalid(format!("the key of a request has 1 to {LONGEST_KEY} visible ASCII characters")));
    }
    Ok(())
}
