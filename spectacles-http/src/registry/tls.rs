//! What goes wrong with certificates, in words.

use rustls::CertificateError;
use spectacles_core::registry::{ClientError, Trouble};

/// An error of the library.
#[allow(clippy::wildcard_enum_match_arm, reason = "the library adds kinds of errors, and only these have words of their own")]
pub(super) fn trouble(what: &str, error: &rustls::Error) -> ClientError {
    let of = |trouble, why: &str| ClientError::new(trouble, format!("{what}: {why}"));
    match error {
        rustls::Error::InvalidCertificate(certificate) => {
            let why = match certificate {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate of the registry has expired",
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    "the certificate of the registry is not valid yet; is the clock of this machine right?"
                }
                CertificateError::UnknownIssuer => {
                    "the certificate of the registry was issued by an authority that is not trusted here; give the certificate of the authority"
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    "the certificate of the registry is for another name"
                }
                CertificateError::Revoked => "the certificate of the registry was revoked",
                CertificateError::Other(_) => {
                    "the certificate of the registry is that of an authority, or of a kind that is not understood; \
                     give the certificate of an authority that issued it"
                }
                _ => "the certificate of the registry is not valid",
            };
            of(Trouble::Certificate, why)
        }
        rustls::Error::NoCertificatesPresented => of(Trouble::Certificate, "the registry has no certificate"),
        rustls::Error::InvalidMessage(_) => {
            of(Trouble::Unreachable, "what answers speaks no TLS; if the port is for http, the URL must say so")
        }
        _ => of(Trouble::Unreachable, "there is no encrypted connection with it"),
    }
}
