//! By what requests prove who makes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::ExposeSecret as _;
use spectacles_core::name::ServiceName;
use spectacles_core::registry::{ClientError, Login, Trouble};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a token is used: it lives for a minute at least, and clocks differ.
const KEPT: Duration = Duration::from_secs(45);
/// So many tokens are kept at most. Those that are too old go first, then all.
const MOST: usize = 10_000;

/// Makes the header, and keeps tokens for a while. Where a registry wants tokens to be had is of no interest: they are made here.
pub(super) struct Credentials {
    service: ServiceName,
    login: Login,
    tokens: Mutex<HashMap<Vec<String>, (HeaderValue, Instant)>>,
}

impl Credentials {
    pub(super) fn new(service: ServiceName, login: Login) -> Self {
        Self { service, login, tokens: Mutex::default() }
    }

    /// Whether there are any.
    pub(super) fn exist(&self) -> bool {
        match self.login {
            Login::None => false,
            Login::Basic { .. } | Login::Tokens(_) => true,
        }
    }

    /// The header of a request for these scopes.
    pub(super) fn header(&self, scopes: &[String]) -> Result<Option<HeaderValue>, ClientError> {
        let made = match &self.login {
            Login::None => return Ok(None),
            Login::Basic { username, password } => {
                format!("Basic {}", STANDARD.encode(format!("{username}:{}", password.expose_secret())))
            }
            Login::Tokens(tokens) => {
                let now = Instant::now();
                if let Some((header, made)) = self.kept().get(scopes)
                    && now.duration_since(*made) < KEPT
                {
                    return Ok(Some(header.clone()));
                }
                format!("Bearer {}", tokens.token(&self.service, scopes)?.expose_secret())
            }
        };
        let mut header = HeaderValue::from_str(&made)
            .map_err(|_| ClientError::new(Trouble::Misconfigured, "the credentials of the registry cannot be sent in a header"))?;
        header.set_sensitive(true);
        if matches!(self.login, Login::Tokens(_)) {
            self.keep(scopes, header.clone());
        }
        Ok(Some(header))
    }

    /// Forgets what was made for these scopes. `true` when the next header is another one.
    pub(super) fn renew(&self, scopes: &[String]) -> bool {
        match self.login {
            Login::None | Login::Basic { .. } => false,
            Login::Tokens(_) => {
                self.kept().remove(scopes);
                true
            }
        }
    }

    fn keep(&self, scopes: &[String], header: HeaderValue) {
        let now = Instant::now();
        let mut kept = self.kept();
        if kept.len() >= MOST {
            kept.retain(|_, (_, made)| now.duration_since(*made) < KEPT);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(scopes.to_vec(), (header, now));
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<Vec<String>, (HeaderValue, Instant)>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
