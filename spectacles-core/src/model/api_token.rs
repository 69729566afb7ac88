//! API tokens: by which programs act for a user.

use super::SecretHash;
use super::words::words;
use crate::id::{ApiTokenId, NamespaceId, RegistryId, UserId};
use crate::name::{ApiTokenName, NamespacePath, ServiceName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What a request to the API is about.
    Kind, "kind of thing" {
        /// Users.
        #[default]
        Users = "users",
        /// Groups and their members.
        Groups = "groups",
        /// Apps and the groups that have to do with them.
        Apps = "apps",
        /// Service accounts and their secrets.
        Services = "services",
        /// Registries and the groups that have to do with them.
        Registries = "registries",
        /// Namespaces and the rights on them.
        Namespaces = "namespaces",
        /// Repositories and their tags.
        Repositories = "repositories",
        /// Questions about who may do what.
        Access = "access",
        /// The audit trails.
        Audit = "audit",
        /// API tokens.
        Tokens = "tokens",
        /// Signing keys.
        Keys = "keys",
        /// The configuration as a whole.
        State = "state",
    }
}

/// An API token, as people see it: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiToken {
    /// Never reused.
    pub id: ApiTokenId,
    /// What it is for, in the words of whose it is. Unique among his.
    pub name: ApiTokenName,
    /// When it was made.
    pub created: Timestamp,
    /// Accepted before this moment; for ever where there is none.
    pub until: Option<Timestamp>,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
    /// What of that which the user may it may not.
    pub limits: TokenLimits,
}

/// What an API token is good for, of all that its user may do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenLimits {
    /// Whether it changes nothing.
    pub read_only: bool,
    /// Good for this registry only.
    pub registry: Option<ServiceName>,
    /// Good for this namespace of the registry only.
    pub namespace: Option<NamespacePath>,
    /// Good for these kinds of things only; for all, where there are none.
    pub kinds: Vec<Kind>,
}

impl TokenLimits {
    /// Whether a request is within the limits: what it is about, whether it changes anything, and the registry and the namespace that it
    /// names. What names no registry concerns all of them, and so is outside of a limit to one.
    ///
    /// # Errors
    /// Which limit forbids it, in words for whoever asks.
    pub fn check(&self, kind: Kind, writes: bool, registry: Option<&ServiceName>, namespace: Option<&NamespacePath>) -> Result<(), String> {
        if writes && kind == Kind::Tokens {
            // Otherwise one that is stolen would outlive its end and its revocation, and one with limits could make one without.
            return Err("API tokens neither make nor revoke API tokens, nor change passwords; log in for that".to_owned());
        }
        if writes && self.read_only {
            return Err("this API token is for reading only".to_owned());
        }
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.as_str()).collect();
            return Err(format!("this API token is not for {kind}, only for {}", kinds.join(", ")));
        }
        if let Some(only) = &self.registry
            && registry != Some(only)
        {
            return Err(format!("this API token is for registry `{only}` only"));
        }
        if let Some(only) = &self.namespace
            && (self.registry.is_none() || namespace != Some(only))
        {
            return Err(format!("this API token is for namespace `{only}` only"));
        }
        Ok(())
    }
}

/// An API token, as stores keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApiToken {
    /// Never reused.
    pub id: ApiTokenId,
    /// Whose it is.
    pub user: UserId,
    /// See [`ApiToken::name`].
    pub name: ApiTokenName,
    /// Of the secret.
    pub hash: SecretHash,
    /// When it was made.
    pub created: Timestamp,
    /// See [`ApiToken::until`].
    pub until: Option<Timestamp>,
    /// See [`ApiToken::last_used`].
    pub last_used: Option<Timestamp>,
    /// See [`ApiToken::limits`].
    pub limits: StoredTokenLimits,
    /// Where somebody signed in, when it is not a token but a session of the web interface.
    pub session: Option<SessionOrigin>,
}

/// An API token to be stored.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// Whose it is.
    pub user: UserId,
    /// Unique among his.
    pub name: ApiTokenName,
    /// Of the secret.
    pub hash: SecretHash,
    /// When it was made.
    pub created: Timestamp,
    /// See [`ApiToken::until`].
    pub until: Option<Timestamp>,
    /// See [`ApiToken::limits`].
    pub limits: StoredTokenLimits,
    /// Where somebody signed in, when it is not a token but a session of the web interface.
    pub session: Option<SessionOrigin>,
}

/// The limits of an API token, by ids: registries and namespaces that are called otherwise are the same. A token goes with what it is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredTokenLimits {
    /// See [`TokenLimits::read_only`].
    pub read_only: bool,
    /// See [`TokenLimits::registry`].
    pub registry: Option<RegistryId>,
    /// See [`TokenLimits::namespace`].
    pub namespace: Option<NamespaceId>,
    /// See [`TokenLimits::kinds`].
    pub kinds: Box<[Kind]>,
}

/// Where a session of the web interface was begun.
///
/// A session is kept like an API token: its secret is in a cookie, and it counts until a moment, which moves on while it is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SessionOrigin {
    /// From which address.
    pub address: Option<String>,
    /// With which program, as it says itself; at most 255 characters.
    pub agent: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_forbids_what_is_outside_of_it_and_nothing_else() {
        let none = TokenLimits::default();
        let read_only = TokenLimits { read_only: true, ..none.clone() };
        let kinds = TokenLimits { kinds: vec![Kind::Namespaces, Kind::Users, Kind::Tokens], ..none.clone() };
        let registry = TokenLimits { registry: Some("one".parse().unwrap()), ..none.clone() };
        let namespace = TokenLimits { namespace: Some("team".parse().unwrap()), ..registry.clone() };
        let broken = TokenLimits { registry: None, ..namespace.clone() };
        for (kind, writes, service, path, admitted) in [
            // By: no limits, read only, kinds, registry, namespace, a namespace of no registry.
            (Kind::Users, false, None, None, [true, true, true, false, false, false]),
            (Kind::Users, true, None, None, [true, false, true, false, false, false]),
            (Kind::State, true, None, None, [true, false, false, false, false, false]),
            (Kind::Registries, false, Some("one"), None, [true, true, false, true, false, false]),
            (Kind::Registries, true, Some("one"), None, [true, false, false, true, false, false]),
            (Kind::Registries, false, Some("two"), None, [true, true, false, false, false, false]),
            (Kind::Namespaces, false, Some("one"), Some("team"), [true, true, true, true, true, false]),
            (Kind::Namespaces, true, Some("one"), Some("team"), [true, false, true, true, true, false]),
            (Kind::Namespaces, true, Some("one"), Some("team/app"), [true, false, true, true, false, false]),
            (Kind::Namespaces, true, Some("two"), Some("team"), [true, false, true, false, false, false]),
            (Kind::Namespaces, true, None, Some("team"), [true, false, true, false, false, false]),
            (Kind::Tokens, false, None, None, [true, true, true, false, false, false]),
            (Kind::Tokens, true, Some("one"), Some("team"), [false; 6]),
        ] {
            let (service, path) = (service.map(|name: &str| name.parse().unwrap()), path.map(|path: &str| path.parse().unwrap()));
            let by = [&none, &read_only, &kinds, &registry, &namespace, &broken];
            let found = by.map(|limits| limits.check(kind, writes, service.as_ref(), path.as_ref()).is_ok());
            assert_eq!(found, admitted, "{kind} {writes} {service:?} {path:?}");
        }
        assert!(registry.check(Kind::Users, false, None, None).unwrap_err().contains("registry `one`"));
    }
}
