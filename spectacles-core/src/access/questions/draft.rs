//! A state of facts that is not there yet: as little of it as one decision needs.

use super::steps::Trace;
use crate::access::entry::Part;
use crate::access::paths::{Owner, Place};
use crate::access::{
    AppFacts, Facts, GroupFacts, NamespaceFacts, Question, RegistryFacts, ServiceAccountFacts, Subject, UserFacts, decide, subject_of,
};
use crate::id::{GroupId, NamespaceId};
use crate::model::{Anonymous, Assignment, Circumstances, Grant, Grantee, Privileges, Terms, TimedGroup};
use crate::name::{NamespacePath, RepositoryName};
use crate::right::{Actions, Right};

/// What somebody could do about a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::access) enum Change {
    EnableRegistry,
    EnableUser,
    EnableService,
    Writable,
    AdmitAnybody,
    Publish(GroupId),
    MakeResponsible(GroupId),
    SetPrivileges(Privileges),
    AddToGroup(GroupId),
    Grant(Right),
    Revoke,
    Assign,
    GrantGroup(GroupId, Right),
    MakePublic,
    Create(NewNamespace),
}

/// A namespace where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::access) struct NewNamespace {
    pub(in crate::access) path: NamespacePath,
    /// Whether it is to belong to whoever asks.
    pub(in crate::access) owned: bool,
    pub(in crate::access) public: bool,
}

/// The facts that one decision rests on.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) registry: RegistryFacts,
    pub(super) namespace: Option<NamespaceFacts>,
    pub(super) who: Who,
    groups: Vec<GroupFacts>,
    apps: Vec<AppFacts>,
    admin_bypass: bool,
    circumstances: Circumstances,
}

#[derive(Clone)]
pub(super) enum Who {
    User(UserFacts),
    Service(ServiceAccountFacts),
    Nobody,
}

impl Draft {
    /// What a decision rests on now.
    pub(super) fn of(trace: &Trace<'_>) -> Self {
        let facts = trace.questions.facts;
        let who = match trace.subject {
            Subject::User(user) | Subject::Administrator(user) => Who::User(user.clone()),
            Subject::Service(service) => Who::Service(service.clone()),
            Subject::Anonymous | Subject::System => Who::Nobody,
        };
        let at = |owner: Owner<'_>| facts.group_at(owner).and_then(|group| facts.group(group));
        let place = Place::of(trace.repository);
        let groups = if let Place::Groups(owner) = place { at(owner) } else { None };
        let app = if let Place::Apps(owner) = place { facts.app_at(owner) } else { None };
        let runs = if let Who::Service(service) = &who { service.app.and_then(|app| facts.app(app)) } else { None };
        let mut draft = Self {
            registry: trace.registry.facts.clone(),
            namespace: None,
            who,
            groups: groups.into_iter().cloned().collect(),
            apps: app.into_iter().chain(runs).cloned().collect(),
            admin_bypass: trace.questions.admin_bypass,
            circumstances: trace.questions.circumstances,
        };
        draft.namespace = draft.namespace_of(trace);
        draft
    }

    /// The governing namespace, without users and services that are not asked about.
    fn namespace_of(&self, trace: &Trace<'_>) -> Option<NamespaceFacts> {
        let entry = trace.registry.namespaces.governing(trace.repository)?;
        let me = self.grantee();
        let mut facts = NamespaceFacts {
            owner: entry.owner(),
            public: entry.public,
            members_right: entry.members_right,
            groups_right: entry.groups_right,
            others_right: entry.others_right,
            ..NamespaceFacts::new(entry.id, self.registry.id, entry.path.clone())
        };
        let of = |part: Part| {
            let all = entry
                .everybody(part)
                .map(move |(holder, terms)| (holder.grantee(part), holder.right(), terms.cloned().unwrap_or_default()));
            all.filter(move |(grantee, _, _)| matches!(grantee, Grantee::Group(_)) || Some(*grantee) == me)
        };
        let grants = of(Part::Grants).chain(of(Part::GroupGrants));
        facts.grants = grants.map(|(grantee, right, terms)| Grant { grantee, right, terms }).collect();
        let assigned = of(Part::Members).chain(of(Part::Groups));
        facts.assigned = assigned.map(|(grantee, _, terms)| Assignment { grantee, terms }).collect();
        Some(facts)
    }

    pub(super) fn grantee(&self) -> Option<Grantee> {
        match &self.who {
            Who::User(user) => Some(Grantee::User(user.id)),
            Who::Service(service) => Some(Grantee::Service(service.id)),
            Who::Nobody => None,
        }
    }

    pub(super) fn user(&self) -> Option<&UserFacts> {
        if let Who::User(user) = &self.who { Some(user) } else { None }
    }

    /// The same with a change made.
    pub(super) fn with(mut self, change: &Change) -> Self {
        match change {
            Change::EnableRegistry => self.registry.enabled = true,
            Change::Writable => self.registry.read_only = false,
            Change::AdmitAnybody => self.registry.anonymous = Anonymous::Pull,
            Change::Publish(group) => put_group(&mut self.registry.publications, *group),
            Change::MakeResponsible(group) => put_group(&mut self.registry.responsibles, *group),
            Change::Create(new) => {
                // The highest id there is belongs to none.
                let created = NamespaceFacts::new(NamespaceId::new(i64::MAX), self.registry.id, new.path.clone());
                let owner = self.user().filter(|_| new.owned).map(|user| user.id);
                self.namespace = Some(NamespaceFacts { owner, public: new.public, ..created });
            }
            Change::EnableUser | Change::EnableService | Change::SetPrivileges(_) | Change::AddToGroup(_) => self.change_who(change),
            Change::Grant(_) | Change::Revoke | Change::Assign | Change::GrantGroup(..) | Change::MakePublic => {
                self.change_namespace(change)
            }
        }
        self
    }

    fn change_who(&mut self, change: &Change) {
        match (&mut self.who, change) {
            (Who::User(user), Change::EnableUser) => user.enabled = true,
            (Who::User(user), Change::SetPrivileges(privileges)) => user.privileges = *privileges,
            (Who::User(user), Change::AddToGroup(group)) => put_group(&mut user.groups, *group),
            (Who::Service(service), Change::EnableService) => service.enabled = true,
            // It is for somebody else, and helps nothing.
            (Who::User(_) | Who::Service(_) | Who::Nobody, _) => {}
        }
    }

    fn change_namespace(&mut self, change: &Change) {
        let me = self.grantee();
        let Some(namespace) = &mut self.namespace else { return };
        match (change, me) {
            (Change::Grant(right), Some(me)) => put_grant(&mut namespace.grants, me, Some(*right)),
            (Change::GrantGroup(group, right), _) => put_grant(&mut namespace.grants, Grantee::Group(*group), Some(*right)),
            (Change::Revoke, Some(me)) => put_grant(&mut namespace.grants, me, None),
            (Change::Assign, Some(me)) => {
                let others = namespace.assigned.iter().filter(|one| one.grantee != me).cloned();
                namespace.assigned = others.chain([Assignment { grantee: me, terms: Terms::none() }]).collect();
            }
            (Change::MakePublic, _) => namespace.public = true,
            _ => {}
        }
    }

    /// What is allowed in this state.
    pub(super) fn allows(&self, repository: &RepositoryName, requested: Actions) -> Actions {
        let mut facts = Facts::default();
        self.groups.iter().cloned().for_each(|group| facts.put_group(group));
        self.apps.iter().cloned().for_each(|app| facts.put_app(app));
        facts.put_registry(self.registry.clone());
        self.namespace.iter().cloned().for_each(|namespace| facts.put_namespace(namespace));
        match &self.who {
            Who::User(user) => facts.put_user(user.clone()),
            Who::Service(service) => facts.put_service(service.clone()),
            Who::Nobody => {}
        }
        let subject = match &self.who {
            Who::User(user) => facts.user(user.name.as_str()).map(|user| subject_of(user, self.admin_bypass)),
            Who::Service(service) => facts.service(service.name.as_str()).map(|service| Subject::Service(service)),
            Who::Nobody => Some(Subject::Anonymous),
        };
        let Some(subject) = subject else { return Actions::NONE };
        let question = Question { subject, repository, requested, circumstances: self.circumstances };
        decide(&facts, facts.registry(self.registry.service.as_str()), &question).allowed
    }
}

/// Puts a group into a list, for ever.
fn put_group(list: &mut Box<[TimedGroup]>, group: GroupId) {
    let others = list.iter().copied().filter(|other| other.group != group);
    *list = others.chain([TimedGroup::always(group)]).collect();
}

/// Puts a right in place of the one somebody has, without terms.
fn put_grant(grants: &mut Box<[Grant]>, grantee: Grantee, right: Option<Right>) {
    let others = grants.iter().filter(|grant| grant.grantee != grantee).cloned();
    *grants = others.chain(right.map(|right| Grant { grantee, right, terms: Terms::none() })).collect();
}
