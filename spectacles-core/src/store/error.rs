//! What can go wrong in a store.

use std::fmt;

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something of that name exists already.
    #[error("{0} exists already")]
    Conflict(Unique),
    /// Something else still refers to it.
    #[error("it is still in use: {0}")]
    InUse(String),
    /// The database cannot be reached or does not answer now. It may later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database answered with something that cannot be: damaged data, or a defect.
    #[error("the database gave an answer that makes no sense: {0}")]
    Broken(String),
}

/// What must be unique and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unique {
    /// The name of a user.
    UserName,
    /// The name of an API token among those of its user.
    ApiTokenName,
    /// The name of a group.
    GroupName,
    /// The slug of a group.
    GroupSlug,
    /// The name of an app.
    AppName,
    /// The slug of an app.
    AppSlug,
    /// The name of a service account.
    ServiceAccountName,
    /// The service of a registry.
    RegistryService,
    /// The path of a namespace within its registry.
    NamespacePath,
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UserName => "a user of this name",
            Self::ApiTokenName => "an API token of this name",
            Self::GroupName => "a group of this name",
            Self::GroupSlug => "a group of this slug",
            Self::AppName => "an app of this name",
            Self::AppSlug => "an app of this slug",
            Self::ServiceAccountName => "a service account of this name",
            Self::RegistryService => "a registry of this service name",
            Self::NamespacePath => "a namespace of this path",
        })
    }
}
