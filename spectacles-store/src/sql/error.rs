//! What the errors of databases mean.

use spectacles_core::store::{StoreError, Unique};
use sqlx::error::{DatabaseError, ErrorKind};

/// The unique constraints, and how databases name them in errors: PostgreSQL and MySQL by name, SQLite by columns.
const CONSTRAINTS: [(Unique, [&str; 2]); 9] = [
    (Unique::UserName, ["users_name", "users.name"]),
    (Unique::ApiTokenName, ["api_tokens_name", "api_tokens.user_id, api_tokens.name"]),
    (Unique::GroupName, ["user_groups_name", "user_groups.name"]),
    (Unique::GroupSlug, ["user_groups_slug", "user_groups.slug"]),
    (Unique::AppName, ["apps_name", "apps.name"]),
    (Unique::AppSlug, ["apps_slug", "apps.slug"]),
    (Unique::ServiceAccountName, ["service_accounts_name", "service_accounts.name"]),
    (Unique::RegistryService, ["registries_service", "registries.service"]),
    (Unique::NamespacePath, ["namespaces_path", "namespaces.registry_id, namespaces.path"]),
];

/// The error as callers see it. Those of the database say themselves, by `is_transient`, whether it may work later.
#[allow(clippy::wildcard_enum_match_arm, reason = "both enums are open: what is not known to pass is a defect")]
pub(super) fn classify(error: sqlx::Error, is_transient: fn(&dyn DatabaseError) -> bool) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.kind() {
            ErrorKind::UniqueViolation => unique(database.as_ref()).map_or_else(|| broken(&error), StoreError::Conflict),
            ErrorKind::ForeignKeyViolation => StoreError::InUse(format!("a reference would lead nowhere ({})", database.message())),
            _ if is_transient(database.as_ref()) => StoreError::Unavailable(reason(&error)),
            _ => broken(&error),
        },
        sqlx::Error::PoolTimedOut => StoreError::Unavailable("no connection was free or could be made in time".to_owned()),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => {
            StoreError::Unavailable(reason(&error))
        }
        _ => broken(&error),
    }
}

fn broken(error: &sqlx::Error) -> StoreError {
    StoreError::Broken(reason(error))
}

/// What the database or the system said, without the words that sqlx puts around it.
#[allow(clippy::wildcard_enum_match_arm, reason = "the others say it well")]
pub(super) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

fn unique(error: &dyn DatabaseError) -> Option<Unique> {
    // The constraint is at the end, after text that somebody may have chosen: MySQL repeats the value before it.
    let name = error.constraint().unwrap_or_else(|| error.message()).trim_end_matches(['\'', '`']);
    let ends_with = |constraint: &str| {
        name.strip_suffix(constraint)
            .is_some_and(|before| before.chars().next_back().is_none_or(|last| !last.is_alphanumeric() && last != '_'))
    };
    CONSTRAINTS.iter().find(|(_, names)| names.iter().any(|name| ends_with(name))).map(|(unique, _)| *unique)
}
