//! Secrets of machines.

use crate::model::SecretHash;
use crate::random::{Random, RandomError};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{Encoding, Specification};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::LazyLock;

/// What the secrets made here begin with, so that people and scanners know them when they see one.
pub const SECRET_PREFIX: &str = "spectacles_";

/// The shortest secret that is taken from elsewhere, in bytes. The UUID of a machine has 36.
pub const SHORTEST_SECRET: usize = 20;

/// Base 32 in lower case, without padding.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    // The specification is a constant that is tested: the other encoding is never used.
    specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
});

/// Makes a secret: the prefix, 256 random bits, and a checksum that tells a mistyped one from a wrong one.
///
/// # Errors
/// [`RandomError`] when the system gives no randomness.
pub fn new_secret(random: &dyn Random) -> Result<SecretString, RandomError> {
    let mut bytes = [0_u8; 32];
    random.fill(&mut bytes)?;
    let body = BASE32.encode(&bytes);
    Ok(format!("{SECRET_PREFIX}{body}{}", checksum(&body)).into())
}

/// Whether a text has the form of a secret that was made here, checksum included.
pub fn is_secret(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(SECRET_PREFIX) else { return false };
    rest.len() == 52 + 7 && rest.split_at_checked(52).is_some_and(|(body, sum)| checksum(body) == sum)
}

fn checksum(body: &str) -> String {
    let sum = digest(&SHA256, body.as_bytes());
    BASE32.encode(sum.as_ref().get(..4).unwrap_or_default())
}

/// The hash that is stored of a secret. SHA-256: nobody can try all secrets, so that it need not be slow.
pub fn hash_secret(secret: &SecretString) -> SecretHash {
    let mut bytes = [0_u8; 32];
    bytes.copy_from_slice(digest(&SHA256, secret.expose_secret().as_bytes()).as_ref());
    SecretHash::from_bytes(bytes)
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &SecretHash, other: &SecretHash) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn secrets_are_known_by_their_form_and_none_is_like_another() {
        let (one, other) = (new_secret(&SystemRandom).unwrap(), new_secret(&SystemRandom).unwrap());
        let text = one.expose_secret();
        assert!(is_secret(text) && text.len() == 70, "{text}");
        assert_ne!(text, other.expose_secret());
        assert!(same(&hash_secret(&one), &hash_secret(&one)) && !same(&hash_secret(&one), &hash_secret(&other)));
        let mistyped = text.replacen(char::is_alphanumeric, "0", 12);
        assert!(!is_secret(&mistyped) && !is_secret(&text[..69]) && !is_secret("spectacles_ä"));
    }
}
