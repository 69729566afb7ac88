//! `spectacles access`: questions about who may do what. Nothing is changed.

mod explain;
mod matrix;
mod rehearsal;
mod simulate;
mod table;
mod what_can;
mod who_can;

use super::context::Context;
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::{ServiceAccountName, UserName};
use spectacles_core::service::Who;
use spectacles_core::time::Timestamp;
use spectacles_http::client;
use std::net::IpAddr;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Say what somebody may do with a repository, why, and what would change it
    Explain(explain::Args),
    /// List who may do something with a repository
    WhoCan(who_can::Args),
    /// List where somebody may do something
    WhatCan(what_can::Args),
    /// Write where everybody may do something, as CSV
    Matrix(matrix::Args),
    /// Say what changes would mean, without making them
    ///
    /// Each change is a command as it would be typed: `spectacles access simulate 'group add devs bob' 'user set eve --enabled false'`. They are
    /// tried one after the other, and taken back.
    Simulate(simulate::Args),
}

/// Whom a question is about.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Subject {
    /// A user
    #[arg(long)]
    user: Option<UserName>,
    /// A service account
    #[arg(long = "service", value_name = "SERVICE")]
    account: Option<ServiceAccountName>,
    /// Somebody without credentials
    #[arg(long)]
    anonymous: bool,
}

/// Under what circumstances it is asked.
#[derive(clap::Args)]
#[group(skip)]
struct When {
    /// Where the request would come from: some rights hold only for some networks [default: nobody knows where]
    #[arg(long, value_name = "ADDRESS")]
    from: Option<IpAddr>,
    /// When it would come, as in 2027-01-31T12:00:00Z: some rights end [default: now]
    #[arg(long, value_name = "MOMENT")]
    at: Option<Timestamp>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Explain(args) => explain::run(args, context).await,
        Command::WhoCan(args) => who_can::run(args, context).await,
        Command::WhatCan(args) => what_can::run(args, context).await,
        Command::Matrix(args) => matrix::run(args, context).await,
        Command::Simulate(args) => simulate::run(args, context).await,
    }
}

impl Subject {
    fn who(self) -> Who {
        match (self.user, self.account) {
            (Some(name), _) => Who::User(name),
            (None, Some(name)) => Who::Service(name),
            (None, None) => Who::Anonymous,
        }
    }
}

impl When {
    fn of(&self) -> client::When {
        client::When { from: self.from, at: self.at }
    }
}

/// Says that rights were left out, where they were.
fn tell_of_addresses(missing: bool) {
    if missing {
        output::note(
            "Some rights hold only for requests from some networks, and do not count here; --from says where a request comes from.",
        );
    }
}
