//! Passwords: hashing and checking.

use crate::model::PasswordHash;
use crate::random::{Random, RandomError};
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
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

/// Whether a password can be used at all.
///
/// # Errors
/// [`PasswordError`] when it is empty, too long, or not typable.
pub(crate) fn check_password(password: &SecretString) -> Result<(), PasswordError> {
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
    Ok(())
}

/// Hashes a password with argon2id (19 MiB, two passes): about 15 ms of one core.
///
/// # Errors
/// [`PasswordError`] when it is empty, too long, or not typable.
pub fn hash_password(password: &SecretString, random: &dyn Random) -> Result<PasswordHash, PasswordError> {
    check_password(password)?;
    let mut salt = [0_u8; 16];
    random.fill(&mut salt)?;
    phc_of(&Argon2::default(), password.expose_secret().as_bytes(), &salt).map(PasswordHash::from_phc).ok_or(PasswordError::Hashing)
}

fn phc_of(argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Option<String> {
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2.hash_password_into_with_memory(password, salt, &mut output, memory(argon2.params())).ok()?;
    let hash = phc::PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: argon2.params().try_into().ok()?,
        salt: Some(phc::Salt::new(salt).ok()?),
        hash: Some(phc::Output::new(&output).ok()?),
    };
    Some(hash.to_string())
}

/// Whether this is the password. Takes as long as hashing does.
///
/// A hash that cannot be read fits no password.
pub fn verify_password(password: &SecretString, hash: &PasswordHash) -> bool {
    fits(password.expose_secret().as_bytes(), hash.as_phc()).unwrap_or(false)
}

/// Takes as long as checking a password that was hashed here.
pub(super) fn waste(password: &SecretString) {
    /// Of no password that anybody knows.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBpdCE$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let _ = verify_password(password, &PasswordHash::from_phc(NOBODY));
}

fn fits(password: &[u8], phc: &str) -> Option<bool> {
    if let Some(answer) = super::foreign::fits(password, phc) {
        return Some(answer);
    }
    let hash = phc::PasswordHash::new(phc).ok()?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let mut output = vec![0; expected.len()];
    argon2.hash_password_into_with_memory(password, &salt, &mut output, memory(argon2.params())).ok()?;
    Some(verify_slices_are_equal(&output, expected.as_bytes()).is_ok())
}

/// The memory for one computation.
///
/// Asking for more than 32 MiB, of which only what is needed is ever touched, is how the GNU allocator is made to take memory from the system
/// and give it back. Of anything smaller it keeps one for each thread that ever checked a password.
fn memory(params: &Params) -> Vec<Block> {
    const GIVEN_BACK: usize = 33 * 1024 * 1024 / Block::SIZE;
    let mut blocks = Vec::with_capacity(params.block_count().max(GIVEN_BACK));
    blocks.resize(params.block_count(), Block::new());
    blocks
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

    /// From the tests of the reference implementation.
    const REFERENCE: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    #[test]
    fn hashes_of_others_are_understood_with_their_own_parameters() {
        let hash = PasswordHash::from_phc(REFERENCE);
        assert!(verify_password(&"password".into(), &hash));
        assert!(!verify_password(&"Password".into(), &hash));
        for broken in [&REFERENCE[1..], &REFERENCE[..60], &REFERENCE.replace("m=", "m=x"), &REFERENCE.replace("argon2id", "scrypt")] {
            assert!(!verify_password(&"password".into(), &PasswordHash::from_phc(broken)), "{broken}");
        }
    }

    #[test]
    fn unusable_passwords_are_refused() {
        let refused = |text: &str| hash_password(&text.into(), &SystemRandom).unwrap_err();
        assert_eq!(refused(""), PasswordError::Empty);
        assert_eq!(refused(&"x".repeat(257)), PasswordError::TooLong);
        assert_eq!(refused("a\nb"), PasswordError::ControlCharacter);
    }
}
