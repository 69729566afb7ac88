//! `spectacles api-token`

use super::context::Context;
use super::terms::{Until, end};
use super::values::{joined, or_dash};
use crate::failure::Failure;
use crate::output::{self, Format};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde_json::json;
use spectacles_core::auth::ExposeSecret as _;
use spectacles_core::model::{Kind, TokenLimits};
use spectacles_core::name::{ApiTokenName, NamespacePath, ServiceName, UserName};
use spectacles_core::service::ApiTokenView;
use spectacles_core::time::Timestamp;
use spectacles_http::client::Wanted;
use spectacles_http::resources::MakeToken;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Make an API token, by which a program acts for a user, and print it: it is shown this once
    ///
    /// It is not a password: it does not log in at a registry. What it may is what the user may, as far as the limits go.
    Create(Create),
    /// List the API tokens of a user: what they are for, not what they are
    List {
        /// Whose
        user: UserName,
    },
    /// Take an API token away
    Revoke(Revoke),
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// For whom it acts
    user: UserName,
    /// What it is for: another one for each of his
    name: ApiTokenName,
    #[command(flatten)]
    until: Until,
    /// Let it change nothing
    #[arg(long)]
    read_only: bool,
    /// Only for this registry
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    /// Only for this namespace of the registry
    #[arg(long, value_name = "PATH", requires = "registry")]
    namespace: Option<NamespacePath>,
    /// Only for these kinds of things, separated by commas
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = kind())]
    kinds: Vec<Kind>,
    /// At a server: read your password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Revoke {
    /// Whose
    user: UserName,
    /// Which one, by its name or its number
    #[arg(value_name = "ID|NAME")]
    token: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// At a server: read your password from standard input
    #[arg(long)]
    password_stdin: bool,
}

fn kind() -> impl clap::builder::TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.iter().map(|kind| kind.as_str())).try_map(|word| word.parse::<Kind>())
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Create(args) => create(args, context).await,
        Command::List { user } => list(&user, context).await,
        Command::Revoke(args) => revoke(args, context).await,
    }
}

async fn create(args: Create, context: &Context<'_>) -> Result<(), Failure> {
    let Create { user, name, until, read_only, registry, namespace, kinds, password_stdin } = args;
    let limits = TokenLimits { read_only, registry, namespace, kinds };
    let person = context.in_person(password_stdin).await?;
    let client = person.as_ref().unwrap_or(context.client());
    let new = client.tokens(&user).create(&MakeToken { name, until: until.moment(context), limits }).await?;
    if let Format::Data(data) = context.global().output() {
        let mut shown = json!(new.token);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("user".to_owned(), json!(user));
            fields.insert("secret".to_owned(), json!(new.secret));
        }
        return data.print(&shown);
    }
    let token = &new.token.token;
    let until = token.until.map(|until| format!(" until {}", until.to_rfc3339_seconds())).unwrap_or_default();
    output::note(&format!("API token {} ({}) of user {user}{until}. Keep it: it is not shown again.", token.id, token.name));
    output::line(new.secret.0.expose_secret())
}

async fn list(user: &UserName, context: &Context<'_>) -> Result<(), Failure> {
    let tokens = context.client().tokens(user).all(&Wanted::default()).await?;
    let none = format!("{user} has no API token. `spectacles api-token create {user} NAME` makes one.");
    context.print_list(&tokens, &none, ["id", "name", "created", "last used", "until", "for"], |ApiTokenView { token, expired }| {
        [
            token.id.to_string(),
            token.name.to_string(),
            token.created.to_rfc3339_seconds(),
            or_dash(token.last_used.map(Timestamp::to_rfc3339_seconds)),
            end(token.until, *expired),
            good_for(&token.limits),
        ]
    })
}

/// `reading, registry one.example.com, users, groups`, or `everything`.
pub(super) fn good_for(limits: &TokenLimits) -> String {
    let TokenLimits { read_only, registry, namespace, kinds } = limits;
    let mut words: Vec<String> = Vec::new();
    words.extend(read_only.then(|| "reading".to_owned()));
    words.extend(registry.as_ref().map(|service| format!("registry {service}")));
    words.extend(namespace.as_ref().map(|path| format!("namespace {path}")));
    words.extend(kinds.iter().map(ToString::to_string));
    if words.is_empty() { "everything".to_owned() } else { joined(words) }
}

async fn revoke(Revoke { user, token, yes, password_stdin }: Revoke, context: &Context<'_>) -> Result<(), Failure> {
    let tokens = context.client().tokens(&user);
    let known = tokens.all(&Wanted::default()).await?.into_iter().map(|view| view.token);
    // No name is a number.
    let found = known.into_iter().find(|known| known.name.as_str() == token || known.id.to_string() == token);
    let missing = || spectacles_core::service::Error::NotFound { what: "API token", name: format!("{token}` of user `{user}") };
    let known = found.ok_or_else(missing)?;
    let (id, name) = (known.id, known.name);
    context.confirm(&format!("This takes API token {id} ({name}) from user {user}: whatever uses it cannot do so any more."), yes)?;
    let person = context.in_person(password_stdin).await?;
    person.as_ref().unwrap_or(context.client()).tokens(&user).delete(&[&id.to_string()]).await?;
    context.done(&format!("revoked API token {id} ({name}) of user {user}"))
}
