//! Files that are read again on SIGHUP: the key that signs tokens, and the pair for HTTPS.

use super::tls::Tls;
use crate::config::{self, Global};
use crate::failure::Failure;
use spectacles_core::key::{CertificateChain, KeyRing, TokenKey};
use spectacles_core::model::KidStyle;
use spectacles_core::service::Spectacles;
use std::convert::Infallible;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signal. From the moment it is listened to, it ends this process no longer.
pub(super) struct Hangups(Signal);

impl Hangups {
    pub(super) fn listen() -> Result<Self, Failure> {
        signal(SignalKind::hangup()).map(Self).map_err(|error| Failure::failed(format!("signals cannot be received: {error}")))
    }

    /// Does this work, and reads the files again on each signal that comes meanwhile. A file that cannot be used changes nothing.
    pub(super) async fn heeded_during<T>(self, work: impl Future<Output = T>, app: &Spectacles, tls: Option<Tls>, global: &Global) -> T {
        tokio::select! {
            outcome = work => outcome,
            never = self.heed(app, tls, global) => match never {},
        }
    }

    async fn heed(mut self, app: &Spectacles, tls: Option<Tls>, global: &Global) -> Infallible {
        // Keys of the database are followed there, and do not give way to a file that appears later.
        let given = config::key_file(global).is_some();
        loop {
            if self.0.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
            if given {
                keys(app, global);
            }
            if let Some(tls) = &tls {
                tls.reload();
            }
            if !given && tls.is_none() {
                tracing::info!("there are no files to read again: the keys are in the database, and HTTPS is not served");
            }
        }
    }
}

fn keys(app: &Spectacles, global: &Global) {
    let current = app.issuer().keys();
    let next = config::load_keys(global, app.clock()).and_then(|given| match given {
        Some(given) => ring(&current, given.active()),
        None => Err(Failure::failed("there is no key any more where it was")),
    });
    match next {
        Ok(Some(ring)) => {
            let key = id(ring.active());
            let former: Vec<_> = ring.iter().skip(1).map(id).collect();
            tracing::info!(key, ?former, "the key that signs tokens was read again");
            app.issuer().set_keys(ring);
        }
        Ok(None) => tracing::info!("the key that signs tokens was read again, and is the same"),
        Err(failure) => tracing::error!("the key that signs tokens stays as it was: {}", failure.message()),
    }
}

/// The ring with a key that was read again; none when nothing is new.
///
/// The key before it stays valid, so that tokens which were given out go on being good. Only the one before: what is replaced twice is meant
/// to go. The same key with another certificate replaces nothing.
fn ring(current: &KeyRing, given: &TokenKey) -> Result<Option<KeyRing>, Failure> {
    let before = current.active();
    let certificate = |key: &TokenKey| key.chain().map(CertificateChain::pem).map(str::to_owned);
    if id(before) == id(given) && certificate(before) == certificate(given) {
        return Ok(None);
    }
    // Whoever replaces two files replaces one of them first.
    if before.chain().is_some() && given.chain().is_none() {
        return Err(Failure::failed(
            "no certificate was found for the new one, but there was one before, and registries may know it by that",
        ));
    }
    let former = current.iter().find(|key| id(key) != id(given)).cloned();
    let keys = former.into_iter().chain([given.clone()]).collect();
    KeyRing::new(keys).map(Some).map_err(|error| Failure::failed(error.to_string()))
}

fn id(key: &TokenKey) -> &str {
    key.signer().public_key().kid(KidStyle::Rfc7638)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spectacles_core::key::generate;
    use spectacles_core::model::Algorithm;
    use spectacles_core::time::{Clock as _, SystemClock, Timestamp};

    fn now() -> Timestamp {
        SystemClock::new().now()
    }

    fn key() -> TokenKey {
        let pair = generate(Algorithm::Es256, now()).unwrap();
        TokenKey::from_pem(&pair.private_pem, Some(&pair.certificate_pem), now()).unwrap()
    }

    fn ids(ring: &KeyRing) -> Vec<String> {
        ring.iter().map(id).map(str::to_owned).collect()
    }

    #[test]
    fn the_key_before_the_new_one_stays_valid_and_no_older_one() {
        let keys = [key(), key(), key()];
        let [first, second, third] = keys.each_ref().map(|key| id(key).to_owned());
        let start = KeyRing::new(vec![keys[0].clone()]).unwrap();
        assert!(ring(&start, &keys[0]).unwrap().is_none(), "nothing is new");
        let next = ring(&start, &keys[1]).unwrap().unwrap();
        assert_eq!(ids(&next), [second.clone(), first.clone()]);
        assert!(ring(&next, &keys[1]).unwrap().is_none(), "the former key is not lost by reading the same one again");
        assert_eq!(ids(&ring(&next, &keys[2]).unwrap().unwrap()), [third, second.clone()]);
        assert_eq!(ids(&ring(&next, &keys[0]).unwrap().unwrap()), [first, second], "and back again");
    }

    #[test]
    fn a_renewed_certificate_replaces_no_key_and_a_missing_one_nothing_at_all() {
        let pair = generate(Algorithm::Es256, now()).unwrap();
        let with = |certificate: Option<&str>| TokenKey::from_pem(&pair.private_pem, certificate, now()).unwrap();
        let (bare, certified) = (with(None), with(Some(&pair.certificate_pem)));
        let former = key();
        let current = KeyRing::new(vec![former.clone(), bare.clone()]).unwrap();
        assert!(ring(&current, &bare).unwrap().is_none());
        let renewed = ring(&current, &certified).unwrap().unwrap();
        assert_eq!(ids(&renewed), [id(&certified), id(&former)]);
        assert!(renewed.active().chain().is_some());
        assert!(ring(&renewed, &bare).unwrap_err().message().contains("no certificate was found"));
    }
}
