//! Why a decision is what it is.

use super::Facts;
use super::decide::Subject;
use super::paths::PathRule;
use crate::id::{AppId, GroupId, NamespaceId};
use crate::right::{Right, Rights};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// The rule that decided, and what it came from. Small and copied: it is made with every decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Because {
    /// The rule.
    pub rule: Rule,
    /// The namespace that governs the repository, where the rule is one of a namespace.
    pub namespace: Option<NamespaceId>,
    /// The rule of the path policy that gave more than the namespace did.
    pub path: Option<PathRule>,
    /// Whether pull was added because the namespace is public.
    pub public: bool,
    /// Whether the rule gave more, and the registry being read-only took it away.
    pub read_only: bool,
}

/// A rule of the decision, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// No registry of this service is known.
    UnknownRegistry,
    /// The registry is disabled.
    RegistryDisabled,
    /// This server itself asked.
    System,
    /// The user is disabled.
    UserDisabled,
    /// The service account is disabled.
    ServiceDisabled,
    /// The user is an administrator.
    Administrator,
    /// No namespace governs the repository.
    NoNamespace,
    /// No credentials, so that no right applies.
    Nobody,
    /// The user or service has a custom right.
    Grant(Right),
    /// The user owns the namespace.
    Owner,
    /// The user or service is assigned to the namespace.
    Member(Right),
    /// Groups of the user have custom rights.
    GroupGrants(Rights),
    /// A group of the user is assigned to the namespace.
    AssignedGroup(GroupId, Right),
    /// What everybody else has.
    Others(Right),
    /// A rule of the path policy.
    Path(PathRule),
    /// The namespace is public and the registry admits anonymous pull.
    Public,
}

impl Because {
    pub(super) const fn plain(rule: Rule) -> Self {
        Self { rule, namespace: None, path: None, public: false, read_only: false }
    }

    pub(super) const fn namespace(rule: Rule, namespace: NamespaceId) -> Self {
        Self { namespace: Some(namespace), ..Self::plain(rule) }
    }

    /// The same with names instead of ids, for people and for JSON. `subject` is whom the decision is about.
    pub fn named(self, facts: &Facts, subject: Subject<'_>) -> Reason {
        let namespace = self.namespace.map(|id| match facts.namespace(id) {
            Some(namespace) => namespace.path.to_string(),
            None => format!("number {id}"),
        });
        let group = match self.rule {
            Rule::AssignedGroup(id, _) | Rule::Path(PathRule::Group(id)) => Some(group_name(facts, id)),
            Rule::UnknownRegistry
            | Rule::RegistryDisabled
            | Rule::System
            | Rule::UserDisabled
            | Rule::ServiceDisabled
            | Rule::Administrator
            | Rule::NoNamespace
            | Rule::Nobody
            | Rule::Grant(_)
            | Rule::Owner
            | Rule::Member(_)
            | Rule::GroupGrants(_)
            | Rule::Others(_)
            | Rule::Path(_)
            | Rule::Public => None,
        };
        let mut text = sentence(self.rule, facts, subject, namespace.as_deref().unwrap_or_default());
        if let Some(path) = self.path {
            text.push_str("; beside that, ");
            text.push_str(&path_sentence(path, facts, subject));
        }
        if self.public {
            text.push_str("; beside that, the namespace is public, and the registry admits pulling without credentials");
        }
        if self.read_only {
            text.push_str("; the registry is read-only, so nobody may push or delete");
        }
        Reason { rule: self.rule.as_str().into(), namespace, group, read_only: self.read_only, text }
    }
}

impl Rule {
    /// A word for the rule, for JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownRegistry => "unknown-registry",
            Self::RegistryDisabled => "registry-disabled",
            Self::System => "system",
            Self::UserDisabled => "user-disabled",
            Self::ServiceDisabled => "service-disabled",
            Self::Administrator => "administrator",
            Self::NoNamespace => "no-namespace",
            Self::Nobody => "anonymous",
            Self::Grant(_) => "grant",
            Self::Owner => "owner",
            Self::Member(_) => "member",
            Self::GroupGrants(_) => "group-grants",
            Self::AssignedGroup(..) => "assigned-group",
            Self::Others(_) => "others",
            Self::Path(rule) => rule.as_str(),
            Self::Public => "public",
        }
    }
}

impl PathRule {
    /// A word for the rule, for JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "path-anonymous",
            Self::NotPublished => "path-not-published",
            Self::Nameless => "path-nameless",
            Self::Own => "path-own",
            Self::ForeignUser => "path-foreign-user",
            Self::Group(_) => "path-group",
            Self::ForeignGroup => "path-foreign-group",
            Self::AppResponsible(_) => "path-app-responsible",
            Self::AppPublication(_) => "path-app-publication",
            Self::AppService(_) => "path-app-service",
            Self::ForeignApp => "path-foreign-app",
            Self::Elsewhere => "path-elsewhere",
        }
    }
}

pub(super) fn group_name(facts: &Facts, id: GroupId) -> String {
    facts.group(id).map_or_else(|| format!("number {id}"), |group| group.name.to_string())
}

pub(super) fn app_name(facts: &Facts, id: AppId) -> String {
    facts.app(id).map_or_else(|| format!("number {id}"), |app| app.name.to_string())
}

fn sentence(rule: Rule, facts: &Facts, subject: Subject<'_>, namespace: &str) -> String {
    match rule {
        Rule::UnknownRegistry => "no registry of this service name is known".to_owned(),
        Rule::RegistryDisabled => "the registry is disabled".to_owned(),
        Rule::System => "this server itself asked".to_owned(),
        Rule::UserDisabled | Rule::ServiceDisabled => format!("{subject} is disabled"),
        Rule::Administrator => format!("{subject} is an administrator"),
        Rule::NoNamespace => "no namespace governs this repository".to_owned(),
        Rule::Nobody => format!("without credentials there is no right on namespace `{namespace}`"),
        Rule::Grant(right) => format!("{subject} was granted {right} on namespace `{namespace}`"),
        Rule::Owner => format!("{subject} owns namespace `{namespace}`, which gives FULL"),
        Rule::Member(right) => format!("{subject} is assigned to namespace `{namespace}`, whose members have {right}"),
        Rule::GroupGrants(rights) => format!("groups of {subject} were granted {rights} on namespace `{namespace}`"),
        Rule::AssignedGroup(group, right) => {
            format!("group `{}` is assigned to namespace `{namespace}`, whose groups have {right}", group_name(facts, group))
        }
        Rule::Others(right) => format!("everybody else has {right} on namespace `{namespace}`"),
        Rule::Path(rule) => path_sentence(rule, facts, subject),
        Rule::Public => format!("namespace `{namespace}` is public, and the registry admits pulling without credentials"),
    }
}

fn path_sentence(rule: PathRule, facts: &Facts, subject: Subject<'_>) -> String {
    match rule {
        PathRule::Nobody => "the path policy gives nothing without credentials".to_owned(),
        PathRule::NotPublished => match subject {
            Subject::Service(service) if service.app.is_none() => format!("{subject} runs no app, so that no registry is published to it"),
            Subject::Service(_) => format!("the registry is published to none of the groups that the app of {subject} is published to"),
            Subject::System | Subject::Administrator(_) | Subject::User(_) | Subject::Anonymous => {
                format!("the registry is published to no group of {subject}")
            }
        },
        PathRule::Nameless => "`users`, `groups` and `apps` need a name or number behind them".to_owned(),
        PathRule::Own => format!("by its path the repository belongs to {subject}{}", privileges(subject)),
        PathRule::ForeignUser => "by its path the repository belongs to another user".to_owned(),
        PathRule::Group(group) => {
            format!("by its path the repository belongs to group `{}`, of {subject}{}", group_name(facts, group), privileges(subject))
        }
        PathRule::ForeignGroup => format!("by its path the repository belongs to a group that {subject} is not in"),
        PathRule::AppResponsible(app) => {
            format!(
                "by its path the repository belongs to app `{}`, for which a group of {subject} answers{}",
                app_name(facts, app),
                privileges(subject)
            )
        }
        PathRule::AppPublication(app) => {
            format!(
                "by its path the repository belongs to app `{}`, which is published to a group of {subject}{}",
                app_name(facts, app),
                privileges(subject)
            )
        }
        PathRule::AppService(app) => format!("by its path the repository belongs to app `{}`, which {subject} runs", app_name(facts, app)),
        PathRule::ForeignApp => match subject {
            Subject::Service(_) => format!("by its path the repository belongs to an app that {subject} does not run"),
            Subject::System | Subject::Administrator(_) | Subject::User(_) | Subject::Anonymous => {
                format!("by its path the repository belongs to an app that no group of {subject} has to do with")
            }
        },
        PathRule::Elsewhere => format!("the registry is published to {subject}{}", privileges(subject)),
    }
}

/// `, whose privileges are puller,pusher`
fn privileges(subject: Subject<'_>) -> String {
    match subject {
        Subject::User(user) | Subject::Administrator(user) => format!(", whose privileges are {}", user.privileges),
        Subject::System | Subject::Service(_) | Subject::Anonymous => String::new(),
    }
}

/// Why something is allowed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Reason {
    /// A word for the rule that decided.
    pub rule: Cow<'static, str>,
    /// The path of the governing namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name of the group that made the difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the registry being read-only took something away.
    pub read_only: bool,
    /// A sentence for people.
    pub text: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
