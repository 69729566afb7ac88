//! The decision.

use super::because::{Because, Rule};
use super::entry::{Key, Part};
use super::paths::by_path;
use super::{Facts, NamespaceEntry, NamespaceIndex, RegistryFacts, ServiceAccountFacts, UserFacts};
use crate::model::{Anonymous, Circumstances, TimedGroup};
use crate::name::RepositoryName;
use crate::right::{Action, Actions, CatalogActions, Right, Rights};

/// Whose request it is.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// This server itself. Made in process only: no credentials lead to it.
    System,
    /// A user whose administrator flag counts.
    Administrator(&'a UserFacts),
    /// A user, by his rights.
    User(&'a UserFacts),
    /// A service account, by its rights.
    Service(&'a ServiceAccountFacts),
    /// Somebody without credentials.
    Anonymous,
}

/// A registry and its namespaces.
#[derive(Debug, Clone)]
pub struct RegistryState {
    /// The registry.
    pub facts: RegistryFacts,
    /// Its namespaces.
    pub namespaces: NamespaceIndex,
}

/// What is to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub subject: Subject<'a>,
    /// For which repository.
    pub repository: &'a RepositoryName,
    /// For what.
    pub requested: Actions,
    /// When, and from where.
    pub circumstances: Circumstances,
}

/// What is allowed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The requested actions that are allowed.
    pub allowed: Actions,
    /// The rule that decided.
    pub because: Because,
}

/// Decides what of the requested actions the subject may do on a repository: pure, total, and nothing unless a rule says otherwise.
///
/// `registry` is one of `facts`. In order:
/// 1. a registry that is unknown or disabled, a user or service that is disabled: nothing;
/// 2. the system principal: what was asked;
/// 3. an administrator: what was asked;
/// 4. what the policies of the registry give together: that of the governing namespace, and that of [paths](super::PathRule);
/// 5. pull from a public namespace, where the registry admits anonymous pull;
/// 6. a registry that is read-only takes push and delete away again, from everybody but the system principal.
///
/// Costs the look-up of a few prefixes of the name and of one user in the lists of one namespace; allocates nothing.
pub fn decide(facts: &Facts, registry: Option<&RegistryState>, question: &Question<'_>) -> Decision {
    let Question { subject, repository, requested, circumstances } = *question;
    let refused = |rule| Decision { allowed: Actions::NONE, because: Because::plain(rule) };
    let Some(registry) = registry else { return refused(Rule::UnknownRegistry) };
    if !registry.facts.enabled {
        return refused(Rule::RegistryDisabled);
    }
    match subject {
        Subject::System => return Decision { allowed: requested, because: Because::plain(Rule::System) },
        Subject::Administrator(user) | Subject::User(user) if !user.enabled => return refused(Rule::UserDisabled),
        Subject::Service(service) if !service.enabled => return refused(Rule::ServiceDisabled),
        Subject::Administrator(_) => {
            return under_ceiling(&registry.facts, Decision { allowed: requested, because: Because::plain(Rule::Administrator) });
        }
        Subject::User(_) | Subject::Service(_) | Subject::Anonymous => {}
    }
    let namespace = registry.namespaces.governing(repository);
    let mut decision = match namespace {
        Some(namespace) if registry.facts.policy.has_namespaces() => {
            let (rule, rights) = by_namespace(subject, namespace, &circumstances);
            Decision { allowed: rights.allow(requested), because: Because::namespace(rule, namespace.id) }
        }
        Some(_) | None => refused(Rule::NoNamespace),
    };
    if registry.facts.policy.has_paths() {
        let (rule, allowed) = by_path(facts, &registry.facts, subject, repository, &circumstances);
        let more = (allowed & requested) - decision.allowed;
        // Where nobody has made use of paths, they are not what is missing.
        let in_use = !registry.facts.policy.has_namespaces() || !registry.facts.publications.is_empty();
        if decision.allowed.is_empty() && (!more.is_empty() || decision.because.rule == Rule::NoNamespace && in_use) {
            decision.because = Because::plain(Rule::Path(rule));
        } else if !more.is_empty() {
            decision.because.path = Some(rule);
        }
        decision.allowed |= more;
    }
    if let Some(namespace) = namespace.filter(|namespace| namespace.public && registry.facts.anonymous == Anonymous::Pull)
        && requested.contains(Action::Pull)
        && !decision.allowed.contains(Action::Pull)
    {
        if decision.allowed.is_empty() {
            decision.because = Because::namespace(Rule::Public, namespace.id);
        } else {
            decision.because.public = true;
        }
        decision.allowed |= Actions::PULL;
    }
    under_ceiling(&registry.facts, decision)
}

/// Decides what of `requested` the subject may do on the catalog of a registry.
///
/// The whole catalog names repositories of everybody, so it is for administrators and for this server itself. Searching is for everybody
/// with credentials: what is found is decided one by one.
pub fn decide_catalog(subject: Subject<'_>, registry: Option<&RegistryState>, requested: CatalogActions) -> CatalogActions {
    let (everything, search) = match subject {
        Subject::System => (true, true),
        Subject::Administrator(user) => (user.enabled, user.enabled),
        Subject::User(user) => (false, user.enabled),
        Subject::Service(service) => (false, service.enabled),
        Subject::Anonymous => (false, false),
    };
    let enabled = registry.is_some_and(|registry| registry.facts.enabled);
    CatalogActions { everything: requested.everything && everything && enabled, search: requested.search && search && enabled }
}

fn under_ceiling(registry: &RegistryFacts, mut decision: Decision) -> Decision {
    if registry.read_only {
        let kept = decision.allowed & Actions::PULL;
        decision.because.read_only = kept != decision.allowed;
        decision.allowed = kept;
    }
    decision
}

/// The first rule that applies to this subject; an explicit NONE applies too.
pub(super) fn by_namespace(subject: Subject<'_>, namespace: &NamespaceEntry, circumstances: &Circumstances) -> (Rule, Rights) {
    let Some(key) = Key::of(subject) else { return (Rule::Nobody, Rights::default()) };
    if let Some(right) = namespace.direct(Part::Grants, key, circumstances) {
        return (Rule::Grant(right), right.into());
    }
    if namespace.is_owned_by(key) {
        return (Rule::Owner, Right::Full.into());
    }
    if let Some(right) = namespace.direct(Part::Members, key, circumstances) {
        return (Rule::Member(right), right.into());
    }
    let groups = subject.groups();
    if let Some(rights) = namespace.group_grants(groups, circumstances) {
        return (Rule::GroupGrants(rights), rights);
    }
    if let Some((group, right)) = namespace.assigned_group(groups, circumstances) {
        return (Rule::AssignedGroup(group, right), right.into());
    }
    (Rule::Others(namespace.others_right), namespace.others_right.into())
}

impl<'a> Subject<'a> {
    /// The groups he is in; services are in none.
    pub fn groups(self) -> &'a [TimedGroup] {
        match self {
            Self::Administrator(user) | Self::User(user) => &user.groups,
            Self::System | Self::Service(_) | Self::Anonymous => &[],
        }
    }
}

/// `user alice`, `service ci`, `somebody without credentials`.
impl std::fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("this server itself"),
            Self::Administrator(user) | Self::User(user) => write!(f, "user `{}`", user.name),
            Self::Service(service) => write!(f, "service `{}`", service.name),
            Self::Anonymous => f.write_str("somebody without credentials"),
        }
    }
}
