//! When to stop.

use crate::failure::Failure;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How far stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Run,
    /// What was begun is finished.
    Finish,
    /// At once.
    End,
}

/// Tells whether this process is to stop. Clones tell the same.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<Stage>);

impl Stop {
    /// Follows SIGTERM and SIGINT: the first asks to finish, the second to end at once.
    pub(crate) fn on_signals() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::failed(format!("signals cannot be received: {error}")));
        let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        let (stage, stop) = watch::channel(Stage::Run);
        tokio::spawn(async move {
            for next in [Stage::Finish, Stage::End] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!("stopping{}", if next == Stage::End { " at once" } else { "; once more ends it at once" });
                stage.send_replace(next);
            }
            // Whoever still waits must not take the end of this task for a signal.
            std::future::pending::<()>().await;
        });
        Ok(Self(stop))
    }

    /// For whoever is not to be stopped.
    pub(crate) fn never() -> Self {
        Self(watch::channel(Stage::Run).1)
    }

    /// Stops when what is returned beside it is called.
    #[cfg(test)]
    pub(super) fn by_hand() -> (impl FnOnce(), Self) {
        let (stage, stop) = watch::channel(Stage::Run);
        (move || _ = stage.send_replace(Stage::Finish), Self(stop))
    }

    /// Waits until it is time to finish.
    pub(crate) async fn requested(&self) {
        self.reached(Stage::Finish).await;
    }

    /// Waits until it is time to end at once.
    pub(crate) async fn at_once(&self) {
        self.reached(Stage::End).await;
    }

    async fn reached(&self, stage: Stage) {
        if self.0.clone().wait_for(|now| *now >= stage).await.is_err() {
            // Nobody tells, or no longer.
            std::future::pending::<()>().await;
        }
    }
}
