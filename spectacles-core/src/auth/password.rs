//! Passwords: hashing and checking.

use crate::model::PasswordHash;
use crate::random::{Random, RandomError};
use argon2::password_hash::phc;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};

/// A password that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// An empty password would let everybody in who knows the name.
    #[error("the password is empty")]
    Empty,
    /// Clients and headers do not carry it.
    #[error("the password is longer than 256 characters")]
    TooLong,
    /// It could never be typed at a prompt.
    #[error("the password contains a control character, such as a line break")]
    ControlCharacter,
    /// There is no salt.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The library refused.
    #[error("the password cannot be hashed")]
    Hashing,
}

/// Hashes a password with argon2id (19 MiB, two passes): about 15 ms of one core.
///
/// # Errors
/// [`PasswordError`] when it is empty, too long, or not typable.
pub fn hash_password(password: &SecretString, random: &dyn Random) -> Result<PasswordHash, PasswordError> {
    let text = password.expose_secret();
    if text.is_empty() {
        return Err(PasswordError::Empty);
    }
    if text.chars().count() > 256 {
        return Err(PasswordError::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(PasswordError::ControlCharacter);
    }
    let mut salt = [0_u8; 16];
    random.fill(&mut salt)?;
    let hash = Argon2::default().hash_password_with_salt(text.as_bytes(), &salt).map_err(|_| PasswordError::Hashing)?;
    Ok(PasswordHash::from_phc(hash.to_string()))
}

/// Whether this is the password. Takes as long as hashing does.
///
/// A hash that cannot be read fits no password.
pub fn verify_password(password: &SecretString, hash: &PasswordHash) -> bool {
    phc::PasswordHash::new(hash.as_phc())
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn only_the_password_itself_fits() {
        let hash = hash_password(&"correct horse".into(), &SystemRandom).unwrap();
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify_password(&"correct horse".into(), &hash));
        assert!(!verify_password(&"correct horse ".into(), &hash));
        assert!(!verify_password(&"".into(), &hash));
        assert!(!verify_password(&"correct horse".into(), &PasswordHash::from_phc("correct horse")));
    }

    #[test]
    fn unusable_passwords_are_refused() {
        let refused = |text: &str| hash_password(&text.into(), &SystemRandom).unwrap_err();
        assert_eq!(refused(""), PasswordError::Empty);
        assert_eq!(refused(&"x".repeat(257)), PasswordError::TooLong);
        assert_eq!(refused("a\nb"), PasswordError::ControlCharacter);
    }
}
