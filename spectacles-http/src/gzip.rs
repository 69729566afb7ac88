//! What is the same for everybody, made smaller once. Pages are not: what is packed together with something that others choose tells, by its length,
//! what is in it (BREACH).

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue, VARY};
use std::io::Write as _;

/// Bytes, and the same packed.
pub(crate) struct Packed {
    plain: Bytes,
    /// Where that is shorter.
    gzip: Option<Bytes>,
}

impl Packed {
    pub(crate) fn new(plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let gzip = gzip(&plain).filter(|packed| packed.len() < plain.len()).map(Bytes::from);
        Self { plain, gzip }
    }

    /// What somebody gets who understands what he says, and the headers that go with it.
    pub(crate) fn choose(&self, asked: &HeaderMap) -> (Bytes, HeaderMap) {
        let mut headers = HeaderMap::new();
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        match self.gzip.as_ref().filter(|_| is_understood(asked)) {
            Some(gzip) => {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (gzip.clone(), headers)
            }
            None => (self.plain.clone(), headers),
        }
    }
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// Whether a client says that it understands gzip (RFC 9110, section 12.5.3). What it does not name, it need not understand.
fn is_understood(asked: &HeaderMap) -> bool {
    let all = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut named = all.filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| name.eq_ignore_ascii_case("gzip"))?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some((name, weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))))
    });
    named.next().is_some_and(|(_, is_wanted)| is_wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn only_who_understands_it_gets_it_packed() {
        let text = "the same over and over ".repeat(100);
        let packed = Packed::new(text.clone());
        for (asked, is_packed) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.0, br", false),
            ("gzip; q=x", false),
            ("identity", false),
            ("br", false),
            ("*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(asked));
            let (bytes, headers) = packed.choose(&headers);
            assert_eq!(headers.contains_key(CONTENT_ENCODING), is_packed, "{asked}");
            assert_eq!(headers[VARY], "accept-encoding", "{asked}");
            let mut read = String::new();
            match is_packed {
                true => drop(flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut read).unwrap()),
                false => read.push_str(std::str::from_utf8(&bytes).unwrap()),
            }
            assert_eq!(read, text, "{asked}");
        }
    }

    #[test]
    fn what_would_become_longer_stays_as_it_is() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let (bytes, headers) = Packed::new("x").choose(&headers);
        assert_eq!((&*bytes, headers.get(CONTENT_ENCODING)), (&b"x"[..], None));
    }
}
