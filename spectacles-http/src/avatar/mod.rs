//! Pictures of users: made of what people send, or drawn where nobody has sent any.
//!
//! Nothing is kept as it comes. A picture is decoded within limits and written anew, so that what else may be in a file is not in ours.

mod identicon;
mod make;

pub(crate) use identicon::identicon;
pub(crate) use make::{Crop, LONGEST, make};

use aws_lc_rs::digest;
use http::HeaderValue;

/// What is sent for a picture.
pub(crate) const PNG: &str = "image/png";
/// The same, as cameras make it.
pub(crate) const JPEG: &str = "image/jpeg";
/// What is drawn for whoever has none.
pub(crate) const SVG: &str = "image/svg+xml";

/// A picture, as it is answered with.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) media: HeaderValue,
    pub(crate) bytes: Vec<u8>,
    /// Its entity tag, without the quotation marks.
    pub(crate) tag: String,
}

/// A short hash of some bytes.
fn tag(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
