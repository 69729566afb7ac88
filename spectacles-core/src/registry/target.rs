//! Which registry, and how it is reached.

use super::ClientError;
use crate::name::{RegistryUrl, ServiceName};
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;

/// A registry to be reached.
#[derive(Clone)]
pub struct Target {
    /// What it calls itself.
    pub service: ServiceName,
    /// Where it is.
    pub url: RegistryUrl,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// Certificates (PEM) of authorities that are trusted besides those of the system.
    pub ca: Option<String>,
    /// How we prove who we are.
    pub login: Login,
}

/// How this server proves to a registry who it is.
#[derive(Clone)]
pub enum Login {
    /// Not at all.
    None,
    /// By name and password.
    Basic {
        /// Who.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// By tokens that it issues itself.
    Tokens(Arc<dyn Tokens>),
}

/// Issues tokens for requests of this server. Made in this process, never asked for over a network.
pub trait Tokens: Send + Sync {
    /// A token for the registry with these scopes, as they would be in a token request: `repository:team/app:pull`.
    ///
    /// # Errors
    /// [`ClientError`] when there can be none.
    fn token(&self, service: &ServiceName, scopes: &[String]) -> Result<SecretString, ClientError>;
}

/// Without secrets.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("service", &self.service)
            .field("url", &self.url)
            .field("insecure", &self.insecure)
            .finish_non_exhaustive()
    }
}
