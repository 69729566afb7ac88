//! The decision.

use super::because::{Because, Rule};
use super::{NamespaceEntry, NamespaceIndex, RegistryFacts, UserFacts};
use crate::model::Anonymous;
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

/// What is allowed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The requested actions that are allowed.
    pub allowed: Actions,
    /// The rule that decided.
    pub because: Because,
}

/// Decides what of `requested` the subject may do on a repository: pure, total, and nothing unless a rule says otherwise.
///
/// In order:
/// 1. a registry that is unknown or disabled, a user who is disabled: nothing;
/// 2. the system principal: what was asked;
/// 3. an administrator: what was asked;
/// 4. what the governing namespace gives;
/// 5. pull from a public namespace, where the registry admits anonymous pull;
/// 6. a registry that is read-only takes push and delete away again, from everybody but the system principal.
///
/// Costs the look-up of a few prefixes of the name and of one user in the lists of one namespace; allocates nothing.
pub fn decide(subject: Subject<'_>, registry: Option<&RegistryState>, repository: &RepositoryName, requested: Actions) -> Decision {
    let refused = |rule| Decision { allowed: Actions::NONE, because: Because::plain(rule) };
    let Some(registry) = registry else { return refused(Rule::UnknownRegistry) };
    if !registry.facts.enabled {
        return refused(Rule::RegistryDisabled);
    }
    let user = match subject {
        Subject::System => return Decision { allowed: requested, because: Because::plain(Rule::System) },
        Subject::Administrator(user) | Subject::User(user) if !user.enabled => return refused(Rule::UserDisabled),
        Subject::Administrator(_) => {
            return under_ceiling(&registry.facts, Decision { allowed: requested, because: Because::plain(Rule::Administrator) });
        }
        Subject::User(user) => Some(user),
        Subject::Anonymous => None,
    };
    let Some(namespace) = registry.namespaces.governing(repository) else { return refused(Rule::NoNamespace) };
    let (rule, rights) = by_namespace(user, namespace);
    let mut decision = Decision { allowed: rights.allow(requested), because: Because::namespace(rule, namespace.id) };

    let public = registry.facts.anonymous == Anonymous::Pull && namespace.public;
    if public && requested.contains(Action::Pull) && !decision.allowed.contains(Action::Pull) {
        if decision.allowed.is_empty() {
            decision.because = Because::namespace(Rule::Public, namespace.id);
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

/// The first rule that applies to this user; an explicit NONE applies too.
fn by_namespace(user: Option<&UserFacts>, namespace: &NamespaceEntry) -> (Rule, Rights) {
    let Some(user) = user else { return (Rule::Nobody, Rights::default()) };
    if let Some(right) = namespace.user_grant(user.id) {
        return (Rule::UserGrant(right), right.into());
    }
    if namespace.is_owned_by(user.id) {
        return (Rule::Owner, Right::Full.into());
    }
    if let Some(right) = namespace.member(user.id) {
        return (Rule::Member(right), right.into());
    }
    if let Some(rights) = namespace.group_grants(&user.groups) {
        return (Rule::GroupGrants(rights), rights);
    }
    if let Some((group, right)) = namespace.assigned_group(&user.groups) {
        return (Rule::AssignedGroup(group, right), right.into());
    }
    (Rule::Others(namespace.others_right), namespace.others_right.into())
}
