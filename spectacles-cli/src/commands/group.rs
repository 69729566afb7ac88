//! `spectacles group`

use super::context::Context;
use super::listing::Listing;
use super::terms::{Until, with_ends};
use super::values::{or_dash, text_or_dash};
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::Group;
use spectacles_core::name::{GroupName, Slug, UserName};
use spectacles_core::service::{CreateGroup, GroupChanges, GroupView};
use spectacles_http::resources::AddMembers;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List groups
    List(Listing),
    /// Show a group with its members
    Show {
        /// Which group
        name: GroupName,
    },
    /// Create a group
    Create {
        /// The name of the group
        name: GroupName,
        /// What `groups/SLUG/...` calls it [default: the name, where it can be part of a path]
        #[arg(long)]
        slug: Option<Slug>,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        description: String,
    },
    /// Change a group
    Set {
        /// Which group
        group: GroupName,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete a group with its rights; its members stay
    Delete {
        /// Which group
        name: GroupName,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Put users into a group: all of them, or none when one does not exist
    Add {
        #[command(flatten)]
        members: Members,
        #[command(flatten)]
        until: Until,
    },
    /// Take users out of a group: all of them, or none when one is not in it
    Remove(Members),
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// A new name
    #[arg(long, value_name = "NEW")]
    name: Option<GroupName>,
    /// What `groups/SLUG/...` calls it
    #[arg(long, conflicts_with = "no_slug")]
    slug: Option<Slug>,
    /// Let only its number name it in paths
    #[arg(long)]
    no_slug: bool,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct Members {
    /// Which group
    group: GroupName,
    /// Who
    #[arg(required = true, value_name = "USER")]
    users: Vec<UserName>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let groups = context.client().groups();
    match command {
        Command::List(listing) => list(&listing, context).await,
        Command::Show { name } => show(&name, context).await,
        Command::Create { name, slug, description } => {
            print(&groups.create(&CreateGroup { name, slug: slug.map(Some), description }).await?, context)
        }
        Command::Set { group, changes: Changes { name, slug, no_slug, description } } => {
            let slug = if no_slug { Some(None) } else { slug.map(Some) };
            print(&groups.change(group.as_str(), None, &GroupChanges { name, slug, description }).await?, context)
        }
        Command::Delete { name, yes } => {
            let mut seen = None;
            if context.asks(yes) {
                let group = groups.show(name.as_str()).await?;
                let members = group.thing.members.len();
                context.confirm(&format!("This deletes group {name} with its rights. Its {members} member(s) stay as users."), yes)?;
                seen = Some(group.tag);
            }
            groups.delete_seen(&[name.as_str()], seen.as_deref(), &[]).await?;
            context.done(&format!("deleted group {name}"))
        }
        Command::Add { members: Members { group, users }, until } => {
            context.client().members(&group).add(&AddMembers { users, until: until.moment(context) }).await?;
            show(&group, context).await
        }
        Command::Remove(Members { group, users }) => {
            context.client().members(&group).remove("user", users.iter().map(UserName::as_str)).await?;
            show(&group, context).await
        }
    }
}

async fn show(name: &GroupName, context: &Context<'_>) -> Result<(), Failure> {
    print(&context.client().groups().show(name.as_str()).await?.thing, context)
}

async fn list(listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let groups = context.client().groups().all(&listing.wanted()).await?;
    let groups: Vec<Group> = groups.into_iter().map(|view| view.group).collect();
    let none = "There are no groups yet. Create one with `spectacles group create NAME`.";
    context.print_list(&groups, listing.none(none), ["name", "slug", "description"], |group| {
        [group.name.to_string(), or_dash(group.slug.as_ref()), text_or_dash(&group.description)]
    })
}

fn print(view: &GroupView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |GroupView { group, members, limited }| {
        let limited = limited.iter().map(|limited| (&limited.user, limited.until, limited.expired));
        output::fields([
            ("id", group.id.to_string()),
            ("name", group.name.to_string()),
            ("slug", or_dash(group.slug.as_ref())),
            ("description", text_or_dash(&group.description)),
            ("members", with_ends(members, limited)),
            ("created", group.created.to_string()),
            ("updated", group.updated.to_string()),
        ])
    })
}
