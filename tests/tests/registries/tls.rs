//! Certificates.

use super::{connect, limits, target};
use crate::support::keys::KeyFiles;
use crate::support::stub::{Stream, Stub, says};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use spectacles_core::registry::{Target, Trouble};
use std::sync::Arc;

/// A registry for https that shows this certificate.
fn encrypted(files: &KeyFiles) -> Stub {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate).expect("a file").collect::<Result<_, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_file(&files.key).expect("a key");
    let config = Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a configuration"));
    let layer = move |stream| -> Option<Box<dyn Stream>> {
        Some(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).expect("a connection"), stream)))
    };
    Stub::start_on(layer, |_, _| says(200, &[], "{}"))
}

#[tokio::test]
async fn a_certificate_is_trusted_for_a_reason_only() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = KeyFiles::self_signed(directory.path(), "root", "ec:P-256");
    let signed = KeyFiles::signed_by(&root, directory.path(), "registry", "ec:P-256");
    let stub = encrypted(&signed);
    let url = format!("https://localhost:{}", stub.port);
    let pem = std::fs::read_to_string(&root.certificate).expect("a certificate");

    let unknown = connect(target(&url), limits()).expect("a client").ping().await.expect_err("unknown");
    assert_eq!(unknown.trouble, Trouble::Certificate);
    assert!(unknown.reason.contains("authority that is not trusted here"), "{unknown}");
    assert!(stub.asked().is_empty());

    let known = connect(Target { ca: Some(pem.clone()), ..target(&url) }, limits()).expect("a client");
    assert!(known.ping().await.expect("trusted").admitted);
    let any = connect(Target { insecure: true, ..target(&url) }, limits()).expect("a client");
    assert!(any.ping().await.expect("anything goes").admitted);

    // The certificate is for localhost and 127.0.0.1.
    let other = connect(Target { ca: Some(pem), ..target(&format!("https://a.localhost:{}", stub.port)) }, limits()).expect("a client");
    match other.ping().await {
        Err(error) if error.trouble == Trouble::Certificate => assert!(error.reason.contains("for another name"), "{error}"),
        // Not every system has names below localhost.
        other => assert_eq!(other.expect_err("another name").trouble, Trouble::Unreachable),
    }
}

#[tokio::test]
async fn certificates_of_authorities_must_be_some() {
    for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let target = Target { ca: Some(pem.to_owned()), ..target("https://localhost") };
        assert_eq!(connect(target, limits()).map(|_| ()).expect_err(pem).trouble, Trouble::Misconfigured, "{pem}");
    }
}

#[tokio::test]
async fn the_wrong_scheme_is_said_plainly() {
    let directory = tempfile::tempdir().expect("a directory");
    let https = encrypted(&KeyFiles::self_signed(directory.path(), "registry", "ec:P-256"));
    let error = connect(target(&https.url()), limits()).expect("a client").ping().await.expect_err("no TLS");
    assert!(error.reason.contains("https"), "{error}");

    let http = Stub::start(|_, _| says(200, &[], "{}"));
    let error = connect(target(&format!("https://127.0.0.1:{}", http.port)), limits()).expect("a client").ping().await.expect_err("no TLS");
    assert_eq!(error.trouble, Trouble::Unreachable);
    assert!(error.reason.contains("speaks no TLS"), "{error}");

    let go = Stub::start(|_, _| says(400, &[], "Client sent an HTTP request to an HTTPS server.\n"));
    let error = connect(target(&go.url()), limits()).expect("a client").ping().await.expect_err("no TLS");
    assert!(error.reason.contains("this port is for https"), "{error}");
}
