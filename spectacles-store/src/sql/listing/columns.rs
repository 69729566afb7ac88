//! Where the fields of lists are. These are the only names that are ever put into a statement.

use spectacles_core::listing::{
    ActivityField, AppField, AuditField, DecisionField, Field, GroupField, NamespaceField, RegistryField, RepositoryField, ServiceField,
    TagField, UserField,
};

/// Where a field is.
#[derive(Clone, Copy)]
pub(super) enum Column {
    /// A number, never absent.
    Number(&'static str),
    /// A name: never absent, compared by its bytes in every table, and without blanks at its ends.
    Name(&'static str),
    /// Any text, or nothing.
    Text(&'static str),
    /// The name of what a row refers to.
    Reference {
        /// The column that refers to it.
        id: &'static str,
        /// Where it is.
        table: &'static str,
        /// What it is called there.
        name: &'static str,
        /// That name, in a row of ours.
        expression: &'static str,
    },
}

/// Fields of one table.
pub(super) trait Columns: Field {
    /// Where a field is.
    fn column(self) -> Column;
}

macro_rules! reference {
    ($from:literal . $id:literal -> $table:literal . $name:literal) => {
        Column::Reference {
            id: $id,
            table: $table,
            name: $name,
            expression: concat!("(SELECT ", $name, " FROM ", $table, " WHERE ", $table, ".id = ", $from, ".", $id, ")"),
        }
    };
}

impl Columns for UserField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Name => Column::Name("name"),
            Self::DisplayName => Column::Text("display_name"),
            Self::Email => Column::Text("email"),
            Self::Admin => Column::Number("is_admin"),
            Self::Auditor => Column::Number("is_auditor"),
            Self::Enabled => Column::Number("is_enabled"),
            Self::HasPassword => Column::Number("(CASE WHEN password IS NULL THEN 0 ELSE 1 END)"),
            Self::Privileges => Column::Text("privileges"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for GroupField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Name => Column::Name("name"),
            Self::Slug => Column::Text("slug"),
            Self::Description => Column::Text("description"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for AppField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Name => Column::Name("name"),
            Self::Slug => Column::Text("slug"),
            Self::Description => Column::Text("description"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for ServiceField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Name => Column::Name("name"),
            Self::App => reference!("service_accounts"."app_id" -> "apps"."name"),
            Self::Owner => reference!("service_accounts"."owner_id" -> "users"."name"),
            Self::Description => Column::Text("description"),
            Self::Enabled => Column::Number("is_enabled"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for RegistryField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Service => Column::Name("service"),
            Self::Url => Column::Text("url"),
            Self::ExternalUrl => Column::Text("external_url"),
            Self::Enabled => Column::Number("is_enabled"),
            Self::ReadOnly => Column::Number("is_read_only"),
            Self::DeleteEnabled => Column::Number("delete_enabled"),
            Self::Anonymous => Column::Text("anonymous"),
            Self::Policy => Column::Text("policy"),
            Self::Restricted => Column::Number("is_restricted"),
            Self::TokenSeconds => Column::Number("token_seconds"),
            Self::KidStyle => Column::Text("kid_style"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for NamespaceField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Registry => reference!("namespaces"."registry_id" -> "registries"."service"),
            Self::Path => Column::Name("path"),
            Self::Owner => reference!("namespaces"."owner_id" -> "users"."name"),
            Self::Description => Column::Text("description"),
            Self::Public => Column::Number("is_public"),
            Self::MembersRight => Column::Text("members_right"),
            Self::GroupsRight => Column::Text("groups_right"),
            Self::OthersRight => Column::Text("others_right"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
        }
    }
}

impl Columns for RepositoryField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Registry => reference!("repositories"."registry_id" -> "registries"."service"),
            Self::Name => Column::Name("name"),
            Self::Description => Column::Text("description"),
            Self::Official => Column::Number("is_official"),
            Self::Automated => Column::Number("is_automated"),
            Self::Stars => Column::Number("stars"),
            Self::Pulls => Column::Number("pulls"),
            Self::Tags => Column::Number("tag_count"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
            Self::Pushed => Column::Number("COALESCE(pushed, 0)"),
            Self::Pulled => Column::Number("COALESCE(pulled, 0)"),
        }
    }
}

impl Columns for TagField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::Name => Column::Name("name"),
            Self::Version => Column::Name("version"),
            Self::Digest => Column::Name("digest"),
            Self::MediaType => Column::Text("media_type"),
            Self::Size => Column::Number("COALESCE(size, 0)"),
            Self::Created => Column::Number("created"),
            Self::Updated => Column::Number("updated"),
            Self::PushedBy => Column::Text("pushed_by"),
            Self::Pushed => Column::Number("COALESCE(pushed, 0)"),
            Self::Pulled => Column::Number("COALESCE(pulled, 0)"),
            Self::Pulls => Column::Number("pulls"),
        }
    }
}

impl Columns for ActivityField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::At => Column::Number("happened"),
            Self::Kind => Column::Text("kind"),
            Self::Registry => reference!("activities"."registry_id" -> "registries"."service"),
            Self::Repository => Column::Name("repository"),
            Self::Tag => Column::Name("tag"),
            Self::Digest => Column::Name("digest"),
            Self::Principal => Column::Text("principal"),
            Self::Address => Column::Text("address"),
        }
    }
}

impl Columns for AuditField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::At => Column::Number("happened"),
            Self::Actor => Column::Text("actor"),
            Self::Action => Column::Text("action"),
            Self::Object => Column::Text("object"),
            Self::Details => Column::Text("details"),
        }
    }
}

impl Columns for DecisionField {
    fn column(self) -> Column {
        match self {
            Self::Id => Column::Number("id"),
            Self::At => Column::Number("happened"),
            Self::Token => Column::Text("token"),
            Self::Outcome => Column::Text("outcome"),
            Self::Principal => Column::Text("principal"),
            Self::Credential => Column::Text("credential"),
            Self::Address => Column::Text("address"),
            Self::Agent => Column::Text("agent"),
            Self::Service => Column::Text("service"),
            Self::Scopes => Column::Text("scopes"),
            Self::Reason => Column::Text("reason"),
        }
    }
}
