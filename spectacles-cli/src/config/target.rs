//! What commands go to: a store on this machine, or a server.

use super::profiles::Profiles;
use super::{Global, database};
use crate::failure::Failure;
use spectacles_core::auth::SecretString;
use spectacles_core::time::Timestamp;

/// What commands go to.
pub(crate) enum Target {
    /// The data directory or database.
    Store,
    /// A server.
    Server(Server),
}

/// A server, and by what calls are made.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) token: SecretString,
    /// Certificates of authorities that are trusted beside those of the system, in PEM.
    pub(crate) authorities: Option<String>,
    /// The profile it is from.
    pub(crate) profile: Option<String>,
    /// Until when the token is accepted, as far as that is known.
    pub(crate) until: Option<Timestamp>,
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice<'a> {
    Store,
    Server(&'a str),
    Profile(&'a str),
    /// The current profile, where somebody has logged in, and else the store.
    Nothing,
}

impl Global {
    /// What commands go to. Options come before the environment, and that before the current profile.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let chosen = self.choice()?;
        if chosen == Choice::Store {
            return Ok(Target::Store);
        }
        let profiles = Profiles::read(&self.environment)?;
        let of = |(name, profile): (&str, &super::Profile)| {
            let token = profile.token.0.clone();
            let (url, authorities) = (profile.server.clone(), profile.authorities.clone());
            Server { url, token, authorities, profile: Some(name.to_owned()), until: profile.until }
        };
        match chosen {
            Choice::Store => Ok(Target::Store),
            Choice::Nothing => Ok(profiles.current().map_or(Target::Store, |current| Target::Server(of(current)))),
            Choice::Profile(name) => Ok(Target::Server(of((name, profiles.find(name)?)))),
            Choice::Server(url) => {
                let known = profiles.of_server(url).map(of);
                // A token that is set is meant: where there is one for each run, profiles are from somebody else.
                if let Some(token) = self.environment.text("SPECTACLES_TOKEN")? {
                    let authorities = known.and_then(|known| known.authorities);
                    return Ok(Target::Server(Server {
                        url: url.to_owned(),
                        token: token.into(),
                        authorities,
                        profile: None,
                        until: None,
                    }));
                }
                known.map(Target::Server).ok_or_else(|| {
                    Failure::denied(format!(
                        "nobody has logged in to {url} here: `spectacles login {url}` does, or SPECTACLES_TOKEN has a token"
                    ))
                })
            }
        }
    }

    /// Refuses what was said of a server, for commands of this machine.
    pub(crate) fn refuse_server(&self, command: &str) -> Result<(), Failure> {
        match self.choice()? {
            Choice::Server(name) | Choice::Profile(name) => Err(only_here(command, Some(name))),
            Choice::Store | Choice::Nothing => Ok(()),
        }
    }

    /// The same, also where it is the current profile that sends commands to a server.
    pub(crate) fn refuse_any_server(&self, command: &str) -> Result<(), Failure> {
        self.refuse_server(command)?;
        match self.target()? {
            Target::Store => Ok(()),
            Target::Server(server) => Err(only_here(command, Some(&server.url))),
        }
    }

    fn choice(&self) -> Result<Choice<'_>, Failure> {
        let server = self.server.as_deref().map(Choice::Server);
        let asked = match (server, self.profile.as_deref().map(Choice::Profile)) {
            (Some(_), Some(_)) => return Err(Failure::usage("--server and --profile both say which server: use one of them")),
            (server, profile) => server.or(profile),
        };
        match (asked, self.names_a_store()) {
            (Some(_), true) => {
                return Err(Failure::usage(
                    "--data-dir and --database-url are for data on this machine, --server and --profile for a server: use one or the other",
                ));
            }
            (Some(asked), false) => return Ok(asked),
            (None, true) => return Ok(Choice::Store),
            (None, false) => {}
        }
        let environment = &self.environment;
        if environment.path("SPECTACLES_DATA_DIR").is_some() || database::is_named(environment) {
            return Ok(Choice::Store);
        }
        let server = environment.text("SPECTACLES_SERVER")?.map(Choice::Server);
        Ok(server.or(environment.text("SPECTACLES_PROFILE")?.map(Choice::Profile)).unwrap_or(Choice::Nothing))
    }
}

/// That a command is for this machine only.
pub(crate) fn only_here(command: &str, server: Option<&str>) -> Failure {
    let server = server.unwrap_or("a server");
    Failure::usage(format!(
        "`{command}` works on this machine only, not at {server}: run it where the data is, and name that with --data-dir or --database-url"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser as _;

    fn choose(options: &[&str], variables: &[(&str, &str)]) -> String {
        let words = [&["spectacles", "user", "list"], options].concat();
        let cli = Cli::try_parse_from(words).unwrap();
        let global = Global::new(cli.global, variables.iter().copied().collect()).unwrap();
        match global.choice() {
            Ok(choice) => format!("{choice:?}"),
            Err(failure) => failure.message().to_owned(),
        }
    }

    #[test]
    fn options_come_before_the_environment_and_a_store_before_a_server() {
        let store = ("SPECTACLES_DATA_DIR", "/d");
        let server = ("SPECTACLES_SERVER", "http://s");
        for (options, variables, expected) in [
            (&[][..], &[][..], "Nothing"),
            (&["--data-dir", "/d"], &[server], "Store"),
            (&["--database-url", "sqlite:///x"], &[("SPECTACLES_PROFILE", "work")], "Store"),
            (&["--server", "http://o"], &[store], "Server(\"http://o\")"),
            (&["--profile", "work"], &[store, server], "Profile(\"work\")"),
            (&[], &[store, server], "Store"),
            (&[], &[("DB_HOST", "db"), server], "Store"),
            (&[], &[server], "Server(\"http://s\")"),
            (&[], &[("SPECTACLES_PROFILE", "work")], "Profile(\"work\")"),
        ] {
            assert_eq!(choose(options, variables), expected, "{options:?} {variables:?}");
        }
        assert!(choose(&["--server", "http://o", "--data-dir", "/d"], &[]).contains("one or the other"));
        assert!(choose(&["--server", "http://o", "--profile", "work"], &[]).contains("one of them"));
    }
}
