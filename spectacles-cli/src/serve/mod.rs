//! The server and its background work.
//!
//! | module | what it does |
//! |---|---|
//! | `args` | options and environment, joined into settings |
//! | `start` | database, keys and facts: everything but the network |
//! | `web` | the surface behind axum or poem |
//! | `listen`, `tls` | one way to accept connections, for all of them |
//! | `mail` | SMTP, for those who have forgotten their password |
//! | `room` | how many connections there may be, and how many of one client |
//! | `background` | what one process of many does beside |
//! | `metrics` | what is measured, for Prometheus |
//! | `stop` | SIGTERM and SIGINT |
//! | `reload` | SIGHUP |

mod args;
mod background;
mod listen;
mod mail;
mod metrics;
mod reload;
mod room;
mod start;
mod stop;
mod tls;
mod web;

pub(crate) use args::{Args, BackgroundArgs, ProcessSettings, WebSettings};
pub(crate) use start::start;
pub(crate) use stop::Stop;
pub(crate) use web::Web;

use crate::config::Global;
use crate::failure::Failure;
use crate::logging::{self, Log};
use reload::Hangups;
use spectacles_core::random::SystemRandom;
use spectacles_core::service::Spectacles;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Serves, with background work.
pub(crate) async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let (web, process) = args.settings(global)?;
    let (log, stop, hangups) = begin(global, &process)?;
    let web = Web::bind(web).await?;
    let app = start(global, &process, &stop).await?;
    let tls = web.tls();
    let serving = serve_all(web, Arc::clone(&app), process.background, &log, stop);
    hangups.heeded_during(serving, &app, tls, global).await
}

/// Serves, without background work.
pub(crate) async fn run_server(args: Args, global: &Global) -> Result<(), Failure> {
    let (web, process) = args.settings(global)?;
    let (log, stop, hangups) = begin(global, &process)?;
    let web = Web::bind(web).await?;
    let app = start(global, &process, &stop).await?;
    tokio::spawn(spectacles_http::follow(Arc::clone(&app)));
    let tls = web.tls();
    let serving = async {
        let outcome = web.serve(Arc::clone(&app), log.dropped_lines(), stop).await;
        record_the_last(&app).await;
        outcome
    };
    hangups.heeded_during(serving, &app, tls, global).await
}

/// Does background work, without serving.
pub(crate) async fn run_background(args: BackgroundArgs, global: &Global) -> Result<(), Failure> {
    let process = args.settings(global)?;
    let (_log, stop, hangups) = begin(global, &process)?;
    let app = start(global, &process, &stop).await?;
    tokio::spawn(spectacles_http::follow(Arc::clone(&app)));
    let working = background::run(Arc::clone(&app), &SystemRandom, process.background, stop.requested());
    hangups.heeded_during(working, &app, None, global).await;
    Ok(())
}

/// Everything a server does, until it is time to stop.
pub(crate) async fn serve_all(web: Web, app: Arc<Spectacles>, every: Duration, log: &Log, stop: Stop) -> Result<(), Failure> {
    tokio::spawn(spectacles_http::follow(Arc::clone(&app)));
    let (serves, served) = oneshot::channel::<()>();
    let serving = async {
        let outcome = web.serve(Arc::clone(&app), log.dropped_lines(), stop.clone()).await;
        record_the_last(&app).await;
        drop(serves);
        outcome
    };
    // Whatever ends the server: the lease for background work is given up before this process ends.
    let end = async {
        tokio::select! {
            () = stop.requested() => {}
            _ = served => {}
        }
    };
    tokio::join!(background::run(Arc::clone(&app), &SystemRandom, every, end), serving).1
}

/// Writes the decisions that nobody has written yet.
async fn record_the_last(app: &Spectacles) {
    if let Err(error) = spectacles_http::flush(app).await {
        tracing::error!(error, lost = app.recording().waiting, "the last decisions could not be recorded");
    }
}

fn begin(global: &Global, process: &ProcessSettings) -> Result<(Log, Stop, Hangups), Failure> {
    let log = logging::init(&process.log)?;
    crate::config::warn_of_ignored(global.environment());
    Ok((log, Stop::on_signals()?, Hangups::listen()?))
}

/// What this machine calls itself.
pub(crate) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
