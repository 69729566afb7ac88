//! Background work: done by one process of all that share a database, whichever holds the lease.

mod discovery;

use super::start::warn_of_expiry;
use spectacles_core::random::{Random, random_text};
use spectacles_core::service::{Error, Spectacles};
use spectacles_core::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

const LEASE: &str = "background";
/// After how long another process takes over from one that is gone without a word.
const LIFETIME: Duration = Duration::from_secs(60);
const RENEWAL: Duration = Duration::from_secs(20);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How old the lease may be when an attempt to renew it begins that fails: it must not run out before the next attempt has ended.
const OLDEST: Duration = LIFETIME.saturating_sub(RENEWAL).saturating_sub(PATIENCE).saturating_sub(PATIENCE);

/// Does background work every so often, while this process holds the lease, until something else ends.
pub(crate) async fn run(app: Arc<Spectacles>, random: &dyn Random, every: Duration, end: impl Future<Output = ()>) {
    let lease = Lease::new(Arc::clone(&app), random);
    let (held, holding) = watch::channel(false);
    let (stopping, stop) = watch::channel(false);
    let discovery = discovery::run(&app, holding.clone(), stop);
    let others = async {
        tokio::select! {
            () = look_after_certificate(&app) => {}
            () = lease.keep(&held) => {}
            () = work(&app, every, holding) => {}
            () = end => {}
        }
        stopping.send_replace(true);
    };
    tokio::join!(others, discovery);
    lease.release().await;
}

/// Warns every day, lease or not: the key may be a file of this process alone. The first time was at the start.
async fn look_after_certificate(app: &Spectacles) {
    loop {
        sleep(DAY).await;
        warn_of_expiry(app);
    }
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

/// One round.
async fn round(app: &Spectacles) {
    tracing::debug!("background work: a round begins");
    for (what, outcome) in [
        ("old decisions", forget_decisions(app).await),
        ("what has expired", forget_expired(app).await),
        ("old keys of requests", app.administration().forget_requests().await),
        ("tags that no retention policy keeps", app.administration().carry_out_retention(app.clock().now()).await),
        ("repositories that are gone", forget_all(async || app.administration().forget_gone().await).await),
        ("old activities", forget_all(async || app.administration().prune_activities(app.settings().keep_activities).await).await),
    ] {
        match outcome {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "background work: removed {what}"),
            Err(error) => tracing::warn!(%error, "background work: {what} could not be removed"),
        }
    }
}

/// Forgets some, and some more, until there is nothing left to be forgotten.
async fn forget_all(some: impl AsyncFn() -> Result<u64, Error>) -> Result<u64, Error> {
    let mut all = 0_u64;
    loop {
        match some().await? {
            0 => return Ok(all),
            count => all = all.saturating_add(count),
        }
    }
}

async fn forget_decisions(app: &Spectacles) -> Result<u64, Error> {
    let mut all = 0;
    loop {
        match app.prune_decisions().await? {
            0 => return Ok(all),
            count => all += count,
        }
    }
}

/// What has expired counts as absent at once. It is listed for a while, so that people see why something does not work any more.
async fn forget_expired(app: &Spectacles) -> Result<u64, Error> {
    const LISTED: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    /// Others wait for the transaction that takes these away, the lease among them.
    const AT_ONCE: u32 = 100;
    /// Those who wait in this process get their turn by themselves. Those in others ask the database again and again, and must meet it free.
    const PAUSE: Duration = Duration::from_millis(100);
    let Some(before) = app.clock().now().before(LISTED) else { return Ok(0) };
    let mut all = 0;
    loop {
        match app.administration().remove_expired(before, AT_ONCE).await? {
            0 => return Ok(all),
            count => all = all.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)),
        }
        sleep(PAUSE).await;
    }
}

/// What a process knows of the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Holding {
    held: bool,
    /// When it was last written into the database as ours, by the clock of this process.
    taken_at: Duration,
}

impl Holding {
    /// What is known after an attempt that began now: the lease is ours or another's, or the database gave no answer.
    fn after(self, taken: Option<bool>, now: Duration) -> Self {
        match taken {
            Some(true) => Self { held: true, taken_at: now },
            Some(false) => Self { held: false, ..self },
            // It is ours until it has run out, and an attempt that failed makes it no younger.
            None => Self { held: self.held && now.saturating_sub(self.taken_at) < OLDEST, ..self },
        }
    }
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
        let mut holding = Holding::default();
        loop {
            // Looked at before the lease is written: what is believed to be ours must not outlast what the database says.
            let now = self.app.clock().monotonic();
            let outcome = timeout(PATIENCE, self.take()).await.unwrap_or_else(|_| Err(no_answer()));
            if let Err(error) = &outcome {
                tracing::debug!(%error, "the lease for background work could not be renewed");
            }
            let held_before = holding.held;
            holding = holding.after(outcome.ok(), now);
            match (held_before, holding.held) {
                (false, true) => tracing::info!(holder = self.holder, "this process does the background work"),
                (true, false) => tracing::warn!(holder = self.holder, "this process does the background work no longer"),
                (true, true) | (false, false) => {}
            }
            held.send_replace(holding.held);
            sleep(RENEWAL).await;
        }
    }

    async fn take(&self) -> Result<bool, StoreError> {
        let mut tx = self.app.administration().store().write().await?;
        let taken = tx.take_lease(LEASE, &self.holder, self.app.clock().now(), LIFETIME).await?;
        if taken {
            tx.commit().await?;
        }
        // Otherwise nothing was changed, and whoever only waits must not write into the database three times a minute.
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

    #[test]
    fn the_lease_is_believed_in_until_it_may_have_run_out() {
        const OURS: Option<bool> = Some(true);
        const ANOTHERS: Option<bool> = Some(false);
        const LOST: Option<bool> = None;
        for (name, attempts) in [
            ("it is renewed", &[(OURS, 0, true), (OURS, 20, true), (OURS, 40, true)][..]),
            ("another has it, then goes away", &[(ANOTHERS, 0, false), (ANOTHERS, 20, false), (OURS, 40, true)]),
            ("another took it", &[(OURS, 0, true), (ANOTHERS, 90, false), (LOST, 91, false)]),
            ("the database fails once", &[(OURS, 0, true), (LOST, 20, true), (OURS, 45, true), (LOST, 65, true), (OURS, 90, true)]),
            ("the database is lost", &[(OURS, 0, true), (LOST, 20, true), (LOST, 45, false), (LOST, 70, false), (OURS, 95, true)]),
            ("the database fails at once and for long", &[(OURS, 0, true), (LOST, 20, true), (LOST, 40, false), (LOST, 60, false)]),
            ("the database was never there", &[(LOST, 0, false), (LOST, 25, false), (OURS, 50, true)]),
            ("this process slept", &[(OURS, 0, true), (LOST, 3600, false)]),
        ] {
            let mut holding = Holding::default();
            for (taken, at, held) in attempts {
                holding = holding.after(*taken, Duration::from_secs(*at));
                assert_eq!(holding.held, *held, "{name}, at {at} s");
            }
        }
    }

    #[tokio::test]
    async fn whoever_ends_for_whatever_reason_lets_another_take_over() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let app = Arc::new(Spectacles::builder(store).start().await.unwrap());
        let other = Lease::new(Arc::clone(&app), &SystemRandom);
        let end = async {
            while other.take().await.unwrap() {
                other.release().await;
                tokio::task::yield_now().await;
            }
        };
        run(Arc::clone(&app), &SystemRandom, Duration::from_secs(1), end).await;
        assert!(other.take().await.unwrap());
    }

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
