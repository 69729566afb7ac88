//! Forms with a file (RFC 7578).

use crate::problem::{Kind, Problem};
use bytes::Bytes;
use futures_util::stream;
use multer::{Constraints, Multipart, SizeLimit};
use std::convert::Infallible;

/// How long everything but the file may be.
pub(crate) const BESIDES: usize = 16 * 1024;

/// What was sent with a form that has a file.
#[derive(Default)]
pub(crate) struct Upload {
    /// The fields, as forms without a file have them.
    pub(crate) fields: String,
    /// The file. Browsers send an empty one where none was chosen.
    pub(crate) file: Bytes,
}

/// Whether this is the type of a form with a file.
pub(crate) fn is_one(content_type: &str) -> bool {
    multer::parse_boundary(content_type).is_ok()
}

/// Reads a form whose file is in the field `file`.
///
/// # Errors
/// What is no such form.
pub(crate) async fn read(content_type: &str, body: Bytes) -> Result<Upload, Problem> {
    let broken = |error: multer::Error| Problem::new(Kind::Invalid, format!("the form cannot be read: {error}"));
    let boundary = multer::parse_boundary(content_type).map_err(broken)?;
    let besides = u64::try_from(BESIDES).unwrap_or(u64::MAX);
    let constraints = Constraints::new().size_limit(SizeLimit::new().per_field(besides).for_field("file", u64::MAX));
    let whole = stream::iter([Ok::<_, Infallible>(body)]);
    let mut parts = Multipart::with_constraints(whole, boundary, constraints);
    let mut fields = Vec::new();
    let mut file = Bytes::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            file = part.bytes().await.map_err(broken)?;
        } else {
            fields.push((name, part.text().await.map_err(broken)?));
        }
    }
    let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Ok(Upload { fields, file })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=XX";

    #[tokio::test]
    async fn fields_and_the_file_are_read() {
        let body = "--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1 & 2\r\n\
                    --XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\0\u{1}\r\n--XX--\r\n";
        let upload = read(TYPE, Bytes::from_static(body.as_bytes())).await.unwrap();
        assert_eq!((upload.fields.as_str(), upload.file.as_ref()), ("x=1+%26+2", &b"\0\x01"[..]));
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        let long = format!("--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n{}\r\n--XX--\r\n", "y".repeat(BESIDES + 1));
        for bad in ["", "--XX", "--XX\r\n\r\nx", "garbage", &long] {
            assert!(read(TYPE, Bytes::copy_from_slice(bad.as_bytes())).await.is_err(), "{}", bad.len());
        }
        assert!(is_one(TYPE) && !is_one("multipart/form-data") && !is_one("application/x-www-form-urlencoded"));
    }
}
