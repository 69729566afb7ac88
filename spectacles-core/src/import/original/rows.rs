//! The rows of the original's tables, as far as they count here, in the order of their numbers.

use std::fmt;

/// Everything that is read.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// `users`
    pub users: Vec<UserRow>,
    /// `groups`
    pub groups: Vec<GroupRow>,
    /// `groupmembers`: users of groups
    pub members: Vec<Pair>,
    /// `registry`
    pub registries: Vec<RegistryRow>,
    /// `namespaces`
    pub namespaces: Vec<NamespaceRow>,
    /// `namespacemembers`: users of namespaces
    pub namespace_members: Vec<Pair>,
    /// `namespacegroups`: groups of namespaces
    pub namespace_groups: Vec<Pair>,
    /// `claims`
    pub claims: Vec<ClaimRow>,
    /// `claimsmembers`: users of claims
    pub claim_members: Vec<Pair>,
    /// `claimsgroups`: groups of claims
    pub claim_groups: Vec<Pair>,
    /// The names in `repository`.
    pub repository_paths: Vec<String>,
    /// How many rows `repository` has.
    pub repositories: u64,
    /// How many rows `tags` has.
    pub tags: u64,
    /// How many rows `activity` has.
    pub activities: u64,
}

/// A user.
#[derive(Clone, Default)]
pub struct UserRow {
    /// His number.
    pub id: i64,
    /// What he logs in with.
    pub name: String,
    /// Where mail goes.
    pub email: String,
    /// As Werkzeug writes it. Debug output hides it.
    pub password: String,
    /// 99 for the first administrator.
    pub status: i64,
    /// `admin` for administrators.
    pub role: String,
}

impl fmt::Debug for UserRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, email, password: _, status, role } = self;
        f.debug_struct("UserRow")
            .field("id", id)
            .field("name", name)
            .field("email", email)
            .field("status", status)
            .field("role", role)
            .finish_non_exhaustive()
    }
}

/// A group.
#[derive(Debug, Clone, Default)]
pub struct GroupRow {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Who is in something.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pair {
    /// The number of the thing.
    pub of: i64,
    /// The number of the user or group.
    pub who: i64,
}

/// A registry.
#[derive(Debug, Clone, Default)]
pub struct RegistryRow {
    /// Its number.
    pub id: i64,
    /// Host and port.
    pub uri: String,
    /// `http` or `https`.
    pub protocol: String,
    /// What it calls itself.
    pub service: String,
}

/// A namespace.
#[derive(Debug, Clone, Default)]
pub struct NamespaceRow {
    /// Its number.
    pub id: i64,
    /// One component, or `/`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The number of its owner.
    pub owner: i64,
    /// The number of its registry.
    pub registry: i64,
    /// `P_claim`: the right of assigned users.
    pub members_claim: String,
    /// `G_claim`: the right of assigned groups.
    pub groups_claim: String,
    /// `O_claim`: the right of everybody else.
    pub others_claim: String,
}

/// A custom right on a namespace, which several may have.
#[derive(Debug, Clone, Default)]
pub struct ClaimRow {
    /// Its number.
    pub id: i64,
    /// READ, WRITE or FULL.
    pub claim: String,
    /// The number of the namespace.
    pub namespace: i64,
}
