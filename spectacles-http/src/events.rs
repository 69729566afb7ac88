//! Notifications of registries.
//!
//! | metric | labels | what it is |
//! |---|---|---|
//! | `spectacles_notifications_total` | `outcome` | envelopes: `written`, `queued`, `empty`, `unknown`, `denied`, `full` |
//! | `spectacles_events_total` | `kind` | what was in them: `noted`, `ignored`, `junk` |
//! | `spectacles_events_waiting` | - | events that are not written yet |
//! | `spectacles_events_lost_total` | - | events that the database did not take |

use crate::answer::{self, Answer};
use crate::api;
use crate::caller::bearer;
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use metrics::{counter, gauge};
use secrecy::SecretString;
use serde_json::json;
use spectacles_core::name::excerpt;
use spectacles_core::service::{Notified, Receipt, Spectacles};
use std::time::Duration;

/// Where notifications of a registry go, below the root.
pub fn events_path(service: &str) -> String {
    format!("{}/events/{}", api::ROOT, api::path::segment(service))
}

/// The longest envelope that is read of a registry, in bytes. Most hold one event.
pub(crate) const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// How long a registry waits until its notification is written. It has more to tell, and waits for each.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long the database may take for one batch.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How soon a database that did not take a batch is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// Whether more than a little is read of this request: nobody else is waited for.
pub(crate) fn is_welcome(app: &Spectacles, service: &str, headers: &HeaderMap) -> bool {
    secret(headers).is_some_and(|secret| app.may_notify(service, &secret))
}

fn secret(headers: &HeaderMap) -> Option<SecretString> {
    headers.get(AUTHORIZATION).and_then(|value| bearer(value.as_bytes()))
}

/// Takes an envelope.
pub(crate) async fn post(surface: &Surface, service: &str, request: &Parts, body: &[u8]) -> Result<Answer, Problem> {
    let app = surface.app();
    let count = |outcome: &'static str| counter!("spectacles_notifications_total", "outcome" => outcome).increment(1);
    match app.notify(service, secret(&request.headers).as_ref(), body) {
        Notified::Kept(receipt) => {
            let Receipt { events, ignored, junk, .. } = receipt;
            for (kind, number) in [("noted", events), ("ignored", ignored), ("junk", junk)] {
                counter!("spectacles_events_total", "kind" => kind).increment(u64::try_from(number).unwrap_or_default());
            }
            if junk > 0 {
                tracing::warn!(service = %excerpt(service), junk, "a notification has events in it that make no sense");
            }
            // What is not written by then is written later. A registry that is answered with an error sends everything again.
            let written = tokio::time::timeout(PATIENCE, receipt.written()).await.is_ok();
            count(if events == 0 {
                "empty"
            } else if written {
                "written"
            } else {
                "queued"
            });
            let status = if written { StatusCode::OK } else { StatusCode::ACCEPTED };
            Ok(answer::json(status, &json!({ "events": events, "ignored": ignored, "junk": junk })))
        }
        // It may have been forgotten here. Turned away it would send the same for ever.
        Notified::Unknown => {
            count("unknown");
            tracing::debug!(service = %excerpt(service), "a notification of a registry that nobody here knows");
            Ok(answer::json(StatusCode::ACCEPTED, &json!({ "events": 0, "ignored": 0, "junk": 0 })))
        }
        Notified::Denied => {
            count("denied");
            Err(Problem::new(Kind::Unauthorized, "this is not the secret for notifications of this registry, or it has none"))
        }
        Notified::Full => {
            count("full");
            Err(Problem::new(Kind::Unavailable, "too many notifications wait to be written; send this again"))
        }
    }
}

/// Writes notifications as they come, for ever.
pub(crate) async fn write(app: &Spectacles) {
    let (waiting, lost) = (gauge!("spectacles_events_waiting"), counter!("spectacles_events_lost_total"));
    let mut failing = false;
    loop {
        app.events_waiting().await;
        let outcome = write_some(app).await;
        let state = app.events_state();
        // Precise up to 2^53.
        waiting.set(u32::try_from(state.waiting).map_or(f64::MAX, f64::from));
        lost.absolute(state.lost);
        match outcome {
            Ok(_) if failing => {
                failing = false;
                tracing::info!("notifications are written again");
            }
            Ok(_) => {}
            Err(error) => {
                if failing {
                    tracing::debug!(error, "notifications still cannot be written");
                } else {
                    failing = true;
                    tracing::error!(error, "notifications cannot be written now; they wait in memory as long as there is room");
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Reads the manifests that were pushed, for ever.
pub(crate) async fn inspect(app: &Spectacles) {
    loop {
        if let Err(error) = app.inspect_pushed().await {
            tracing::warn!(%error, "manifests that were pushed could not be noted; the next look at their registry does it");
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Writes what waits, before the process ends.
pub(crate) async fn flush(app: &Spectacles) -> Result<(), String> {
    while write_some(app).await? > 0 {}
    Ok(())
}

async fn write_some(app: &Spectacles) -> Result<usize, String> {
    match tokio::time::timeout(TIMEOUT, app.write_events()).await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(_) => Err(format!("the database did not answer within {} seconds", TIMEOUT.as_secs())),
    }
}
