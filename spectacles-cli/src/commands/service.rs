//! `spectacles service`

use super::context::Context;
use super::listing::Listing;
use super::secret;
use super::values::{or_dash, text_or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::{AppName, ServiceAccountName, UserName};
use spectacles_core::service::{CreateService, ServiceChanges, ServiceView};
use spectacles_http::client::Wanted;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List service accounts
    List(Listing),
    /// Show a service account
    Show {
        /// Which service account
        name: ServiceAccountName,
    },
    /// Create a service account; `service secret` lets it log in
    Create(Create),
    /// Change a service account
    Set(Set),
    /// Delete a service account with its secrets and rights
    Delete {
        /// Which service account
        name: ServiceAccountName,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Give a service account one more secret, and print it: it is shown this once
    ///
    /// Those it has stay, so that a new one can be put in place before the old one is taken away.
    Secret(secret::New),
    /// List the secrets of a service account: when they were made and last used, not what they are
    Secrets {
        /// Which service account
        name: ServiceAccountName,
    },
    /// Take a secret away from a service account
    Revoke(secret::Revoke),
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// What it logs in as: NAME@NODE, or robot$NAME
    name: ServiceAccountName,
    /// The app it runs, which it may pull where the app is published
    #[arg(long)]
    app: Option<AppName>,
    /// Who looks after it
    #[arg(long, value_name = "USER")]
    owner: Option<UserName>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// Create it disabled: it can do nothing until it is enabled
    #[arg(long)]
    disabled: bool,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    /// Which service account
    name: ServiceAccountName,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// The app it runs
    #[arg(long, conflicts_with = "no_app")]
    app: Option<AppName>,
    /// Let it run none
    #[arg(long)]
    no_app: bool,
    /// Who looks after it
    #[arg(long, value_name = "USER", conflicts_with = "no_owner")]
    owner: Option<UserName>,
    /// Let nobody look after it
    #[arg(long)]
    no_owner: bool,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Whether it may do anything at all
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let services = context.client().services();
    let view = match command {
        Command::List(listing) => return list(&listing, context).await,
        Command::Delete { name, yes } => return delete(&name, yes, context).await,
        Command::Secret(args) => return secret::new(args, context).await,
        Command::Secrets { name } => return secret::list(&name, context).await,
        Command::Revoke(args) => return secret::revoke(args, context).await,
        Command::Show { name } => services.show(name.as_str()).await?.thing,
        Command::Create(Create { name, app, owner, description, disabled }) => {
            services.create(&CreateService { name, app, owner, description, enabled: !disabled }).await?
        }
        Command::Set(Set { name, changes: Changes { app, no_app, owner, no_owner, description, enabled } }) => {
            let app = if no_app { Some(None) } else { app.map(Some) };
            let owner = if no_owner { Some(None) } else { owner.map(Some) };
            services.change(name.as_str(), None, &ServiceChanges { app, owner, description, enabled }).await?
        }
    };
    print(&view, context)
}

async fn list(listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let views = context.client().services().all(&listing.wanted()).await?;
    let none = "There are no service accounts yet. Create one with `spectacles service create NAME`.";
    context.print_list(&views, listing.none(none), ["name", "app", "owner", "enabled", "description"], |view| {
        let ServiceView { name, app, owner, enabled, description, .. } = view;
        [name.to_string(), or_dash(app.as_ref()), or_dash(owner.as_ref()), yes_no(*enabled), text_or_dash(description)]
    })
}

async fn delete(name: &ServiceAccountName, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let services = context.client().services();
    let mut seen = None;
    if context.asks(yes) {
        seen = Some(services.show(name.as_str()).await?.tag);
        let secrets = context.client().secrets(name).all(&Wanted::default()).await?.len();
        let consequences =
            format!("This deletes service account {name} with its rights and its {secrets} secret(s): it cannot log in any more.");
        context.confirm(&consequences, yes)?;
    }
    services.delete_seen(&[name.as_str()], seen.as_deref(), &[]).await?;
    context.done(&format!("deleted service account {name}"))
}

fn print(view: &ServiceView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |view| {
        output::fields([
            ("id", view.id.to_string()),
            ("name", view.name.to_string()),
            ("logs in as", secret::logins(&view.name).join(" or ")),
            ("app", or_dash(view.app.as_ref())),
            ("owner", or_dash(view.owner.as_ref())),
            ("description", text_or_dash(&view.description)),
            ("enabled", yes_no(view.enabled)),
            ("created", view.created.to_string()),
            ("updated", view.updated.to_string()),
        ])
    })
}
