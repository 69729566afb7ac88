//! A namespace as it lies in the index.

use super::NamespaceFacts;
use crate::id::{GroupId, NamespaceId, UserId};
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
    /// Custom rights of users, members, custom rights of groups, groups: one after the other, each by ascending id.
    holders: SmallVec<[Holder; 6]>,
    /// Where among the holders the second, third and fourth part begin.
    parts: [u32; 3],
}

/// Somebody with something of his own on a namespace: an id, and in the last two bits the place of a right in [`Right::ALL`].
#[derive(Debug, Clone, Copy)]
struct Holder(i64);

impl Holder {
    fn new(id: i64, right: Right) -> Self {
        // Ids come from a sequence that begins at 1, so that nobody misses the two highest bits.
        Self(id << 2 | right as i64)
    }

    fn id(self) -> i64 {
        self.0 >> 2
    }

    fn right(self) -> Right {
        match self.0 & 3 {
            0 => Right::None,
            1 => Right::Read,
            2 => Right::Write,
            _ => Right::Full,
        }
    }
}

impl From<NamespaceFacts> for NamespaceEntry {
    fn from(facts: NamespaceFacts) -> Self {
        let NamespaceFacts { id, registry: _, path, owner, public, members_right, groups_right, others_right, .. } = facts;
        let mut holders = SmallVec::new();
        // Each part is searched, so it is sorted, whoever made the facts.
        let mut add = |part: &mut dyn Iterator<Item = Holder>| {
            let begin = holders.len();
            holders.extend(part);
            holders.get_mut(begin..).unwrap_or_default().sort_unstable_by_key(|holder: &Holder| holder.id());
            u32::try_from(holders.len()).unwrap_or(u32::MAX)
        };
        let parts = [
            add(&mut facts.user_grants.iter().map(|(user, right)| Holder::new(user.get(), *right))),
            add(&mut facts.members.iter().map(|user| Holder::new(user.get(), members_right))),
            add(&mut facts.group_grants.iter().map(|(group, right)| Holder::new(group.get(), *right))),
        ];
        add(&mut facts.groups.iter().map(|group| Holder::new(group.get(), groups_right)));
        let owner = owner.map_or(0, UserId::get);
        Self { path, id, owner, public, members_right, groups_right, others_right, holders, parts }
    }
}

impl NamespaceEntry {
    /// Whether this user owns it.
    pub fn is_owned_by(&self, user: UserId) -> bool {
        self.owner == user.get()
    }

    fn part(&self, from: Option<u32>, to: Option<u32>) -> &[Holder] {
        let from = from.map_or(0, |from| from as usize);
        let to = to.map_or(self.holders.len(), |to| to as usize);
        self.holders.get(from..to).unwrap_or_default()
    }

    /// The custom right of a user.
    pub fn user_grant(&self, user: UserId) -> Option<Right> {
        find(self.part(None, Some(self.parts[0])), user.get())
    }

    /// The right of an assigned member.
    pub fn member(&self, user: UserId) -> Option<Right> {
        find(self.part(Some(self.parts[0]), Some(self.parts[1])), user.get())
    }

    /// The union of the custom rights of these groups, ascending; `None` when none of them has one, not even NONE.
    pub fn group_grants(&self, groups: &[GroupId]) -> Option<Rights> {
        let mut granted = common(groups, self.part(Some(self.parts[1]), Some(self.parts[2]))).map(|(_, right)| right);
        let first = granted.next()?;
        Some(granted.fold(first.into(), Rights::with))
    }

    /// The first of these groups, ascending, that is assigned, and its right.
    pub fn assigned_group(&self, groups: &[GroupId]) -> Option<(GroupId, Right)> {
        common(groups, self.part(Some(self.parts[2]), None)).next()
    }
}

fn find(holders: &[Holder], id: i64) -> Option<Right> {
    holders.binary_search_by_key(&id, |holder| holder.id()).ok().and_then(|place| holders.get(place)).map(|holder| holder.right())
}

/// Those groups that are among the holders. The shorter list is walked, the longer one is searched.
fn common<'a>(groups: &'a [GroupId], holders: &'a [Holder]) -> impl Iterator<Item = (GroupId, Right)> {
    let (walk_groups, walk_holders) = if groups.len() < holders.len() { (groups, [].as_slice()) } else { ([].as_slice(), holders) };
    let of_groups = walk_groups.iter().filter_map(|group| find(holders, group.get()).map(|right| (*group, right)));
    let of_holders = walk_holders
        .iter()
        .map(|holder| (GroupId::new(holder.id()), holder.right()))
        .filter(|(group, _)| groups.binary_search(group).is_ok());
    of_groups.chain(of_holders)
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
