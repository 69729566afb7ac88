//! Names of one part: users, groups, registries, mail addresses.

use super::grammar::{is_all_digits, is_component};
use super::{NameError, checked_name};

/// Names that no user may take: they stand for something else in tokens, in the audit trails, or at the beginning of paths, where a namespace
/// of that name would govern what belongs to others.
const RESERVED: [&str; 8] = ["spectacles", "anonymous", "system", "operator", "background", "users", "groups", "apps"];

/// The name of a user: what people type at `docker login`.
///
/// One repository path component of at most 48 bytes, so that it can be part of a repository name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(Box<str>);

impl UserName {
    const WHAT: &'static str = "user name";

    fn check(value: &str) -> Result<(), NameError> {
        let broken = if value.len() > 48 {
            "at most 48 characters"
        } else if !is_component(value) {
            "lower-case letters and digits, with single `.`, `_`, `__` or dashes between them"
        } else if is_all_digits(value) {
            "not digits only, because `users/1` names a user by number"
        } else if RESERVED.contains(&value) {
            "the names spectacles, anonymous, system, operator, background, users, groups and apps are reserved"
        } else {
            return Ok(());
        };
        Err(NameError::new(Self::WHAT, value, broken))
    }
}
checked_name!(UserName);

/// The name of a group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(Box<str>);

impl GroupName {
    fn check(value: &str) -> Result<(), NameError> {
        check_text("group name", value, &[])?;
        if is_all_digits(value) {
            return Err(NameError::new("group name", value, "not digits only, because `groups/1` names a group by number"));
        }
        Ok(())
    }
}
checked_name!(GroupName);

/// How a group or an app is called in repository names: `groups/devs/...`, `apps/web/...`.
///
/// One repository path component of at most 48 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Box<str>);

impl Slug {
    fn check(value: &str) -> Result<(), NameError> {
        let broken = if value.len() > 48 {
            "at most 48 characters"
        } else if !is_component(value) {
            "lower-case letters and digits, with single `.`, `_`, `__` or dashes between them"
        } else if is_all_digits(value) {
            "not digits only, because `groups/1` and `apps/1` name a group and an app by number"
        } else {
            return Ok(());
        };
        Err(NameError::new("slug", value, broken))
    }
}
checked_name!(Slug);

/// The name of an app.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppName(Box<str>);

impl AppName {
    fn check(value: &str) -> Result<(), NameError> {
        check_text("app name", value, &[])?;
        if is_all_digits(value) {
            return Err(NameError::new("app name", value, "not digits only, because `apps/1` names an app by number"));
        }
        Ok(())
    }
}
checked_name!(AppName);

/// What somebody calls an API token of his.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiTokenName(Box<str>);

impl ApiTokenName {
    fn check(value: &str) -> Result<(), NameError> {
        check_text("name of an API token", value, &[])?;
        if is_all_digits(value) {
            return Err(NameError::new("name of an API token", value, "not digits only, which would be the number of one"));
        }
        Ok(())
    }
}
checked_name!(ApiTokenName);

/// The name of a service account: path components joined by `/`, at most 128 bytes.
///
/// It logs in as `<name>@<node>`, or as `robot$<name>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceAccountName(Box<str>);

impl ServiceAccountName {
    fn check(value: &str) -> Result<(), NameError> {
        let broken = if value.len() > 128 {
            "at most 128 characters"
        } else if !value.split('/').all(is_component) {
            "lower-case letters and digits, with single `.`, `_`, `__` or dashes between them, in parts joined by `/`"
        } else if is_all_digits(value) {
            "not digits only"
        } else {
            return Ok(());
        };
        Err(NameError::new("service account name", value, broken))
    }
}
checked_name!(ServiceAccountName);

/// The name of a machine that a service runs on: what a service account may log in with, behind the `@`.
///
/// Letters, digits, `.`, `_` and `-`, at most 253 bytes. Nobody checks that it is the truth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(Box<str>);

impl NodeName {
    fn check(value: &str) -> Result<(), NameError> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if value.is_empty() || value.len() > 253 || !value.bytes().all(good) {
            return Err(NameError::new("node name", value, "1 to 253 letters, digits, `.`, `_` and `-`"));
        }
        Ok(())
    }
}
checked_name!(NodeName);

/// What a registry calls itself: `auth.token.service` of its configuration, the `service` of a token request, and the `aud` of
/// a token.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName(Box<str>);

impl ServiceName {
    fn check(value: &str) -> Result<(), NameError> {
        // Registries put it between quotes into a header.
        check_text("service name", value, &['"', '\\'])
    }
}
checked_name!(ServiceName);

/// Where a registry is reached: `http` or `https`, a host, perhaps a port and a path.
///
/// Credentials do not belong here: a URL is shown and logged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryUrl(Box<str>);

impl RegistryUrl {
    fn check(value: &str) -> Result<(), NameError> {
        const WHAT: &str = "registry URL";
        let refused = |rule| Err(NameError::new(WHAT, value, rule));
        let Ok(url) = url::Url::parse(value) else { return refused("an absolute URL such as https://registry.example.com:5000") };
        // The parser forgives a slash too few or too many; whoever takes the URL apart by its text would not.
        let after_scheme = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
        if after_scheme.is_none_or(|rest| rest.starts_with('/')) || url.host_str().is_none_or(str::is_empty) {
            return refused("http:// or https://, and a host");
        }
        // The parser lets signs be that no name of a host has.
        let is_sign = |character: char| character.is_ascii() && !character.is_ascii_alphanumeric() && !matches!(character, '.' | '-' | '_');
        if matches!(url.host(), Some(url::Host::Domain(host)) if host.contains(is_sign)) {
            return refused("a host of letters, digits, dots and dashes");
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The value is not shown: it holds a password.
            return Err(NameError::new(WHAT, "…@…", "without credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refused("without a query or fragment");
        }
        check_text(WHAT, value, &[' ', '"', '\\', '<', '>'])
    }

    /// The URL of something at the registry: `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.trim_end_matches('/'))
    }

    /// Host and port, as clients put them in front of a repository name.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or(&*self.0, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }
}
checked_name!(RegistryUrl);

/// A mail address, checked for its shape only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Box<str>);

impl Email {
    fn check(value: &str) -> Result<(), NameError> {
        const WHAT: &str = "mail address";
        check_text(WHAT, value, &['<', '>', ',', ';', ' ', '"'])?;
        match value.split_once('@') {
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !domain.contains('@') => Ok(()),
            _ => Err(NameError::new(WHAT, value, "one `@` between a name and a domain")),
        }
    }
}
checked_name!(Email);

fn check_text(what: &'static str, value: &str, refused: &[char]) -> Result<(), NameError> {
    let broken = if value.is_empty() {
        "not empty"
    } else if value.chars().count() > 128 {
        "at most 128 characters"
    } else if value.trim() != value {
        "no white space at either end"
    } else if value.chars().any(|character| character.is_control() || refused.contains(&character)) {
        "no control characters, and none of the signs that have a meaning where it is used"
    } else {
        return Ok(());
    };
    Err(NameError::new(what, value, broken))
}
