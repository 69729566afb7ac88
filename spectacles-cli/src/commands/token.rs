//! `spectacles token`

use super::context::Context;
use crate::config::settings;
use crate::failure::Failure;
use crate::output::{self, Format};
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};
use spectacles_core::key::KeyRing;
use spectacles_core::name::{ServiceName, UserName};
use spectacles_core::scope::Scope;
use spectacles_core::token::{IssueError, Issuer, IssuerSettings, Principal};
use std::sync::Arc;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The registry, by its service name
    service: ServiceName,
    /// What the token is for: `repository:team/app:pull,push`. A token for nothing proves only who somebody is
    #[arg(value_name = "SCOPE")]
    scopes: Vec<String>,
    /// In whose name
    #[arg(long)]
    user: UserName,
    /// What this server calls itself in tokens, when it is started with another name [env: SPECTACLES_ISSUER_NAME]
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// Print what the token says instead of the token itself, after checking its signature
    #[arg(long)]
    decode: bool,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let Args { service, scopes, user, issuer, decode } = args;
    let scopes = Scope::parse_all(scopes.iter().map(String::as_str)).map_err(|error| Failure::usage(error.to_string()))?;
    let facts = Arc::new(context.facts().await?);
    if facts.read(|facts| facts.user(user.as_str()).is_none()) {
        return Err(Failure::not_found(format!("there is no user `{user}`")));
    }
    let settings = settings(context.global())?;
    let settings = IssuerSettings { issuer: issuer.unwrap_or(settings.issuer), admin_bypass: settings.admin_bypass };
    let keys = context.keys().await?;
    let issuer = Issuer::new(facts, keys.clone(), Arc::clone(context.clock()), Arc::clone(context.random()), settings);
    let issued = issuer.issue(Principal::User(&user), service.as_str(), scopes).map_err(|error| match error {
        IssueError::UnknownService => Failure::not_found(format!("there is no registry `{service}`")),
        IssueError::NoSuchUser => Failure::denied(format!("user `{user}` is disabled")),
        IssueError::CredentialsNeeded | IssueError::Sign(_) | IssueError::Random(_) => Failure::failed(error.to_string()),
    })?;
    if decode {
        return output::json(&decoded(&issued.token, &keys)?);
    }
    match context.global().output() {
        Format::Table => output::line(&issued.token),
        Format::Json => output::json(&json!({
            "token": issued.token,
            "expires_in": issued.expires_in,
            "issued_at": issued.issued_at.to_rfc3339_seconds(),
        })),
    }
}

/// Header and claims of a token that the active key has signed.
fn decoded(token: &str, keys: &KeyRing) -> Result<Value, Failure> {
    let failed = |error: jsonwebtoken::errors::Error| Failure::failed(format!("the token cannot be verified: {error}"));
    let key = DecodingKey::from_jwk(keys.active().signer().public_key().jwk()).map_err(failed)?;
    let header = jsonwebtoken::decode_header(token).map_err(failed)?;
    let mut validation = Validation::new(header.alg);
    // Only the signature is in question: whom the token is for is what was asked.
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).map_err(failed)?.claims;
    Ok(json!({ "header": header, "claims": claims }))
}
