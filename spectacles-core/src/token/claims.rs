//! What a token says.

use crate::right::{Action, Actions, CatalogActions};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

/// The claims of a registry token: RFC 7519, and `access` as the token specification of CNCF Distribution has it.
///
/// Registries up to 2.8 refuse a list of audiences and times that are not whole numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Claims<'a> {
    /// Who issued the token; the registry compares it letter by letter.
    pub iss: &'a str,
    /// The name of the user; empty without credentials.
    pub sub: &'a str,
    /// The service name of the registry.
    pub aud: &'a str,
    /// Expiry, in seconds since 1970.
    pub exp: i64,
    /// Not valid before, in seconds since 1970. A little in the past, because clocks differ.
    pub nbf: i64,
    /// Time of issue, in seconds since 1970.
    pub iat: i64,
    /// Unique for every token: 128 random bits.
    pub jti: &'a str,
    /// What is allowed, one entry for each resource that was asked for.
    pub access: Vec<Access<'a>>,
}

/// What is allowed on one resource.
#[derive(Debug, Clone, Serialize)]
pub struct Access<'a> {
    /// `repository`, `registry`, ...
    pub r#type: &'a str,
    /// The class of the repository, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'a str>,
    /// The name of the resource, as it was asked for.
    pub name: &'a str,
    /// Possibly none: that is how a denial looks.
    pub actions: GrantedActions,
}

/// The actions of one entry. Never `null`: registries crash on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantedActions {
    /// Actions on a repository.
    Some(Actions),
    /// `*`, which registries take for every action: for this server itself.
    Everything,
    /// Actions on the catalog.
    Catalog(CatalogActions),
}

impl GrantedActions {
    fn words(self) -> impl Iterator<Item = &'static str> {
        let (actions, everything, search) = match self {
            Self::Some(actions) => (actions, false, false),
            Self::Everything => (Actions::NONE, true, false),
            Self::Catalog(catalog) => (Actions::NONE, catalog.everything, catalog.search),
        };
        let words = [(everything, "*"), (search, "search")];
        actions.iter().map(Action::as_str).chain(words.into_iter().filter_map(|(granted, word)| granted.then_some(word)))
    }
}

impl Serialize for GrantedActions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for word in self.words() {
            list.serialize_element(word)?;
        }
        list.end()
    }
}

/// `pull,push`, or `nothing`.
impl std::fmt::Display for GrantedActions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut empty = true;
        for word in self.words() {
            if !empty {
                f.write_str(",")?;
            }
            f.write_str(word)?;
            empty = false;
        }
        if empty { f.write_str("nothing") } else { Ok(()) }
    }
}
