//! `spectacles login` and `spectacles logout`

use super::context::client;
use super::terms::Until;
use crate::ask;
use crate::config::{Global, Profile, Profiles, Target};
use crate::failure::Failure;
use crate::output::{self, Format};
use http::StatusCode;
use serde_json::json;
use spectacles_core::model::TokenLimits;
use spectacles_core::name::{ApiTokenName, UserName};
use spectacles_core::time::{Clock as _, SystemClock, Timestamp};
use spectacles_http::client::{Client, ClientError, Credentials};
use spectacles_http::resources::{MadeToken, MakeToken};
use std::path::PathBuf;

/// The profile is called what `--profile` says, or else as the server's machine is.
#[derive(clap::Args)]
pub(crate) struct Login {
    /// The server: `https://auth.example.com`
    #[arg(value_name = "URL")]
    url: String,
    /// Who you are there; asked for, where nothing is said
    #[arg(long, value_name = "NAME")]
    user: Option<UserName>,
    /// A file with certificates of authorities to trust for this server beside those of the system, in PEM
    #[arg(long = "ca", value_name = "FILE")]
    authorities: Option<PathBuf>,
    #[command(flatten)]
    until: Until,
    /// Let commands change nothing there
    #[arg(long)]
    read_only: bool,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Logout {
    /// Forget the token also when the server does not answer, or does not take it away
    #[arg(long)]
    force: bool,
}

pub(super) async fn login(args: Login, global: &Global) -> Result<(), Failure> {
    if global.names_a_store() {
        return Err(Failure::usage("login is for servers: leave out --data-dir and --database-url"));
    }
    let Login { url, user, authorities, until, read_only, password_stdin } = args;
    let url = url.trim_end_matches('/').to_owned();
    let authorities = authorities
        .map(|file| std::fs::read_to_string(&file).map_err(|error| Failure::failed(format!("{} cannot be read: {error}", file.display()))));
    let authorities = authorities.transpose()?;
    // Whatever is wrong with what is kept, or with the address, is said before anybody types a password.
    let mut profiles = Profiles::read(global.environment())?;
    client(&url, Credentials::Token("".into()), authorities.as_deref())?;
    if url.starts_with("http:") && !is_this_machine(&url) {
        output::note("note: without https others on the way can read the password and the token");
    }
    let user = match user {
        Some(user) => user,
        None => ask::text("Name: ")?.parse().map_err(|error: spectacles_core::name::NameError| Failure::usage(error.to_string()))?,
    };
    let password = match password_stdin {
        true => ask::password_from_stdin()?,
        false => ask::password(&format!("Password of {user} at {url}: "))?,
    };
    let credentials = Credentials::Password { name: user.to_string(), password };
    let client = client(&url, credentials, authorities.as_deref())?;
    let name = global.named_profile()?.or_else(|| host(&url)).unwrap_or_else(|| url.clone());
    let limits = TokenLimits { read_only, ..TokenLimits::default() };
    let made = make(&client, &user, until.counted_from(SystemClock::new().now()), &limits).await?;
    let until = made.token.token.until;
    let profile =
        Profile { server: url.clone(), user: user.clone(), token: made.secret, token_id: made.token.token.id, until, authorities };
    let before = profiles.profiles.insert(name.clone(), profile);
    profiles.current = Some(name.clone());
    let file = match profiles.write(global.environment()) {
        Ok(file) => file,
        Err(failure) => {
            // Nobody has it, so nobody should be able to use it.
            let _ = client.tokens(&user).delete(&[&made.token.token.id.to_string()]).await;
            return Err(failure);
        }
    };
    // The one before is of no use any more.
    if let Some(before) = before.filter(|before| before.server == url) {
        let _ = client.tokens(&before.user).delete(&[&before.token_id.to_string()]).await;
    }
    match global.output() {
        Format::Data(data) => data.print(&json!({ "profile": name, "server": url, "user": user, "until": until })),
        Format::Table => {
            output::line(&format!("logged in to {url} as {user}"))?;
            let goes_there = matches!(global.target(), Ok(Target::Server(server)) if server.url == url);
            output::note(match goes_there {
                true => "Commands go there now.",
                false => "The environment says that commands go elsewhere; with --profile they go there.",
            });
            output::note(&format!("The token is in {}. `spectacles logout` takes it away.", file.display()));
            Ok(())
        }
    }
}

/// Makes a token that is named after this machine: another one for each of the same name.
async fn make(client: &Client, user: &UserName, until: Option<Timestamp>, limits: &TokenLimits) -> Result<MadeToken, Failure> {
    const MOST: u32 = 100;
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let invalid = |error: spectacles_core::name::NameError| Failure::failed(format!("this machine has a strange name: {error}"));
    for number in 1..=MOST {
        let number = if number == 1 { String::new() } else { format!(" ({number})") };
        let name: ApiTokenName = format!("spectacles on {machine}{number}").parse().map_err(invalid)?;
        match client.tokens(user).create(&MakeToken { name, until, limits: limits.clone() }).await {
            Err(ClientError::Refused(refusal)) if refusal.status == StatusCode::CONFLICT && refusal.kind == "conflict" => {}
            Err(ClientError::Refused(refusal)) if refusal.status == StatusCode::UNAUTHORIZED => {
                return Err(Failure::denied("the server does not know this name, or the password is wrong"));
            }
            outcome => return Ok(outcome?),
        }
    }
    Err(Failure::failed(format!("{user} has too many API tokens of this machine: `spectacles api-token list {user}` shows them")))
}

pub(super) async fn logout(args: &Logout, global: &Global) -> Result<(), Failure> {
    let mut profiles = Profiles::read(global.environment())?;
    let name = match (global.named_profile()?, global.named_server()?) {
        (Some(name), _) => Some(name),
        (None, Some(server)) => profiles.of_server(server).map(|(name, _)| name.to_owned()),
        (None, None) => profiles.current.clone(),
    };
    let name = name.ok_or_else(|| Failure::usage("nobody has logged in here; `spectacles profile list` shows where somebody has"))?;
    let profile = profiles.find(&name)?.clone();
    let client = client(&profile.server, Credentials::Token(profile.token.0), profile.authorities.as_deref())?;
    match client.revoke_own_token().await {
        // It is gone already, with whose it was or by itself.
        Err(ClientError::Refused(refusal)) if matches!(refusal.status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND) => {}
        Err(ClientError::Unreachable(why)) => {
            output::note(&format!("note: {why}; the token is forgotten here, and accepted there until somebody revokes it"));
        }
        Err(error) if args.force => output::note(&format!("note: {error}; the token is forgotten here, and not taken away there")),
        Err(error) => return Err(Failure::from(error).with("; `spectacles logout --force` forgets the token all the same")),
        Ok(()) => {}
    }
    profiles.profiles.remove(&name);
    if profiles.current.as_deref() == Some(&name) {
        profiles.current = None;
    }
    profiles.write(global.environment())?;
    match global.output() {
        Format::Data(_) => Ok(()),
        Format::Table => output::line(&format!("logged out of {}", profile.server)),
    }
}

/// The name of the server's machine, with the port where it is a special one.
fn host(url: &str) -> Option<String> {
    let behind = url.split_once("://")?.1;
    behind.split('/').next().filter(|host| !host.is_empty()).map(str::to_owned)
}

fn is_this_machine(url: &str) -> bool {
    let host = host(url).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
