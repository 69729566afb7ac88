//! Looking at registries: each at its own pace, several side by side, while this process does the background work.

use spectacles_core::id::RegistryId;
use spectacles_core::model::Registry;
use spectacles_core::service::{Discovery, Error, Passed, Spectacles};
use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often it is seen which registries it is time for.
const EVERY: Duration = Duration::from_secs(1);
/// How many registries are looked at side by side.
const MOST: usize = 32;
/// How long one is left alone that somebody else looks at, or of which nothing can be written.
const LATER: Duration = Duration::from_secs(5);
/// How long the database may take to say which registries it is time for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long passes may take to end when they are to.
const GRACE: Duration = Duration::from_secs(5);

/// Looks at registries while this process holds the lease, until it is time to stop. Whatever is under way then is broken off.
pub(super) async fn run(app: &Spectacles, mut holding: watch::Receiver<bool>, stop: watch::Receiver<bool>) {
    let discovery = match app.administration().discovery() {
        Ok(discovery) => discovery,
        Err(error) => return tracing::error!(%error, "registries are not looked at"),
    };
    loop {
        tokio::select! {
            held = holding.wait_for(|held| *held) => if held.is_err() { return },
            () = is_true(stop.clone()) => return,
        }
        let (lost, over) = (holding.clone(), watch::channel(false));
        let end = async {
            tokio::select! {
                () = is_false(lost) => {}
                () = is_true(stop.clone()) => {}
            }
            over.0.send_replace(true);
        };
        let mut passes =
            Passes { app, discovery: &discovery, over: over.1, tasks: JoinSet::new(), running: HashSet::new(), later: HashMap::new() };
        tokio::select! {
            () = passes.keep_up() => {}
            () = end => {}
        }
        passes.end().await;
    }
}

async fn is_true(mut flag: watch::Receiver<bool>) {
    if flag.wait_for(|flag| *flag).await.is_err() {
        pending::<()>().await;
    }
}

async fn is_false(mut flag: watch::Receiver<bool>) {
    // Nobody holds anything for whoever is gone.
    let _ = flag.wait_for(|flag| !*flag).await;
}

/// What is under way.
struct Passes<'a> {
    app: &'a Spectacles,
    discovery: &'a Discovery,
    over: watch::Receiver<bool>,
    tasks: JoinSet<(Registry, Result<Passed, Error>)>,
    running: HashSet<RegistryId>,
    /// Until when some are left alone, by the clock of this process.
    later: HashMap<RegistryId, Duration>,
}

impl Passes<'_> {
    /// Begins passes when their time has come, for ever.
    async fn keep_up(&mut self) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.begin().await,
                Some(done) = self.tasks.join_next() => match done {
                    Ok((registry, outcome)) => self.ended(&registry, outcome),
                    // It has panicked, which none does. The others go on, and this one as soon as somebody starts the server again.
                    Err(error) => tracing::error!(%error, "a look at a registry ended without a result"),
                },
            }
        }
    }

    async fn begin(&mut self) {
        let due = match timeout(PATIENCE, self.discovery.due()).await {
            Ok(Ok(due)) => due,
            Ok(Err(error)) => return tracing::debug!(%error, "it cannot be said which registries are to be looked at"),
            Err(_) => return,
        };
        let now = self.app.clock().monotonic();
        self.later.retain(|_, until| *until > now);
        for registry in due {
            if self.tasks.len() >= MOST {
                return;
            }
            if self.later.contains_key(&registry.id) || !self.running.insert(registry.id) {
                continue;
            }
            let (discovery, over) = (self.discovery.clone(), self.over.clone());
            self.tasks.spawn(async move {
                let outcome = discovery.pass(&registry, is_true(over)).await;
                (registry, outcome)
            });
        }
    }

    fn ended(&mut self, registry: &Registry, outcome: Result<Passed, Error>) {
        self.running.remove(&registry.id);
        let later = match outcome {
            Ok(Passed::Ended(_) | Passed::BrokenOff) | Err(Error::NotFound { .. }) => return,
            Ok(Passed::Taken) => self.app.clock().monotonic() + LATER,
            Err(error) => {
                tracing::warn!(service = %registry.service, %error, "what a look at a registry found cannot be kept");
                self.app.clock().monotonic() + LATER
            }
        };
        self.later.insert(registry.id, later);
    }

    /// Waits until what is under way has been broken off.
    async fn end(mut self) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(GRACE, all).await.is_err() {
            tracing::warn!("looks at registries did not end in time; others can look at these registries in two minutes");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spectacles_core::service::Spectacles;
    use spectacles_core::store::Store;
    use spectacles_store::MemoryStore;
    use std::sync::Arc;

    #[tokio::test]
    async fn it_ends_when_it_is_to_whether_the_lease_is_held_or_not() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let app = Spectacles::builder(store).start().await.unwrap();
        for held in [true, false] {
            let (_lease, holding) = watch::channel(held);
            let (_stopping, stop) = watch::channel(true);
            run(&app, holding, stop).await;
        }
    }
}
