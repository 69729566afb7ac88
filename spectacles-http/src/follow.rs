//! Keeping an application and its store together.

use crate::events;
use crate::record::record;
use spectacles_core::service::Spectacles;
use std::sync::Arc;
use std::time::Duration;

/// Four times a second: a change must be seen within one.
const INTERVAL: Duration = Duration::from_millis(250);
/// A database that takes longer than this is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes over what other processes change in the store, and writes into it what this one decides and what registries tell it, for ever. To be spawned once for each
/// [`Spectacles`]; before the end of a process [`flush`](crate::flush) writes the last decisions.
///
/// While the store cannot be used it tries again; a line in the log tells when that begins and when it ends.
pub async fn follow(app: Arc<Spectacles>) {
    tokio::join!(keep_up(&app), record(&app), events::write(&app), events::inspect(&app), app.send_links());
}

async fn keep_up(app: &Spectacles) {
    let mut lost = false;
    loop {
        tokio::time::sleep(INTERVAL).await;
        let outcome = match tokio::time::timeout(PATIENCE, app.refresh()).await {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => Err(format!("the database did not answer within {} seconds", PATIENCE.as_secs())),
        };
        match outcome {
            Ok(_) if lost => {
                lost = false;
                tracing::info!("the database can be read again");
            }
            Ok(_) => {}
            Err(error) if lost => tracing::debug!(error, "the database still cannot be read"),
            Err(error) => {
                lost = true;
                tracing::error!(error, "the database cannot be read; tokens are refused when this lasts");
            }
        }
    }
}
