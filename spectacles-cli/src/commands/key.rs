//! `spectacles key`

use super::context::Context;
use super::values::{or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use serde_json::json;
use spectacles_core::service::KeyView;

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

/// A key with everything others need to trust it.
#[derive(Serialize)]
struct PublicView {
    #[serde(flatten)]
    key: KeyView,
    jwk: serde_json::Value,
    /// For the `rootcertbundle` of a registry.
    certificate_pem: String,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List => list(context).await,
        Command::Show(args) => show(args, context).await,
    }
}

async fn list(context: &Context<'_>) -> Result<(), Failure> {
    let keys = KeyView::of(&context.keys().await?);
    context.print_list(&keys, "There are no keys.", ["id", "algorithm", "active", "certificate expires"], |key| {
        [key.rfc7638.clone(), key.algorithm.to_string(), yes_no(key.active), or_dash(key.expires)]
    })
}

async fn show(args: Show, context: &Context<'_>) -> Result<(), Failure> {
    let ring = context.keys().await?;
    if args.bundle {
        return context.print(&json!({ "bundle": ring.bundle_pem() }), |_| output::text(ring.bundle_pem()));
    }
    if args.jwks {
        // JSON for people, too: it is for a file that a registry reads.
        return output::line(ring.jwks());
    }
    let is_wanted = |key: &KeyView| args.id.as_ref().is_none_or(|id| *id == key.libtrust || *id == key.rfc7638);
    let found = KeyView::of(&ring).into_iter().zip(ring.iter()).find(|(key, _)| is_wanted(key));
    let missing =
        || Failure::not_found(format!("there is no key `{}`", spectacles_core::name::excerpt(&args.id.clone().unwrap_or_default())));
    let (key, token_key) = found.ok_or_else(missing)?;
    let jwk = serde_json::to_value(token_key.signer().public_key().jwk())
        .map_err(|error| Failure::failed(format!("the key cannot be written as JSON: {error}")))?;
    let view = PublicView { key, jwk, certificate_pem: token_key.bundle_pem().to_owned() };
    context.print(&view, |PublicView { key, certificate_pem, .. }| {
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
