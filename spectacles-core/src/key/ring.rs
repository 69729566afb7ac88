//! Keys ready for use.

use super::{CertificateChain, KeyError, LocalSigner, SignError, Signer, self_signed};
use crate::model::KidStyle;
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A signer with its certificate, and everything about its tokens that does not change from one to the next.
#[derive(Clone)]
pub struct TokenKey {
    signer: Arc<dyn Signer>,
    chain: Option<CertificateChain>,
    bundle: String,
    libtrust_header: String,
    rfc7638_header: String,
}

impl TokenKey {
    /// A key from PEM, with its certificate where there is one.
    ///
    /// Without a certificate tokens name the key by `kid` alone, which suits a registry that trusts the key by a certificate we do not
    /// have; [`bundle_pem`](Self::bundle_pem) makes one up.
    ///
    /// # Errors
    /// [`KeyError`] when the key or the certificate cannot be used, or are not a pair.
    pub fn from_pem(private_pem: &str, certificate_pem: Option<&str>, now: Timestamp) -> Result<Self, KeyError> {
        let signer = LocalSigner::from_pem(private_pem)?;
        let chain = certificate_pem.map(|pem| CertificateChain::from_pem(pem, signer.public_key(), now)).transpose()?;
        let bundle = match &chain {
            Some(chain) => chain.pem().to_owned(),
            None => self_signed(private_pem, now)?,
        };
        Ok(Self::new(Arc::new(signer), chain, bundle))
    }

    /// Any signer, its certificate, and the certificates a registry must trust, in PEM.
    pub fn new(signer: Arc<dyn Signer>, chain: Option<CertificateChain>, bundle: String) -> Self {
        let header = |style| header(signer.as_ref(), chain.as_ref(), style);
        let (libtrust_header, rfc7638_header) = (header(KidStyle::Libtrust), header(KidStyle::Rfc7638));
        Self { signer, chain, bundle, libtrust_header, rfc7638_header }
    }

    /// What signs.
    pub fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }

    /// The certificate, where there is one.
    pub fn chain(&self) -> Option<&CertificateChain> {
        self.chain.as_ref()
    }

    /// Certificates for the `rootcertbundle` of a registry, in PEM.
    pub fn bundle_pem(&self) -> &str {
        &self.bundle
    }

    /// A JWT (RFC 7519) of these claims in compact form.
    ///
    /// # Errors
    /// [`SignError`] when the key cannot be used, or the claims cannot be written as JSON.
    pub fn sign(&self, claims: &impl Serialize, style: KidStyle) -> Result<String, SignError> {
        self.sign_json(&serde_json::to_vec(claims).map_err(|_| SignError)?, style)
    }

    /// The same of claims that are JSON already.
    ///
    /// # Errors
    /// [`SignError`] when the key cannot be used.
    pub fn sign_json(&self, claims: &[u8], style: KidStyle) -> Result<String, SignError> {
        let header = match style {
            KidStyle::Libtrust => &self.libtrust_header,
            KidStyle::Rfc7638 => &self.rfc7638_header,
        };
        // The longest signature, of RSA-4096, takes 683 signs.
        let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 700);
        token.push_str(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.signer.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    kid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5c: Option<&'a [String]>,
}

fn header(signer: &dyn Signer, chain: Option<&CertificateChain>, style: KidStyle) -> String {
    let key = signer.public_key();
    let header = Header { typ: "JWT", alg: key.algorithm().as_str(), kid: key.kid(style), x5c: chain.map(CertificateChain::x5c) };
    // Text and lists of text always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).unwrap_or_default())
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey").field("public", self.signer.public_key()).finish_non_exhaustive()
    }
}

/// The keys of an installation: the newest signs, the others are still published, so that registries go on accepting their tokens.
#[derive(Debug, Clone)]
pub struct KeyRing {
    active: TokenKey,
    others: Vec<TokenKey>,
    jwks: String,
    bundle: String,
}

impl KeyRing {
    /// Keys from oldest to newest.
    ///
    /// # Errors
    /// [`KeyError::Empty`] without any.
    pub fn new(mut keys: Vec<TokenKey>) -> Result<Self, KeyError> {
        let active = keys.pop().ok_or(KeyError::Empty)?;
        let all = || std::iter::once(&active).chain(&keys);
        // Under both ids, because tokens name a key by one or the other.
        let under_both_ids = |key: &TokenKey| {
            let public = key.signer().public_key();
            [KidStyle::Rfc7638, KidStyle::Libtrust].map(|style| {
                let mut jwk = public.jwk().clone();
                jwk.common.key_id = Some(public.kid(style).to_owned());
                jwk
            })
        };
        let set = JwkSet { keys: all().flat_map(under_both_ids).collect() };
        let jwks = serde_json::to_string(&set).map_err(|error| KeyError::Generation(error.to_string()))?;
        let bundle = all().map(TokenKey::bundle_pem).collect();
        Ok(Self { active, others: keys, jwks, bundle })
    }

    /// The key that signs.
    pub fn active(&self) -> &TokenKey {
        &self.active
    }

    /// Every key, the active one first.
    pub fn iter(&self) -> impl Iterator<Item = &TokenKey> {
        std::iter::once(&self.active).chain(&self.others)
    }

    /// The public keys as a JWK set (RFC 7517, section 5), for registries from 3.0 on.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The certificates for the `rootcertbundle` of a registry, in PEM.
    pub fn bundle_pem(&self) -> &str {
        &self.bundle
    }
}
