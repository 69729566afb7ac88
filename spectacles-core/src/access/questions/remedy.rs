//! Changes that may help, before anybody has tried them.

use super::draft::{Change, Draft, NewNamespace, Who};
use super::steps::Trace;
use crate::access::paths::{Place, by_path, share};
use crate::access::{GroupFacts, PathRule, Subject};
use crate::id::GroupId;
use crate::model::{Grantee, Privileges, TimedGroup};
use crate::name::NamespacePath;
use crate::right::{Action, Actions, Right};

/// Some changes, to be made one after the other.
pub(super) type Remedy = Vec<Change>;

impl Trace<'_> {
    /// What has to be lifted before anything else helps.
    pub(super) fn lifts(&self, draft: &Draft, missing: Actions) -> Remedy {
        let disabled = match &draft.who {
            Who::User(user) => (!user.enabled).then_some(Change::EnableUser),
            Who::Service(service) => (!service.enabled).then_some(Change::EnableService),
            Who::Nobody => None,
        };
        let registry = (!draft.registry.enabled).then_some(Change::EnableRegistry);
        let read_only = (draft.registry.read_only && missing != Actions::PULL).then_some(Change::Writable);
        registry.into_iter().chain(disabled).chain(read_only).collect()
    }

    /// What may help, the narrowest first. `missing` is what has to be given.
    pub(super) fn remedies(&self, draft: &Draft, missing: Actions) -> Vec<Remedy> {
        let mut remedies = self.on_namespace(draft);
        remedies.extend(self.new_namespace(draft));
        remedies.extend(self.by_paths(draft, missing));
        if missing == Actions::PULL && draft.namespace.is_some() {
            remedies.push(vec![Change::MakePublic]);
            remedies.push(vec![Change::AdmitAnybody]);
            remedies.push(vec![Change::MakePublic, Change::AdmitAnybody]);
        }
        remedies
    }

    fn on_namespace(&self, draft: &Draft) -> Vec<Remedy> {
        let (Some(namespace), Some(me)) = (&draft.namespace, draft.grantee()) else { return Vec::new() };
        let mut remedies = Vec::new();
        if namespace.grants.iter().any(|grant| grant.grantee == me) {
            remedies.push(vec![Change::Revoke]);
        }
        remedies.extend([Right::Read, Right::Write, Right::Full].map(|right| vec![Change::Grant(right)]));
        remedies.push(vec![Change::Assign]);
        let Some(user) = draft.user() else { return remedies };
        let groups = namespace.grants.iter().map(|grant| grant.grantee).chain(namespace.assigned.iter().map(|one| one.grantee));
        let groups = groups.filter_map(|grantee| if let Grantee::Group(group) = grantee { Some(group) } else { None });
        remedies.extend(self.by_name(groups).into_iter().map(|group| vec![Change::AddToGroup(group)]));
        for group in self.by_name(self.current(&user.groups)) {
            remedies.extend([Right::Read, Right::Write, Right::Full].map(|right| vec![Change::GrantGroup(group, right)]));
        }
        remedies
    }

    /// The path of a namespace where there is none: the first component, so that what lies beside belongs to it as well. What belongs to
    /// somebody by its path has two.
    pub(super) fn new_path(&self) -> Option<NamespacePath> {
        let depth = if Place::of(self.repository) == Place::Elsewhere { 1 } else { 2 };
        let components: Vec<&str> = self.repository.components().take(depth).collect();
        (components.len() == depth && self.repository.host().is_none()).then(|| components.join("/").parse().ok()).flatten()
    }

    fn new_namespace(&self, draft: &Draft) -> Option<Remedy> {
        let path = self.new_path().filter(|_| draft.namespace.is_none())?;
        Some(match &draft.who {
            Who::User(_) => vec![Change::Create(NewNamespace { path, owned: true, public: false })],
            Who::Service(_) => vec![Change::Create(NewNamespace { path, owned: false, public: false }), Change::Grant(self.weakest())],
            Who::Nobody => vec![Change::Create(NewNamespace { path, owned: false, public: true }), Change::AdmitAnybody],
        })
    }

    /// The weakest right that gives what was requested.
    fn weakest(&self) -> Right {
        let gives = |right: &Right| crate::right::Rights::from(*right).allow(self.requested) == self.requested;
        Right::ALL.into_iter().find(gives).unwrap_or(Right::Full)
    }

    /// What the path policy wants, one after the other: that the registry is published to him, that the path is his, that he has the
    /// privileges, and that he answers for the registry.
    fn by_paths(&self, draft: &Draft, missing: Actions) -> Option<Remedy> {
        if let Who::Service(service) = &draft.who {
            // A service only pulls, and only what is published to a group its app is published to.
            let app = service.app.and_then(|app| self.questions.facts.app(app))?;
            return Some(vec![Change::Publish(self.first(&app.publications)?)]);
        }
        let user = draft.user().filter(|_| draft.registry.policy.has_paths())?;
        let (at, registry) = (&self.questions.circumstances, &draft.registry);
        let mut remedy = Vec::new();
        let mut joins = Vec::new();
        let place = Place::of(self.repository);
        let facts = self.questions.facts;
        let (rule, _) = by_path(facts, registry, Subject::User(user), self.repository, at);
        let mine = |group: &GroupId| user.groups.iter().any(|one| one.group == *group && one.is_current(at.at));
        let pulls_or_pushes = missing != Actions::DELETE;
        match place {
            Place::Groups(owner) if pulls_or_pushes => joins.extend(facts.group_at(owner).filter(|group| !mine(group))),
            Place::Apps(owner) if pulls_or_pushes => {
                let app = facts.app_at(owner)?;
                let pushes = missing.contains(Action::Push);
                let enough = share(&user.groups, &app.responsibles, at) || (!pushes && share(&user.groups, &app.publications, at));
                if !enough {
                    joins.push(self.first(&app.responsibles)?);
                }
            }
            Place::Users(_) if pulls_or_pushes && rule == PathRule::ForeignUser => return None,
            Place::Users(_) | Place::Groups(_) | Place::Apps(_) | Place::Nameless | Place::Elsewhere => {}
        }
        let will_be_in = |group: GroupId, joins: &[GroupId]| mine(&group) || joins.contains(&group);
        let has =
            |list: &[TimedGroup], joins: &[GroupId]| list.iter().any(|group| group.is_current(at.at) && will_be_in(group.group, joins));
        let own = self.by_name(self.current(&user.groups)).first().copied().or(joins.first().copied());
        if !has(&registry.publications, &joins) {
            match own {
                Some(group) => remedy.push(Change::Publish(group)),
                None => joins.push(self.first(&registry.publications)?),
            }
        }
        let wants = Privileges {
            puller: user.privileges.puller || missing.contains(Action::Pull),
            pusher: user.privileges.pusher || missing.contains(Action::Push),
            manager: user.privileges.manager || missing.contains(Action::Delete),
        };
        if wants != user.privileges {
            remedy.push(Change::SetPrivileges(wants));
        }
        let open = registry.restricted || place == Place::Elsewhere;
        if (missing.contains(Action::Delete) || (missing.contains(Action::Push) && open)) && !has(&registry.responsibles, &joins) {
            match self.first(&registry.responsibles) {
                Some(group) => joins.push(group),
                None => remedy.push(Change::MakeResponsible(own.or(joins.first().copied())?)),
            }
        }
        let joined = joins.into_iter().map(Change::AddToGroup);
        Some(joined.chain(remedy).collect())
    }

    fn current<'a>(&'a self, groups: &'a [TimedGroup]) -> impl Iterator<Item = GroupId> + 'a {
        groups.iter().filter(|group| group.is_current(self.questions.circumstances.at)).map(|group| group.group)
    }

    fn first(&self, groups: &[TimedGroup]) -> Option<GroupId> {
        self.by_name(self.current(groups)).first().copied()
    }

    /// Groups that exist, by name, so that the same advice is given each time.
    fn by_name(&self, groups: impl Iterator<Item = GroupId>) -> Vec<GroupId> {
        let mut groups: Vec<&GroupFacts> = groups.filter_map(|group| self.questions.facts.group(group)).collect();
        groups.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        groups.dedup_by_key(|group| group.id);
        groups.into_iter().map(|group| group.id).collect()
    }
}
