//! Public keys, as registries take them.

use crate::failure::Failure;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use spectacles_http::resources::PublicKey;

/// The certificates for the `rootcertbundle` of a registry, in PEM.
pub(crate) fn bundle_pem(keys: &[PublicKey]) -> String {
    keys.iter().map(|key| key.certificate_pem.as_str()).collect()
}

/// The keys as a JWK set (RFC 7517, section 5), each under both of its ids: tokens name it by one or the other.
pub(crate) fn jwks(keys: &[PublicKey]) -> Result<String, Failure> {
    let unreadable = |error: serde_json::Error| Failure::failed(format!("a key is no JWK: {error}"));
    let mut set = JwkSet { keys: Vec::new() };
    for PublicKey { key, jwk, .. } in keys {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).map_err(unreadable)?;
        for id in [&key.rfc7638, &key.libtrust] {
            let mut jwk = jwk.clone();
            jwk.common.key_id = Some(id.clone());
            set.keys.push(jwk);
        }
    }
    serde_json::to_string(&set).map_err(unreadable)
}
