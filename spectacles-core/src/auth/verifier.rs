//! Threads that check passwords.

use futures_channel::oneshot;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Checks of passwords take milliseconds of computing, so they have threads of their own and never hold up other work; any async runtime
/// can wait for them.
///
/// All checks of one account happen on one thread, one after the other: whoever floods an account leaves the other threads to the others.
pub struct VerifierPool {
    workers: Vec<SyncSender<Job>>,
    hasher: RandomState,
}

type Job = Box<dyn FnOnce() + Send>;

/// More checks are waiting than would be answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

impl VerifierPool {
    /// How many checks may wait for one thread: about a second's worth.
    const QUEUE: usize = 64;

    /// Starts the threads: one for each core that may be busy with passwords.
    ///
    /// # Errors
    /// The error of the operating system when it gives no thread.
    pub fn new(threads: usize) -> std::io::Result<Self> {
        let workers = (0..threads.max(1))
            .map(|number| {
                let (sender, jobs) = sync_channel::<Job>(Self::QUEUE);
                thread::Builder::new().name(format!("password-{number}")).spawn(move || jobs.into_iter().for_each(|job| job()))?;
                Ok(sender)
            })
            .collect::<std::io::Result<_>>()?;
        Ok(Self { workers, hasher: RandomState::new() })
    }

    /// Runs a check on the thread of this account.
    ///
    /// # Errors
    /// [`Busy`] when its queue is full.
    pub async fn run<T: Send + 'static>(&self, account: &str, check: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Who does not wait any more needs no check: the client has gone.
            if !answer.is_canceled() {
                let _ = answer.send(check());
            }
        });
        let place = usize::try_from(self.hasher.hash_one(account)).unwrap_or(usize::MAX) % self.workers.len().max(1);
        self.workers.get(place).ok_or(Busy)?.try_send(job).map_err(|_| Busy)?;
        answered.await.map_err(|_| Busy)
    }
}
