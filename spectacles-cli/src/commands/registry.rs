//! `spectacles registry`

use super::connection::ConnectionArgs;
use super::context::Context;
use super::listing::{Listing, Watch};
use super::registry_sync::{self, Sync};
use super::relations::{Added, Removed, publication, responsible};
use super::values::{anonymous, kid_style, lifetime, or_dash, policy, yes_no};
use crate::failure::Failure;
use crate::{output, registry_config};
use spectacles_core::model::{Anonymous, Connection, KidStyle, Policy, Registry, SyncSeconds, TokenLifetime, TokenSettings};
use spectacles_core::name::{RegistryUrl, ServiceName};
use spectacles_core::service::{CreateRegistry, RegistryChanges, RegistryView};
use spectacles_http::client::Wanted;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List registries
    List {
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        watch: Watch,
    },
    /// Show a registry
    Show {
        /// The registry, by its service name
        service: ServiceName,
    },
    /// Make a registry known
    Create(Create),
    /// Change what is known of a registry
    Set(Set),
    /// Forget a registry with its namespaces; its images stay
    Delete {
        /// The registry, by its service name
        service: ServiceName,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Publish a registry to groups: by the path policy, nobody else gets anything from it
    Publish {
        /// The registry, by its service name
        service: ServiceName,
        #[command(flatten)]
        added: Added,
    },
    /// Take groups out of those a registry is published to
    Unpublish {
        /// The registry, by its service name
        service: ServiceName,
        #[command(flatten)]
        removed: Removed,
    },
    /// The groups that answer for a registry
    #[command(subcommand)]
    Responsible(Responsible),
    /// Write a configuration with which a registry trusts this server
    ///
    /// For CNCF Distribution, as the Docker image `registry` and Debian's docker-registry have it.
    Config(registry_config::Args),
    /// Try whether this server and a registry understand each other, step by step
    Test {
        /// The registry, by its service name
        service: ServiceName,
    },
    /// Look at a registry now
    Sync(Sync),
    /// Show when registries were looked at, and what came of it
    State {
        /// The registry, by its service name; all of them, where none is named
        service: Option<ServiceName>,
    },
}

#[derive(clap::Subcommand)]
pub(crate) enum Responsible {
    /// Let groups answer for a registry
    Add {
        /// The registry, by its service name
        service: ServiceName,
        #[command(flatten)]
        added: Added,
    },
    /// Let groups answer for a registry no longer
    Remove {
        /// The registry, by its service name
        service: ServiceName,
        #[command(flatten)]
        removed: Removed,
    },
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// What the registry calls itself: `auth.token.service` of its configuration
    service: ServiceName,
    /// Where this server reaches it: http://registry:5000
    #[arg(long)]
    url: RegistryUrl,
    /// Where clients reach it, when that is somewhere else
    #[arg(long, value_name = "URL")]
    external_url: Option<RegistryUrl>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    /// The registry, by its service name
    service: ServiceName,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true, args = [
    "new_service", "new_url", "new_external_url", "no_external_url", "anonymous", "read_only", "delete_enabled", "enabled",
    "policy", "restricted", "token_seconds", "kid_style", "insecure", "ca", "no_ca", "login", "username", "password_stdin", "password_file",
    "sync_seconds",
])]
struct Changes {
    /// What the registry calls itself now. It must be configured accordingly, or refuses every token
    #[arg(long = "service", value_name = "NEW")]
    new_service: Option<ServiceName>,
    /// Where this server reaches it
    #[arg(long = "url", value_name = "URL")]
    new_url: Option<RegistryUrl>,
    /// Where clients reach it, when that is somewhere else
    #[arg(long = "external-url", value_name = "URL", conflicts_with = "no_external_url")]
    new_external_url: Option<RegistryUrl>,
    /// Clients reach it where this server does
    #[arg(long)]
    no_external_url: bool,
    /// Trust no other authorities any more than those of the system
    #[arg(long, conflicts_with = "ca")]
    no_ca: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What creating and changing have in common.
#[derive(clap::Args)]
#[group(skip)]
struct Settings {
    /// What people without credentials may do: nothing, or pull from public namespaces
    #[arg(long, value_parser = anonymous())]
    anonymous: Option<Anonymous>,
    /// Whether nobody may push or delete, administrators included
    #[arg(long, value_name = "BOOL")]
    read_only: Option<bool>,
    /// Whether the registry permits deleting at all; `registry config` writes it
    #[arg(long, value_name = "BOOL")]
    delete_enabled: Option<bool>,
    /// Whether anything is allowed on it
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// By what rights are given: those on namespaces, the first components of paths (users/, groups/, apps/, others), or both
    #[arg(long, value_parser = policy())]
    policy: Option<Policy>,
    /// Whether only groups that answer for it push by the path policy; otherwise those it is published to push to their own paths, too
    #[arg(long, value_name = "BOOL")]
    restricted: Option<bool>,
    /// How long its tokens are valid, 60 to 86400 seconds
    #[arg(long, value_name = "N", value_parser = lifetime)]
    token_seconds: Option<TokenLifetime>,
    /// How the key is named in its tokens, when the certificate does not tell: libtrust for registries up to 2.8, rfc7638 from 3.0 on
    #[arg(long, value_parser = kid_style())]
    kid_style: Option<KidStyle>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    let registries = client.registries();
    let publications = |service: &ServiceName| client.registry_publications(service);
    let responsibles = |service: &ServiceName| client.registry_responsibles(service);
    let service = match command {
        Command::List { listing, watch } => return list(&listing, &watch, context).await,
        Command::Delete { service, yes } => return delete(&service, yes, context).await,
        Command::Config(args) => {
            let view = registries.show(args.service().as_str()).await?.thing;
            let keys = client.keys().all(&Wanted::default()).await?;
            let mut args = args.at(client.server());
            if args.wants_events() {
                // Before the secret is made: the one before is good no longer then.
                registry_config::check(&args, &view.registry, &keys, context.global())?;
                context.confirm("The registry gets a new secret for its notifications; the one it has is good no longer.", args.yes())?;
                args = args.with_event_secret(client.make_event_secret(&view.registry.service).await?.secret.0);
            }
            return registry_config::run(&args, &view.registry, &keys, context.global());
        }
        Command::Test { service } => return registry_sync::test(&service, context).await,
        Command::Sync(args) => return registry_sync::sync(&args, context).await,
        Command::State { service } => return registry_sync::state(service.as_ref(), context).await,
        Command::Show { service } => service,
        Command::Create(args) => return print(&registries.create(&args.read()?).await?, context),
        Command::Set(Set { service, changes }) => {
            return print(&registries.change(service.as_str(), None, &changes.read()?).await?, context);
        }
        Command::Publish { service, added } => {
            publications(&service).add(&added.groups(context)).await?;
            service
        }
        Command::Unpublish { service, removed } => {
            publications(&service).remove("group", removed.names()).await?;
            service
        }
        Command::Responsible(Responsible::Add { service, added }) => {
            responsibles(&service).add(&added.groups(context)).await?;
            service
        }
        Command::Responsible(Responsible::Remove { service, removed }) => {
            responsibles(&service).remove("group", removed.names()).await?;
            service
        }
    };
    print(&registries.show(service.as_str()).await?.thing, context)
}

impl Create {
    fn read(self) -> Result<CreateRegistry, Failure> {
        let Self { service, url, external_url, settings } = self;
        let new = CreateRegistry::new(service, url);
        Ok(CreateRegistry {
            external_url,
            enabled: settings.enabled.unwrap_or(new.enabled),
            read_only: settings.read_only.unwrap_or(new.read_only),
            delete_enabled: settings.delete_enabled.unwrap_or(new.delete_enabled),
            anonymous: settings.anonymous.unwrap_or(new.anonymous),
            policy: settings.policy.unwrap_or(new.policy),
            restricted: settings.restricted.unwrap_or(new.restricted),
            token: TokenSettings {
                lifetime: settings.token_seconds.unwrap_or(new.token.lifetime),
                kid_style: settings.kid_style.unwrap_or(new.token.kid_style),
            },
            connection: settings.connection.new_connection()?,
            ..new
        })
    }
}

impl Changes {
    fn read(self) -> Result<RegistryChanges, Failure> {
        let Self { new_service, new_url, new_external_url, no_external_url, no_ca, settings } = self;
        Ok(RegistryChanges {
            service: new_service,
            url: new_url,
            external_url: if no_external_url { Some(None) } else { new_external_url.map(Some) },
            enabled: settings.enabled,
            read_only: settings.read_only,
            delete_enabled: settings.delete_enabled,
            anonymous: settings.anonymous,
            policy: settings.policy,
            restricted: settings.restricted,
            lifetime: settings.token_seconds,
            kid_style: settings.kid_style,
            connection: settings.connection.changes(no_ca)?,
        })
    }
}

fn certificates(connection: &Connection) -> &'static str {
    match (connection.insecure, &connection.ca) {
        (true, _) => "any will do",
        (false, Some(_)) => "of authorities of its own, too",
        (false, None) => "of the authorities of the system",
    }
}

fn every(seconds: SyncSeconds) -> String {
    if seconds == SyncSeconds::NEVER { "never".to_owned() } else { format!("{seconds} seconds") }
}

async fn delete(service: &ServiceName, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let registries = context.client().registries();
    let mut seen = None;
    // Counting is for people; scripts do not wait for it.
    if context.asks(yes) {
        seen = Some(registries.show(service.as_str()).await?.tag);
        let wanted = Wanted { limit: Some(1), total: true, ..Wanted::default() };
        let namespaces = context.client().namespaces(Some(service)).page(&wanted).await?.total.unwrap_or_default();
        let consequences = format!(
            "This forgets registry {service} with its {namespaces} namespace(s) and the rights on them. The registry itself and its images \
             are not touched, but nobody gets a token for it any more."
        );
        context.confirm(&consequences, yes)?;
    }
    registries.delete_seen(&[service.as_str()], seen.as_deref(), &[]).await?;
    context.done(&format!("deleted registry {service}"))
}

async fn list(listing: &Listing, watch: &Watch, context: &Context<'_>) -> Result<(), Failure> {
    let wanted = listing.wanted();
    let registries = async || {
        let views = context.client().registries().all(&wanted).await?;
        Ok(views.into_iter().map(|view| view.registry).collect())
    };
    watch.run(context, false, registries, |registries| table(registries, listing, context)).await
}

fn table(registries: &[Registry], listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let none = "There are no registries yet. Make one known with `spectacles registry create SERVICE --url URL`.";
    context.print_list(registries, listing.none(none), ["service", "url", "enabled", "read-only", "anonymous", "policy"], |registry| {
        let Registry { service, url, enabled, read_only, anonymous, policy, .. } = registry;
        [service.to_string(), url.to_string(), yes_no(*enabled), yes_no(*read_only), anonymous.to_string(), policy.to_string()]
    })
}

fn print(view: &RegistryView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |RegistryView { registry, related }| {
        output::fields([
            ("id", registry.id.to_string()),
            ("service", registry.service.to_string()),
            ("url", registry.url.to_string()),
            ("external url", or_dash(registry.external_url.as_ref())),
            ("enabled", yes_no(registry.enabled)),
            ("read-only", yes_no(registry.read_only)),
            ("delete enabled", yes_no(registry.delete_enabled)),
            ("anonymous", registry.anonymous.to_string()),
            ("policy", registry.policy.to_string()),
            ("restricted", yes_no(registry.restricted)),
            ("responsible", responsible(related)),
            ("published to", publication(related)),
            ("token lifetime", format!("{} seconds", registry.token.lifetime.seconds())),
            ("key id style", registry.token.kid_style.to_string()),
            ("logs in by", registry.connection.login.to_string()),
            ("as", or_dash(registry.connection.username.as_deref())),
            ("certificates", certificates(&registry.connection).to_owned()),
            ("looked at every", every(registry.connection.sync_seconds)),
            ("created", registry.created.to_string()),
            ("updated", registry.updated.to_string()),
        ])
    })
}
