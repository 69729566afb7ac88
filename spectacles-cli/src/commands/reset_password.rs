//! `spectacles user reset-password`

use super::context::Context;
use crate::failure::Failure;
use crate::output::{self, Format};
use spectacles_core::auth::ExposeSecret as _;
use spectacles_core::name::UserName;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Whose
    name: UserName,
    /// At a server: read your password from standard input
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(Args { name, password_stdin }: Args, context: &Context<'_>) -> Result<(), Failure> {
    let person = context.in_person(password_stdin).await?;
    let made = person.as_ref().unwrap_or(context.client()).password_reset(&name).await?;
    if let Format::Data(data) = context.global().output() {
        return data.print(&made);
    }
    let until = made.until.to_rfc3339_seconds();
    match &made.link {
        Some(link) => {
            output::note(&format!("By this {name} sets a new password, once, until {until}. Keep it from others: it is not shown again."));
            output::line(link.0.expose_secret())
        }
        None => {
            output::note(&format!(
                "By this code {name} sets a new password, once, until {until}, on the page /reset of the server. Keep it from others: it is not shown \
                 again. Where SPECTACLES_EXTERNAL_URL says how people reach the server, a link comes instead."
            ));
            output::line(made.code.0.expose_secret())
        }
    }
}
