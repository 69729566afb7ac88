//! Finding out what registries hold.
//!
//! One [pass](Discovery::pass) looks at one registry: its catalog page by page, the tags of each repository, and what each tag names, which costs
//! one small request while nothing changes. What is written is what differs from what was known.
//!
//! Nothing is taken away because of an error. A tag goes when the whole list of its repository came without it; a repository goes when the whole
//! catalog came without it, or with it, and its list of tags is empty. What was pushed while the pass went on stays in any case.
//!
//! | module | |
//! |---|---|
//! | `due` | which registries it is time for |
//! | `turn` | that nobody else looks at the same registry |
//! | `pass` | one pass: the catalog, group by group |
//! | `look` | what a registry says of a group of repositories |
//! | `compare` | what of that differs from what was known |
//! | `inspect`, `reading` | what is in a manifest |
//! | `feed` | what people are told, and not too much of it |

mod compare;
mod due;
mod feed;
mod inspect;
mod look;
mod pass;
mod reading;
mod turn;

pub(super) use inspect::Inspector;
pub(super) use turn::change_state;

use super::{Administration, Error};
use crate::model::{Registry, SyncState};
use crate::random::random_text;
use futures_util::future::{Either, select};
use pass::Pass;
use std::pin::{Pin, pin};
use std::time::Duration;

/// How long repositories without tags are remembered, with what people said of them.
pub const GONE_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Looks at registries. One value is one process, or one of its parts, for others: while it looks at a registry no other does.
#[derive(Clone)]
pub struct Discovery {
    administration: Administration,
    holder: String,
}

/// What came of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// It came to its end, well or not: the state says so.
    Ended(SyncState),
    /// Somebody else looks at this registry now.
    Taken,
    /// It was broken off, by whoever asked for it or because somebody else took over.
    BrokenOff,
}

impl Administration {
    /// What looks at registries.
    ///
    /// # Errors
    /// [`Error::Broken`] when the system gives no random numbers.
    pub fn discovery(&self) -> Result<Discovery, Error> {
        Ok(Discovery { administration: self.clone(), holder: format!("discovery-{}", random_text::<12>(self.random())?) })
    }

    /// Forgets repositories that have had no tags for [`GONE_FOR`], and manifests that nothing leads to, some of them; how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn forget_gone(&self) -> Result<u64, Error> {
        const AT_ONCE: u32 = 1_000;
        let Some(before) = self.clock().now().before(GONE_FOR) else { return Ok(0) };
        let mut tx = self.store().content().await?;
        let forgotten = tx.forget_gone(before, AT_ONCE).await?;
        if forgotten > 0 {
            tx.commit().await?;
        }
        Ok(forgotten)
    }

    /// Forgets what happened to the content of registries longer ago than that, some of it; how much.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn prune_activities(&self, keep: Duration) -> Result<u64, Error> {
        const AT_ONCE: u32 = 10_000;
        let Some(before) = self.clock().now().before(keep) else { return Ok(0) };
        let mut tx = self.store().content().await?;
        let forgotten = tx.prune_activities(before, AT_ONCE).await?;
        if forgotten > 0 {
            tx.commit().await?;
        }
        Ok(forgotten)
    }
}

impl Discovery {
    /// Looks at a registry once, unless somebody else does. Whatever goes wrong with the registry is told by the state, and is no error.
    ///
    /// When `end` is over, the pass is broken off at once; what it has written stays.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the store cannot be written; [`Error::NotFound`] when the registry is not known any more.
    pub async fn pass(&self, registry: &Registry, end: impl Future<Output = ()>) -> Result<Passed, Error> {
        if !self.take_turn(registry.id).await? {
            return Ok(Passed::Taken);
        }
        // Boxed, so that whoever spawns this need not find out himself that it may go from thread to thread.
        let pass: Pin<Box<dyn Future<Output = Result<Option<SyncState>, Error>> + Send + '_>> =
            Box::pin(pass(self.clone(), registry.clone()));
        let outcome = match select(pass, pin!(end)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(((), _)) => Ok(None),
        };
        let ended = self.end_turn(registry.id).await;
        match outcome? {
            Some(state) => ended.map(|()| Passed::Ended(state)),
            None => ended.map(|()| Passed::BrokenOff),
        }
    }
}

async fn pass(discovery: Discovery, registry: Registry) -> Result<Option<SyncState>, Error> {
    Pass::begin(discovery, registry).await?.run().await
}
