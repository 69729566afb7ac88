//! Signing keys that are given as files.

use super::Global;
use crate::failure::Failure;
use spectacles_core::key::{CertificateChain, KeyError, KeyRing, LocalSigner, Signer as _, TokenKey};
use spectacles_core::service::Administrator;
use spectacles_core::time::{Clock, Timestamp};
use std::fs;
use std::path::{Path, PathBuf};

const KEY: &str = "SPECTACLES_PRIV_KEY_PATH";
const CERTIFICATE: &str = "SPECTACLES_CERT_PATH";
const TLS_CERTIFICATE: &str = "SPECTACLES_WEB_TLS_CERT_PATH";

/// Where the original looks when nothing is said: its container images are run with these places mounted.
const USUAL_KEY: &str = "/app/data/certs/domain.key";
const USUAL_TLS_CERTIFICATE: &str = "/app/certs/cert.pem";

/// The file of the key that signs, when it is given as a file.
pub(crate) fn key_file(global: &Global) -> Option<PathBuf> {
    let usual = || Some(PathBuf::from(USUAL_KEY)).filter(|path| global.usual_places && path.exists());
    global.environment().path(KEY).or_else(usual)
}

/// The key that the environment names, or none: then the keys of the database are used, which all processes on it share.
pub(crate) fn load_keys(global: &Global, clock: &dyn Clock) -> Result<Option<KeyRing>, Failure> {
    let environment = global.environment();
    let certificate = environment.path(CERTIFICATE);
    let Some(key) = key_file(global) else {
        return match certificate {
            Some(_) => Err(Failure::failed(format!("{CERTIFICATE} names a certificate, but {KEY} names no key that it belongs to"))),
            None => Ok(None),
        };
    };
    let tls = environment.path(TLS_CERTIFICATE).unwrap_or_else(|| PathBuf::from(USUAL_TLS_CERTIFICATE));
    let key_in_use = read_key(&key, certificate.as_deref(), Some(tls), clock.now())?;
    KeyRing::new(vec![key_in_use]).map(Some).map_err(|error| bad(KEY, &key, &error))
}

/// The keys that sign: those that the environment names, else those of the database.
pub(crate) async fn signing_keys(global: &Global, clock: &dyn Clock, admin: Administrator<'_>) -> Result<KeyRing, Failure> {
    match load_keys(global, clock)? {
        Some(ring) => Ok(ring),
        None => Ok(admin.keys().ring().await?),
    }
}

fn read_key(key: &Path, certificate: Option<&Path>, tls: Option<PathBuf>, now: Timestamp) -> Result<TokenKey, Failure> {
    let pem = read(KEY, key)?;
    let signer = LocalSigner::from_pem(&pem).map_err(|error| bad(KEY, key, &error))?;
    let certificate = match certificate {
        Some(path) => {
            let certificate = read(CERTIFICATE, path)?;
            CertificateChain::from_pem(&certificate, signer.public_key(), now).map_err(|error| bad(CERTIFICATE, path, &error))?;
            Some(certificate)
        }
        None => search(key, tls, &signer, now),
    };
    if certificate.is_none() {
        let advice = format!("registries must know the key by its id; {CERTIFICATE} names a certificate");
        tracing::warn!("no certificate was found for the signing key {}: {advice}", key.display());
    }
    TokenKey::from_pem(&pem, certificate.as_deref(), now).map_err(|error| bad(KEY, key, &error))
}

/// Looks for the certificate of a key where people put it: into the same file, beside it under the same name, or they use the one for HTTPS.
fn search(key: &Path, tls: Option<PathBuf>, signer: &LocalSigner, now: Timestamp) -> Option<String> {
    let beside = ["crt", "pem", "cert"].map(|extension| key.with_extension(extension));
    let places = std::iter::once(key.to_owned()).chain(beside).chain(tls);
    for place in places {
        let Ok(pem) = fs::read_to_string(&place) else { continue };
        match CertificateChain::from_pem(&pem, signer.public_key(), now) {
            Ok(_) => return Some(pem),
            // Without it tokens name the key by its id alone, which registries accept although the certificate has expired.
            Err(error @ KeyError::NotValidNow { .. }) => tracing::warn!("{} is not used: {error}", place.display()),
            Err(_) => {}
        }
    }
    None
}

fn read(variable: &str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::failed(format!("{} cannot be read: {error} ({variable} names it)", path.display())))
}

fn bad(variable: &str, path: &Path, error: &KeyError) -> Failure {
    Failure::failed(format!("{} cannot be used: {error} ({variable} names it)", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spectacles_core::key::generate;
    use spectacles_core::model::Algorithm;
    use spectacles_core::time::SystemClock;
    use tempfile::TempDir;

    struct Files(TempDir);

    impl Files {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn put(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            fs::write(&path, text).unwrap();
            path
        }
    }

    fn now() -> Timestamp {
        SystemClock::new().now()
    }

    fn pair() -> (String, String) {
        let pair = generate(Algorithm::Es256, now()).unwrap();
        (pair.private_pem, pair.certificate_pem)
    }

    fn has_certificate(key: &Path, tls: Option<PathBuf>) -> bool {
        read_key(key, None, tls, now()).unwrap().chain().is_some()
    }

    #[test]
    fn quickstart_has_no_key_but_its_own() {
        use crate::cli::Cli;
        use clap::Parser as _;
        let files = Files::new();
        let environment = [(KEY, files.put("domain.key", &pair().0))].into_iter().collect();
        let global = Global::new(Cli::try_parse_from(["spectacles", "quickstart"]).unwrap().global, environment).unwrap();
        assert!(key_file(&global).is_some());
        let own = global.in_directory(files.0.path());
        assert!(key_file(&own).is_none() && !own.usual_places);
    }

    #[test]
    fn the_certificate_is_found_where_people_put_it() {
        let (private, certificate) = pair();
        for name in ["domain.crt", "domain.pem", "domain.cert"] {
            let files = Files::new();
            let key = files.put("domain.key", &private);
            assert!(!has_certificate(&key, None));
            files.put(name, &certificate);
            assert!(has_certificate(&key, None), "{name}");
        }
        let files = Files::new();
        let key = files.put("both.pem", &format!("{private}{certificate}"));
        assert!(has_certificate(&key, None), "in the file of the key");
        let key = files.put("domain.key", &private);
        assert!(has_certificate(&key, Some(files.put("web.pem", &certificate))), "the one for HTTPS");
    }

    #[test]
    fn a_certificate_of_another_key_is_passed_over_when_found_and_refused_when_named() {
        let (private, _) = pair();
        let (_, foreign) = pair();
        let files = Files::new();
        let key = files.put("domain.key", &private);
        let certificate = files.put("domain.crt", &foreign);
        assert!(!has_certificate(&key, None));
        let message = read_key(&key, Some(&certificate), None, now()).unwrap_err().message().to_owned();
        assert!(message.contains("domain.crt cannot be used: the certificate is for another key"), "{message}");
    }

    #[test]
    fn an_expired_certificate_is_passed_over_when_found_and_refused_when_named() {
        let long_ago = Timestamp::from_unix_millis(1_000_000_000_000);
        let pair = generate(Algorithm::Es256, long_ago).unwrap();
        let files = Files::new();
        let key = files.put("domain.key", &pair.private_pem);
        let certificate = files.put("domain.crt", &pair.certificate_pem);
        assert!(!has_certificate(&key, None));
        assert!(read_key(&key, Some(&certificate), None, now()).unwrap_err().message().contains("not now"));
    }

    #[test]
    fn a_broken_key_is_told_with_its_path_and_its_variable() {
        let files = Files::new();
        let broken = files.put("domain.key", "no key at all");
        for path in [broken, files.0.path().join("missing.key")] {
            let message = read_key(&path, None, None, now()).unwrap_err().message().to_owned();
            assert!(message.contains(path.to_str().unwrap()) && message.contains(KEY), "{message}");
        }
    }
}
