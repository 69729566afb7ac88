//! Styles, scripts and pictures. Their addresses change with what is in them, so that browsers keep them for ever.

use crate::answer::{self, Answer};
use crate::gzip::Packed;
use aws_lc_rs::digest;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderValue};
use http::{HeaderMap, StatusCode};
use std::sync::LazyLock;

/// Something that pages refer to.
pub(crate) struct Asset {
    /// What pages call it.
    pub(crate) name: &'static str,
    content_type: &'static str,
    packed: Packed,
    /// Below the root.
    pub(crate) path: String,
}

macro_rules! assets {
    ($($name:literal, $content_type:literal;)*) => {
        [$(($name, $content_type, include_bytes!(concat!("../../assets/", $name)).as_slice()),)*]
    };
}

/// All of them.
pub(crate) static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let all = assets! {
        "web.css", "text/css; charset=utf-8";
        "web.js", "text/javascript; charset=utf-8";
        "icon.svg", "image/svg+xml";
    };
    let named = |(name, content_type, bytes): (&'static str, &'static str, &'static [u8])| {
        let hash = digest::digest(&digest::SHA256, bytes);
        let short: String = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Asset { name, content_type, packed: Packed::new(bytes), path: format!("/assets/{short}/{name}") }
    };
    all.into_iter().map(named).collect()
});

/// The path of what is called so, below the root.
pub(crate) fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.path.as_str()).unwrap_or_default()
}

/// Sends it to whoever asked so.
pub(crate) fn serve(asset: &'static Asset, asked: &HeaderMap) -> Answer {
    let (bytes, encoding) = asset.packed.choose(asked);
    let is_packed = encoding.contains_key(CONTENT_ENCODING);
    let mut answer = answer::body(StatusCode::OK, HeaderValue::from_static(asset.content_type), bytes);
    let headers = answer.headers_mut();
    headers.extend(encoding);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.extend(HeaderValue::from_str(&format!("\"{}{}\"", asset.path, if is_packed { ".gz" } else { "" })).ok().map(|tag| (ETAG, tag)));
    answer
}
