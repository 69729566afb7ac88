//! `spectacles access`

use super::context::Context;
use super::values::actions;
use crate::config::settings;
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::Circumstances;
use spectacles_core::name::{RepositoryName, ServiceName, UserName};
use spectacles_core::right::Actions;
use spectacles_core::service::{Who, explain};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Say what somebody may do with a repository, and why
    Explain(Explain),
}

#[derive(clap::Args)]
pub(crate) struct Explain {
    /// The registry, by its service name
    service: ServiceName,
    /// The repository; it need not exist
    repository: RepositoryName,
    #[command(flatten)]
    who: Subject,
    /// What he asks for, separated by commas. It matters: WRITE gives pull only to who asks for push as well
    #[arg(long, value_parser = actions, default_value = "pull,push,delete")]
    actions: Actions,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Subject {
    /// A user
    #[arg(long)]
    user: Option<UserName>,
    /// Somebody without credentials
    #[arg(long)]
    anonymous: bool,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let Command::Explain(args) = command;
    let who = args.who.user.map_or(Who::Anonymous, Who::User);
    let admin_bypass = settings(context.global())?.admin_bypass;
    let now = Circumstances { at: context.clock().now(), from: None };
    let explanation =
        context.facts().await?.read(|facts| explain(facts, admin_bypass, &args.service, &args.repository, &who, args.actions, now))?;
    context.print(&explanation, |explanation| {
        output::fields([
            ("registry", explanation.registry.to_string()),
            ("repository", explanation.repository.to_string()),
            ("user", explanation.user.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string)),
            ("asked", explanation.requested.to_string()),
            ("allowed", explanation.allowed.to_string()),
            ("because", explanation.because.to_string()),
        ])
    })
}
