//! Cookies, and who is signed in.

use crate::client::Client;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::{HeaderMap, HeaderName};
use secrecy::{ExposeSecret as _, SecretString};
use spectacles_core::service::Session;

/// Whoever is signed in.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    /// His calls.
    pub(crate) client: Client,
    pub(crate) is_admin: bool,
    pub(crate) is_auditor: bool,
}

/// The cookie with the secret of a session.
const SESSION: &str = "spectacles_session";
/// The cookie of somebody who is not signed in, by which his forms are known.
const VISIT: &str = "spectacles_visit";
/// The cookie that says what was done.
pub(crate) const DONE: &str = "spectacles_done";
/// The cookies with what people prefer.
pub(crate) const THEME: &str = "spectacles_theme";
pub(crate) const LANGUAGE: &str = "spectacles_language";

/// A cookie of a request. One that comes twice is not one that we have set.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut values = all.filter_map(|pair| pair.trim().split_once('=')).filter(|(known, _)| *known == name).map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Browsers take a name with this prefix only from a secure server, for all of it, and not from its subdomains.
fn full_name(name: &str, is_secure: bool, root: &str) -> String {
    if is_secure && root.is_empty() { format!("__Host-{name}") } else { name.to_owned() }
}

/// What is the same for all cookies that are set in answer to a request.
#[derive(Clone, Copy)]
pub(crate) struct Jar<'a> {
    pub(crate) is_secure: bool,
    pub(crate) root: &'a str,
}

impl Jar<'_> {
    /// The secret of the session.
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<SecretString> {
        cookie(headers, &full_name(SESSION, self.is_secure, self.root)).map(Into::into)
    }

    /// What is known of somebody who is not signed in.
    pub(crate) fn visit(self, headers: &HeaderMap) -> Option<&str> {
        cookie(headers, &full_name(VISIT, self.is_secure, self.root)).filter(|value| value.len() == 32)
    }

    /// Sets a cookie that scripts do not see; for so many seconds, or until the browser ends.
    pub(crate) fn set(self, name: &str, value: &str, seconds: Option<u64>) -> (HeaderName, HeaderValue) {
        let name = if name == SESSION || name == VISIT { full_name(name, self.is_secure, self.root) } else { name.to_owned() };
        let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let secure = if self.is_secure { "; Secure" } else { "" };
        let path = if self.root.is_empty() { "/" } else { self.root };
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}");
        // Names and values are ours, and ASCII.
        (SET_COOKIE, HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("")))
    }

    pub(crate) fn begin_session(self, secret: &SecretString) -> (HeaderName, HeaderValue) {
        /// As long as a session lasts at most.
        const WEEK: u64 = 7 * 24 * 60 * 60;
        self.set(SESSION, secret.expose_secret(), Some(WEEK))
    }

    pub(crate) fn end_session(self) -> (HeaderName, HeaderValue) {
        self.set(SESSION, "", Some(0))
    }

    pub(crate) fn begin_visit(self, value: &str) -> (HeaderName, HeaderValue) {
        self.set(VISIT, value, None)
    }
}

/// What forms must have with them: nobody can know it who does not know the cookie, and it does not tell what is in that.
pub(crate) fn token_of(secret: &str) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"a form of spectacles ");
    hash.update(secret.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finish().as_ref())
}
