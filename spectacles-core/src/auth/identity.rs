//! Who somebody has proved to be.

use crate::id::SecretId;
use crate::name::{NodeName, ServiceAccountName, UserName};
use std::fmt;

/// A user, or a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A user.
    User(UserName),
    /// A service account.
    Service(ServiceLogin),
}

/// A service account that has logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLogin {
    /// The service account.
    pub name: ServiceAccountName,
    /// Where it says that it runs.
    pub node: Option<NodeName>,
    /// The secret it came with, where the store knows it.
    pub secret: Option<SecretId>,
}

impl Identity {
    /// Whether this is whom an account means, as clients name it beside the credentials.
    pub fn is_called(&self, account: &str) -> bool {
        match self {
            Self::User(name) => name.as_str() == account,
            Self::Service(login) => ServiceLogin::parse(account).is_some_and(|(name, node)| name == login.name && node == login.node),
        }
    }
}

impl From<UserName> for Identity {
    fn from(name: UserName) -> Self {
        Self::User(name)
    }
}

/// The `sub` claim: `alice`, `service:ci@node7`, `service:ci`. No user has a name with a colon.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => f.write_str(name.as_str()),
            Self::Service(ServiceLogin { name, node: Some(node), .. }) => write!(f, "service:{name}@{node}"),
            Self::Service(ServiceLogin { name, node: None, .. }) => write!(f, "service:{name}"),
        }
    }
}

impl ServiceLogin {
    /// How a service account logs in without a node.
    pub const ROBOT: &str = "robot$";

    /// Reads `robot$<name>` or `<name>@<node>`.
    pub fn parse(account: &str) -> Option<(ServiceAccountName, Option<NodeName>)> {
        if let Some(name) = account.strip_prefix(Self::ROBOT) {
            return Some((name.parse().ok()?, None));
        }
        let (name, node) = account.rsplit_once('@')?;
        Some((name.parse().ok()?, Some(node.parse().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_accounts_are_known_by_two_forms() {
        for (account, name, node) in
            [("robot$ci", "ci", None), ("ns/svc/web@node-7.example", "ns/svc/web", Some("node-7.example")), ("robot$a/b", "a/b", None)]
        {
            let (found, at) = ServiceLogin::parse(account).unwrap();
            assert_eq!((found.as_str(), at.as_ref().map(NodeName::as_str)), (name, node));
        }
        for other in ["alice", "robot$", "robot$A", "@node", "ci@", "ci@no de", "ci@node@", "robot$ci@node", ""] {
            assert_eq!(ServiceLogin::parse(other), None, "{other}");
        }
    }
}
