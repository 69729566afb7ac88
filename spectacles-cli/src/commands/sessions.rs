//! `spectacles user sessions`

use super::context::Context;
use super::values::or_dash;
use crate::failure::Failure;
use spectacles_core::id::ApiTokenId;
use spectacles_core::name::UserName;
use spectacles_core::service::SessionView;
use spectacles_core::time::Timestamp;
use spectacles_http::client::Wanted;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Whose
    name: UserName,
    /// End this one, by its number
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(i64).range(1..), conflicts_with = "end_all")]
    end: Option<i64>,
    /// End all of them
    #[arg(long)]
    end_all: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// At a server: read your password from standard input
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let Args { name, end, end_all, yes, password_stdin } = args;
    if end.is_none() && !end_all {
        return list(&name, context).await;
    }
    let what = end.map_or_else(|| "all sessions".to_owned(), |id| format!("session {id}"));
    context.confirm(&format!("This ends {what} of user {name}: whoever uses the web interface there has to sign in again."), yes)?;
    let person = context.in_person(password_stdin).await?;
    let client = person.as_ref().unwrap_or(context.client());
    match end {
        Some(id) => client.sessions(&name).delete(&[&ApiTokenId::new(id).to_string()]).await?,
        None => client.end_sessions(&name, None).await?,
    }
    context.done(&format!("ended {what} of user {name}"))
}

async fn list(name: &UserName, context: &Context<'_>) -> Result<(), Failure> {
    let sessions = context.client().sessions(name).all(&Wanted::default()).await?;
    let none = format!("{name} is not signed in to the web interface anywhere.");
    context.print_list(&sessions, &none, ["id", "begun", "last used", "until", "address", "with"], |session| {
        let SessionView { id, created, until, last_used, origin } = session;
        [
            id.to_string(),
            created.to_rfc3339_seconds(),
            or_dash(last_used.map(Timestamp::to_rfc3339_seconds)),
            or_dash(until.map(Timestamp::to_rfc3339_seconds)),
            or_dash(origin.address.as_ref()),
            origin.agent.clone(),
        ]
    })
}
