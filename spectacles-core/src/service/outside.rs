//! The way to registries.

use super::{Administration, Error};
use crate::key::KeyRing;
use crate::model::{Connection, LoginKind, Registry, RegistryPassword, TokenSettings};
use crate::registry::{Connector, Login, RegistryClient, Target};
use crate::token::{Issuer, SystemTokens};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// What is needed to reach registries.
#[derive(Clone)]
pub(super) struct Outside {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) keys: SystemKeys,
}

/// With which keys this server signs tokens for itself.
#[derive(Clone)]
pub(super) enum SystemKeys {
    /// Those of the running server, under its name.
    Live(Arc<Issuer>),
    /// These, or those in the store where there are none, under this name.
    Given { issuer: String, keys: Option<Arc<KeyRing>> },
}

impl Administration {
    /// With a way to reach registries: by tokens of this `issuer`, signed with these keys or, where there are none, with those in the store.
    #[must_use]
    pub fn reaching(self, connector: Arc<dyn Connector>, issuer: String, keys: Option<KeyRing>) -> Self {
        let keys = SystemKeys::Given { issuer, keys: keys.map(Arc::new) };
        self.with_outside(Outside { connector, keys })
    }

    /// A client of a registry.
    pub(super) async fn client_of(&self, registry: &Registry) -> Result<Arc<dyn RegistryClient>, Error> {
        let no_way = || Error::Refused("this program has no way to reach registries".to_owned());
        let outside = self.outside().cloned().ok_or_else(no_way)?;
        let login = match registry.connection.login {
            LoginKind::None => Login::None,
            LoginKind::Basic => basic(&registry.connection),
            LoginKind::Token => {
                let tokens: BoxFuture<'_, Result<SystemTokens, Error>> = Box::pin(self.system_tokens(outside.keys, registry.token));
                Login::Tokens(Arc::new(tokens.await?))
            }
        };
        let Connection { insecure, ca, .. } = registry.connection.clone();
        let target = Target { service: registry.service.clone(), url: registry.url.clone(), insecure, ca, login };
        Ok(outside.connector.client(target)?)
    }

    async fn system_tokens(&self, keys: SystemKeys, settings: TokenSettings) -> Result<SystemTokens, Error> {
        let (issuer, keys): (String, Box<dyn Fn() -> Arc<KeyRing> + Send + Sync>) = match keys {
            SystemKeys::Live(issuer) => (issuer.settings().issuer.clone(), Box::new(move || issuer.keys())),
            SystemKeys::Given { issuer, keys } => {
                let ring = match keys {
                    Some(ring) => ring,
                    None => Arc::new(self.operator().keys().ring().await?),
                };
                (issuer, Box::new(move || Arc::clone(&ring)))
            }
        };
        let (clock, random) = (self.shared_clock(), self.shared_random());
        Ok(SystemTokens { keys, issuer, settings, clock, random })
    }
}

fn basic(connection: &Connection) -> Login {
    let username = connection.username.clone().unwrap_or_default();
    Login::Basic { username, password: connection.password.as_ref().map_or("", RegistryPassword::expose).into() }
}
