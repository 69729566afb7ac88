//! Scopes: what a token request asks for.
//!
//! ```text
//! scope  := type [ "(" class ")" ] ":" name ":" action ( "," action )*
//! ```
//!
//! A request carries several, as repeated parameters or separated by spaces. Source: the token scope documentation of CNCF
//! Distribution; what clients really send is in the tests below.

use crate::name::{NameError, RepositoryName, excerpt};
use crate::right::{Action, Actions, CatalogActions};
use std::fmt;

/// How many different resources one request may name. A token for more outgrows what clients and proxies accept.
pub const MOST_SCOPES: usize = 100;

/// What a scope is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// `repository:team/app`, or `repository(plugin):team/app`.
    Repository {
        /// The repository.
        name: RepositoryName,
        /// The class in brackets: `plugin`.
        class: Option<Box<str>>,
    },
    /// `registry:catalog`: the list of all repositories.
    Catalog,
    /// Any other type. Nothing is ever allowed on it.
    Other {
        /// The type.
        kind: Box<str>,
        /// The name.
        name: Box<str>,
    },
}

/// The actions of a scope.
///
/// Actions we do not know are dropped: nobody can be granted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requested {
    actions: Actions,
    everything: bool,
    search: bool,
}

impl Requested {
    fn parse(list: &str) -> Self {
        let mut requested = Self::default();
        for name in list.split(',') {
            match name {
                "*" => requested.everything = true,
                "search" => requested.search = true,
                known => requested.actions |= Action::parse(known).into_iter().collect(),
            }
        }
        requested
    }

    fn merge(&mut self, other: Self) {
        self.actions |= other.actions;
        self.everything |= other.everything;
        self.search |= other.search;
    }

    /// The actions asked for on a repository. `*` asks for all.
    pub fn actions(self) -> Actions {
        if self.everything { Actions::ALL } else { self.actions }
    }

    /// The actions asked for on the catalog.
    pub fn catalog_actions(self) -> CatalogActions {
        CatalogActions { everything: self.everything, search: self.search }
    }

    /// Whether `*` is among them.
    pub fn everything(self) -> bool {
        self.everything
    }
}

/// One resource, and everything a request asks for on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The resource.
    pub resource: Resource,
    /// What is asked.
    pub requested: Requested,
}

/// A scope that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// It does not have the form of a scope.
    #[error("the scope `{0}` is not of the form type:name:actions")]
    Malformed(String),
    /// It asks for a repository that cannot exist.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The request asks for too many things.
    #[error("a request may name at most {MOST_SCOPES} different resources")]
    TooMany,
}

impl Resource {
    /// The type, class and name, as a scope and a token have them.
    pub fn parts(&self) -> (&str, Option<&str>, &str) {
        match self {
            Self::Repository { name, class } => ("repository", class.as_deref(), name.as_str()),
            Self::Catalog => ("registry", None, "catalog"),
            Self::Other { kind, name } => (kind, None, name),
        }
    }
}

/// `repository(plugin):team/app`
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (kind, None, name) => write!(f, "{kind}:{name}"),
            (kind, Some(class), name) => write!(f, "{kind}({class}):{name}"),
        }
    }
}

impl Scope {
    /// Reads one scope.
    ///
    /// # Errors
    /// [`ScopeError`] when it has not the form of one, or names an impossible repository.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let malformed = || ScopeError::Malformed(excerpt(text));
        let (kind, rest) = text.split_once(':').ok_or_else(malformed)?;
        // A host in the name may bring colons of its own, actions never do.
        let (name, actions) = rest.rsplit_once(':').ok_or_else(malformed)?;
        let (kind, class) = match kind.split_once('(') {
            Some((kind, class)) => (kind, Some(class.strip_suffix(')').ok_or_else(malformed)?)),
            None => (kind, None),
        };
        if name.is_empty() || !is_word(kind) || !class.is_none_or(is_word) {
            return Err(malformed());
        }
        let resource = match (kind, name) {
            ("repository", _) => Resource::Repository { name: name.parse()?, class: class.map(Into::into) },
            ("registry", "catalog") => Resource::Catalog,
            _ if name.len() <= 255 && name.chars().all(|character| character.is_ascii_graphic()) => {
                Resource::Other { kind: kind.into(), name: name.into() }
            }
            _ => return Err(malformed()),
        };
        Ok(Self { resource, requested: Requested::parse(actions) })
    }

    /// Reads the scopes of one request: each text may hold several, separated by spaces. Those that name the same resource become
    /// one, at the place of the first.
    ///
    /// # Errors
    /// [`ScopeError`] of the first that cannot be read, or when there are more than [`MOST_SCOPES`].
    pub fn parse_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, ScopeError> {
        let mut scopes: Vec<Self> = Vec::new();
        for text in texts.into_iter().flat_map(|text| text.split(' ')).filter(|text| !text.is_empty()) {
            let scope = Self::parse(text)?;
            if let Some(known) = scopes.iter_mut().find(|known| known.resource == scope.resource) {
                known.requested.merge(scope.requested);
            } else if scopes.len() == MOST_SCOPES {
                return Err(ScopeError::TooMany);
            } else {
                scopes.push(scope);
            }
        }
        Ok(scopes)
    }
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn repository(name: &str, class: Option<&str>) -> Resource {
        Resource::Repository { name: name.parse().unwrap(), class: class.map(Into::into) }
    }

    fn one(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn what_clients_send_is_understood() {
        let pull_push = Actions::PULL | Actions::PUSH;
        for (text, resource, actions) in [
            ("repository:team/app:pull", repository("team/app", None), Actions::PULL),
            ("repository:team/app:push,pull", repository("team/app", None), pull_push),
            ("repository:busybox:*", repository("busybox", None), Actions::ALL),
            ("repository:localhost:5000/team/app:pull", repository("localhost:5000/team/app", None), Actions::PULL),
            ("repository(plugin):plug/p:pull", repository("plug/p", Some("plugin")), Actions::PULL),
            ("repository:a:delete", repository("a", None), Actions::DELETE),
            ("repository:a:", repository("a", None), Actions::NONE),
            ("repository:a:,pull,,PULL,frobnicate,", repository("a", None), Actions::PULL),
            ("registry:catalog:*", Resource::Catalog, Actions::ALL),
            ("sandwich:ham:eat", Resource::Other { kind: "sandwich".into(), name: "ham".into() }, Actions::NONE),
        ] {
            let scope = one(text);
            assert_eq!(scope.resource, resource, "{text}");
            assert_eq!(scope.requested.actions(), actions, "{text}");
        }
        assert!(one("registry:catalog:search").requested.catalog_actions().search);
    }

    #[test]
    fn junk_is_refused_with_what_was_wrong() {
        for junk in ["x", "x:y", "::", "repository::pull", ":a:pull", "repository(:a:pull", "repository():a:pull", "Repository:a:pull"] {
            assert!(matches!(Scope::parse(junk), Err(ScopeError::Malformed(_))), "{junk}");
        }
        let error = Scope::parse("repository:UPPER//x:pull").unwrap_err().to_string();
        assert!(error.contains("`UPPER//x` is not a valid repository name"), "{error}");
    }

    #[test]
    fn scopes_of_one_resource_are_merged_before_anything_is_decided() {
        let scopes = Scope::parse_all(["repository:x:pull repository:y:pull", "", "repository:x:pull,push  "]).unwrap();
        assert_eq!(scopes.len(), 2);
        assert_eq!(scopes[0].resource, repository("x", None));
        assert_eq!(scopes[0].requested.actions(), Actions::PULL | Actions::PUSH);
        assert_eq!(scopes[1].resource, repository("y", None));
    }

    #[test]
    fn a_class_makes_another_resource() {
        let scopes = Scope::parse_all(["repository(plugin):p:pull repository:p:pull"]).unwrap();
        assert_eq!(scopes.len(), 2);
    }

    #[test]
    fn repeated_scopes_are_dropped_and_too_many_different_ones_are_refused() {
        let same = "repository:x:pull ".repeat(1000);
        assert_eq!(Scope::parse_all([same.as_str()]).unwrap().len(), 1);
        let many: Vec<String> = (0..=MOST_SCOPES).map(|n| format!("repository:x{n}:pull")).collect();
        assert_eq!(Scope::parse_all(many.iter().map(String::as_str)), Err(ScopeError::TooMany));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic_and_what_it_accepts_is_bounded(text in "\\PC{0,200}|[a-z():/,.* ]{0,300}") {
            if let Ok(scopes) = Scope::parse_all([text.as_str()]) {
                prop_assert!(scopes.len() <= MOST_SCOPES);
            }
        }

        #[test]
        fn what_is_accepted_means_the_same_when_it_is_read_again(
            text in "(repository|registry|other)(\\([a-z]{1,2}\\))?:(catalog|host:5000/)?[a-z/.*:]{0,9}:(pull|push|delete|\\*|x|,){0,5}"
        ) {
            if let Ok(scope) = Scope::parse(&text) {
                let again = Scope::parse(&format!("{}:{}", scope.resource, scope.requested.actions())).unwrap();
                prop_assert_eq!(again.resource, scope.resource);
                prop_assert_eq!(again.requested.actions(), scope.requested.actions());
            }
        }

        #[test]
        fn a_refusal_can_be_sent_back(text in "(?s).{0,300}|repository:(?s).{0,100}:pull") {
            if let Err(error) = Scope::parse_all([text.as_str()]) {
                let message = error.to_string();
                prop_assert!(message.len() < 1000 && !message.chars().any(char::is_control), "{:?}", message);
            }
        }
    }
}
