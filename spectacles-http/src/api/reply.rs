//! What an operation comes to, and how it becomes a response.

use super::fields::Fields;
use crate::answer::{self, Answer};
use crate::avatar::Picture;
use crate::problem::Problem;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, ETAG, HeaderValue, LINK, LOCATION};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// Caches may keep it, and ask each time whether it is still so. Those of others must not.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Says that a request was done before, and not again.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What an operation comes to.
pub(crate) enum Reply {
    /// It is done.
    Nothing,
    /// One thing.
    One(Value),
    /// The one that was created, and where it is: relative to the address of the request. What is shown only once is kept by nobody.
    Created { location: String, thing: Value, is_secret: bool },
    /// A page of a list.
    Page(Page),
    /// A picture.
    Picture(Picture),
}

/// A page of a list.
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    /// Where the next one begins.
    pub(crate) next: Option<String>,
    /// How many there are on all pages, where that was asked.
    pub(crate) total: Option<u64>,
    /// The query of the next page.
    pub(crate) link: Option<String>,
}

impl Reply {
    /// One thing.
    pub(crate) fn one(thing: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::One(value(thing)?))
    }

    /// One that was created.
    pub(crate) fn created(location: String, thing: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::Created { location, thing: value(thing)?, is_secret: false })
    }

    /// One that was created, with a secret that is shown this once.
    pub(crate) fn created_secret(location: String, thing: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::Created { location, thing: value(thing)?, is_secret: true })
    }

    /// All there are.
    pub(crate) fn all(items: impl IntoIterator<Item = impl Serialize>) -> Result<Self, Problem> {
        let items = items.into_iter().map(|item| value(&item)).collect::<Result<_, _>>()?;
        Ok(Self::Page(Page { items, next: None, total: None, link: None }))
    }

    /// The tag of what is replied, when it is one thing.
    pub(crate) fn tag(&self) -> Option<String> {
        match self {
            Self::One(thing) | Self::Created { thing, .. } => Some(tag(thing)),
            Self::Picture(picture) => Some(format!("\"{}\"", picture.tag)),
            Self::Nothing | Self::Page(_) => None,
        }
    }

    /// The response, with these fields only.
    pub(crate) fn answer(self, fields: &Fields) -> Answer {
        let tag = self.tag().and_then(|tag| HeaderValue::from_str(&tag).ok());
        let may_be_kept = !matches!(self, Self::Created { is_secret: true, .. });
        let mut answer = match self {
            Self::Nothing => {
                let mut answer = answer::body(StatusCode::NO_CONTENT, answer::JSON, "");
                answer.headers_mut().remove(http::header::CONTENT_TYPE);
                answer
            }
            Self::One(thing) => answer::json(StatusCode::OK, &fields.of(thing)),
            Self::Created { location, thing, .. } => {
                let mut answer = answer::json(StatusCode::CREATED, &fields.of(thing));
                answer.headers_mut().extend(HeaderValue::from_str(&location).ok().map(|location| (LOCATION, location)));
                answer
            }
            Self::Page(page) => page.answer(fields),
            Self::Picture(Picture { media, bytes, .. }) => answer::body(StatusCode::OK, media, bytes),
        };
        if let Some(tag) = tag {
            answer.headers_mut().insert(ETAG, tag);
            if may_be_kept {
                answer.headers_mut().insert(CACHE_CONTROL, REVALIDATE);
            }
        }
        answer
    }
}

impl Page {
    fn answer(self, fields: &Fields) -> Answer {
        let items: Vec<Value> = self.items.into_iter().map(|item| fields.of(item)).collect();
        let mut body = json!({ "items": items, "next": self.next });
        if let (Some(total), Some(body)) = (self.total, body.as_object_mut()) {
            body.insert("total".to_owned(), total.into());
        }
        let mut answer = answer::json(StatusCode::OK, &body);
        let link = self.link.and_then(|query| HeaderValue::from_str(&format!("<?{query}>; rel=\"next\"")).ok());
        answer.headers_mut().extend(link.map(|link| (LINK, link)));
        answer
    }
}

pub(crate) fn value(thing: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(thing).map_err(|error| spectacles_core::service::Error::Broken(error.to_string()).into())
}

/// A strong entity tag (RFC 9110): another one whenever anything that is shown is another.
fn tag(thing: &Value) -> String {
    let hash = digest::digest(&digest::SHA256, thing.to_string().as_bytes());
    let short = hash.as_ref().get(..16).unwrap_or_default();
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(short))
}
