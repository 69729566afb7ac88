//! `spectacles group`

use super::context::{Context, PAGE, all};
use super::terms::{Until, with_ends};
use super::values::{or_dash, text_or_dash};
use crate::ask;
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::Group;
use spectacles_core::name::{GroupName, Slug, UserName};
use spectacles_core::service::{CreateGroup, GroupChanges, GroupView};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List all groups
    List,
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
    let groups = context.admin().groups();
    match command {
        Command::List => list(context).await,
        Command::Show { name } => print(&groups.show(&name).await?, context),
        Command::Create { name, slug, description } => {
            let group = groups.create(CreateGroup { name, slug: slug.map(Some), description }).await?;
            print(&groups.show(&group.name).await?, context)
        }
        Command::Set { group, changes: Changes { name, slug, no_slug, description } } => {
            let slug = if no_slug { Some(None) } else { slug.map(Some) };
            let group = groups.set(&group, GroupChanges { name, slug, description }).await?;
            print(&groups.show(&group.name).await?, context)
        }
        Command::Delete { name, yes } => {
            let members = groups.show(&name).await?.members.len();
            ask::confirm(&format!("This deletes group {name} with its rights. Its {members} member(s) stay as users."), yes)?;
            groups.delete(&name).await?;
            context.done(&format!("deleted group {name}"))
        }
        Command::Add { members: Members { group, users }, until } => {
            print(&groups.add(&group, &users, until.moment(context)).await?, context)
        }
        Command::Remove(Members { group, users }) => print(&groups.remove(&group, &users).await?, context),
    }
}

async fn list(context: &Context<'_>) -> Result<(), Failure> {
    let groups = context.admin().groups();
    let groups = all(async |after| groups.list(after, PAGE).await, |group: &Group| group.name.clone()).await?;
    let none = "There are no groups yet. Create one with `spectacles group create NAME`.";
    context.print_list(&groups, none, ["name", "slug", "description"], |group| {
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
