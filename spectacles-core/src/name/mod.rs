//! Names, each in a type that cannot hold a wrong one.
//!
//! | type | names | grammar |
//! |---|---|---|
//! | [`UserName`] | a user | one [path component](grammar), at most 48 bytes, not all digits, not reserved |
//! | [`GroupName`] | a group | text without control characters, at most 128 characters, not all digits |
//! | [`AppName`] | an app | as of a group |
//! | [`Slug`] | a group or an app in repository names | one path component, at most 48 bytes, not all digits |
//! | [`ServiceAccountName`] | a service account | path components joined by `/`, at most 128 bytes |
//! | [`NodeName`] | a machine that a service runs on | letters, digits, `.`, `_`, `-`, at most 253 bytes |
//! | [`ServiceName`] | a registry, as it names itself | text without control characters and quotes, at most 128 characters |
//! | [`RepositoryName`] | a repository | path components joined by `/`, at most 255 bytes, a `host:port/` may lead |
//! | [`TagName`], [`Digest`], [`Reference`] | a manifest of a repository | as registries have them |
//! | [`MediaType`] | what kind of manifest or blob something is | type and subtype |
//! | [`NamespacePath`] | a namespace | path components or `*` joined by `/`, or `/` alone |
//!
//! Validation happens here and nowhere else: whoever holds one of these may use it in a path, a token or a query.

mod content;
pub mod grammar;
mod namespace_path;
mod repository_name;
mod text;

pub use content::{Digest, MediaType, Reference, TagName};
pub use namespace_path::{NamespacePath, Specificity};
pub use repository_name::RepositoryName;
pub use text::{ApiTokenName, AppName, Email, GroupName, NodeName, RegistryUrl, ServiceAccountName, ServiceName, Slug, UserName};

use std::fmt::Write as _;

/// A name that breaks the rules for what it names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not a valid {what}: {rule}")]
pub struct NameError {
    what: &'static str,
    shown: String,
    rule: &'static str,
}

impl NameError {
    pub(crate) fn new(what: &'static str, value: &str, rule: &'static str) -> Self {
        Self { what, shown: excerpt(value), rule }
    }

    /// What was to be named: `user name`, `repository name`, ...
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The rule that was broken.
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

/// One line of text for people, as a regular expression: anything but control characters.
pub const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// At most 64 characters of somebody's text, with control characters made visible: fit for an error or a log line.
pub fn excerpt(value: &str) -> String {
    const LONGEST: usize = 64;
    let mut shown = String::new();
    for (count, character) in value.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Everything a checked name has in common: parsing, showing, comparing, serialising.
macro_rules! checked_name {
    ($name:ident) => {
        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::name::NameError;

            fn from_str(value: &str) -> Result<Self, $crate::name::NameError> {
                Self::check(value)?;
                Ok(Self(value.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::name::NameError;

            fn try_from(value: String) -> Result<Self, $crate::name::NameError> {
                value.parse()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = String::deserialize(deserializer)?;
                value.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use checked_name;

#[cfg(test)]
mod tests;
