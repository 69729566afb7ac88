//! `spectacles namespace grant`, `assign` and their opposites.

use super::context::Context;
use super::namespace::Place;
use super::terms::Limits;
use super::values::right;
use crate::failure::Failure;
use spectacles_core::name::{GroupName, ServiceAccountName, UserName};
use spectacles_core::right::Right;
use spectacles_core::service::{GranteeName, NamespaceView};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Give a user, group or service account a right of its own, in place of the one it had
    ///
    /// A right of a user or service account counts before everything else, also when it is NONE. One that has ended, or is not for where a
    /// request comes from, counts as absent.
    Grant {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        grantee: Grantee,
        /// NONE, READ (pull), WRITE (push) or FULL (pull, push, delete)
        #[arg(value_parser = right(), ignore_case = true)]
        right: Right,
        #[command(flatten)]
        limits: Limits,
    },
    /// Take the right of its own from a user, group or service account
    Revoke {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        grantee: Grantee,
    },
    /// Assign a user or service account, which gets the right of members, or a group, which gets the right of groups
    Assign {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        grantee: Grantee,
        #[command(flatten)]
        limits: Limits,
    },
    /// End an assignment
    Unassign {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        grantee: Grantee,
    },
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Grantee {
    /// A user
    #[arg(long)]
    user: Option<UserName>,
    /// A group
    #[arg(long)]
    group: Option<GroupName>,
    /// A service account
    #[arg(long = "service", value_name = "NAME")]
    service_account: Option<ServiceAccountName>,
}

impl Grantee {
    fn name(self) -> Result<GranteeName, Failure> {
        let user = self.user.map(GranteeName::User);
        let named = user.or(self.group.map(GranteeName::Group)).or(self.service_account.map(GranteeName::Service));
        named.ok_or_else(|| Failure::usage("name a user (--user), a group (--group) or a service account (--service)"))
    }
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<NamespaceView, Failure> {
    let namespaces = context.admin().namespaces();
    Ok(match command {
        Command::Grant { place: Place { service, path }, grantee, right, limits } => {
            namespaces.grant(&service, &path, &grantee.name()?, right, limits.terms(context)).await?
        }
        Command::Revoke { place: Place { service, path }, grantee } => namespaces.revoke(&service, &path, &grantee.name()?).await?,
        Command::Assign { place: Place { service, path }, grantee, limits } => {
            namespaces.assign(&service, &path, &grantee.name()?, limits.terms(context)).await?
        }
        Command::Unassign { place: Place { service, path }, grantee } => namespaces.unassign(&service, &path, &grantee.name()?).await?,
    })
}
