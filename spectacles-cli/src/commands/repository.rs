//! `spectacles repository`

use super::context::Context;
use super::deletions;
use super::listing::Listing;
use super::values::{joined, or_dash, text_or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::service::{RepositoryChanges, RepositoryView};
use std::io::Read as _;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List repositories
    List {
        /// Only those of this registry
        service: Option<ServiceName>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Show a repository
    Show(Place),
    /// Change what is said of a repository
    Set(Set),
    /// Delete all tags of a repository on its registry
    Delete {
        #[command(flatten)]
        place: Place,
        /// Only say what would be deleted
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Give a repository a star
    Star(Place),
    /// Take a star back
    Unstar(Place),
}

#[derive(clap::Args)]
pub(crate) struct Place {
    /// The registry, by its service name
    pub(super) service: ServiceName,
    /// The repository: `team/app`
    pub(super) name: RepositoryName,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// What people should know, in Markdown; its first line is what lists show
    #[arg(long, value_name = "TEXT", conflicts_with = "description_stdin")]
    description: Option<String>,
    /// The same from standard input
    #[arg(long)]
    description_stdin: bool,
    /// Whether a machine builds it
    #[arg(long)]
    automated: Option<bool>,
    /// Whether those who answer for the registry vouch for it
    #[arg(long)]
    official: Option<bool>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    let view = match command {
        Command::List { service, listing } => return list(service.as_ref(), &listing, context).await,
        Command::Delete { place, dry_run, yes } => return delete(&place, dry_run, yes, context).await,
        Command::Unstar(Place { service, name }) => {
            client.unstar(&service, &name).await?;
            return context.done(&format!("took the star of {name} on {service} back"));
        }
        Command::Show(Place { service, name }) => client.repositories(Some(&service)).show(name.as_str()).await?.thing,
        Command::Star(Place { service, name }) => client.star(&service, &name).await?,
        Command::Set(Set { place: Place { service, name }, changes }) => {
            client.repositories(Some(&service)).change(name.as_str(), None, &changes.read()?).await?
        }
    };
    print(&view, context)
}

impl Changes {
    fn read(self) -> Result<RepositoryChanges, Failure> {
        /// Longer than any description, so that one that is too long is refused for that.
        const MOST: u64 = 100_000;
        let mut description = self.description;
        if self.description_stdin {
            let mut text = String::new();
            let read = std::io::stdin().take(MOST).read_to_string(&mut text);
            read.map_err(|error| Failure::failed(format!("the description cannot be read from standard input: {error}")))?;
            description = Some(text);
        }
        Ok(RepositoryChanges { description, automated: self.automated, official: self.official })
    }
}

async fn list(service: Option<&ServiceName>, listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let views = context.client().repositories(service).all(&listing.wanted()).await?;
    let none = "There are no repositories here that are known and that you may pull from.";
    let head = ["registry", "repository", "tags", "stars", "pulls", "pushed", "summary"];
    context.print_list(&views, listing.none(none), head, |view| {
        [
            view.registry.to_string(),
            view.name.to_string(),
            view.tags.to_string(),
            view.stars.to_string(),
            view.pulls.to_string(),
            or_dash(view.pushed.as_ref()),
            text_or_dash(&view.summary),
        ]
    })
}

async fn delete(Place { service, name }: &Place, dry_run: bool, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    if context.asks(yes) && !dry_run {
        let plan = client.delete_repository(service, name, true).await?;
        let consequences = format!(
            "This deletes all {} tag(s) of {name} on {service}: {}. They can be had back only by pushing them again.",
            plan.tags.len(),
            deletions::named(&plan)
        );
        context.confirm(&consequences, yes)?;
    }
    deletions::print(&client.delete_repository(service, name, dry_run).await?, context)
}

fn print(view: &RepositoryView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |view| {
        output::fields([
            ("id", view.id.to_string()),
            ("registry", view.registry.to_string()),
            ("name", view.name.to_string()),
            ("pull", view.address.clone()),
            ("summary", text_or_dash(&view.summary)),
            ("official", yes_no(view.official)),
            ("automated", yes_no(view.automated)),
            ("stars", view.stars.to_string()),
            ("starred", yes_no(view.starred)),
            ("tags", view.tags.to_string()),
            ("pulls", view.pulls.to_string()),
            ("namespace", or_dash(view.namespace.as_ref())),
            ("you may", joined(view.actions.iter().map(|action| action.as_str()))),
            ("created", view.created.to_string()),
            ("updated", view.updated.to_string()),
            ("pushed", or_dash(view.pushed.as_ref())),
            ("pulled", or_dash(view.pulled.as_ref())),
        ])
    })
}
