//! `spectacles api-token`

use super::context::Context;
use super::terms::{Until, end};
use super::values::{joined, or_dash};
use crate::ask;
use crate::failure::Failure;
use crate::output::{self, Format};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde_json::json;
use spectacles_core::auth::ExposeSecret as _;
use spectacles_core::model::{Kind, TokenLimits};
use spectacles_core::name::{ApiTokenName, NamespacePath, ServiceName, UserName};
use spectacles_core::service::{ApiTokenView, CreateToken};
use spectacles_core::time::Timestamp;

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
    let Create { user, name, until, read_only, registry, namespace, kinds } = args;
    let limits = TokenLimits { read_only, registry, namespace, kinds };
    let token = CreateToken { name, until: until.moment(context), limits };
    let new = context.admin().tokens().create(&user, token).await?;
    if context.global().output() == Format::Json {
        let mut shown = json!(new.view);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("user".to_owned(), json!(user));
            fields.insert("secret".to_owned(), json!(new.secret.expose_secret()));
        }
        return output::json(&shown);
    }
    let token = &new.view.token;
    let until = token.until.map(|until| format!(" until {}", until.to_rfc3339_seconds())).unwrap_or_default();
    output::note(&format!("API token {} ({}) of user {user}{until}. Keep it: it is not shown again.", token.id, token.name));
    output::line(new.secret.expose_secret())
}

async fn list(user: &UserName, context: &Context<'_>) -> Result<(), Failure> {
    let tokens = context.admin().tokens().list(user).await?;
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
fn good_for(limits: &TokenLimits) -> String {
    let TokenLimits { read_only, registry, namespace, kinds } = limits;
    let mut words: Vec<String> = Vec::new();
    words.extend(read_only.then(|| "reading".to_owned()));
    words.extend(registry.as_ref().map(|service| format!("registry {service}")));
    words.extend(namespace.as_ref().map(|path| format!("namespace {path}")));
    words.extend(kinds.iter().map(ToString::to_string));
    if words.is_empty() { "everything".to_owned() } else { joined(words) }
}

async fn revoke(Revoke { user, token, yes }: Revoke, context: &Context<'_>) -> Result<(), Failure> {
    let tokens = context.admin().tokens();
    let known = tokens.list(&user).await?.into_iter().map(|view| view.token);
    // No name is a number.
    let found = known.into_iter().find(|known| known.name.as_str() == token || known.id.to_string() == token);
    let missing = || spectacles_core::service::Error::NotFound { what: "API token", name: format!("{token}` of user `{user}") };
    let known = found.ok_or_else(missing)?;
    let (id, name) = (known.id, known.name);
    ask::confirm(&format!("This takes API token {id} ({name}) from user {user}: whatever uses it cannot do so any more."), yes)?;
    tokens.revoke(&user, id).await?;
    context.done(&format!("revoked API token {id} ({name}) of user {user}"))
}
