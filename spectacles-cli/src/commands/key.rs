//! `spectacles key`

use super::context::Context;
use super::values::{or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use crate::public_keys::{bundle_pem, jwks};
use serde_json::json;
use spectacles_core::service::KeyView;
use spectacles_http::client::Wanted;
use spectacles_http::resources::PublicKey;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List the keys that tokens are signed with, the active one first
    List,
    /// Show the public part of a key. Private keys are never shown
    Show(Show),
}

#[derive(clap::Args)]
pub(crate) struct Show {
    /// Which key, by either of its ids [default: the active one]
    #[arg(value_name = "KID", conflicts_with_all = ["bundle", "jwks"])]
    id: Option<String>,
    /// Print the certificates of all keys in PEM: the `rootcertbundle` of a registry
    #[arg(long, conflicts_with = "jwks")]
    bundle: bool,
    /// Print all keys as a JWK set: the `jwks` of a registry from 3.0 on
    #[arg(long)]
    jwks: bool,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List => list(context).await,
        Command::Show(args) => show(args, context).await,
    }
}

async fn list(context: &Context<'_>) -> Result<(), Failure> {
    let keys = keys(context).await?;
    let keys: Vec<KeyView> = keys.into_iter().map(|public| public.key).collect();
    context.print_list(&keys, "There are no keys.", ["id", "algorithm", "active", "certificate expires"], |key| {
        [key.rfc7638.clone(), key.algorithm.to_string(), yes_no(key.active), or_dash(key.expires)]
    })
}

async fn keys(context: &Context<'_>) -> Result<Vec<PublicKey>, Failure> {
    Ok(context.client().keys().all(&Wanted::default()).await?)
}

async fn show(args: Show, context: &Context<'_>) -> Result<(), Failure> {
    let keys = keys(context).await?;
    if args.bundle {
        let bundle = bundle_pem(&keys);
        return context.print(&json!({ "bundle": bundle }), |_| output::text(&bundle));
    }
    if args.jwks {
        // JSON for people, too: it is for a file that a registry reads.
        return output::line(&jwks(&keys)?);
    }
    let is_wanted = |public: &&PublicKey| args.id.as_ref().is_none_or(|id| *id == public.key.libtrust || *id == public.key.rfc7638);
    let missing =
        || Failure::not_found(format!("there is no key `{}`", spectacles_core::name::excerpt(&args.id.clone().unwrap_or_default())));
    let public = keys.iter().find(is_wanted).ok_or_else(missing)?;
    context.print(public, |PublicKey { key, certificate_pem, .. }| {
        output::fields([
            ("id", key.rfc7638.clone()),
            ("id for 2.x", key.libtrust.clone()),
            ("algorithm", key.algorithm.to_string()),
            ("active", yes_no(key.active)),
            ("certificate expires", or_dash(key.expires)),
        ])?;
        output::text(certificate_pem)
    })
}
