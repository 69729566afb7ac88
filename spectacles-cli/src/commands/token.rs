//! `spectacles token`

use super::context::Context;
use crate::config::{settings, signing_keys};
use crate::failure::Failure;
use crate::output::{self, Format};
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};
use spectacles_core::auth::{Identity, ServiceLogin};
use spectacles_core::key::KeyRing;
use spectacles_core::live::LiveFacts;
use spectacles_core::name::{ServiceAccountName, ServiceName, UserName};
use spectacles_core::random::SystemRandom;
use spectacles_core::scope::Scope;
use spectacles_core::token::{IssueError, Issuer, IssuerSettings, Principal};
use std::net::IpAddr;
use std::sync::Arc;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The registry, by its service name
    service: ServiceName,
    /// What the token is for: `repository:team/app:pull,push`. A token for nothing proves only who somebody is
    #[arg(value_name = "SCOPE")]
    scopes: Vec<String>,
    #[command(flatten)]
    who: Who,
    /// As if the request came from this address
    #[arg(long, value_name = "ADDRESS")]
    from: Option<IpAddr>,
    /// What this server calls itself in tokens, when it is started with another name [env: SPECTACLES_ISSUER_NAME]
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// Print what the token says instead of the token itself, after checking its signature
    #[arg(long)]
    decode: bool,
}

/// In whose name.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// In the name of this user
    #[arg(long)]
    user: Option<UserName>,
    /// In the name of this service account
    #[arg(long = "service", value_name = "NAME")]
    account: Option<ServiceAccountName>,
    /// As somebody without credentials
    #[arg(long)]
    anonymous: bool,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let Args { service, scopes, who, from, issuer, decode } = args;
    let scopes = Scope::parse_all(scopes.iter().map(String::as_str)).map_err(|error| Failure::usage(error.to_string()))?;
    let administration = context.machine("token")?;
    let facts = administration.live_facts().await?;
    let identity = identity(who, &facts)?;
    let settings = settings(context.global())?;
    let settings = IssuerSettings { issuer: issuer.unwrap_or(settings.issuer), admin_bypass: settings.admin_bypass };
    let keys = signing_keys(context.global(), context.clock().as_ref(), administration.operator()).await?;
    let issuer = Issuer::new(facts, keys.clone(), Arc::clone(context.clock()), Arc::new(SystemRandom), settings);
    let issued =
        issuer.issue(identity.as_ref().map_or(Principal::Anonymous, Principal::from), service.as_str(), scopes, from).map_err(|error| {
            match error {
                IssueError::UnknownService => Failure::not_found(format!("there is no registry `{service}`")),
                IssueError::NoSuchUser => Failure::denied("whoever the token is for is disabled"),
                IssueError::CredentialsNeeded => Failure::denied(error.to_string()),
                IssueError::Sign(_) | IssueError::Random(_) => Failure::failed(error.to_string()),
            }
        })?;
    if decode {
        return output::json(&decoded(&issued.token, &keys)?);
    }
    match context.global().output() {
        Format::Table => output::line(&issued.token),
        Format::Data(data) => data.print(&json!({
            "token": issued.token,
            "expires_in": issued.expires_in,
            "issued_at": issued.issued_at.to_rfc3339_seconds(),
        })),
    }
}

fn identity(who: Who, facts: &LiveFacts) -> Result<Option<Identity>, Failure> {
    match who {
        Who { user: Some(name), .. } if facts.read(|facts| facts.user(name.as_str()).is_some()) => Ok(Some(name.into())),
        Who { user: Some(name), .. } => Err(Failure::not_found(format!("there is no user `{name}`"))),
        Who { account: Some(name), .. } if facts.read(|facts| facts.service(name.as_str()).is_some()) => {
            Ok(Some(Identity::Service(ServiceLogin { name, node: None, secret: None })))
        }
        Who { account: Some(name), .. } => Err(Failure::not_found(format!("there is no service account `{name}`"))),
        Who { user: None, account: None, .. } => Ok(None),
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
