//! The traits a store implements.

use super::StoreError;
use crate::access::{NamespaceFacts, RegistryFacts, UserFacts};
use crate::id::{GroupId, NamespaceId, RegistryId, UserId};
use crate::model::{
    AuditEntry, AuditRecord, Grant, Grantee, Group, Namespace, NewGroup, NewNamespace, NewRegistry, NewUser, Registry, StoredKey, User,
};
use crate::name::{GroupName, NamespacePath, ServiceName, UserName};
use crate::right::Right;
use crate::time::Timestamp;
use async_trait::async_trait;
use std::time::Duration;

/// Counts the write transactions of a store, from 0 for an empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub i64);

/// A thing whose [facts](crate::access) a write transaction may have changed, or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// The user, his password, or his membership in groups.
    User(UserId),
    /// The name of the group, or that it exists. Members and namespaces that it touched are reported on their own.
    Group(GroupId),
    /// The registry. When it is gone, its namespaces are too, and are not reported on their own.
    Registry(RegistryId),
    /// The namespace, its members, groups or grants.
    Namespace(NamespaceId),
    /// The signing keys.
    Keys,
}

/// Which facts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<Id> {
    /// Those of one thing, when it exists.
    One(Id),
    /// Those of the first `limit` things whose id is greater than `after`, by ascending id.
    Page {
        /// The last id of the page before; 0 for the first.
        after: i64,
        /// How many at most.
        limit: u32,
    },
}

/// A store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction that sees one moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError>;

    /// Begins a transaction that may change things, after every other one has ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer, or another transaction does not end.
    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError>;
}

/// A transaction that reads.
pub trait ReadTx: UserReads + GroupReads + RegistryReads + NamespaceReads + KeyReads + AuditReads + FactReads + Send {}

/// A transaction that reads and writes. Dropping it rolls it back.
#[async_trait]
pub trait WriteTx: ReadTx + UserWrites + GroupWrites + RegistryWrites + NamespaceWrites + KeyWrites + AuditWrites + LeaseWrites {
    /// Makes the changes last, all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not confirm; nothing was changed then, as far as can be known.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Reading users.
#[async_trait]
pub trait UserReads {
    /// The user with this id.
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError>;
    /// The user of this name.
    async fn user_named(&mut self, name: &UserName) -> Result<Option<User>, StoreError>;
    /// Up to `limit` users whose names come after `after`, by name.
    async fn users(&mut self, after: Option<&UserName>, limit: u32) -> Result<Vec<User>, StoreError>;
    /// How many users are administrators and enabled.
    async fn count_administrators(&mut self) -> Result<u64, StoreError>;
}

/// Changing users.
#[async_trait]
pub trait UserWrites {
    /// Creates a user.
    async fn insert_user(&mut self, user: &NewUser) -> Result<UserId, StoreError>;
    /// Stores every field of the user with this id, except `created`.
    async fn update_user(&mut self, user: &User) -> Result<bool, StoreError>;
    /// Deletes the user with his memberships, assignments and grants. [`StoreError::InUse`] while he owns namespaces.
    async fn delete_user(&mut self, id: UserId) -> Result<bool, StoreError>;
}

/// Reading groups.
#[async_trait]
pub trait GroupReads {
    /// The group with this id.
    async fn group(&mut self, id: GroupId) -> Result<Option<Group>, StoreError>;
    /// The group of this name.
    async fn group_named(&mut self, name: &GroupName) -> Result<Option<Group>, StoreError>;
    /// Up to `limit` groups whose names come after `after`, by name.
    async fn groups(&mut self, after: Option<&GroupName>, limit: u32) -> Result<Vec<Group>, StoreError>;
    /// The members of a group, by name.
    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<User>, StoreError>;
    /// The groups a user is in, by name.
    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<Group>, StoreError>;
}

/// Changing groups.
#[async_trait]
pub trait GroupWrites {
    /// Creates a group.
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError>;
    /// Stores every field of the group with this id, except `created`.
    async fn update_group(&mut self, group: &Group) -> Result<bool, StoreError>;
    /// Deletes the group with its memberships, assignments and grants.
    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError>;
    /// Puts a user into a group; `false` when he is in it already. Both must exist.
    async fn add_to_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError>;
    /// Takes a user out of a group; `false` when he is not in it.
    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError>;
}

/// Reading registries.
#[async_trait]
pub trait RegistryReads {
    /// The registry with this id.
    async fn registry(&mut self, id: RegistryId) -> Result<Option<Registry>, StoreError>;
    /// The registry of this service name.
    async fn registry_named(&mut self, service: &ServiceName) -> Result<Option<Registry>, StoreError>;
    /// Up to `limit` registries whose services come after `after`, by service.
    async fn registries(&mut self, after: Option<&ServiceName>, limit: u32) -> Result<Vec<Registry>, StoreError>;
}

/// Changing registries.
#[async_trait]
pub trait RegistryWrites {
    /// Registers a registry.
    async fn insert_registry(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError>;
    /// Stores every field of the registry with this id, except `created`.
    async fn update_registry(&mut self, registry: &Registry) -> Result<bool, StoreError>;
    /// Deletes the registry with its namespaces and all that belongs to them.
    async fn delete_registry(&mut self, id: RegistryId) -> Result<bool, StoreError>;
}

/// Reading namespaces.
#[async_trait]
pub trait NamespaceReads {
    /// The namespace with this id.
    async fn namespace(&mut self, id: NamespaceId) -> Result<Option<Namespace>, StoreError>;
    /// The namespace of exactly this path on a registry.
    async fn namespace_at(&mut self, registry: RegistryId, path: &NamespacePath) -> Result<Option<Namespace>, StoreError>;
    /// Up to `limit` namespaces of a registry whose paths come after `after`, by path.
    async fn namespaces(&mut self, registry: RegistryId, after: Option<&NamespacePath>, limit: u32) -> Result<Vec<Namespace>, StoreError>;
    /// The namespaces a user owns, by id.
    async fn namespaces_owned_by(&mut self, owner: UserId) -> Result<Vec<Namespace>, StoreError>;
    /// Users and groups assigned to a namespace: users first, each by id.
    async fn assigned(&mut self, namespace: NamespaceId) -> Result<Vec<Grantee>, StoreError>;
    /// Custom rights on a namespace: of users first, each by id.
    async fn grants(&mut self, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError>;
}

/// Changing namespaces.
#[async_trait]
pub trait NamespaceWrites {
    /// Creates a namespace. Its registry, and its owner if it has one, must exist.
    async fn insert_namespace(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError>;
    /// Stores every field of the namespace with this id, except `registry` and `created`.
    async fn update_namespace(&mut self, namespace: &Namespace) -> Result<bool, StoreError>;
    /// Deletes the namespace with its assignments and grants.
    async fn delete_namespace(&mut self, id: NamespaceId) -> Result<bool, StoreError>;
    /// Assigns a user or group; `false` when it is assigned already. Both must exist.
    async fn assign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError>;
    /// Ends an assignment; `false` when there is none.
    async fn unassign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError>;
    /// Gives a custom right, in place of the one the grantee had. Both must exist.
    async fn grant(&mut self, namespace: NamespaceId, grantee: Grantee, right: Right) -> Result<(), StoreError>;
    /// Takes a custom right away; `false` when there is none.
    async fn revoke(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError>;
}

/// Reading signing keys.
#[async_trait]
pub trait KeyReads {
    /// Every signing key, oldest first.
    async fn keys(&mut self) -> Result<Vec<StoredKey>, StoreError>;
}

/// Changing signing keys.
#[async_trait]
pub trait KeyWrites {
    /// Stores a key; the id is the store's, `key.id` is not looked at.
    async fn insert_key(&mut self, key: &StoredKey) -> Result<crate::id::KeyId, StoreError>;
}

/// Reading the audit trail.
#[async_trait]
pub trait AuditReads {
    /// The newest `limit` entries before `before`, newest first.
    async fn audit_entries(&mut self, before: Option<crate::id::AuditId>, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;
}

/// Adding to the audit trail.
#[async_trait]
pub trait AuditWrites {
    /// Adds an entry, as part of the change it tells of.
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError>;
}

/// Leases: who of several processes does the background work.
#[async_trait]
pub trait LeaseWrites {
    /// Takes or renews the lease `name` for `holder` until `now + lifetime`. `false` while somebody else's is not over.
    async fn take_lease(&mut self, name: &str, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError>;
    /// Gives the lease up, when `holder` has it.
    async fn release_lease(&mut self, name: &str, holder: &str) -> Result<(), StoreError>;
}

/// Reading the facts that decisions rest on, all of them or only what has changed.
#[async_trait]
pub trait FactReads {
    /// How many write transactions this transaction sees.
    async fn revision(&mut self) -> Result<Revision, StoreError>;
    /// What was changed after `since`, each thing once. `None` when that is too long ago, or was never: read everything then.
    async fn changes_since(&mut self, since: Revision) -> Result<Option<Vec<Change>>, StoreError>;
    /// Facts of users.
    async fn user_facts(&mut self, which: Which<UserId>) -> Result<Vec<UserFacts>, StoreError>;
    /// Names of groups.
    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<(GroupId, GroupName)>, StoreError>;
    /// Facts of registries.
    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError>;
    /// Facts of namespaces.
    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError>;
}
