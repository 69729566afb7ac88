//! The way to registries.

use super::{Administration, Error};
use crate::key::KeyRing;
use crate::model::{LoginKind, Registry};
use crate::registry::{Connector, Login, RegistryClient, Target};
use crate::token::{Issuer, SystemTokens};
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
        let outside = self.outside().ok_or_else(|| Error::Refused("this program has no way to reach registries".to_owned()))?;
        let connection = &registry.connection;
        let login = match connection.login {
            LoginKind::None => Login::None,
            LoginKind::Basic => Login::Basic {
                username: connection.username.clone().unwrap_or_default(),
                password: connection.password.as_ref().map_or("", |password| password.expose()).into(),
            },
            LoginKind::Token => Login::Tokens(Arc::new(self.system_tokens(&outside.keys, registry).await?)),
        };
        let target = Target {
            service: registry.service.clone(),
            url: registry.url.clone(),
            insecure: connection.insecure,
            ca: connection.ca.clone(),
            login,
        };
        Ok(outside.connector.client(target)?)
    }

    async fn system_tokens(&self, keys: &SystemKeys, registry: &Registry) -> Result<SystemTokens, Error> {
        let (issuer, keys): (String, Box<dyn Fn() -> Arc<KeyRing> + Send + Sync>) = match keys {
            SystemKeys::Live(issuer) => {
                let live = Arc::clone(issuer);
                (issuer.settings().issuer.clone(), Box::new(move || live.keys()))
            }
            SystemKeys::Given { issuer, keys } => {
                let ring = match keys {
                    Some(ring) => Arc::clone(ring),
                    None => Arc::new(self.operator().keys().ring().await?),
                };
                (issuer.clone(), Box::new(move || Arc::clone(&ring)))
            }
        };
        let (clock, random) = (self.shared_clock(), self.shared_random());
        Ok(SystemTokens { keys, issuer, settings: registry.token, clock, random })
    }
}
