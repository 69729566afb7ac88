//! The kinds of things there are lists of.

use crate::resources::{
    AddGroups, AddMembers, End, GiveRight, MadeSecret, MadeToken, MakeNamespace, MakeSecret, MakeToken, Membership, PublicKey, RelatedGroup,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use spectacles_core::model::{AuditEntry, Consumer, DecisionEntry, Terms};
use spectacles_core::service::{
    ActivityView, ApiTokenView, AppChanges, AppView, ChangeView, CreateApp, CreateGroup, CreateRegistry, CreateService, CreateUser,
    GroupChanges, GroupView, ImageConsumer, NamedAssignment, NamedGrant, NamespaceChanges, NamespaceView, RegistryChanges, RegistryView,
    RepositoryChanges, RepositoryView, SecretView, ServiceChanges, ServiceView, SessionView, TagView, UserChanges, UserView,
};

/// A kind of things.
pub trait Resource {
    /// How one is shown.
    type View: DeserializeOwned;
    /// What is said to create one.
    type New: Serialize;
    /// What comes back when one was created.
    type Made: DeserializeOwned;
    /// What is said to change one.
    type Changes: Serialize;
    /// What is said to make one so, whether it was or not.
    type Terms: Serialize;
    /// What is said to make several so at once.
    type Several: Serialize;
    /// Whether their lists have pages, filters and orders.
    const IS_PAGED: bool;
}

/// Nothing can be said: it is not offered.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum Never {}

macro_rules! resources {
    ($($(#[$meta:meta])* $name:ident { $view:ty, $new:ty => $made:ty, $changes:ty, $terms:ty, $several:ty, $paged:literal })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Resource for $name {
            type View = $view;
            type New = $new;
            type Made = $made;
            type Changes = $changes;
            type Terms = $terms;
            type Several = $several;
            const IS_PAGED: bool = $paged;
        }
    )*};
}

resources! {
    /// Users, by name.
    Users { UserView, CreateUser => UserView, UserChanges, Never, Never, true }
    /// The API tokens of a user, by number.
    Tokens { ApiTokenView, MakeToken => MadeToken, Never, Never, Never, false }
    /// Where a user is signed in to the web interface, by number.
    Sessions { SessionView, Never => (), Never, Never, Never, false }
    /// Groups, by name.
    Groups { GroupView, CreateGroup => GroupView, GroupChanges, Never, Never, true }
    /// The members of a group, by the name of the user.
    Members { Membership, Never => (), Never, End, AddMembers, false }
    /// Apps, by name.
    Apps { AppView, CreateApp => AppView, AppChanges, Never, Never, true }
    /// The groups that answer for an app, by name.
    AppResponsibles { RelatedGroup, Never => (), Never, End, AddGroups, false }
    /// The groups that an app is published to, by name.
    AppPublications { RelatedGroup, Never => (), Never, End, AddGroups, false }
    /// Service accounts, by name.
    Services { ServiceView, CreateService => ServiceView, ServiceChanges, Never, Never, true }
    /// The secrets of a service account, by number.
    Secrets { SecretView, MakeSecret => MadeSecret, Never, Never, Never, false }
    /// Registries, by service.
    Registries { RegistryView, CreateRegistry => RegistryView, RegistryChanges, Never, Never, true }
    /// The groups that answer for a registry, by name.
    RegistryResponsibles { RelatedGroup, Never => (), Never, End, AddGroups, false }
    /// The groups that a registry is published to, by name.
    RegistryPublications { RelatedGroup, Never => (), Never, End, AddGroups, false }
    /// Namespaces, by path. They are created on one registry.
    Namespaces { NamespaceView, MakeNamespace => NamespaceView, NamespaceChanges, Never, Never, true }
    /// Custom rights on a namespace, by `user`, `group` or `service` and the name.
    Grants { NamedGrant, Never => (), Never, GiveRight, Never, false }
    /// Assignments to a namespace, by `user`, `group` or `service` and the name.
    Assignments { NamedAssignment, Never => (), Never, Terms, Never, false }
    /// Repositories, by name.
    Repositories { RepositoryView, Never => (), RepositoryChanges, Never, Never, true }
    /// The tags of a repository, by name.
    Tags { TagView, Never => (), Never, Never, Never, true }
    /// Who pulled a manifest.
    Consumers { Consumer, Never => (), Never, Never, Never, false }
    /// Who pulled an image.
    ImageConsumers { ImageConsumer, Never => (), Never, Never, Never, false }
    /// What happened to the content of registries.
    Activities { ActivityView, Never => (), Never, Never, Never, true }
    /// What was changed that concerns whoever asks.
    OwnChanges { ChangeView, Never => (), Never, Never, Never, true }
    /// What was changed.
    Changes { AuditEntry, Never => (), Never, Never, Never, true }
    /// What was decided.
    Decisions { DecisionEntry, Never => (), Never, Never, Never, true }
    /// Signing keys.
    Keys { PublicKey, Never => (), Never, Never, Never, false }
}
