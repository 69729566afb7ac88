//! The fields of each kind of things.

use super::field::{Field, Kind};
use crate::model::{ActivityKind, Anonymous, Credential, KidStyle, Outcome, Policy};
use crate::right::Right;
use std::fmt::Display;
use std::str::FromStr;

/// How a field may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// In filters.
    Filter,
    /// In filters and orders.
    Order,
    /// The same, and no two things have the same.
    Unique,
}

/// A word as it is stored.
fn word<W: FromStr<Err: Display> + Display>(text: &str) -> Result<String, String> {
    text.parse::<W>().map(|word| word.to_string()).map_err(|error| error.to_string())
}

macro_rules! fields {
    ($($(#[$meta:meta])* $type:ident, $what:literal by $order:literal { $($variant:ident = $name:literal, $kind:expr, $use:ident;)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Field for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const WHAT: &'static str = $what;
            const ORDER: &'static str = $order;
            const ID: Self = Self::Id;

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn kind(self) -> Kind {
                match self { $(Self::$variant => $kind,)* }
            }

            fn can_order(self) -> bool {
                match self { $(Self::$variant => Use::$use != Use::Filter,)* }
            }

            fn is_unique(self) -> bool {
                match self { $(Self::$variant => Use::$use == Use::Unique,)* }
            }
        }
    )*};
}

fields! {
    /// What users are listed by.
    UserField, "users" by "name" {
        Id = "id", Kind::Number, Unique;
        Name = "name", Kind::Text, Unique;
        DisplayName = "display_name", Kind::Text, Order;
        Email = "email", Kind::Text, Order;
        Admin = "admin", Kind::Boolean, Filter;
        Auditor = "auditor", Kind::Boolean, Filter;
        Enabled = "enabled", Kind::Boolean, Filter;
        HasPassword = "has_password", Kind::Boolean, Filter;
        Privileges = "privileges", Kind::Text, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What groups are listed by.
    GroupField, "groups" by "name" {
        Id = "id", Kind::Number, Unique;
        Name = "name", Kind::Text, Unique;
        Slug = "slug", Kind::Text, Order;
        Description = "description", Kind::Text, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What apps are listed by.
    AppField, "apps" by "name" {
        Id = "id", Kind::Number, Unique;
        Name = "name", Kind::Text, Unique;
        Slug = "slug", Kind::Text, Order;
        Description = "description", Kind::Text, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What service accounts are listed by.
    ServiceField, "service accounts" by "name" {
        Id = "id", Kind::Number, Unique;
        Name = "name", Kind::Text, Unique;
        App = "app", Kind::Text, Order;
        Owner = "owner", Kind::Text, Order;
        Description = "description", Kind::Text, Filter;
        Enabled = "enabled", Kind::Boolean, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What repositories are listed by.
    RepositoryField, "repositories" by "name" {
        Id = "id", Kind::Number, Unique;
        Registry = "registry", Kind::Text, Filter;
        Name = "name", Kind::Text, Order;
        Description = "description", Kind::Text, Filter;
        Official = "official", Kind::Boolean, Filter;
        Automated = "automated", Kind::Boolean, Filter;
        Stars = "stars", Kind::Number, Order;
        Pulls = "pulls", Kind::Number, Order;
        Tags = "tags", Kind::Number, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
        Pushed = "pushed", Kind::Moment, Filter;
        Pulled = "pulled", Kind::Moment, Filter;
    }

    /// What tags are listed by. `version` orders names as people count: `v1.9`, `v1.10`, `v1.10-rc1` before `v1.10`.
    TagField, "tags" by "version" {
        Id = "id", Kind::Number, Unique;
        Name = "name", Kind::Text, Unique;
        Version = "version", Kind::Text, Order;
        Digest = "digest", Kind::Text, Filter;
        MediaType = "media_type", Kind::Text, Filter;
        Size = "size", Kind::Number, Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
        PushedBy = "pushed_by", Kind::Text, Filter;
        Pushed = "pushed", Kind::Moment, Filter;
        Pulled = "pulled", Kind::Moment, Filter;
        Pulls = "pulls", Kind::Number, Order;
    }

    /// What happenings are listed by.
    ActivityField, "activities" by "-id" {
        Id = "id", Kind::Number, Unique;
        At = "at", Kind::Moment, Order;
        Kind = "kind", Kind::Word(word::<ActivityKind>), Filter;
        Registry = "registry", Kind::Text, Filter;
        Repository = "repository", Kind::Text, Filter;
        Tag = "tag", Kind::Text, Filter;
        Digest = "digest", Kind::Text, Filter;
        Principal = "principal", Kind::Text, Filter;
        Address = "address", Kind::Text, Filter;
    }

    /// What registries are listed by.
    RegistryField, "registries" by "service" {
        Id = "id", Kind::Number, Unique;
        Service = "service", Kind::Text, Unique;
        Url = "url", Kind::Text, Order;
        ExternalUrl = "external_url", Kind::Text, Order;
        Enabled = "enabled", Kind::Boolean, Filter;
        ReadOnly = "read_only", Kind::Boolean, Filter;
        DeleteEnabled = "delete_enabled", Kind::Boolean, Filter;
        Anonymous = "anonymous", Kind::Word(word::<Anonymous>), Filter;
        Policy = "policy", Kind::Word(word::<Policy>), Filter;
        Restricted = "restricted", Kind::Boolean, Filter;
        TokenSeconds = "token_seconds", Kind::Number, Filter;
        KidStyle = "kid_style", Kind::Word(word::<KidStyle>), Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What namespaces are listed by.
    NamespaceField, "namespaces" by "path" {
        Id = "id", Kind::Number, Unique;
        Registry = "registry", Kind::Text, Order;
        Path = "path", Kind::Text, Order;
        Owner = "owner", Kind::Text, Order;
        Description = "description", Kind::Text, Filter;
        Public = "public", Kind::Boolean, Filter;
        MembersRight = "members_right", Kind::Word(word::<Right>), Filter;
        GroupsRight = "groups_right", Kind::Word(word::<Right>), Filter;
        OthersRight = "others_right", Kind::Word(word::<Right>), Filter;
        Created = "created", Kind::Moment, Order;
        Updated = "updated", Kind::Moment, Order;
    }

    /// What changes are listed by. `details` is the text of the JSON.
    AuditField, "changes" by "-id" {
        Id = "id", Kind::Number, Unique;
        At = "at", Kind::Moment, Order;
        Actor = "actor", Kind::Text, Filter;
        Action = "action", Kind::Text, Filter;
        Object = "object", Kind::Text, Filter;
        Details = "details", Kind::Text, Filter;
    }

    /// What decisions are listed by. `scopes` is the text of the JSON.
    DecisionField, "decisions" by "-id" {
        Id = "id", Kind::Number, Unique;
        At = "at", Kind::Moment, Order;
        Token = "token", Kind::Text, Filter;
        Outcome = "outcome", Kind::Word(word::<Outcome>), Filter;
        Principal = "principal", Kind::Text, Filter;
        Credential = "credential", Kind::Word(word::<Credential>), Filter;
        Address = "address", Kind::Text, Filter;
        Agent = "agent", Kind::Text, Filter;
        Service = "service", Kind::Text, Filter;
        Scopes = "scopes", Kind::Text, Filter;
        Reason = "reason", Kind::Text, Filter;
    }
}
