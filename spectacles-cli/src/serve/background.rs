//! Background work: done by one process of all that share a database, whichever holds the lease.

use super::stop::Stop;
use spectacles_core::random::{Random, random_text};
use spectacles_core::service::Spectacles;
use spectacles_core::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

const LEASE: &str = "background";
/// After how long another process takes over from one that is gone without a word.
const LIFETIME: Duration = Duration::from_secs(60);
const RENEWAL: Duration = Duration::from_secs(20);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does background work every so often, while this process holds the lease, until it is time to stop.
pub(crate) async fn run(app: Arc<Spectacles>, random: &dyn Random, every: Duration, stop: Stop) {
    let lease = Lease::new(Arc::clone(&app), random);
    let (held, holding) = watch::channel(false);
    tokio::select! {
        () = lease.keep(&held) => {}
        () = work(&app, every, holding) => {}
        () = stop.requested() => {}
    }
    lease.release().await;
}

/// Rounds of work at equal distances. One that takes longer delays the next, instead of meeting it.
async fn work(app: &Spectacles, every: Duration, mut holding: watch::Receiver<bool>) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if holding.wait_for(|held| *held).await.is_err() {
            return;
        }
        tokio::select! {
            () = round(app) => {}
            // Somebody else has begun already.
            _ = holding.wait_for(|held| !*held) => tracing::warn!("background work was broken off: the lease is lost"),
        }
    }
}

/// One round. There is nothing to be done yet.
async fn round(_app: &Spectacles) {
    tracing::debug!("background work: nothing to do");
}

/// The right to do background work.
struct Lease {
    app: Arc<Spectacles>,
    holder: String,
}

impl Lease {
    fn new(app: Arc<Spectacles>, random: &dyn Random) -> Self {
        // Process ids come again, and containers often have the same one.
        let chance = random_text::<6>(random).unwrap_or_default();
        Self { app, holder: format!("{}-{}-{chance}", super::host_name(), std::process::id()) }
    }

    /// Takes the lease and renews it, for ever, and says whether this process holds it.
    async fn keep(&self, held: &watch::Sender<bool>) {
        let mut taken_at = Duration::ZERO;
        loop {
            let now = self.app.clock().monotonic();
            let outcome = timeout(PATIENCE, self.take()).await.unwrap_or_else(|_| Err(no_answer()));
            let (holds, held_before) = match outcome {
                Ok(holds) => (holds, *held.borrow()),
                Err(error) => {
                    tracing::debug!(%error, "the lease for background work could not be renewed");
                    // It is ours until it has run out.
                    let before = *held.borrow();
                    (before && now.saturating_sub(taken_at) < LIFETIME.saturating_sub(RENEWAL), before)
                }
            };
            match (held_before, holds) {
                (false, true) => tracing::info!(holder = self.holder, "this process does the background work"),
                (true, false) => tracing::warn!(holder = self.holder, "this process does the background work no longer"),
                (true, true) | (false, false) => {}
            }
            if holds {
                taken_at = now;
            }
            held.send_replace(holds);
            sleep(RENEWAL).await;
        }
    }

    async fn take(&self) -> Result<bool, StoreError> {
        let mut tx = self.app.administration().store().write().await?;
        let taken = tx.take_lease(LEASE, &self.holder, self.app.clock().now(), LIFETIME).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Lets somebody else take over at once.
    async fn release(&self) {
        let release = async {
            let mut tx = self.app.administration().store().write().await?;
            tx.release_lease(LEASE, &self.holder).await?;
            tx.commit().await
        };
        if let Err(error) = timeout(PATIENCE, release).await.unwrap_or_else(|_| Err(no_answer())) {
            tracing::warn!(%error, "the lease for background work could not be given up; it runs out within {} s", LIFETIME.as_secs());
        }
    }
}

fn no_answer() -> StoreError {
    StoreError::Unavailable(format!("the database did not answer within {} s", PATIENCE.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spectacles_core::random::SystemRandom;
    use spectacles_core::store::Store;
    use spectacles_store::MemoryStore;

    #[tokio::test]
    async fn one_process_has_the_lease_until_it_gives_it_up() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let app = Arc::new(Spectacles::builder(store).start().await.unwrap());
        let [one, other] = [(); 2].map(|()| Lease::new(Arc::clone(&app), &SystemRandom));
        assert_ne!(one.holder, other.holder, "the same process twice is two holders");
        assert!(one.take().await.unwrap());
        assert!(!other.take().await.unwrap());
        other.release().await;
        assert!(one.take().await.unwrap() && !other.take().await.unwrap(), "nobody gives up what is not his");
        one.release().await;
        assert!(other.take().await.unwrap());
    }
}
