//! Tokens for this server's own requests to registries.

use super::claims::{Access, Claims, GrantedActions};
use super::issuer::Principal;
use crate::key::{KeyRing, SignError};
use crate::model::TokenSettings;
use crate::name::ServiceName;
use crate::random::{Random, random_text};
use crate::registry::{ClientError, Tokens, Trouble};
use crate::scope::{Resource, Scope};
use crate::time::Clock;
use secrecy::SecretString;
use std::sync::Arc;

/// Issues tokens of the system principal for one registry, with what is asked for, verbatim. Made in this process, for this process: there is no
/// request that leads here.
pub struct SystemTokens {
    /// The keys at the moment of signing.
    pub keys: Box<dyn Fn() -> Arc<KeyRing> + Send + Sync>,
    /// The `iss` claim.
    pub issuer: String,
    /// How tokens of the registry are made.
    pub settings: TokenSettings,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For unique ids.
    pub random: Arc<dyn Random>,
}

impl Tokens for SystemTokens {
    fn token(&self, service: &ServiceName, scopes: &[String]) -> Result<SecretString, ClientError> {
        /// As other tokens have it: clocks of registries may be behind.
        const LEEWAY: i64 = 30;
        let wrong = |reason: String| ClientError::new(Trouble::Misconfigured, reason);
        let scopes = Scope::parse_all(scopes.iter().map(String::as_str)).map_err(|error| wrong(error.to_string()))?;
        let id = random_text::<16>(self.random.as_ref()).map_err(|error| wrong(error.to_string()))?;
        let subject = Principal::System.to_string();
        let iat = self.clock.now().unix_seconds();
        let access = scopes.iter().map(|scope| {
            let (r#type, class, name) = scope.resource.parts();
            let actions = match &scope.resource {
                Resource::Catalog => GrantedActions::Everything,
                Resource::Repository { .. } if scope.requested.everything() => GrantedActions::Everything,
                Resource::Repository { .. } | Resource::Other { .. } => GrantedActions::Some(scope.requested.actions()),
            };
            Access { r#type, class, name, actions }
        });
        let claims = Claims {
            iss: &self.issuer,
            sub: &subject,
            aud: service.as_str(),
            exp: iat.saturating_add(i64::from(self.settings.lifetime.seconds())),
            nbf: iat.saturating_sub(LEEWAY),
            iat,
            jti: &id,
            access: access.collect(),
        };
        let claims = serde_json::to_vec(&claims).map_err(|error| wrong(error.to_string()))?;
        let signed =
            (self.keys)().active().sign_json(&claims, self.settings.kid_style).map_err(|error: SignError| wrong(error.to_string()))?;
        Ok(signed.into())
    }
}
