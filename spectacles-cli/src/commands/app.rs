//! `spectacles app`

use super::context::Context;
use super::listing::Listing;
use super::relations::{Added, Removed, publication, responsible};
use super::values::{joined, or_dash, text_or_dash};
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::App;
use spectacles_core::name::{AppName, GroupName, Slug};
use spectacles_core::service::{AppChanges, AppView, CreateApp};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List apps
    List(Listing),
    /// Show an app with its groups and service accounts
    Show {
        /// Which app
        name: AppName,
    },
    /// Create an app
    Create(Create),
    /// Change an app
    Set(Set),
    /// Delete an app; service accounts that run it stay
    Delete {
        /// Which app
        name: AppName,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Publish an app to groups: their members may pull it
    Publish {
        /// Which app
        app: AppName,
        #[command(flatten)]
        added: Added,
    },
    /// Take groups out of those an app is published to
    Unpublish {
        /// Which app
        app: AppName,
        #[command(flatten)]
        removed: Removed,
    },
    /// The groups that answer for an app, whose members may push it
    #[command(subcommand)]
    Responsible(Responsible),
}

#[derive(clap::Subcommand)]
pub(crate) enum Responsible {
    /// Let groups answer for an app
    Add {
        /// Which app
        app: AppName,
        #[command(flatten)]
        added: Added,
    },
    /// Let groups answer for an app no longer
    Remove {
        /// Which app
        app: AppName,
        #[command(flatten)]
        removed: Removed,
    },
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// The name of the app
    name: AppName,
    /// What `apps/SLUG/...` calls it [default: the name, where it can be part of a path]
    #[arg(long)]
    slug: Option<Slug>,
    /// What it is
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// The groups that answer for it, separated by commas
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    responsible: Vec<GroupName>,
    /// The groups it is published to, separated by commas
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    publication: Vec<GroupName>,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    /// Which app
    app: AppName,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// A new name
    #[arg(long, value_name = "NEW")]
    name: Option<AppName>,
    /// What `apps/SLUG/...` calls it
    #[arg(long, conflicts_with = "no_slug")]
    slug: Option<Slug>,
    /// Let only its number name it in paths
    #[arg(long)]
    no_slug: bool,
    /// What it is
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    let (apps, publications, responsibles) =
        (client.apps(), |app: &AppName| client.app_publications(app), |app: &AppName| client.app_responsibles(app));
    let name = match command {
        Command::List(listing) => return list(&listing, context).await,
        Command::Delete { name, yes } => return delete(&name, yes, context).await,
        Command::Show { name } => name,
        Command::Create(Create { name, slug, description, responsible, publication }) => {
            let app = CreateApp { name, slug: slug.map(Some), description, responsible, publication };
            return print(&apps.create(&app).await?, context);
        }
        Command::Set(Set { app, changes: Changes { name, slug, no_slug, description } }) => {
            let slug = if no_slug { Some(None) } else { slug.map(Some) };
            return print(&apps.change(app.as_str(), None, &AppChanges { name, slug, description }).await?, context);
        }
        Command::Publish { app, added } => {
            publications(&app).add(&added.groups(context)).await?;
            app
        }
        Command::Unpublish { app, removed } => {
            publications(&app).remove("group", removed.names()).await?;
            app
        }
        Command::Responsible(Responsible::Add { app, added }) => {
            responsibles(&app).add(&added.groups(context)).await?;
            app
        }
        Command::Responsible(Responsible::Remove { app, removed }) => {
            responsibles(&app).remove("group", removed.names()).await?;
            app
        }
    };
    print(&apps.show(name.as_str()).await?.thing, context)
}

async fn list(listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let apps = context.client().apps().all(&listing.wanted()).await?;
    let apps: Vec<App> = apps.into_iter().map(|view| view.app).collect();
    let none = "There are no apps yet. Create one with `spectacles app create NAME`.";
    context.print_list(&apps, listing.none(none), ["name", "slug", "description"], |app| {
        [app.name.to_string(), or_dash(app.slug.as_ref()), text_or_dash(&app.description)]
    })
}

async fn delete(name: &AppName, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let apps = context.client().apps();
    let mut seen = None;
    if context.asks(yes) {
        let app = apps.show(name.as_str()).await?;
        let services = app.thing.services.len();
        let consequences = format!(
            "This deletes app {name}. Its images stay in the registries; {services} service account(s) that run it stay, and may pull nothing \
             for it any more."
        );
        context.confirm(&consequences, yes)?;
        seen = Some(app.tag);
    }
    apps.delete_seen(&[name.as_str()], seen.as_deref(), &[]).await?;
    context.done(&format!("deleted app {name}"))
}

fn print(view: &AppView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |AppView { app, related, services }| {
        output::fields([
            ("id", app.id.to_string()),
            ("name", app.name.to_string()),
            ("slug", or_dash(app.slug.as_ref())),
            ("description", text_or_dash(&app.description)),
            ("responsible", responsible(related)),
            ("published to", publication(related)),
            ("run by", joined(services)),
            ("created", app.created.to_string()),
            ("updated", app.updated.to_string()),
        ])
    })
}
