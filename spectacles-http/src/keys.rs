//! Public keys and certificates.

use crate::answer::{self, Answer};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use spectacles_core::service::Spectacles;

/// Short enough that a new key is known before it is used.
const FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// RFC 7517, section 8.5.2.
const JWK_SET: HeaderValue = HeaderValue::from_static("application/jwk-set+json");
/// RFC 8555, section 9.1.
const PEM: HeaderValue = HeaderValue::from_static("application/pem-certificate-chain");

pub(crate) fn jwks(app: &Spectacles) -> Answer {
    public(JWK_SET, app.issuer().keys().jwks())
}

pub(crate) fn certificates(app: &Spectacles) -> Answer {
    public(PEM, app.issuer().keys().bundle_pem())
}

fn public(content_type: HeaderValue, text: &str) -> Answer {
    let mut answer = answer::body(StatusCode::OK, content_type, text.to_owned());
    answer.headers_mut().insert(CACHE_CONTROL, FIVE_MINUTES);
    answer
}
