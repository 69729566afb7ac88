//! From settings to an application that is ready.

use super::args::ProcessSettings;
use super::mail::MailSettings;
use super::stop::Stop;
use crate::config::{self, Global};
use crate::failure::Failure;
use spectacles_core::model::KidStyle;
use spectacles_core::service::Spectacles;
use spectacles_core::store::Store;
use spectacles_core::time::{Clock, SystemClock};
use spectacles_http::registry::HttpConnector;
use spectacles_store::OpenError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often a database that does not answer is tried.
const AGAIN: Duration = Duration::from_secs(2);
/// How long before its end a certificate is worth a warning.
const EXPIRES_SOON: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Opens the database, reads keys and facts.
pub(crate) async fn start(global: &Global, settings: &ProcessSettings, stop: &Stop) -> Result<Arc<Spectacles>, Failure> {
    let clock = SystemClock::new();
    // What can be found wrong without the database is told without waiting for it.
    let keys = config::load_keys(global, &clock)?;
    let store = open(global, settings.database_wait, &clock, stop).await?;
    let mut builder =
        Spectacles::builder(store).settings(settings.application.clone()).clock(Arc::new(clock)).connector(Arc::new(HttpConnector::new()));
    if let Some(MailSettings { mailer, link }) = settings.mail.clone() {
        builder = builder.mailer(mailer, link);
    }
    if let Some(keys) = keys {
        builder = builder.keys(keys);
    }
    let app = builder.start().await.map_err(|error| Failure::failed(format!("the server cannot start: {error}")))?;
    announce(global, &app)?;
    Ok(Arc::new(app))
}

/// Opens the database; one that does not answer may be starting as well.
async fn open(global: &Global, patience: Duration, clock: &SystemClock, stop: &Stop) -> Result<Arc<dyn Store>, Failure> {
    let begun = clock.monotonic();
    loop {
        let error = match config::try_open_store(global).await? {
            Ok(store) => return Ok(store),
            Err(error @ OpenError::Unreachable { .. }) => error,
            Err(error) => return Err(Failure::failed(error.to_string())),
        };
        if clock.monotonic().saturating_sub(begun) + AGAIN > patience {
            return Err(Failure::failed(error.to_string()));
        }
        tracing::warn!("{error}; trying again in {} s", AGAIN.as_secs());
        tokio::select! {
            () = sleep(AGAIN) => {}
            () = stop.requested() => return Err(Failure::failed(format!("stopped while waiting for the database: {error}"))),
        }
    }
}

/// Says what was found, for whoever wonders which database and which key this process uses.
fn announce(global: &Global, app: &Spectacles) -> Result<(), Failure> {
    let keys = app.issuer().keys();
    let key = keys.active();
    let (registries, users) = app.facts().read(|facts| (facts.count_registries(), facts.count_users()));
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        database = %config::database_url(global)?,
        issuer = app.settings().issuer,
        key = key.signer().public_key().kid(KidStyle::Rfc7638),
        registries,
        users,
        "spectacles starts"
    );
    warn_of_expiry(app);
    Ok(())
}

/// Says that the certificate of the signing key expires soon, when it does.
pub(super) fn warn_of_expiry(app: &Spectacles) {
    if let Some(expires) = app.issuer().keys().active().chain().map(|chain| chain.expires())
        && expires < app.clock().now().after(EXPIRES_SOON)
    {
        tracing::warn!(
            "the certificate of the signing key expires at {expires}: registries that find the key by it refuse tokens from then on"
        );
    }
}
