//! What things have in the fields they are listed by.

use super::field::Field;
use super::fields::{
    ActivityField, AppField, AuditField, DecisionField, GroupField, NamespaceField, RegistryField, RepositoryField, ServiceField, TagField,
    UserField,
};
use super::filter::Value;
use super::version;
use crate::model::{Activity, App, AuditEntry, DecisionEntry, Group, Namespace, Registry, Repository, ServiceAccount, Tag, User};
use crate::name::{AppName, Digest, Email, RegistryUrl, RepositoryName, ServiceName, Slug, TagName, UserName};
use crate::time::Timestamp;

/// Something that can be listed.
pub trait Listed {
    /// Its fields.
    type Field: Field;

    /// What it has in a field.
    fn value(&self, field: Self::Field) -> Value;
}

/// A service account with the names of what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedService {
    /// The service account.
    pub service: ServiceAccount,
    /// What it runs.
    pub app: Option<AppName>,
    /// Who looks after it.
    pub owner: Option<UserName>,
}

/// A namespace with the names of what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedNamespace {
    /// The namespace.
    pub namespace: Namespace,
    /// The service of its registry.
    pub registry: ServiceName,
    /// Who owns it.
    pub owner: Option<UserName>,
}

/// A repository with the name of its registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRepository {
    /// The repository.
    pub repository: Repository,
    /// The service of its registry.
    pub registry: ServiceName,
}

/// Something that happened, with the name of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedActivity {
    /// What happened.
    pub activity: Activity,
    /// The service of the registry.
    pub registry: ServiceName,
}

impl Listed for User {
    type Field = UserField;

    fn value(&self, field: UserField) -> Value {
        match field {
            UserField::Id => self.id.get().into(),
            UserField::Name => self.name.as_str().into(),
            UserField::DisplayName => self.display_name.as_str().into(),
            UserField::Email => Value::optional(self.email.as_ref().map(Email::as_str)),
            UserField::Admin => self.admin.into(),
            UserField::Auditor => self.auditor.into(),
            UserField::Enabled => self.enabled.into(),
            UserField::HasPassword => self.password.is_some().into(),
            UserField::Privileges => Value::Text(self.privileges.to_string()),
            UserField::Created => self.created.into(),
            UserField::Updated => self.updated.into(),
        }
    }
}

impl Listed for Group {
    type Field = GroupField;

    fn value(&self, field: GroupField) -> Value {
        match field {
            GroupField::Id => self.id.get().into(),
            GroupField::Name => self.name.as_str().into(),
            GroupField::Slug => Value::optional(self.slug.as_ref().map(Slug::as_str)),
            GroupField::Description => self.description.as_str().into(),
            GroupField::Created => self.created.into(),
            GroupField::Updated => self.updated.into(),
        }
    }
}

impl Listed for App {
    type Field = AppField;

    fn value(&self, field: AppField) -> Value {
        match field {
            AppField::Id => self.id.get().into(),
            AppField::Name => self.name.as_str().into(),
            AppField::Slug => Value::optional(self.slug.as_ref().map(Slug::as_str)),
            AppField::Description => self.description.as_str().into(),
            AppField::Created => self.created.into(),
            AppField::Updated => self.updated.into(),
        }
    }
}

impl Listed for NamedService {
    type Field = ServiceField;

    fn value(&self, field: ServiceField) -> Value {
        let service = &self.service;
        match field {
            ServiceField::Id => service.id.get().into(),
            ServiceField::Name => service.name.as_str().into(),
            ServiceField::App => Value::optional(self.app.as_ref().map(AppName::as_str)),
            ServiceField::Owner => Value::optional(self.owner.as_ref().map(UserName::as_str)),
            ServiceField::Description => service.description.as_str().into(),
            ServiceField::Enabled => service.enabled.into(),
            ServiceField::Created => service.created.into(),
            ServiceField::Updated => service.updated.into(),
        }
    }
}

impl Listed for Registry {
    type Field = RegistryField;

    fn value(&self, field: RegistryField) -> Value {
        match field {
            RegistryField::Id => self.id.get().into(),
            RegistryField::Service => self.service.as_str().into(),
            RegistryField::Url => self.url.as_str().into(),
            RegistryField::ExternalUrl => Value::optional(self.external_url.as_ref().map(RegistryUrl::as_str)),
            RegistryField::Enabled => self.enabled.into(),
            RegistryField::ReadOnly => self.read_only.into(),
            RegistryField::DeleteEnabled => self.delete_enabled.into(),
            RegistryField::Anonymous => self.anonymous.as_str().into(),
            RegistryField::Policy => self.policy.as_str().into(),
            RegistryField::Restricted => self.restricted.into(),
            RegistryField::TokenSeconds => i64::from(self.token.lifetime.seconds()).into(),
            RegistryField::KidStyle => self.token.kid_style.as_str().into(),
            RegistryField::Created => self.created.into(),
            RegistryField::Updated => self.updated.into(),
        }
    }
}

impl Listed for NamedNamespace {
    type Field = NamespaceField;

    fn value(&self, field: NamespaceField) -> Value {
        let namespace = &self.namespace;
        match field {
            NamespaceField::Id => namespace.id.get().into(),
            NamespaceField::Registry => self.registry.as_str().into(),
            NamespaceField::Path => namespace.path.as_str().into(),
            NamespaceField::Owner => Value::optional(self.owner.as_ref().map(UserName::as_str)),
            NamespaceField::Description => namespace.description.as_str().into(),
            NamespaceField::Public => namespace.public.into(),
            NamespaceField::MembersRight => namespace.members_right.as_str().into(),
            NamespaceField::GroupsRight => namespace.groups_right.as_str().into(),
            NamespaceField::OthersRight => namespace.others_right.as_str().into(),
            NamespaceField::Created => namespace.created.into(),
            NamespaceField::Updated => namespace.updated.into(),
        }
    }
}

impl Listed for AuditEntry {
    type Field = AuditField;

    fn value(&self, field: AuditField) -> Value {
        let record = &self.record;
        match field {
            AuditField::Id => self.id.get().into(),
            AuditField::At => record.at.into(),
            AuditField::Actor => record.actor.as_str().into(),
            AuditField::Action => record.action.as_str().into(),
            AuditField::Object => record.object.as_str().into(),
            AuditField::Details => Value::Text(record.details.to_string()),
        }
    }
}

impl Listed for DecisionEntry {
    type Field = DecisionField;

    fn value(&self, field: DecisionField) -> Value {
        let record = &self.record;
        match field {
            DecisionField::Id => self.id.get().into(),
            DecisionField::At => record.at.into(),
            DecisionField::Token => record.token.as_str().into(),
            DecisionField::Outcome => record.outcome.as_str().into(),
            DecisionField::Principal => record.principal.as_str().into(),
            DecisionField::Credential => record.credential.as_str().into(),
            DecisionField::Address => Value::optional(record.address.as_deref()),
            DecisionField::Agent => record.agent.as_str().into(),
            DecisionField::Service => record.service.as_str().into(),
            // As stores write it; they are plain texts.
            DecisionField::Scopes => Value::Text(serde_json::to_string(&record.scopes).unwrap_or_default()),
            DecisionField::Reason => Value::optional(record.reason.as_deref()),
        }
    }
}

fn number(number: u64) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

/// A moment; 0 where there is none, which is before all others.
fn moment(moment: Option<Timestamp>) -> Value {
    moment.unwrap_or(Timestamp::from_unix_millis(0)).into()
}

impl Listed for NamedRepository {
    type Field = RepositoryField;

    fn value(&self, field: RepositoryField) -> Value {
        let repository = &self.repository;
        match field {
            RepositoryField::Id => repository.id.get().into(),
            RepositoryField::Registry => self.registry.as_str().into(),
            RepositoryField::Name => repository.name.as_str().into(),
            RepositoryField::Description => repository.said.description.as_str().into(),
            RepositoryField::Official => repository.said.official.into(),
            RepositoryField::Automated => repository.said.automated.into(),
            RepositoryField::Stars => number(repository.stars),
            RepositoryField::Pulls => number(repository.pulls),
            RepositoryField::Tags => number(repository.tags),
            RepositoryField::Created => repository.created.into(),
            RepositoryField::Updated => repository.updated.into(),
            RepositoryField::Pushed => moment(repository.pushed),
            RepositoryField::Pulled => moment(repository.pulled),
        }
    }
}

impl Listed for Tag {
    type Field = TagField;

    fn value(&self, field: TagField) -> Value {
        match field {
            TagField::Id => self.id.get().into(),
            TagField::Name => self.name.as_str().into(),
            TagField::Version => Value::Text(version::key(self.name.as_str())),
            TagField::Digest => self.digest.as_str().into(),
            TagField::MediaType => self.media_type.as_str().into(),
            TagField::Size => number(self.size.unwrap_or(0)),
            TagField::Created => self.created.into(),
            TagField::Updated => self.updated.into(),
            TagField::PushedBy => Value::optional(self.pushed_by.as_deref()),
            TagField::Pushed => moment(self.pushed),
            TagField::Pulled => moment(self.pulled),
            TagField::Pulls => number(self.pulls),
        }
    }
}

impl Listed for NamedActivity {
    type Field = ActivityField;

    fn value(&self, field: ActivityField) -> Value {
        let record = &self.activity.record;
        match field {
            ActivityField::Id => self.activity.id.get().into(),
            ActivityField::At => record.at.into(),
            ActivityField::Kind => record.kind.as_str().into(),
            ActivityField::Registry => self.registry.as_str().into(),
            ActivityField::Repository => Value::optional(record.repository.as_ref().map(RepositoryName::as_str)),
            ActivityField::Tag => Value::optional(record.tag.as_ref().map(TagName::as_str)),
            ActivityField::Digest => Value::optional(record.digest.as_ref().map(Digest::as_str)),
            ActivityField::Principal => record.principal.as_str().into(),
            ActivityField::Address => Value::optional(record.address.as_deref()),
        }
    }
}
