//! What every operation has in common.

use super::call::{Call, Key};
use super::fields::{self, Fields};
use super::operation::{Body, Operation, Outcome};
use super::preconditions::Expectation;
use super::reply::{REPLAYED, Reply};
use crate::answer::{self, Answer};
use crate::parameters::Parameters;
use crate::problem::{Kind, Place, Problem};
use aws_lc_rs::digest;
use http::header::{CONTENT_TYPE, ETAG, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use spectacles_core::id::ApiTokenId;
use spectacles_core::key::KeyRing;
use spectacles_core::model::TokenLimits;
use spectacles_core::name::{NamespacePath, RepositoryName, ServiceName};
use spectacles_core::service::{Administration, Asker, Done, Member, Spectacles};
use std::borrow::Cow;

/// Who calls, and what is worked with.
pub(crate) struct Desk<'a> {
    pub(crate) administration: &'a Administration,
    pub(crate) member: Member<'a>,
    /// What the token of whoever calls is limited to.
    pub(crate) limits: Option<&'a TokenLimits>,
    /// The token of whoever calls.
    pub(crate) token: Option<ApiTokenId>,
    /// Where people reach this server, with its root, as far as that is known.
    pub(crate) address: Option<&'a str>,
    /// What he may be told about others.
    pub(crate) asker: Asker<'a>,
    pub(crate) admin_bypass: bool,
    /// The keys that sign, where they are not those of the store.
    pub(crate) keys: Option<&'a KeyRing>,
    /// The server that answers, where it is one.
    pub(crate) server: Option<&'a Spectacles>,
}

/// How often a change is tried that others get in the way of.
const ATTEMPTS: usize = 20;

/// Waits for an operation, but not for ever: a database may hang. What it has begun comes to nothing then.
pub(crate) async fn in_time(operation: &Operation, answer: impl Future<Output = Result<Answer, Problem>>) -> Result<Answer, Problem> {
    tokio::time::timeout(operation.patience, answer).await.unwrap_or_else(|_| Err(Problem::too_slow(operation.patience)))
}

/// Answers one request.
pub(crate) async fn answer(
    desk: &Desk<'_>,
    operation: &'static Operation,
    request: &Parts,
    path: &[(String, String)],
    body: &[u8],
) -> Result<Answer, Problem> {
    let query = Parameters::parse(request.uri.query().unwrap_or_default().as_bytes());
    check_parameters(operation, &query)?;
    check_type(operation, &request.headers, body)?;
    check_limits(desk, operation, path).await?;
    let fields = Fields::read(operation, &query)?;
    let expectation = Expectation::read(operation, &request.headers)?;
    let key = key(operation, &request.headers, request.uri.path(), body)?;
    let call = Call {
        member: desk.member,
        administration: desk.administration,
        asker: desk.asker,
        admin_bypass: desk.admin_bypass,
        keys: desk.keys,
        server: desk.server,
        limits: desk.limits,
        token: desk.token,
        address: desk.address,
        operation,
        path,
        query: &query,
        body,
        key: key.as_ref(),
    };
    if operation.method == Method::GET {
        let reply = (operation.run)(call).await?;
        let is_known = matches!(expectation, Expectation::NoneMatch(_)) && !expectation.holds(reply.tag().as_deref());
        if matches!(expectation, Expectation::Match(_)) && !expectation.holds(reply.tag().as_deref()) {
            return Err(stale());
        }
        return Ok(if is_known { not_modified(&reply) } else { reply.answer(&fields) });
    }
    if let Some(key) = &key
        && let Some(done) = desk.member.done(&key.text).await?
    {
        return replay(call, key, &done, &fields).await;
    }
    match run(call, &expectation).await {
        Err(Problem { kind: Kind::Repeated, .. }) if let Some(key) = &key => match desk.member.done(&key.text).await? {
            Some(done) => replay(call, key, &done, &fields).await,
            None => Err(Problem::new(Kind::Repeated, "this was done a moment ago, and undone")),
        },
        outcome => Ok(outcome?.answer(&fields)),
    }
}

/// Carries out a change, if what is there is what was expected.
///
/// It is looked at first, and the change is made only if nothing at all was changed in between; otherwise it is looked at again.
async fn run(call: Call<'_>, expectation: &Expectation) -> Outcome {
    if !expectation.is_about_something() {
        return (call.operation.run)(call).await;
    }
    // What is said of the change is nothing to whoever only looks.
    let nothing = Parameters::parse(b"");
    for _ in 0..ATTEMPTS {
        let revision = call.administration.revision().await?;
        let current = match call.operation.reader() {
            Some(reader) => match (reader.run)(Call { operation: reader, query: &nothing, ..call }).await {
                Ok(reply) => reply.tag(),
                // What is to be there and is not cannot be stale, and says so better itself.
                Err(problem) if problem.kind == Kind::NotFound && call.operation.method != Method::PUT && expectation.wants_something() => {
                    return Err(problem);
                }
                Err(Problem { kind: Kind::NotFound, .. }) => None,
                Err(problem) => return Err(problem),
            },
            None => None,
        };
        if !expectation.holds(current.as_deref()) {
            return Err(if current.is_some() { stale() } else { nothing_to_match() });
        }
        match (call.operation.run)(Call { member: call.member.expecting(revision), ..call }).await {
            Err(Problem { kind: Kind::Stale, .. }) => {}
            outcome => return outcome,
        }
    }
    Err(Problem::new(Kind::Unavailable, "others change so much that this change did not find its moment, try again"))
}

fn stale() -> Problem {
    Problem::new(Kind::Stale, "it has changed since you read it: read it again, and decide again")
}

fn nothing_to_match() -> Problem {
    Problem::new(Kind::Stale, "there is nothing here yet, or nothing that has an ETag: no If-Match holds")
}

fn not_modified(reply: &Reply) -> Answer {
    let mut answer = answer::body(StatusCode::NOT_MODIFIED, answer::JSON, "");
    let headers = answer.headers_mut();
    headers.remove(CONTENT_TYPE);
    headers.extend(reply.tag().and_then(|tag| HeaderValue::from_str(&tag).ok()).map(|tag| (ETAG, tag)));
    answer
}

/// Answers a request that was carried out before as it was answered then, as far as that can be had.
async fn replay(call: Call<'_>, key: &Key, done: &Done, fields: &Fields) -> Result<Answer, Problem> {
    if done.fingerprint != key.fingerprint {
        return Err(Problem::new(Kind::KeyReused, "this Idempotency-Key was used for another request; take a new one for each"));
    }
    let gone = || Problem::new(Kind::Repeated, "this request was carried out before; what it created cannot be shown again");
    let (reader, name) = call.operation.item_reader().ok_or_else(gone)?;
    let last = done.location.rsplit('/').next().unwrap_or_default();
    let mut path = call.path.to_vec();
    path.push((name.to_owned(), decoded(last)?));
    let reply = (reader.run)(Call { operation: reader, path: &path, ..call }).await;
    match reply {
        Ok(Reply::One(thing)) => {
            let mut answer = Reply::Created { location: done.location.clone(), thing, is_secret: false }.answer(fields);
            answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            Ok(answer)
        }
        Ok(_) | Err(Problem { kind: Kind::NotFound, .. }) => Err(gone()),
        Err(problem) => Err(problem),
    }
}

/// What the parameters of a path stand for.
pub(crate) fn parts(params: &matchit::Params<'_, '_>) -> Result<Vec<(String, String)>, Problem> {
    params.iter().map(|(name, value)| Ok((name.to_owned(), decoded(value)?))).collect()
}

/// A part of a path, as a client means it.
pub(crate) fn decoded(part: &str) -> Result<String, Problem> {
    let text = percent_encoding::percent_decode_str(part).decode_utf8();
    text.map(Into::into).map_err(|_| Problem::new(Kind::Invalid, "the path is no UTF-8"))
}

fn check_parameters(operation: &Operation, query: &Parameters<'_>) -> Result<(), Problem> {
    let known = || operation.parameters.iter().map(|parameter| parameter.name).chain([fields::NAME]);
    let strange = query.pairs().find(|(name, _)| !known().any(|known| known == *name));
    strange.map_or(Ok(()), |(name, _)| {
        let known: Vec<_> = known().collect();
        let name = spectacles_core::name::excerpt(name);
        Err(Problem::at(Place::Parameter(name.clone()), format!("there is no parameter `{name}` here; there are {}", known.join(", "))))
    })
}

/// Bodies are JSON, and say so. That is also what keeps pages of others from sending any: browsers ask before they do.
fn check_type(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    if !operation.pictures.is_empty() {
        return check_media(operation.pictures, headers);
    }
    if operation.method != Method::POST && body.is_empty() || operation.method == Method::GET {
        return Ok(());
    }
    let wanted: &[&str] =
        if operation.method == Method::PATCH { &["application/merge-patch+json", "application/json"] } else { &["application/json"] };
    check_media(wanted, headers)
}

fn check_media(wanted: &[&str], headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(essence)) {
        return Ok(());
    }
    Err(Problem::new(Kind::MediaType, format!("send the body as {}", wanted.join(" or "))))
}

/// What a token is limited to holds before anything else is looked at.
async fn check_limits(desk: &Desk<'_>, operation: &Operation, path: &[(String, String)]) -> Result<(), Problem> {
    let Some(limits) = desk.limits.filter(|_| !operation.is_for_any_token) else { return Ok(()) };
    let part = |name: &str| path.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let registry: Option<ServiceName> = part("registry").and_then(|text| text.parse().ok());
    let repository: Option<RepositoryName> = part("repository").and_then(|text| text.parse().ok());
    let namespace: Option<NamespacePath> = match (part("namespace"), &registry, &repository) {
        (Some(text), _, _) => text.parse().ok(),
        // What is in a namespace is what it governs.
        (None, Some(registry), Some(repository)) if limits.namespace.is_some() => {
            desk.administration.governing(registry, repository).await?
        }
        (None, _, _) => None,
    };
    let allowed = limits.check(operation.topic, operation.writes, registry.as_ref(), namespace.as_ref());
    allowed.map_err(|limit| Problem::new(Kind::Denied, limit))
}

/// What is kept of a body, to tell it from others. It must not help anybody to guess a password, and so says nothing of it.
fn without_secrets<'b>(operation: &Operation, body: &'b [u8]) -> Cow<'b, [u8]> {
    let is_secret = |name: &str| {
        let format = |body: &Body| body.schema.get("properties")?.get(name)?.get("format")?.as_str().map(|format| format == "password");
        operation.body.as_ref().and_then(format).unwrap_or_default()
    };
    // What cannot be read is refused later.
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body) {
        Ok(mut fields) if fields.keys().any(|name| is_secret(name)) => {
            fields.retain(|name, _| !is_secret(name));
            serde_json::Value::Object(fields).to_string().into_bytes().into()
        }
        Ok(_) | Err(_) => body.into(),
    }
}

/// What makes a request one that is done once, however often it is sent.
fn key(operation: &Operation, headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Option<Key>, Problem> {
    const NAME: &str = "Idempotency-Key";
    let Some(value) = headers.get(NAME).filter(|_| operation.method == Method::POST && operation.writes && !operation.can_be_repeated)
    else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > 255 {
        return Err(Problem::at(Place::Header(NAME), "an Idempotency-Key is 1 to 255 printable ASCII characters, such as a UUID"));
    }
    let mut hash = digest::Context::new(&digest::SHA256);
    let body = without_secrets(operation, body);
    for part in [operation.id.as_bytes(), path.as_bytes(), body.as_ref()] {
        hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(hash.finish().as_ref());
    Ok(Some(Key { text: text.to_owned(), fingerprint }))
}
