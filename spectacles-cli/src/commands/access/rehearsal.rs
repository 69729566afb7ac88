//! Commands that are to be tried, as the requests that they would make.

use crate::commands::context::Context;
use crate::commands::{self, Command};
use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, Parser as _};
use spectacles_http::resources::SimulatedChange;

/// What may be tried: what changes something that decisions rest on.
const THINGS: [&str; 6] = ["user", "group", "app", "service", "registry", "namespace"];
const VERBS: [&str; 11] = ["create", "set", "delete", "add", "remove", "grant", "revoke", "assign", "unassign", "publish", "unpublish"];
const ONLY_CHANGES: &str = "only commands that change users, groups, apps, services, registries or namespaces can be tried";
/// Options that read secrets. None is needed to find out what somebody may do.
const SECRETS: [&str; 2] = ["password", "password_stdin"];

/// A command without the options of every command: it is tried on the data that are open.
#[derive(clap::Parser)]
#[command(name = "spectacles", no_binary_name = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// The requests that commands would make.
pub(super) async fn rehearse(lines: &[String], context: &Context<'_>) -> Result<Vec<SimulatedChange>, Failure> {
    let commands: Vec<Command> = lines.iter().map(|line| read(line)).collect::<Result<_, _>>()?;
    let stage = context.rehearsal();
    for (line, command) in lines.iter().zip(commands) {
        // It may be one of our own commands, as far as the compiler knows.
        match Box::pin(commands::on(command, &stage)).await {
            Err(failure) if failure.is_recorded() => {}
            Err(failure) => return Err(failure.of(line)),
            Ok(()) => return Err(Failure::usage(ONLY_CHANGES).of(line)),
        }
    }
    Ok(stage.client().recorded().unwrap_or_default())
}

/// Reads a command as it would be typed into a shell.
fn read(line: &str) -> Result<Command, Failure> {
    let wrong = |why: String| Failure::usage(why).of(line);
    let mut words = shell_words::split(line).map_err(|error| wrong(error.to_string()))?;
    if words.first().is_some_and(|word| word == "spectacles") {
        words.remove(0);
    }
    let unreadable = |error: clap::Error| {
        if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return wrong(ONLY_CHANGES.to_owned());
        }
        // The rest is help for somebody who types at a prompt.
        let text = error.to_string();
        wrong(text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned())
    };
    let matches = Line::command().try_get_matches_from(&words).map_err(unreadable)?;
    let (names, leaf) = leaf(&matches);
    let is_tried = names.first().is_some_and(|thing| THINGS.contains(thing)) && names.last().is_some_and(|verb| VERBS.contains(verb));
    if !is_tried {
        return Err(wrong(ONLY_CHANGES.to_owned()));
    }
    let is_there = |id: &str| leaf.try_contains_id(id).is_ok();
    let is_typed = |id: &str| is_there(id) && leaf.value_source(id) == Some(ValueSource::CommandLine);
    if SECRETS.into_iter().any(is_typed) {
        return Err(wrong("passwords have no part in what somebody may do: leave that option out".to_owned()));
    }
    if is_there("yes") && !is_typed("yes") {
        // Nothing is lost, so nobody is asked.
        words.push("--yes".to_owned());
    }
    Ok(Line::try_parse_from(&words).map_err(unreadable)?.command)
}

/// The names of a command and its subcommands, and what was given to the last.
fn leaf(mut matches: &ArgMatches) -> (Vec<&str>, &ArgMatches) {
    let mut names = Vec::new();
    while let Some((name, below)) = matches.subcommand() {
        names.push(name);
        matches = below;
    }
    (names, matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_read_as_it_is_typed() {
        for line in [
            "group add devs bob",
            "spectacles group add 'site ops' bob eve",
            "namespace create registry.example.com team/secret --others NONE",
            "registry responsible add registry.example.com ops",
            "user delete bob",
            "user delete bob -y",
            "user create eve --privileges puller",
            "service set ci --enabled false",
        ] {
            assert!(read(line).is_ok(), "{line}: {:?}", read(line).err());
        }
    }

    #[test]
    fn what_changes_nothing_or_asks_for_secrets_is_refused() {
        for (line, why) in [
            ("group list", "only commands that change"),
            ("user register eve", "only commands that change"),
            ("service secret ci", "only commands that change"),
            ("access simulate 'group add devs bob'", "only commands that change"),
            ("key list", "only commands that change"),
            ("user create eve --password-stdin", "passwords"),
            ("user set eve --password", "passwords"),
            ("group add devs", "required arguments"),
            ("group add devs bob --data-dir /tmp", "unexpected argument"),
            ("group add 'devs", "quot"),
            ("serve", "unrecognized subcommand"),
            ("", "only commands that change"),
            ("group", "only commands that change"),
            ("group add --help", "only commands that change"),
        ] {
            let failure = read(line).err().map(|failure| failure.message().to_owned()).unwrap_or_default();
            assert!(failure.contains(why) && failure.contains(line), "{line}: {failure}");
        }
    }
}
