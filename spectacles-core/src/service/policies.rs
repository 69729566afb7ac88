//! What an installation decides about its users.

use crate::model::{NamespaceCreation, PersonalNamespaces, Privileges};

/// What users may do without being asked for, and what new ones get.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Who may create namespaces.
    pub namespace_creation: NamespaceCreation,
    /// Whether new users get namespaces of their own.
    pub personal_namespaces: PersonalNamespaces,
    /// What new users may do under the path policy, where nothing is said.
    pub default_privileges: Privileges,
    /// How many registries a manager may answer for and register one more; as many as he likes, where nothing is said.
    pub registry_quota: Option<u32>,
    /// Whether people may sign up when there are users already. The first one always may.
    pub registration: bool,
}
