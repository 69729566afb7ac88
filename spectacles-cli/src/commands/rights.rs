//! `spectacles namespace grant`, `assign` and their opposites.

use super::context::Context;
use super::namespace::Place;
use super::terms::Limits;
use super::values::right;
use crate::failure::Failure;
use spectacles_core::name::{GroupName, ServiceAccountName, UserName};
use spectacles_core::right::Right;
use spectacles_core::service::NamespaceView;
use spectacles_http::resources::GiveRight;

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
    /// As paths of the API name it.
    fn parts(&self) -> Result<[&str; 2], Failure> {
        let user = self.user.as_ref().map(|name| ["user", name.as_str()]);
        let group = || self.group.as_ref().map(|name| ["group", name.as_str()]);
        let service = || self.service_account.as_ref().map(|name| ["service", name.as_str()]);
        user.or_else(group)
            .or_else(service)
            .ok_or_else(|| Failure::usage("name a user (--user), a group (--group) or a service account (--service)"))
    }
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<NamespaceView, Failure> {
    let client = context.client();
    let Place { service, path } = match command {
        Command::Grant { place, grantee, right, limits } => {
            let given = GiveRight { right, terms: limits.terms(context) };
            client.grants(&place.service, &place.path).set(&grantee.parts()?, &given).await?;
            place
        }
        Command::Revoke { place, grantee } => {
            client.grants(&place.service, &place.path).delete(&grantee.parts()?).await?;
            place
        }
        Command::Assign { place, grantee, limits } => {
            client.assignments(&place.service, &place.path).set(&grantee.parts()?, &limits.terms(context)).await?;
            place
        }
        Command::Unassign { place, grantee } => {
            client.assignments(&place.service, &place.path).delete(&grantee.parts()?).await?;
            place
        }
    };
    Ok(client.namespaces(Some(&service)).show(path.as_str()).await?.thing)
}
