//! `spectacles service secret`, and what belongs to it.

use super::context::Context;
use super::terms::{Limits, end, networks};
use super::values::or_dash;
use crate::ask;
use crate::failure::Failure;
use crate::output::{self, Format};
use serde_json::json;
use spectacles_core::auth::{ExposeSecret as _, ServiceLogin};
use spectacles_core::id::SecretId;
use spectacles_core::name::ServiceAccountName;
use spectacles_core::time::Timestamp;
use spectacles_http::client::Wanted;
use spectacles_http::resources::{MakeSecret, Secret};

#[derive(clap::Args)]
pub(crate) struct New {
    /// Which service account
    name: ServiceAccountName,
    #[command(flatten)]
    limits: Limits,
    /// Read the secret from standard input instead of making one: 20 bytes or more that nobody can guess, such as a UUID
    #[arg(long)]
    secret_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Revoke {
    /// Which service account
    name: ServiceAccountName,
    /// Which secret, by its id in `service secrets`
    #[arg(value_name = "ID", value_parser = id)]
    secret: SecretId,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

fn id(text: &str) -> Result<SecretId, String> {
    text.parse().map(SecretId::new).map_err(|_| "the id of a secret is a number; `spectacles service secrets` lists them".to_owned())
}

/// What it may log in as.
pub(super) fn logins(name: &ServiceAccountName) -> [String; 2] {
    [format!("{name}@NODE"), format!("{}{name}", ServiceLogin::ROBOT)]
}

pub(super) async fn new(New { name, limits, secret_stdin }: New, context: &Context<'_>) -> Result<(), Failure> {
    let given = if secret_stdin { Some(ask::secret_from_stdin()?) } else { None };
    let new = MakeSecret { secret: given.map(Secret), terms: limits.terms(context) };
    let new = context.client().secrets(&name).create(&new).await?;
    if let Format::Data(data) = context.global().output() {
        return data.print(&json!({
            "id": new.id,
            "service": name,
            "secret": new.secret,
            "logins": logins(&name),
            "until": new.terms.until,
            "networks": new.terms.networks,
        }));
    }
    let limits = super::terms::in_brackets(&new.terms, false);
    output::note(&format!("Secret {} of service account {name}{limits}. Keep it: it is not shown again.", new.id));
    output::line(new.secret.0.expose_secret())?;
    let [node, robot] = logins(&name);
    output::note(&format!(
        "It is the password of '{node}', where NODE is any name of a machine, and of '{robot}', which a shell wants in quotes."
    ));
    Ok(())
}

pub(super) async fn list(name: &ServiceAccountName, context: &Context<'_>) -> Result<(), Failure> {
    let secrets = context.client().secrets(name).all(&Wanted::default()).await?;
    let none = format!("{name} has no secret and cannot log in. `spectacles service secret {name}` makes one.");
    context.print_list(&secrets, &none, ["id", "created", "last used", "until", "from"], |view| {
        let secret = view;
        [
            secret.id.to_string(),
            secret.created.to_rfc3339_seconds(),
            or_dash(secret.last_used.map(Timestamp::to_rfc3339_seconds)),
            end(secret.terms.until, view.expired),
            networks(&secret.terms),
        ]
    })
}

pub(super) async fn revoke(Revoke { name, secret, yes }: Revoke, context: &Context<'_>) -> Result<(), Failure> {
    let consequences = format!("This takes secret {secret} from service account {name}: whoever uses it cannot log in any more.");
    context.confirm(&consequences, yes)?;
    context.client().secrets(&name).delete(&[&secret.to_string()]).await?;
    context.done(&format!("revoked secret {secret} of service account {name}"))
}
