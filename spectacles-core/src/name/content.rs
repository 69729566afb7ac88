//! Names of what registries hold.

use super::{NameError, checked_name};

/// The name of a tag: a letter, a digit or `_`, then up to 127 of those, `.` and `-`.
///
/// Source: the reference grammar of CNCF Distribution, and the OCI distribution specification.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagName(Box<str>);

impl TagName {
    fn check(value: &str) -> Result<(), NameError> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let rest = |byte: u8| word(byte) || byte == b'.' || byte == b'-';
        match value.as_bytes() {
            [first, others @ ..] if others.len() <= 127 && word(*first) && others.iter().copied().all(rest) => Ok(()),
            _ => Err(NameError::new("tag", value, "1 to 128 letters, digits, `_`, `.` and `-`, and none of the last two at the beginning")),
        }
    }
}
checked_name!(TagName);

/// The digest of a manifest or blob: `sha256:` and 64 hexadecimal digits, or `sha512:` and 128, in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(Box<str>);

impl Digest {
    fn check(value: &str) -> Result<(), NameError> {
        let digits = |hex: &str, length| hex.len() == length && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match value.split_once(':') {
            Some(("sha256", hex)) if digits(hex, 64) => Ok(()),
            Some(("sha512", hex)) if digits(hex, 128) => Ok(()),
            Some(_) | None => {
                Err(NameError::new("digest", value, "`sha256:` and 64 hexadecimal digits, or `sha512:` and 128, in lower case"))
            }
        }
    }

    /// The SHA-256 digest of these bytes.
    pub fn sha256(bytes: &[u8]) -> Self {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        Self(format!("sha256:{}", data_encoding::HEXLOWER.encode(hash.as_ref())).into())
    }

    /// Whether these bytes have this digest.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        let (algorithm, hex) = match self.0.split_once(':') {
            Some(("sha512", hex)) => (&aws_lc_rs::digest::SHA512, hex),
            Some((_, hex)) => (&aws_lc_rs::digest::SHA256, hex),
            None => return false,
        };
        data_encoding::HEXLOWER.encode(aws_lc_rs::digest::digest(algorithm, bytes).as_ref()) == hex
    }
}
checked_name!(Digest);

/// The type of a manifest or blob, as `Content-Type` has it and without parameters: `application/vnd.oci.image.manifest.v1+json`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaType(Box<str>);

impl MediaType {
    fn check(value: &str) -> Result<(), NameError> {
        let token = |part: &str| {
            let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
            !part.is_empty() && part.bytes().all(good)
        };
        match value.split_once('/') {
            Some((kind, subtype)) if value.len() <= 255 && token(kind) && token(subtype) => Ok(()),
            Some(_) | None => Err(NameError::new("media type", value, "a type, a slash and a subtype, at most 255 characters")),
        }
    }
}
checked_name!(MediaType);

/// One manifest of a repository: by a tag, or by its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// Whatever the tag names now.
    Tag(TagName),
    /// This manifest.
    Digest(Digest),
}

impl Reference {
    /// As it is written in the path of a request.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tag(tag) => tag.as_str(),
            Self::Digest(digest) => digest.as_str(),
        }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Reference {
    type Err = NameError;

    /// No tag has a colon, and every digest does.
    fn from_str(value: &str) -> Result<Self, NameError> {
        if value.contains(':') { value.parse().map(Self::Digest) } else { value.parse().map(Self::Tag) }
    }
}

impl From<TagName> for Reference {
    fn from(tag: TagName) -> Self {
        Self::Tag(tag)
    }
}

impl From<Digest> for Reference {
    fn from(digest: Digest) -> Self {
        Self::Digest(digest)
    }
}

impl serde::Serialize for Reference {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
