//! A namespace as it lies in the index.

use super::NamespaceFacts;
use super::decide::Subject;
use crate::id::{GroupId, NamespaceId, ServiceAccountId, UserId};
use crate::model::{Circumstances, Grantee, Terms, TimedGroup};
use crate::name::NamespacePath;
use crate::right::{Right, Rights};
use smallvec::SmallVec;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

/// What a decision needs of a namespace, in as few places of memory as can be: with many namespaces each place costs a trip to the memory,
/// and that is most of what a decision costs.
#[derive(Debug, Clone)]
pub struct NamespaceEntry {
    /// What it governs. Short paths lie in here, without a place of their own.
    pub path: NamespacePath,
    /// The namespace.
    pub id: NamespaceId,
    /// Who owns it; 0 for nobody, which is no id.
    owner: i64,
    /// See [`NamespaceFacts::public`].
    pub public: bool,
    /// See [`NamespaceFacts::members_right`].
    pub members_right: Right,
    /// See [`NamespaceFacts::groups_right`].
    pub groups_right: Right,
    /// See [`NamespaceFacts::others_right`].
    pub others_right: Right,
    /// Custom rights of users and services, members, custom rights of groups, groups: one after the other, each by ascending key.
    holders: SmallVec<[Holder; 6]>,
    /// Where among the holders the second, third and fourth part begin.
    parts: [u32; 3],
    /// The terms of those holders that have some. Few namespaces have any, so that they take no more room in here than a pointer.
    terms: Option<Box<AllTerms>>,
}

/// Terms by the place of their holder, ascending.
#[derive(Debug, Clone)]
struct AllTerms(Vec<(u32, Terms)>);

/// Who may be custom right holder or member: a user or a service, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(i64);

impl Key {
    fn user(id: UserId) -> Self {
        Self(id.get())
    }

    fn service(id: ServiceAccountId) -> Self {
        // Ids are positive: services go the other way.
        Self(id.get().saturating_neg())
    }

    /// That of a subject who holds rights.
    pub(super) fn of(subject: Subject<'_>) -> Option<Self> {
        match subject {
            Subject::Administrator(user) | Subject::User(user) => Some(Self::user(user.id)),
            Subject::Service(service) => Some(Self::service(service.id)),
            Subject::System | Subject::Anonymous => None,
        }
    }
}

/// A part of the holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Grants,
    Members,
    GroupGrants,
    Groups,
}

/// Somebody with something of his own on a namespace: a key, whether there are terms to it, and the place of a right in [`Right::ALL`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Holder(i64);

impl Holder {
    const TERMS: i64 = 0b100;

    fn new(key: i64, right: Right, terms: &Terms) -> Self {
        // Ids come from a sequence that begins at 1, so that nobody misses the three highest bits.
        Self(key << 3 | if terms.is_none() { 0 } else { Self::TERMS } | right as i64)
    }

    fn key(self) -> i64 {
        self.0 >> 3
    }

    fn has_terms(self) -> bool {
        self.0 & Self::TERMS != 0
    }

    pub(super) fn right(self) -> Right {
        match self.0 & 3 {
            0 => Right::None,
            1 => Right::Read,
            2 => Right::Write,
            _ => Right::Full,
        }
    }

    /// Who it is, in a part of users and services, or in one of groups.
    pub(super) fn grantee(self, part: Part) -> Grantee {
        match part {
            Part::GroupGrants | Part::Groups => Grantee::Group(GroupId::new(self.key())),
            Part::Grants | Part::Members if self.key() < 0 => Grantee::Service(ServiceAccountId::new(self.key().saturating_neg())),
            Part::Grants | Part::Members => Grantee::User(UserId::new(self.key())),
        }
    }
}

impl From<NamespaceFacts> for NamespaceEntry {
    fn from(facts: NamespaceFacts) -> Self {
        let NamespaceFacts { id, registry: _, path, owner, public, members_right, groups_right, others_right, assigned, grants } = facts;
        let key = |grantee| match grantee {
            Grantee::User(id) => (Key::user(id).0, false),
            Grantee::Service(id) => (Key::service(id).0, false),
            Grantee::Group(id) => (id.get(), true),
        };
        let (mut holders, mut terms) = (SmallVec::new(), Vec::new());
        // Each part is searched, so it is sorted, whoever made the facts.
        let mut add = |mut part: SmallVec<[(i64, Right, &Terms); 6]>| {
            part.sort_unstable_by_key(|(key, _, _)| *key);
            for (key, right, limits) in part {
                if !limits.is_none() {
                    terms.push((u32::try_from(holders.len()).unwrap_or(u32::MAX), limits.clone()));
                }
                holders.push(Holder::new(key, right, limits));
            }
            u32::try_from(holders.len()).unwrap_or(u32::MAX)
        };
        let of_grants = |groups: bool| {
            let all = grants.iter().map(|grant| (key(grant.grantee), grant.right, &grant.terms));
            all.filter(|((_, group), _, _)| *group == groups).map(|((key, _), right, terms)| (key, right, terms)).collect()
        };
        let of_assigned = |groups: bool, right: Right| {
            let all = assigned.iter().map(|assignment| (key(assignment.grantee), &assignment.terms));
            all.filter(|((_, group), _)| *group == groups).map(|((key, _), terms)| (key, right, terms)).collect()
        };
        let parts = [add(of_grants(false)), add(of_assigned(false, members_right)), add(of_grants(true))];
        add(of_assigned(true, groups_right));
        let owner = owner.map_or(0, UserId::get);
        let terms = (!terms.is_empty()).then(|| Box::new(AllTerms(terms)));
        Self { path, id, owner, public, members_right, groups_right, others_right, holders, parts, terms }
    }
}

impl NamespaceEntry {
    /// Who owns it.
    pub fn owner(&self) -> Option<UserId> {
        (self.owner != 0).then(|| UserId::new(self.owner))
    }

    /// Whether this is the one who owns it.
    pub(super) fn is_owned_by(&self, key: Key) -> bool {
        self.owner == key.0
    }

    /// Whether some of what there is on it holds only for requests from some networks.
    pub fn has_networks(&self) -> bool {
        self.terms.as_deref().is_some_and(|AllTerms(terms)| terms.iter().any(|(_, terms)| !terms.networks.is_empty()))
    }

    /// Where a part begins and ends.
    fn bounds(&self, part: Part) -> (usize, usize) {
        let [second, third, fourth] = self.parts.map(|place| place as usize);
        match part {
            Part::Grants => (0, second),
            Part::Members => (second, third),
            Part::GroupGrants => (third, fourth),
            Part::Groups => (fourth, self.holders.len()),
        }
    }

    fn part(&self, part: Part) -> (usize, &[Holder]) {
        let (from, to) = self.bounds(part);
        (from, self.holders.get(from..to).unwrap_or_default())
    }

    fn holds(&self, place: usize, holder: Holder, circumstances: &Circumstances) -> bool {
        !holder.has_terms() || self.terms_at(place).is_none_or(|terms| terms.hold(circumstances))
    }

    fn terms_at(&self, place: usize) -> Option<&Terms> {
        let AllTerms(terms) = self.terms.as_deref()?;
        let found = terms.binary_search_by_key(&place, |(at, _)| *at as usize).ok()?;
        terms.get(found).map(|(_, terms)| terms)
    }

    /// Everybody in one part, with the terms where there are any; whether they hold or not.
    pub(super) fn everybody(&self, part: Part) -> impl Iterator<Item = (Holder, Option<&Terms>)> {
        let (from, holders) = self.part(part);
        holders.iter().enumerate().map(move |(place, holder)| (*holder, self.terms_at(from + place)))
    }

    /// The right of one in the parts of users and services, where its terms hold.
    pub(super) fn direct(&self, part: Part, key: Key, circumstances: &Circumstances) -> Option<Right> {
        let (from, holders) = self.part(part);
        self.find(from, holders, key.0, circumstances)
    }

    /// The union of the custom rights of these groups, ascending; `None` when none of them has one, not even NONE.
    pub(super) fn group_grants(&self, groups: &[TimedGroup], circumstances: &Circumstances) -> Option<Rights> {
        let mut granted = self.common(Part::GroupGrants, groups, circumstances).map(|(_, right)| right);
        let first = granted.next()?;
        Some(granted.fold(first.into(), Rights::with))
    }

    /// The first of these groups, ascending, that is assigned, and its right.
    pub(super) fn assigned_group(&self, groups: &[TimedGroup], circumstances: &Circumstances) -> Option<(GroupId, Right)> {
        self.common(Part::Groups, groups, circumstances).next()
    }

    fn find(&self, from: usize, holders: &[Holder], key: i64, circumstances: &Circumstances) -> Option<Right> {
        let place = holders.binary_search_by_key(&key, |holder| holder.key()).ok()?;
        holders.get(place).filter(|holder| self.holds(from + place, **holder, circumstances)).map(|holder| holder.right())
    }

    /// Those groups that are among the holders of a part. The shorter list is walked, the longer one is searched.
    pub(super) fn common<'a>(
        &'a self,
        part: Part,
        groups: &'a [TimedGroup],
        circumstances: &'a Circumstances,
    ) -> impl Iterator<Item = (GroupId, Right)> + 'a {
        let (from, holders) = self.part(part);
        let (walk_groups, walk_holders) = if groups.len() < holders.len() { (groups, [].as_slice()) } else { ([].as_slice(), holders) };
        let of_groups = walk_groups
            .iter()
            .filter(|group| group.is_current(circumstances.at))
            .filter_map(move |group| self.find(from, holders, group.group.get(), circumstances).map(|right| (group.group, right)));
        let of_holders = walk_holders
            .iter()
            .enumerate()
            .filter(move |(place, holder)| {
                let id = GroupId::new(holder.key());
                is_in(groups, id, circumstances) && self.holds(from + place, **holder, circumstances)
            })
            .map(|(_, holder)| (GroupId::new(holder.key()), holder.right()));
        of_groups.chain(of_holders)
    }
}

/// Whether a group is among these, which ascend, and still counts.
pub(super) fn is_in(groups: &[TimedGroup], id: GroupId, circumstances: &Circumstances) -> bool {
    let found = groups.binary_search_by_key(&id, |group| group.group).ok().and_then(|place| groups.get(place));
    found.is_some_and(|group| group.is_current(circumstances.at))
}

/// An index of entries is asked by path.
impl Borrow<str> for NamespaceEntry {
    fn borrow(&self) -> &str {
        self.path.as_str()
    }
}

impl Hash for NamespaceEntry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.as_str().hash(state);
    }
}

impl PartialEq for NamespaceEntry {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for NamespaceEntry {}
