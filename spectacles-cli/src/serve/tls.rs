//! HTTPS.

use crate::failure::Failure;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

/// The files of a key and its certificate.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) key: PathBuf,
    pub(crate) certificate: PathBuf,
}

/// Makes a connection an encrypted one.
#[derive(Clone)]
pub(super) struct Tls {
    acceptor: TlsAcceptor,
    current: Arc<Current>,
}

/// The certificate in use.
#[derive(Debug)]
struct Current {
    files: Files,
    provider: Arc<CryptoProvider>,
    key: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Nothing in there panics while it writes.
        Some(Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads the files, and makes sure that they belong together.
    pub(super) fn new(files: Files) -> Result<Self, Failure> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = RwLock::new(Arc::new(read(&files, &provider)?));
        let current = Arc::new(Current { files, provider: Arc::clone(&provider), key });
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let versions = versions.map_err(|error| Failure::failed(format!("HTTPS cannot be served: {error}")))?;
        let mut config = versions.with_no_client_auth().with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), current })
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Reads the files again. A pair that cannot be used changes nothing.
    pub(super) fn reload(&self) {
        match read(&self.current.files, &self.current.provider) {
            Ok(key) => {
                *self.current.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                tracing::info!("the certificate for HTTPS was read again");
            }
            Err(failure) => tracing::error!("the certificate for HTTPS stays as it was: {}", failure.message()),
        }
    }
}

fn read(files: &Files, provider: &CryptoProvider) -> Result<CertifiedKey, Failure> {
    let bad = |what: &str, file: &Path, error: &dyn Display| {
        Failure::failed(format!("the {what} for HTTPS cannot be used: {}: {error}", file.display()))
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| bad("certificate", &files.certificate, &plain(&error)))?;
    if chain.is_empty() {
        return Err(bad("certificate", &files.certificate, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| bad("key", &files.key, &plain(&error)))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| {
        if !matches!(error, rustls::Error::InconsistentKeys(_)) {
            return bad("key", &files.key, &error);
        }
        let (key, certificate) = (files.key.display(), files.certificate.display());
        Failure::failed(format!("HTTPS cannot be served: the key {key} does not belong to the certificate {certificate}"))
    })
}

fn plain(error: &rustls_pki_types::pem::Error) -> String {
    use rustls_pki_types::pem::Error;
    if let Error::Io(error) = error {
        return error.to_string();
    }
    if matches!(error, Error::NoItemsFound) { "nothing of that kind is in it".to_owned() } else { format!("it is no PEM file: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(directory: &Path, name: &str) -> Files {
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let files = Files { key: directory.join(format!("{name}.key")), certificate: directory.join(format!("{name}.pem")) };
        std::fs::write(&files.key, pair.signing_key.serialize_pem()).unwrap();
        std::fs::write(&files.certificate, pair.cert.pem()).unwrap();
        files
    }

    #[test]
    fn a_pair_that_cannot_be_used_is_one_sentence_that_names_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let (one, other) = (pair(directory.path(), "one"), pair(directory.path(), "other"));
        assert!(Tls::new(one.clone()).is_ok());
        let message = |files| Tls::new(files).err().unwrap().message().to_owned();
        let mixed = message(Files { key: one.key.clone(), certificate: other.certificate.clone() });
        assert!(mixed.contains("one.key does not belong to the certificate") && mixed.contains("other.pem"), "{mixed}");
        let swapped = message(Files { key: one.certificate.clone(), certificate: one.key.clone() });
        assert!(swapped.contains("one.key: there is no certificate in it"), "{swapped}");
        let missing = message(Files { key: directory.path().join("none"), certificate: one.certificate.clone() });
        assert!(missing.contains("none: No such file"), "{missing}");
    }
}
