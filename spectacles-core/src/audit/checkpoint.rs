//! What somebody outside keeps of the chains.

use super::link::{Chain, Link};
use crate::key::{KeyRing, SignError};
use crate::model::KidStyle;
use crate::time::Timestamp;
use jsonwebtoken::{DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the chains ended at some moment. Signed, it can be kept where nobody who can write into the database can reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Checkpoint {
    /// What it is, so that it is taken for nothing else: it is no token, names no registry and gives nothing.
    pub sub: String,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// The last place and its link, by the name of the chain.
    pub chains: BTreeMap<String, ChainEnd>,
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChainEnd {
    /// The place of the last entry.
    pub place: i64,
    /// Its link.
    pub link: Link,
}

/// Text that is no checkpoint of this installation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no checkpoint that was signed here: {0}")]
pub struct BadCheckpoint(String);

impl Checkpoint {
    const SUBJECT: &str = "audit checkpoint";

    /// The ends of the chains at this moment.
    pub fn new(at: Timestamp, ends: impl IntoIterator<Item = (Chain, ChainEnd)>) -> Self {
        let chains = ends.into_iter().map(|(chain, end)| (chain.as_str().to_owned(), end)).collect();
        Self { sub: Self::SUBJECT.to_owned(), iat: at.unix_seconds(), chains }
    }

    /// Signs it with the key of tokens: one line of text (JWS, RFC 7515).
    ///
    /// # Errors
    /// [`SignError`] when the key cannot be used.
    pub fn sign(&self, keys: &KeyRing) -> Result<String, SignError> {
        keys.active().sign(self, KidStyle::Rfc7638)
    }

    /// Reads what [`sign`](Self::sign) wrote, with whichever of these keys.
    ///
    /// # Errors
    /// [`BadCheckpoint`] when none of them has signed it.
    pub fn read(line: &str, keys: &KeyRing) -> Result<Self, BadCheckpoint> {
        let bad = |error: jsonwebtoken::errors::Error| BadCheckpoint(error.to_string());
        let header = jsonwebtoken::decode_header(line).map_err(bad)?;
        let mut validation = Validation::new(header.alg);
        validation.required_spec_claims.clear();
        (validation.validate_aud, validation.validate_exp) = (false, false);
        let mut refused = BadCheckpoint("none of the keys has signed it".to_owned());
        for key in keys.iter() {
            let public = key.signer().public_key();
            if header.kid.as_deref() != Some(public.kid(KidStyle::Rfc7638)) {
                continue;
            }
            let decoding = DecodingKey::from_jwk(public.jwk()).map_err(bad)?;
            match jsonwebtoken::decode::<Self>(line, &decoding, &validation) {
                Ok(read) if read.claims.sub == Self::SUBJECT => return Ok(read.claims),
                Ok(_) => refused = BadCheckpoint("it says something else".to_owned()),
                Err(error) => refused = bad(error),
            }
        }
        Err(refused)
    }

    /// What was kept of one chain.
    pub fn of(&self, chain: Chain) -> Option<ChainEnd> {
        self.chains.get(chain.as_str()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{TokenKey, generate};
    use crate::model::Algorithm;
    use crate::time::{Clock as _, SystemClock};

    fn ring(algorithm: Algorithm) -> KeyRing {
        let now = SystemClock::new().now();
        let key = generate(algorithm, now).unwrap();
        KeyRing::new(vec![TokenKey::from_pem(&key.private_pem, Some(&key.certificate_pem), now).unwrap()]).unwrap()
    }

    #[test]
    fn what_was_signed_is_read_again_and_nothing_else_is() {
        for algorithm in Algorithm::ALL {
            let keys = ring(*algorithm);
            let end = ChainEnd { place: 7, link: Link::default() };
            let checkpoint = Checkpoint::new(Timestamp::from_unix_millis(1_700_000_000_000), [(Chain::Changes, end)]);
            let line = checkpoint.sign(&keys).unwrap();
            let read = Checkpoint::read(&line, &keys).unwrap();
            assert_eq!((&read, read.of(Chain::Changes), read.of(Chain::Decisions)), (&checkpoint, Some(end), None));
            assert!(Checkpoint::read(&line, &ring(*algorithm)).is_err(), "by another key");
            let mut altered = line.clone();
            let middle = line.find('.').unwrap() + 20;
            altered.replace_range(middle..=middle, if &line[middle..=middle] == "A" { "B" } else { "A" });
            assert!(Checkpoint::read(&altered, &keys).is_err());
            assert!(Checkpoint::read("junk", &keys).is_err());
            let other = keys.active().sign(&serde_json::json!({ "sub": "alice", "iat": 1, "chains": {} }), KidStyle::Rfc7638).unwrap();
            assert!(Checkpoint::read(&other, &keys).is_err(), "a token is no checkpoint");
        }
    }
}
