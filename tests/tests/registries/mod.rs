//! How this server speaks to registries: to those that lie, and to real ones.

use secrecy::SecretString;
use spectacles_core::name::{Digest, Reference, RepositoryName, ServiceName, TagName};
use spectacles_core::registry::{ClientError, Connector as _, Login, RegistryClient, Target, Tokens};
use spectacles_http::registry::{HttpConnector, Limits};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

mod address;
mod alone;
mod answers;
mod hostile;
mod lists;
mod real;
mod retries;
mod tls;

/// Limits that a test can reach, with all the time a busy machine may need.
fn limits() -> Limits {
    Limits { pause: Duration::from_millis(1), ..Limits::default() }
}

/// A registry at this URL, without credentials.
fn target(url: &str) -> Target {
    let service: ServiceName = "registry.test".parse().expect("a name");
    Target { service, url: url.parse().expect("a URL"), insecure: false, ca: None, login: Login::None }
}

fn connect(target: Target, limits: Limits) -> Result<Arc<dyn RegistryClient>, ClientError> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    HttpConnector::with_limits(limits).client(target)
}

/// A client of whoever answers at this URL.
fn client(url: &str) -> Arc<dyn RegistryClient> {
    connect(target(url), limits()).expect("a client")
}

fn repository(name: &str) -> RepositoryName {
    name.parse().expect("a name")
}

fn tag(name: &str) -> Reference {
    Reference::Tag(name.parse::<TagName>().expect("a tag"))
}

fn by_digest(bytes: &[u8]) -> Reference {
    Reference::Digest(Digest::sha256(bytes))
}

/// Tokens that are counted: `token-1`, `token-2`, ...
#[derive(Default)]
struct Counted {
    made: AtomicUsize,
}

impl Tokens for Counted {
    fn token(&self, _: &ServiceName, scopes: &[String]) -> Result<SecretString, ClientError> {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(format!("token-{number}-{}", scopes.join("+")).into())
    }
}

/// A client that shows such tokens.
fn with_tokens(url: &str) -> (Arc<dyn RegistryClient>, Arc<Counted>) {
    let tokens = Arc::new(Counted::default());
    let login = Login::Tokens(Arc::<Counted>::clone(&tokens));
    (connect(Target { login, ..target(url) }, limits()).expect("a client"), tokens)
}
