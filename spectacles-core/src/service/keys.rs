//! Signing keys.

use super::Error;
use super::actor::Actor;
use crate::id::KeyId;
use crate::key::{KeyError, KeyRing, TokenKey, generate};
use crate::model::{Algorithm, KidStyle, StoredKey};
use crate::store::ReadTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of signing keys.
#[derive(Clone, Copy)]
pub struct Keys<'a>(pub(super) Actor<'a>);

/// What may be shown of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyView {
    /// The `kid` for registries up to 2.8.
    pub libtrust: String,
    /// The `kid` for registries from 3.0 on, and of the JWK set.
    pub rfc7638: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Whether new tokens are signed with it.
    pub active: bool,
    /// When its certificate expires. Registries that find it by certificate refuse its tokens from then on.
    pub expires: Option<Timestamp>,
}

impl KeyView {
    /// Views of all keys, the active one first.
    pub fn of(ring: &KeyRing) -> Vec<Self> {
        let view = |(place, key): (usize, &TokenKey)| Self {
            libtrust: key.signer().public_key().kid(KidStyle::Libtrust).to_owned(),
            rfc7638: key.signer().public_key().kid(KidStyle::Rfc7638).to_owned(),
            algorithm: key.signer().public_key().algorithm(),
            active: place == 0,
            expires: key.chain().map(crate::key::CertificateChain::expires),
        };
        ring.iter().enumerate().map(view).collect()
    }
}

impl Keys<'_> {
    /// What may be shown of the keys of the store.
    ///
    /// # Errors
    /// [`Error::Broken`] when a key in the store cannot be used; [`Error::Denied`] for whoever is neither administrator nor auditor.
    pub async fn list(self) -> Result<Vec<KeyView>, Error> {
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await?;
        let keys = tx.keys().await?;
        if keys.is_empty() { Ok(Vec::new()) } else { Ok(KeyView::of(&ring(&keys, self.0.now())?)) }
    }

    /// Whether whoever asks may know the keys.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor.
    pub async fn check(self) -> Result<(), Error> {
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await
    }

    /// The keys of the store. The first call on a new store makes one, EC P-256, with a certificate.
    ///
    /// # Errors
    /// [`Error::Broken`] when a key in the store cannot be used; [`Error::Denied`] for whoever is no administrator.
    pub async fn ring(self) -> Result<KeyRing, Error> {
        let now = self.0.now();
        let mut tx = self.0.read().await?;
        self.0.check_administrator(tx.as_mut()).await?;
        let keys = tx.keys().await?;
        drop(tx);
        if !keys.is_empty() {
            return Ok(ring(&keys, now)?);
        }
        let mut change = self.0.change().await?;
        // Another process may have been faster.
        let keys = change.tx.keys().await?;
        if !keys.is_empty() {
            change.leave();
            return Ok(ring(&keys, now)?);
        }
        let key = generate(Algorithm::default(), now)?;
        let mut key = StoredKey { id: KeyId::new(0), private_pem: key.private_pem, certificate_pem: key.certificate_pem, created: now };
        key.id = change.tx.insert_key(&key).await?;
        let ring = ring(std::slice::from_ref(&key), now)?;
        let details = json!({ "algorithm": Algorithm::default(), "kid": ring.active().signer().public_key().kid(KidStyle::Rfc7638) });
        change.commit("key.create", format!("key {}", key.id), details).await?;
        Ok(ring)
    }
}

/// The keys of the store now; there must be one.
pub(super) async fn stored(tx: &mut dyn ReadTx, now: Timestamp) -> Result<KeyRing, Error> {
    Ok(ring(&tx.keys().await?, now)?)
}

fn ring(keys: &[StoredKey], now: Timestamp) -> Result<KeyRing, KeyError> {
    KeyRing::new(keys.iter().map(|key| token_key(key, now)).collect::<Result<_, _>>()?)
}

/// A key whose certificate has expired goes on without: registries that know it by its id still take its tokens.
fn token_key(key: &StoredKey, now: Timestamp) -> Result<TokenKey, KeyError> {
    if key.certificate_pem.is_empty() {
        return TokenKey::from_pem(&key.private_pem, None, now);
    }
    match TokenKey::from_pem(&key.private_pem, Some(&key.certificate_pem), now) {
        Err(error @ KeyError::NotValidNow { .. }) => {
            tracing::warn!(%error, key = %key.id, "the certificate of a signing key cannot be used any more; registries need a new bundle");
            TokenKey::from_pem(&key.private_pem, None, now)
        }
        key => key,
    }
}
