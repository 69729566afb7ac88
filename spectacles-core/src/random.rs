//! Randomness as a parameter.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Where unpredictable bytes come from.
///
/// A parameter everywhere, so that what depends on chance can be tested. Implementations must be fit for keys.
pub trait Random: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    ///
    /// # Errors
    /// [`RandomError`] when the source gives none; nothing may be issued then.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError>;
}

/// The source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct RandomError;

/// The random generator of the cryptography library, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that asks the library for random bytes")]
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        aws_lc_rs::rand::fill(buffer).map_err(|_| RandomError)
    }
}

/// `N` random bytes in URL-safe base64 without padding: 16 give a token id, 18 a password people can still copy.
///
/// # Errors
/// [`RandomError`] when the source gives none.
pub fn random_text<const N: usize>(random: &dyn Random) -> Result<String, RandomError> {
    let mut bytes = [0_u8; N];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
