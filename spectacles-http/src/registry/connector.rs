//! Clients of registries.

use super::address::{self, Guard, Reach};
use super::client::HttpRegistry;
use super::limits::Limits;
use super::login::Credentials;
use super::session::{Session, Ways};
use reqwest::{Certificate, Client, redirect};
use spectacles_core::registry::place::is_local;
use spectacles_core::registry::{ClientError, Connector, RegistryClient, Target, Trouble};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// What this server calls itself.
const USER_AGENT: &str = concat!("Spectacles/", env!("CARGO_PKG_VERSION"));
/// So many kinds of trust are remembered at most: as many as there are authorities of registries.
const MOST: usize = 256;

/// Reaches registries over HTTP. Make one, and share it: its connections are kept for the next request.
#[derive(Default)]
pub struct HttpConnector {
    limits: Limits,
    clients: Mutex<HashMap<(Trust, Reach), Client>>,
}

/// Which certificates are good.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Trust {
    /// None: nothing is encrypted. The authorities of the system need not be there then.
    Nothing,
    /// Those of the authorities of the system.
    System,
    /// Those of these authorities, too.
    And(String),
    /// Any.
    Anything,
}

impl HttpConnector {
    /// With the usual limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// With other limits.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, clients: Mutex::default() }
    }

    fn http(&self, trust: Trust, reach: Reach) -> Result<Client, ClientError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = (trust, reach);
        if let Some(client) = clients.get(&kind) {
            return Ok(client.clone());
        }
        let client = self.build(&kind.0, reach)?;
        if clients.len() >= MOST {
            clients.clear();
        }
        clients.insert(kind, client.clone());
        Ok(client)
    }

    fn build(&self, trust: &Trust, reach: Reach) -> Result<Client, ClientError> {
        let wrong = |reason: String| ClientError::new(Trouble::Misconfigured, reason);
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(self.limits.connect)
            .dns_resolver(Guard(reach));
        let builder = match trust {
            Trust::Nothing => builder.tls_certs_only([]),
            Trust::System => builder,
            Trust::And(pem) => {
                let authorities = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
                if authorities.is_empty() {
                    return Err(wrong("the certificates of the authority of the registry are none: PEM is wanted".to_owned()));
                }
                builder.tls_certs_merge(authorities)
            }
            Trust::Anything => builder.tls_danger_accept_invalid_certs(true),
        };
        builder.build().map_err(|_| {
            wrong(match trust {
                Trust::And(_) => "the certificates of the authority of the registry cannot be read".to_owned(),
                Trust::Nothing | Trust::System | Trust::Anything => {
                    "this machine has no certificates of authorities (`ca-certificates`); give that of the registry".to_owned()
                }
            })
        })
    }
}

impl Connector for HttpConnector {
    fn client(&self, target: Target) -> Result<Arc<dyn RegistryClient>, ClientError> {
        let wrong = |reason: String| ClientError::new(Trouble::Misconfigured, reason);
        let base: Url = target.url.join("/").parse().map_err(|_| wrong(format!("`{}` is no URL", target.url)))?;
        let local = is_local(&base);
        address::check(&base, local).map_err(|error| ClientError::new(Trouble::Forbidden, error.to_string()))?;
        let encrypted = match (target.insecure, target.ca) {
            (true, _) => Trust::Anything,
            (false, Some(authorities)) => Trust::And(authorities),
            (false, None) => Trust::System,
        };
        let trust = if base.scheme() == "https" { encrypted.clone() } else { Trust::Nothing };
        let ways = |reach| {
            let same = self.http(trust.clone(), reach)?;
            // A registry without encryption may have storage with it. Where this machine cannot check certificates, such storage is not reached.
            let other =
                if base.scheme() == "https" { same.clone() } else { self.http(encrypted.clone(), reach).unwrap_or_else(|_| same.clone()) };
            Ok(Ways { same, other })
        };
        let (own, abroad) = (ways(Reach::Registry)?, ways(Reach::Public)?);
        let credentials = Credentials::new(target.service, target.login);
        let session = Session { own, abroad, base, local, credentials, limits: self.limits.clone() };
        Ok(Arc::new(HttpRegistry::new(session)))
    }
}

impl std::fmt::Debug for HttpConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpConnector").field("limits", &self.limits).finish_non_exhaustive()
    }
}
