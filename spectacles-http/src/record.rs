//! Writing down what was decided, beside the path of requests.

use metrics::{counter, gauge};
use spectacles_core::service::Spectacles;
use std::time::Duration;

/// How long a decision waits at most, when the database keeps up.
const INTERVAL: Duration = Duration::from_millis(500);
/// A database that takes longer than this for one batch is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many are worth another transaction at once; fewer wait for the next time. While tokens are given out some more decisions have always come
/// when a batch is written, and writing until none waits would be transaction after transaction for a few of them each.
const MANY: usize = 4_096;

/// Writes decisions into the store, for ever.
pub(crate) async fn record(app: &Spectacles) {
    let (waiting, lost) = (gauge!("spectacles_decisions_waiting"), counter!("spectacles_decisions_lost_total"));
    let mut trouble = Trouble::default();
    loop {
        tokio::time::sleep(INTERVAL).await;
        trouble.note(write(app, MANY).await);
        let state = app.recording();
        // Precise up to 2^53.
        waiting.set(u32::try_from(state.waiting).map_or(f64::MAX, f64::from));
        lost.absolute(state.lost);
        trouble.note_lost(state.lost);
    }
}

/// Writes what still waits, decisions and notifications, before the process ends.
///
/// # Errors
/// Why some of it could not be written.
pub async fn flush(app: &Spectacles) -> Result<(), String> {
    // The one must not keep the other from being written.
    let events = crate::events::flush(app).await;
    write(app, 1).await.and(events)
}

/// Writes until fewer than so many wait.
async fn write(app: &Spectacles, many: usize) -> Result<(), String> {
    loop {
        match tokio::time::timeout(PATIENCE, app.write_decisions()).await {
            Ok(Ok(waiting)) if waiting < many => return Ok(()),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err(format!("the database did not answer within {} seconds", PATIENCE.as_secs())),
        }
    }
}

/// What the log knows already.
#[derive(Default)]
struct Trouble {
    failing: bool,
    lost: u64,
}

impl Trouble {
    fn note(&mut self, outcome: Result<(), String>) {
        match (self.failing, outcome) {
            (false, Ok(())) => {}
            (true, Ok(())) => {
                self.failing = false;
                tracing::info!("decisions are recorded again");
            }
            (false, Err(error)) => {
                self.failing = true;
                tracing::error!(error, "decisions cannot be recorded now; they wait in memory as long as there is room");
            }
            (true, Err(error)) => tracing::debug!(error, "decisions still cannot be recorded"),
        }
    }

    fn note_lost(&mut self, lost: u64) {
        if lost > self.lost {
            tracing::warn!(lost = lost - self.lost, "decisions could not be recorded: there was no room for them");
            self.lost = lost;
        }
    }
}
