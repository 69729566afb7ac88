//! `spectacles profile`

use super::values::{or_dash, yes_no};
use crate::config::{Global, Profiles};
use crate::failure::Failure;
use crate::output::{self, Format};
use serde::Serialize;
use spectacles_core::name::UserName;
use spectacles_core::time::Timestamp;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List the servers somebody has logged in to
    List,
    /// Let commands go to one of them
    Use {
        /// Which, as `profile list` shows it
        name: String,
    },
}

/// A profile, without its token.
#[derive(Serialize)]
struct View<'p> {
    name: &'p str,
    server: &'p str,
    user: &'p UserName,
    until: Option<Timestamp>,
    current: bool,
}

pub(super) fn run(command: &Command, global: &Global) -> Result<(), Failure> {
    let mut profiles = Profiles::read(global.environment())?;
    match command {
        Command::List => list(&profiles, global),
        Command::Use { name } => {
            let server = profiles.find(name)?.server.clone();
            profiles.current = Some(name.clone());
            profiles.write(global.environment())?;
            match global.output() {
                Format::Data(_) => Ok(()),
                Format::Table => output::line(&format!("commands go to {server} now")),
            }
        }
    }
}

fn list(profiles: &Profiles, global: &Global) -> Result<(), Failure> {
    let current = profiles.current().map(|(name, _)| name);
    let view = |(name, profile)| {
        let (name, profile): (&String, &crate::config::Profile) = (name, profile);
        View { name, server: &profile.server, user: &profile.user, until: profile.until, current: current == Some(name) }
    };
    let views: Vec<View<'_>> = profiles.profiles.iter().map(view).collect();
    match global.output() {
        Format::Data(data) => data.print(&views),
        Format::Table if views.is_empty() => {
            output::note("Nobody has logged in here. `spectacles login URL` does.");
            Ok(())
        }
        Format::Table => output::list(
            ["name", "server", "user", "until", "current"],
            views.iter().map(|view| {
                let until = or_dash(view.until.map(Timestamp::to_rfc3339_seconds));
                [view.name.to_owned(), view.server.to_owned(), view.user.to_string(), until, yes_no(view.current)]
            }),
        ),
    }
}
