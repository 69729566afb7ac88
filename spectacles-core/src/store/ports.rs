//! The traits a store implements.

use super::{BatchReads, ContentReads, ContentTx, ContentWrites, ListingReads, RetentionReads, RetentionWrites, StoreError};
use crate::access::{AppFacts, GroupFacts, NamespaceFacts, RegistryFacts, ServiceAccountFacts, UserFacts};
use crate::audit::{Chain, ChainEnds};
use crate::id::{ApiTokenId, AppId, AuditId, DecisionId, GroupId, KeyId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use crate::model::{
    App, Assignment, AuditEntry, AuditRecord, Avatar, AvatarPicture, AvatarSize, DecisionEntry, DecisionFilter, DecisionRecord, Ended,
    Grant, Grantee, Group, KeptRequest, Namespace, NewApiToken, NewApp, NewGroup, NewNamespace, NewRegistry, NewServiceAccount, NewUser,
    PasswordReset, Published, Registry, Relation, SecretHash, ServiceAccount, ServiceSecret, StoreState, StoredApiToken, StoredKey, Terms,
    TimedGroup, User,
};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, Slug, UserName};
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
    /// The user, his password, his API tokens, or his membership in groups.
    User(UserId),
    /// The name or slug of the group, or that it exists. Members, namespaces, registries and apps that it touched are reported on their own.
    Group(GroupId),
    /// The app, and the groups it has to do with. Service accounts that ran it are reported on their own.
    App(AppId),
    /// The service account, or its secrets. Namespaces that it touched are reported on their own.
    Service(ServiceAccountId),
    /// The registry, and the groups it has to do with. When it is gone, its namespaces are too, and are not reported on their own.
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

    /// Begins a transaction that records what happened. No decision rests on it, so that it is not counted by the [`Revision`], and it does
    /// not wait for write transactions longer than the database makes it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError>;

    /// Begins a transaction that changes what is known of the content of registries. No decision rests on it, so that it is not counted by the
    /// [`Revision`], and it does not wait for write transactions longer than the database makes it. Transactions of this kind of one process
    /// happen one after the other.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer, or another transaction does not end.
    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError>;

    /// What it tells of itself, for people. Nothing, unless it says something.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    async fn describe(&self) -> Result<StoreState, StoreError> {
        Ok(StoreState::default())
    }
}

/// A transaction that reads.
pub trait ReadTx:
    UserReads
    + ApiTokenReads
    + PasswordResetReads
    + AvatarReads
    + GroupReads
    + AppReads
    + ServiceAccountReads
    + RegistryReads
    + RelationReads
    + RequestReads
    + NamespaceReads
    + ExpiryReads
    + KeyReads
    + AuditReads
    + DecisionReads
    + FactReads
    + ListingReads
    + BatchReads
    + ContentReads
    + RetentionReads
    + Send
{
}

/// A transaction that reads and writes. Dropping it rolls it back.
#[async_trait]
pub trait WriteTx:
    ReadTx
    + UserWrites
    + ApiTokenWrites
    + PasswordResetWrites
    + AvatarWrites
    + GroupWrites
    + AppWrites
    + ServiceAccountWrites
    + RegistryWrites
    + RelationWrites
    + RequestWrites
    + NamespaceWrites
    + KeyWrites
    + AuditWrites
    + LeaseWrites
    + ContentWrites
    + RetentionWrites
{
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
    /// How many users there are.
    async fn count_users(&mut self) -> Result<u64, StoreError>;
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

/// Reading API tokens.
#[async_trait]
pub trait ApiTokenReads {
    /// The API tokens of a user, oldest first.
    async fn api_tokens_of(&mut self, user: UserId) -> Result<Vec<StoredApiToken>, StoreError>;
}

/// Changing API tokens. They go with their user, and with the registry or the namespace they are limited to; their users are reported as changed.
#[async_trait]
pub trait ApiTokenWrites {
    /// Stores an API token. Its user, and what it is limited to, must exist.
    async fn insert_api_token(&mut self, token: &NewApiToken) -> Result<ApiTokenId, StoreError>;
    /// Moves the end of an API token; `false` when the user has none such.
    async fn extend_api_token(&mut self, user: UserId, token: ApiTokenId, until: Timestamp) -> Result<bool, StoreError>;
    /// Takes an API token away.
    async fn delete_api_token(&mut self, user: UserId, token: ApiTokenId) -> Result<bool, StoreError>;
}

/// Reading codes by which new passwords are set.
#[async_trait]
pub trait PasswordResetReads {
    /// The code of a user, whether it is still good or not.
    async fn password_reset(&mut self, user: UserId) -> Result<Option<PasswordReset>, StoreError>;
}

/// Changing codes by which new passwords are set. They go with their user. No decision rests on them, so that they are reported as no change.
#[async_trait]
pub trait PasswordResetWrites {
    /// Keeps a code in place of the one that its user had. The user must exist.
    async fn keep_password_reset(&mut self, reset: &PasswordReset) -> Result<(), StoreError>;
    /// Takes the code of a user away; `false` when he has none.
    async fn end_password_reset(&mut self, user: UserId) -> Result<bool, StoreError>;
}

/// Reading pictures of users.
#[async_trait]
pub trait AvatarReads {
    /// The picture of a user in this size.
    async fn avatar(&mut self, user: UserId, size: AvatarSize) -> Result<Option<AvatarPicture>, StoreError>;
}

/// Changing pictures of users. They go with their user. No decision rests on them, so that they are reported as no change.
#[async_trait]
pub trait AvatarWrites {
    /// Gives a user a picture in place of the one he had. The user must exist.
    async fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError>;
    /// Takes the picture of a user away; `false` when he has none.
    async fn remove_avatar(&mut self, user: UserId) -> Result<bool, StoreError>;
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
    /// The group of this slug.
    async fn group_with_slug(&mut self, slug: &Slug) -> Result<Option<Group>, StoreError>;
    /// The members of a group, by name, each with the end of the membership.
    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<(User, Option<Timestamp>)>, StoreError>;
    /// The groups a user is in, by name, each with the end of the membership.
    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<(Group, Option<Timestamp>)>, StoreError>;
}

/// Changing groups.
#[async_trait]
pub trait GroupWrites {
    /// Creates a group.
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError>;
    /// Stores every field of the group with this id, except `created`.
    async fn update_group(&mut self, group: &Group) -> Result<bool, StoreError>;
    /// Deletes the group with its memberships, assignments, grants and relations. It is nobody's default group any more.
    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError>;
    /// Puts a user into a group until then, or changes until when; `false` when that is so already. Both must exist.
    async fn add_to_group(&mut self, group: GroupId, user: UserId, until: Option<Timestamp>) -> Result<bool, StoreError>;
    /// Takes a user out of a group; `false` when he is not in it.
    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError>;
}

/// Reading apps.
#[async_trait]
pub trait AppReads {
    /// The app with this id.
    async fn app(&mut self, id: AppId) -> Result<Option<App>, StoreError>;
    /// The app of this name.
    async fn app_named(&mut self, name: &AppName) -> Result<Option<App>, StoreError>;
    /// Up to `limit` apps whose names come after `after`, by name.
    async fn apps(&mut self, after: Option<&AppName>, limit: u32) -> Result<Vec<App>, StoreError>;
}

/// Changing apps.
#[async_trait]
pub trait AppWrites {
    /// Creates an app.
    async fn insert_app(&mut self, app: &NewApp) -> Result<AppId, StoreError>;
    /// Stores every field of the app with this id, except `created`.
    async fn update_app(&mut self, app: &App) -> Result<bool, StoreError>;
    /// Deletes the app with its relations. Service accounts that ran it stay, and run none.
    async fn delete_app(&mut self, id: AppId) -> Result<bool, StoreError>;
}

/// Reading service accounts.
#[async_trait]
pub trait ServiceAccountReads {
    /// The service account with this id.
    async fn service_account(&mut self, id: ServiceAccountId) -> Result<Option<ServiceAccount>, StoreError>;
    /// The service account of this name.
    async fn service_account_named(&mut self, name: &ServiceAccountName) -> Result<Option<ServiceAccount>, StoreError>;
    /// Up to `limit` service accounts whose names come after `after`, by name.
    async fn service_accounts(&mut self, after: Option<&ServiceAccountName>, limit: u32) -> Result<Vec<ServiceAccount>, StoreError>;
    /// The secrets of a service account, oldest first.
    async fn secrets_of(&mut self, service: ServiceAccountId) -> Result<Vec<ServiceSecret>, StoreError>;
}

/// Changing service accounts.
#[async_trait]
pub trait ServiceAccountWrites {
    /// Creates a service account. Its app and its owner, if it has any, must exist.
    async fn insert_service_account(&mut self, service: &NewServiceAccount) -> Result<ServiceAccountId, StoreError>;
    /// Stores every field of the service account with this id, except `created`.
    async fn update_service_account(&mut self, service: &ServiceAccount) -> Result<bool, StoreError>;
    /// Deletes the service account with its secrets, assignments and grants.
    async fn delete_service_account(&mut self, id: ServiceAccountId) -> Result<bool, StoreError>;
    /// Adds a secret. The service account must exist.
    async fn insert_secret(
        &mut self,
        service: ServiceAccountId,
        hash: SecretHash,
        created: Timestamp,
        terms: &Terms,
    ) -> Result<SecretId, StoreError>;
    /// Takes a secret away.
    async fn delete_secret(&mut self, service: ServiceAccountId, secret: SecretId) -> Result<bool, StoreError>;
}

/// Reading what groups have to do with registries and apps.
#[async_trait]
pub trait RelationReads {
    /// The groups that have this relation, by id.
    async fn related(&mut self, of: Published, relation: Relation) -> Result<Vec<TimedGroup>, StoreError>;
}

/// Changing what groups have to do with registries and apps.
#[async_trait]
pub trait RelationWrites {
    /// Puts a group into a relation until then, or changes until when; `false` when that is so already. Both must exist.
    async fn relate(&mut self, of: Published, relation: Relation, group: TimedGroup) -> Result<bool, StoreError>;
    /// Ends a relation; `false` when there is none.
    async fn unrelate(&mut self, of: Published, relation: Relation, group: GroupId) -> Result<bool, StoreError>;
}

/// Reading what has expired.
#[async_trait]
pub trait ExpiryReads {
    /// Up to `limit` things whose end is not after `moment`, in no order, each with the terms of its own row.
    async fn expired(&mut self, moment: Timestamp, limit: u32) -> Result<Vec<Ended>, StoreError>;
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
    /// The namespaces where somebody is assigned or has a custom right, by id, each once.
    async fn namespaces_with(&mut self, grantee: Grantee) -> Result<Vec<NamespaceId>, StoreError>;
    /// Who is assigned to a namespace: users, then groups, then service accounts, each by id.
    async fn assigned(&mut self, namespace: NamespaceId) -> Result<Vec<Assignment>, StoreError>;
    /// Custom rights on a namespace: of users, then groups, then service accounts, each by id.
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
    /// Assigns somebody on these terms, or changes the terms; `false` when that is so already. Both must exist.
    async fn assign(&mut self, namespace: NamespaceId, grantee: Grantee, terms: &Terms) -> Result<bool, StoreError>;
    /// Ends an assignment; `false` when there is none.
    async fn unassign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError>;
    /// Gives a custom right, in place of the one the grantee had. Both must exist.
    async fn grant(&mut self, namespace: NamespaceId, grantee: Grantee, right: Right, terms: &Terms) -> Result<(), StoreError>;
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
    async fn insert_key(&mut self, key: &StoredKey) -> Result<KeyId, StoreError>;
}

/// Reading the audit trail.
#[async_trait]
pub trait AuditReads {
    /// The newest `limit` entries before `before`, newest first.
    async fn audit_entries(&mut self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;
    /// The oldest `limit` entries after `after`, oldest first.
    async fn audit_entries_after(&mut self, after: AuditId, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;
    /// Where a chain begins and ends, as it is kept apart from its entries.
    async fn chain_ends(&mut self, chain: Chain) -> Result<ChainEnds, StoreError>;
}

/// Adding to the audit trail.
#[async_trait]
pub trait AuditWrites {
    /// Adds an entry to the end of the chain of changes, as part of the change it tells of.
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError>;
}

/// Reading recorded decisions.
#[async_trait]
pub trait DecisionReads {
    /// The newest `limit` decisions that fit the filter, newest first.
    async fn decisions(&mut self, filter: &DecisionFilter, limit: u32) -> Result<Vec<DecisionEntry>, StoreError>;
    /// The oldest `limit` decisions after `after`, oldest first.
    async fn decisions_after(&mut self, after: DecisionId, limit: u32) -> Result<Vec<DecisionEntry>, StoreError>;
}

/// A transaction that records what happened. Dropping it rolls it back.
#[async_trait]
pub trait LogTx: Send {
    /// Adds decisions to the end of their chain.
    async fn append_decisions(&mut self, records: &[DecisionRecord]) -> Result<(), StoreError>;
    /// Removes the oldest decisions, up to `limit` of them, as far as they happened before `before`, and moves the beginning of the chain
    /// behind them. How many were removed.
    async fn prune_decisions(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
    /// Notes when secrets were last used; what is known already and later stays.
    async fn mark_secrets_used(&mut self, used: &[(SecretId, Timestamp)]) -> Result<(), StoreError>;
    /// The same of API tokens.
    async fn mark_api_tokens_used(&mut self, used: &[(ApiTokenId, Timestamp)]) -> Result<(), StoreError>;
    /// Makes it last.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not confirm.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Reading what was done for requests that came with a key.
#[async_trait]
pub trait RequestReads {
    /// What an actor has asked for under a key.
    async fn request(&mut self, actor: &str, key: &str) -> Result<Option<KeptRequest>, StoreError>;
    /// Whether anything was done before that moment.
    async fn has_requests_before(&mut self, before: Timestamp) -> Result<bool, StoreError>;
}

/// Keeping what was done for requests that came with a key.
#[async_trait]
pub trait RequestWrites {
    /// Keeps it as part of what is done, in place of what the actor has done under that key before.
    async fn keep_request(&mut self, actor: &str, key: &str, request: &KeptRequest) -> Result<(), StoreError>;
    /// Forgets what was done before that moment; how much that was.
    async fn forget_requests(&mut self, before: Timestamp) -> Result<u64, StoreError>;
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
    /// Facts of groups.
    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<GroupFacts>, StoreError>;
    /// Facts of apps.
    async fn app_facts(&mut self, which: Which<AppId>) -> Result<Vec<AppFacts>, StoreError>;
    /// Facts of service accounts.
    async fn service_facts(&mut self, which: Which<ServiceAccountId>) -> Result<Vec<ServiceAccountFacts>, StoreError>;
    /// Facts of registries.
    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError>;
    /// Facts of namespaces.
    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError>;
}
