//! Requests to one registry: where they go, who makes them, how often they are tried.

use super::limits::Limits;
use super::login::Credentials;
use super::reply::{Reply, Wanted};
use super::{address, trouble};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use spectacles_core::name::RepositoryName;
use spectacles_core::random::{Random, SystemRandom};
use spectacles_core::registry::{ClientError, Trouble};
use std::time::Duration;
use url::Url;

/// A way to one registry.
pub(super) struct Session {
    /// To its own host.
    pub(super) own: Ways,
    /// To where it sends us on.
    pub(super) abroad: Ways,
    /// Where it is; ends with a slash.
    pub(super) base: Url,
    /// Whether the registry is this machine, by the text of its URL.
    pub(super) local: bool,
    pub(super) credentials: Credentials,
    pub(super) limits: Limits,
}

/// By what requests go, by the scheme of where they go.
pub(super) struct Ways {
    /// With the scheme of the registry.
    pub(super) same: reqwest::Client,
    /// With the other one: storage that blobs come from may be encrypted where the registry is not.
    pub(super) other: reqwest::Client,
}

/// A request, before it is known who makes it.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) scopes: Vec<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) wanted: Wanted,
    /// Until the answer is there.
    pub(super) within: Duration,
    /// Whether it goes without credentials.
    pub(super) anonymous: bool,
}

impl Ask {
    /// What is asked, for people. Without the query, which may hold what is not theirs to see.
    pub(super) fn what(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        format!("{} {url}", self.method)
    }

    /// With one more header.
    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Result<Self, ClientError> {
        let value = HeaderValue::from_str(value)
            .map_err(|_| ClientError::new(Trouble::Misconfigured, format!("`{value}` cannot be sent as `{name}`")))?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Whether it does the same again when it is repeated. The end of an upload does not: the upload is gone then.
    fn is_repeatable(&self) -> bool {
        match self.method {
            Method::GET | Method::HEAD | Method::DELETE => true,
            Method::PUT => !self.url.path().contains("/blobs/uploads/"),
            _ => false,
        }
    }
}

impl Session {
    /// A request for what is at this path, which begins with `v2/`.
    pub(super) fn ask(&self, method: Method, path: &str, scopes: Vec<String>) -> Result<Ask, ClientError> {
        let url =
            self.base.join(path).map_err(|error| ClientError::new(Trouble::Misconfigured, format!("`{path}` is no path: {error}")))?;
        Ok(self.ask_at(method, url, scopes))
    }

    /// A request for what is at this URL, which is on the registry.
    pub(super) fn ask_at(&self, method: Method, url: Url, scopes: Vec<String>) -> Ask {
        let (wanted, within) = (Wanted::All(self.limits.error), self.limits.answer);
        Ask { method, url, scopes, headers: HeaderMap::new(), body: Bytes::new(), wanted, within, anonymous: false }
    }

    /// Whether this is on the host of the registry itself.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        url.host() == self.base.host()
    }

    /// Makes a request: once more with a fresh token where the first one was not taken, and a few times where it can be repeated and failed in
    /// a way that passes.
    pub(super) async fn send(&self, ask: &Ask) -> Result<Reply, ClientError> {
        let (mut tried, mut renewed) = (0, false);
        loop {
            let outcome = self.once(ask).await;
            tried += 1;
            if let Ok(reply) = &outcome
                && reply.status == StatusCode::UNAUTHORIZED
                && !renewed
                && !ask.anonymous
                && self.credentials.renew(&ask.scopes)
            {
                renewed = true;
                continue;
            }
            match self.pause(ask, &outcome, tried) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return outcome,
            }
        }
    }

    async fn once(&self, ask: &Ask) -> Result<Reply, ClientError> {
        let what = ask.what();
        let ways = if self.is_own(&ask.url) { &self.own } else { &self.abroad };
        let http = if ask.url.scheme() == self.base.scheme() { &ways.same } else { &ways.other };
        let mut request = http.request(ask.method.clone(), ask.url.clone()).headers(ask.headers.clone()).body(ask.body.clone());
        if !ask.anonymous
            && let Some(header) = self.credentials.header(&ask.scopes)?
        {
            request = request.header(AUTHORIZATION, header);
        }
        let reply = async {
            let response = request.send().await.map_err(|error| trouble::broken(&what, &error))?;
            Reply::of(&what, response, ask.wanted, self.limits.error).await
        };
        tokio::time::timeout(ask.within, reply).await.unwrap_or_else(|_| Err(trouble::slow(&what, ask.within)))
    }

    /// How long to wait before the next try, where there is one.
    fn pause(&self, ask: &Ask, outcome: &Result<Reply, ClientError>, tried: u32) -> Option<Duration> {
        if !ask.is_repeatable() || tried >= self.limits.tries {
            return None;
        }
        let asked_for = match outcome {
            Ok(reply) => match reply.status.as_u16() {
                429 | 500 | 502 | 503 | 504 => trouble::retry_after(reply),
                _ => return None,
            },
            Err(error) if error.trouble == Trouble::Unreachable => None,
            Err(_) => return None,
        };
        let own = self.limits.pause.saturating_mul(1 << tried.saturating_sub(1).min(16));
        match asked_for {
            Some(longer) if longer > self.limits.patience => None,
            Some(wait) => Some(wait.max(jittered(own))),
            None => Some(jittered(own)),
        }
    }

    /// The URL that the registry gave for what comes next, which must be on the registry itself.
    pub(super) fn location(&self, ask: &Ask, reply: &Reply) -> Result<Url, ClientError> {
        let what = ask.what();
        let given = reply.header("location").and_then(|location| ask.url.join(location).ok());
        let url = given.ok_or_else(|| trouble::garbage(&what, "no address where it goes on"))?;
        if url.origin() != self.base.origin() || !url.username().is_empty() || url.password().is_some() {
            let reason = format!(
                "{what} was answered with an address on another server, or with another scheme or port, where our credentials do not go; \
                 `http.relativeurls: true` in the configuration of the registry helps"
            );
            return Err(ClientError::new(Trouble::Redirected, reason));
        }
        address::check(&url, self.local).map_err(|error| ClientError::new(Trouble::Forbidden, error.to_string()))?;
        Ok(url)
    }
}

/// Between half of it and all of it, so that not all come back at the same moment.
fn jittered(pause: Duration) -> Duration {
    let mut byte = [255];
    // Without chance it is waited as long as it can be.
    let _ = SystemRandom.fill(&mut byte);
    pause / 2 + pause / 2 * u32::from(byte[0]) / 255
}

/// What is done in one repository, as scopes have it.
pub(super) fn scope(repository: &RepositoryName, actions: &str) -> Vec<String> {
    vec![format!("repository:{repository}:{actions}")]
}
