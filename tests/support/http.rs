//! Requests made by hand, for what no client sends on purpose.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::process::PATIENCE;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Who a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Credentials<'a> {
    None,
    Basic(&'a str, &'a str),
    Bearer(&'a str),
}

/// Sends one request and reads the answer. No redirects are followed and no proxy is asked.
///
/// # Errors
/// What the connection said, when nobody answers.
pub(crate) fn try_send(method: &Method, url: &str, who: Credentials<'_>, headers: &[(&str, &str)], body: &str) -> Result<Answer, String> {
    try_send_bytes(method, url, who, headers, body.as_bytes())
}

fn try_send_bytes(method: &Method, url: &str, who: Credentials<'_>, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, String> {
    let (runtime, client) = client();
    let mut request = client.request(method.clone(), url).body(body.to_owned());
    request = match who {
        Credentials::None => request,
        Credentials::Basic(name, password) => request.basic_auth(name, Some(password)),
        Credentials::Bearer(token) => request.bearer_auth(token),
    };
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    runtime.block_on(async {
        let response = request.send().await.map_err(|error| format!("{url}: {error:?}"))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| format!("{url}: {error:?}"))?.to_vec();
        Ok(Answer { status, headers, body })
    })
}

/// The same, for a server that must answer.
pub(crate) fn send(method: &Method, url: &str, who: Credentials<'_>, headers: &[(&str, &str)], body: &str) -> Answer {
    try_send(method, url, who, headers, body).unwrap_or_else(|error| panic!("no answer: {error}"))
}

/// The same for what is no text.
pub(crate) fn send_bytes(method: &Method, url: &str, who: Credentials<'_>, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    try_send_bytes(method, url, who, headers, body).unwrap_or_else(|error| panic!("no answer: {error}"))
}

pub(crate) fn get(url: &str, who: Credentials<'_>) -> Answer {
    send(&Method::GET, url, who, &[], "")
}

/// `name=value&...`, encoded.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Sends bytes that no client would, on a connection of their own, and returns the status and everything that was answered: 0
/// and nothing when the connection was closed without an answer. Whatever they are, they should ask to close the connection.
pub(crate) fn raw(port: u16, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    // A server that has read enough may close the connection before we have said everything, and after its answer.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer);
    let waited = end.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    assert!(!waited, "the connection stays open: {:?}", String::from_utf8_lossy(&answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), answer)
}

fn client() -> &'static (Runtime, Client) {
    static CLIENT: OnceLock<(Runtime, Client)> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // Fails when another test of this process was first, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Servers hang up on those who have not asked for anything for long.
            .pool_idle_timeout(std::time::Duration::from_secs(2))
            .build()
            .expect("an HTTP client");
        (runtime, client)
    })
}
