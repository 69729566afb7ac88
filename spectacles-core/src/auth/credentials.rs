//! What somebody presents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

/// An account name and its secret, as presented; nothing is known of them yet.
///
/// The secret is wiped from memory when dropped, and debug output hides it.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The name, as typed.
    pub account: String,
    /// A password, for now.
    pub secret: SecretString,
}

/// An `Authorization` header that is not HTTP Basic with a name and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header is not of the form `Basic base64(name:password)`")]
pub struct BadAuthorization;

impl Credentials {
    /// Reads the value of an `Authorization` header (RFC 7617, UTF-8).
    ///
    /// # Errors
    /// [`BadAuthorization`] when it is of another kind, not base64, not UTF-8, or without a colon.
    pub fn from_basic(header: &[u8]) -> Result<Self, BadAuthorization> {
        let header = std::str::from_utf8(header).map_err(|_| BadAuthorization)?;
        let (scheme, value) = header.split_once(' ').ok_or(BadAuthorization)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(BadAuthorization);
        }
        let bytes = STANDARD.decode(value.trim()).map_err(|_| BadAuthorization)?;
        let text = String::from_utf8(bytes).map_err(|_| BadAuthorization)?;
        let (account, secret) = text.split_once(':').ok_or(BadAuthorization)?;
        Ok(Self { account: account.to_owned(), secret: secret.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn the_password_may_have_colons_and_any_utf8() {
        let header = format!("bAsIc {}", STANDARD.encode("alice:p:ä\u{0}ss"));
        let credentials = Credentials::from_basic(header.as_bytes()).unwrap();
        assert_eq!(credentials.account, "alice");
        assert_eq!(credentials.secret.expose_secret(), "p:ä\u{0}ss");
        assert!(!format!("{credentials:?}").contains("ss\""));
    }

    #[test]
    fn anything_else_is_refused() {
        for junk in ["", "Basic", "Basic ", "Basic !!!", "Bearer YTpi", "Basic YWxpY2U=", "Basic /////w=="] {
            assert_eq!(Credentials::from_basic(junk.as_bytes()).unwrap_err(), BadAuthorization, "{junk}");
        }
        assert!(Credentials::from_basic(b"Basic \xff\xfe").is_err());
    }
}
