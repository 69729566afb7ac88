//! What is to be changed.

use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What makes the state what a document says. Nothing, where it is that already.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Plan {
    /// One for each thing: users, groups, apps, services, registries with their namespaces, each by name.
    pub changes: Vec<ObjectChange>,
    /// What the document owns and does not mention, and what stays nevertheless.
    #[serde(default)]
    pub unmentioned: Vec<Object>,
}

/// What is to be done with one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObjectChange {
    /// What.
    pub action: Verb,
    /// With what.
    #[serde(flatten)]
    pub object: Object,
    /// What of it differs; of what is created, what differs from the default. Nothing of what is deleted.
    #[serde(default)]
    pub fields: Vec<FieldChange>,
}

/// What can be done with a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It is not there yet.
    Create,
    /// It is there, and otherwise.
    Change,
    /// It is there, and should not be.
    Delete,
}

/// The kinds of things a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ThingKind")]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
    /// An app.
    App,
    /// A service account.
    Service,
    /// A registry.
    Registry,
    /// A namespace.
    Namespace,
}

/// One thing: `user alice`, `namespace registry.example.com team/app`, as the audit trail says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Thing")]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its name; of a namespace the service of its registry and its path, with a space between.
    pub name: String,
}

/// A field, or an item of a list, that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// The item, where the field is a list: `user bob`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What was there; null for nothing.
    pub before: Value,
    /// What is to be there.
    pub after: Value,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many things are created, changed and deleted.
    pub fn counts(&self) -> [usize; 3] {
        [Verb::Create, Verb::Change, Verb::Delete].map(|verb| self.changes.iter().filter(|change| change.action == verb).count())
    }
}

impl Verb {
    /// What audit entries end with.
    pub(crate) fn audited(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "set",
            Self::Delete => "delete",
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Change => '~',
            Self::Delete => '-',
        }
    }
}

impl Kind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::App => "app",
            Self::Service => "service",
            Self::Registry => "registry",
            Self::Namespace => "namespace",
        }
    }
}

impl Object {
    fn new(kind: Kind, name: &str) -> Self {
        Self { kind, name: name.to_owned() }
    }

    /// A user.
    pub fn user(name: &UserName) -> Self {
        Self::new(Kind::User, name.as_str())
    }

    /// A group.
    pub fn group(name: &GroupName) -> Self {
        Self::new(Kind::Group, name.as_str())
    }

    /// An app.
    pub fn app(name: &AppName) -> Self {
        Self::new(Kind::App, name.as_str())
    }

    /// A service account.
    pub fn service(name: &ServiceAccountName) -> Self {
        Self::new(Kind::Service, name.as_str())
    }

    /// A registry.
    pub fn registry_named(name: &ServiceName) -> Self {
        Self::new(Kind::Registry, name.as_str())
    }

    /// A namespace.
    pub fn namespace(registry: &ServiceName, path: &NamespacePath) -> Self {
        Self { kind: Kind::Namespace, name: format!("{registry} {path}") }
    }

    /// The registry that this is, or is on. Paths have no spaces, so that the last one is where the path begins.
    pub(super) fn registry(&self) -> &str {
        match self.kind {
            Kind::Namespace => self.name.rsplit_once(' ').map_or("", |(registry, _)| registry),
            Kind::User | Kind::Group | Kind::App | Kind::Service | Kind::Registry => &self.name,
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.name)
    }
}

/// `~ user bob: enabled true -> false`.
impl fmt::Display for ObjectChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action.sign(), self.object)?;
        let mut last = "";
        for change in &self.fields {
            f.write_str(if last.is_empty() { ": " } else { ", " })?;
            // A list is named once.
            if change.item.is_none() || last != change.field {
                write!(f, "{} ", change.field)?;
            }
            last = &change.field;
            change.fmt_values(f, self.action)?;
        }
        Ok(())
    }
}

impl FieldChange {
    fn fmt_values(&self, f: &mut fmt::Formatter<'_>, verb: Verb) -> fmt::Result {
        let (before, after) = (Shown(&self.before), Shown(&self.after));
        match &self.item {
            None if verb == Verb::Create => write!(f, "{after}"),
            None => write!(f, "{before} -> {after}"),
            Some(item) if self.before.is_null() => write!(f, "+{item}{}", after.behind()),
            Some(item) if self.after.is_null() => write!(f, "-{item}{}", before.behind()),
            Some(item) => write!(f, "{item} {before} -> {after}"),
        }
    }
}

/// A value on a line with others.
struct Shown<'v>(&'v Value);

impl Shown<'_> {
    /// What it says behind a name; nothing where there is nothing to say.
    fn behind(&self) -> String {
        match self.0 {
            Value::Object(limits) if limits.is_empty() => String::new(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => format!(" {self}"),
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || ",\"".contains(c)) && text != "-";
        match self.0 {
            Value::Null => f.write_str("-"),
            Value::String(text) if plain(text) => f.write_str(text),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => self.0.fmt(f),
            Value::Array(items) if items.is_empty() => f.write_str("none"),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{}", if index == 0 { "" } else { "," }, Shown(item))?;
                }
                Ok(())
            }
            // A right and its limits.
            Value::Object(fields) if fields.is_empty() => f.write_str("always"),
            Value::Object(fields) => {
                let words = [("right", ""), ("until", "until "), ("networks", "from ")];
                let there = words.into_iter().filter_map(|(name, word)| fields.get(name).map(|value| (word, value)));
                for (index, (word, value)) in there.enumerate() {
                    write!(f, "{}{word}{}", if index == 0 { "" } else { " " }, Shown(value))?;
                }
                Ok(())
            }
        }
    }
}
