//! Hashes that other programs have made: of users who were imported with their passwords.

use crate::model::PasswordHash;
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use std::num::NonZeroU32;

/// More than anybody has chosen. A file must not be able to make each login take minutes.
const MOST_ITERATIONS: u32 = 10_000_000;
/// What bcrypt looks at, in bytes.
const BCRYPT_COUNTS: usize = 72;
const PBKDF2: &str = "$pbkdf2-sha512$";

/// A hash that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForeignHashError {
    /// It is of a method that is too weak, or that nobody here knows.
    #[error("{0}; the user needs a new password")]
    Method(&'static str),
    /// It is of a known method, and broken.
    #[error("the password hash is broken: {0}; the user needs a new password")]
    Broken(&'static str),
}

/// Whether the password is the one of such a hash; nothing where the hash is of another kind.
pub(super) fn fits(password: &[u8], hash: &str) -> Option<bool> {
    if is_bcrypt(hash) {
        // What is behind 72 bytes never counted, and behind a zero byte neither: such a password could not have been set.
        let counted = password.get(..BCRYPT_COUNTS).unwrap_or(password);
        return Some(!password.contains(&0) && bcrypt::verify(counted, hash).unwrap_or(false));
    }
    let (rounds, salt, expected) = pbkdf2_parts(hash)?;
    Some(pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA512, rounds, &salt, password, &expected).is_ok())
}

/// What such a hash was made with; nothing where it is of another kind.
pub(super) fn method(hash: &PasswordHash) -> Option<&'static str> {
    match hash.as_phc() {
        text if is_bcrypt(text) => Some("bcrypt"),
        text if text.starts_with(PBKDF2) => Some("pbkdf2-sha512"),
        _ => None,
    }
}

/// Whether no other password fits such a hash as well: bcrypt looks at 72 bytes. Of a longer one it is not known whether all of it is right.
pub(super) fn counts_all_of(password: &SecretString, hash: &PasswordHash) -> bool {
    !is_bcrypt(hash.as_phc()) || password.expose_secret().len() <= BCRYPT_COUNTS
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix))
}

fn pbkdf2_parts(hash: &str) -> Option<(NonZeroU32, Vec<u8>, Vec<u8>)> {
    let mut parts = hash.strip_prefix(PBKDF2)?.split('$');
    let rounds: u32 = parts.next()?.strip_prefix("i=")?.parse().ok()?;
    let (salt, expected) = (BASE64.decode(parts.next()?).ok()?, BASE64.decode(parts.next()?).ok()?);
    let sound = parts.next().is_none() && rounds <= MOST_ITERATIONS && expected.len() >= 16;
    Some((NonZeroU32::new(rounds).filter(|_| sound)?, salt, expected))
}

/// Takes over a bcrypt hash, as `htpasswd -B` makes it.
///
/// # Errors
/// [`ForeignHashError`] when it is none, or of a cost that nobody would wait for.
pub fn bcrypt_hash(text: &str) -> Result<PasswordHash, ForeignHashError> {
    /// Some seconds of one core.
    const HIGHEST_COST: u32 = 17;
    let broken = ForeignHashError::Broken;
    if !is_bcrypt(text) {
        return Err(ForeignHashError::Method("the password is not a bcrypt hash"));
    }
    let parts: bcrypt::HashParts = text.parse().map_err(|_| broken("bcrypt hashes have a cost, and 53 characters of salt and hash"))?;
    if !(4..=HIGHEST_COST).contains(&parts.get_cost()) {
        return Err(broken("the cost of bcrypt must be between 4 and 17"));
    }
    if text.starts_with("$2x$") {
        return Err(ForeignHashError::Method("the password hash is of a bcrypt that counted some letters wrongly ($2x$)"));
    }
    Ok(PasswordHash::from_phc(text))
}

/// Takes over what Werkzeug writes: `pbkdf2:sha512:<iterations>$<salt>$<hexadecimal hash>`.
///
/// # Errors
/// [`ForeignHashError`] for everything else.
pub fn werkzeug_hash(text: &str) -> Result<PasswordHash, ForeignHashError> {
    let broken = ForeignHashError::Broken;
    let Some(rest) = text.strip_prefix("pbkdf2:sha512:") else {
        return Err(ForeignHashError::Method("the password hash is not of pbkdf2 with SHA-512"));
    };
    let mut parts = rest.split('$');
    let (Some(rounds), Some(salt), Some(hash), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(broken("it is written as iterations, salt and hash, with `$` between them"));
    };
    let rounds: u32 = rounds.parse().map_err(|_| broken("the number of iterations is no number"))?;
    if rounds == 0 || rounds > MOST_ITERATIONS {
        return Err(broken("the number of iterations must be between 1 and ten million"));
    }
    let hash = data_encoding::HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).map_err(|_| broken("the hash is not hexadecimal"))?;
    if hash.len() != 64 {
        return Err(broken("SHA-512 makes 64 bytes"));
    }
    // The salt counts as the text it is written as.
    Ok(PasswordHash::from_phc(format!("{PBKDF2}i={rounds}${}${}", BASE64.encode(salt), BASE64.encode(hash))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::verify_password;

    #[test]
    fn passwords_of_bcrypt_hashes_fit() {
        // Made by `htpasswd -B`.
        let hash = bcrypt_hash("$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya").unwrap();
        assert!(verify_password(&"123".into(), &hash));
        assert!(!verify_password(&"1234".into(), &hash) && !verify_password(&"".into(), &hash));
        assert!(!verify_password(&"123\0".into(), &hash));
        for wrong in ["", "secret", "$2y$05$short", "$2y$31$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya", "$apr1$a$b"] {
            assert!(bcrypt_hash(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn passwords_of_werkzeug_hashes_fit() {
        // hashlib.pbkdf2_hmac("sha512", b"correct horse", b"saltsalt", 1000).hex() of Python.
        let hash = werkzeug_hash(WERKZEUG).unwrap();
        assert!(hash.as_phc().starts_with("$pbkdf2-sha512$i=1000$"));
        assert!(verify_password(&"correct horse".into(), &hash));
        assert!(!verify_password(&"Correct horse".into(), &hash));
        let rounds = WERKZEUG.replace(":1000$", ":1001$");
        assert!(!verify_password(&"correct horse".into(), &werkzeug_hash(&rounds).unwrap()));
        for wrong in ["", "pbkdf2:sha256:1$a$b", "scrypt:32768:8:1$a$b", &WERKZEUG[..100], &WERKZEUG.replace("1000", "0"), &rounds[..20]] {
            assert!(werkzeug_hash(wrong).is_err(), "{wrong}");
        }
    }

    const WERKZEUG: &str = concat!(
        "pbkdf2:sha512:1000$saltsalt$",
        "fac5120fc8f0e1ff27b3b9bd6fb923f0f7892def252573bc026d3d04b80eefd9124fd0ff2236b968a20d185e5783b864297c35f9f361073cc93f77885dc597c3"
    );
}
