//! Actions, and the rights that contain them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};
use std::str::FromStr;

/// What can be done to a repository. The names are those of the token specification of CNCF Distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read manifests, blobs and tags.
    Pull,
    /// Upload blobs, put manifests and tags.
    Push,
    /// Delete manifests, blobs and tags.
    Delete,
}

impl Action {
    /// Every action, in the order in which tokens list them.
    pub const ALL: [Self; 3] = [Self::Pull, Self::Push, Self::Delete];

    /// The name as scopes and tokens spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
        }
    }

    /// The action of that exact name; registries compare it with respect to case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Pull => 1,
            Self::Push => 2,
            Self::Delete => 4,
        }
    }
}

/// A set of [`Action`]s.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Actions(u8);

impl Actions {
    /// No action.
    pub const NONE: Self = Self(0);
    /// Only pull.
    pub const PULL: Self = Self(Action::Pull.bit());
    /// Only push.
    pub const PUSH: Self = Self(Action::Push.bit());
    /// Only delete.
    pub const DELETE: Self = Self(Action::Delete.bit());
    /// Pull, push and delete.
    pub const ALL: Self = Self(Self::PULL.0 | Self::PUSH.0 | Self::DELETE.0);

    /// Whether the set has this action.
    pub const fn contains(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }

    /// Whether the set has no action.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The actions, in the order of [`Action::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| self.contains(*action))
    }
}

impl From<Action> for Actions {
    fn from(action: Action) -> Self {
        Self(action.bit())
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        actions.into_iter().fold(Self::NONE, |set, action| set | action.into())
    }
}

impl BitOr for Actions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Actions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Actions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Actions {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// `pull,push`, or `nothing`.
impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (index, action) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(action.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for Actions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Actions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Action>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// The actions that exist on the list of all repositories, the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CatalogActions {
    /// `*`: read the whole catalog.
    pub everything: bool,
    /// `search`: what `docker search` asks for.
    pub search: bool,
}

/// A right on a namespace.
///
/// | right | actions |
/// |---|---|
/// | `NONE` | nothing; where it is set for somebody, no later rule is asked |
/// | `READ` | pull |
/// | `WRITE` | push, and pull when the same request asks for push: a registry demands both for an upload |
/// | `FULL` | pull, push, delete |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Right {
    /// Nothing, explicitly.
    #[default]
    None,
    /// Pull.
    Read,
    /// Push, with the pull that an upload needs.
    Write,
    /// Pull, push and delete.
    Full,
}

impl Right {
    /// Every right, weakest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Read, Self::Write, Self::Full];

    /// The name, in capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Full => "FULL",
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no right of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no right `{0}`; the rights are NONE, READ, WRITE and FULL")]
pub struct UnknownRight(String);

impl FromStr for Right {
    type Err = UnknownRight;

    /// Reads the name without respect to case.
    fn from_str(name: &str) -> Result<Self, UnknownRight> {
        Self::ALL
            .into_iter()
            .find(|right| right.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownRight(name.escape_debug().take(32).collect()))
    }
}

/// A union of rights, as several groups of one user may bring together.
///
/// Not the strongest of them: `READ` and `WRITE` together are pull and push, which neither is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rights(u8);

impl Rights {
    const READ: u8 = 1;
    const WRITE: u8 = 2;
    const FULL: u8 = 4;

    /// Adds a right to the union.
    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        match right {
            Right::None => self,
            Right::Read => Self(self.0 | Self::READ),
            Right::Write => Self(self.0 | Self::WRITE),
            Right::Full => Self(self.0 | Self::FULL),
        }
    }

    /// What these rights allow of what one request asks for.
    pub fn allow(self, requested: Actions) -> Actions {
        let has = |right| self.0 & right != 0;
        let mut actions = Actions::NONE;
        if has(Self::READ) {
            actions |= Actions::PULL;
        }
        if has(Self::WRITE) {
            actions |= Actions::PUSH;
            if requested.contains(Action::Push) {
                actions |= Actions::PULL;
            }
        }
        if has(Self::FULL) {
            actions |= Actions::ALL;
        }
        actions & requested
    }

    /// The rights of the union, weakest first.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        [(Self::READ, Right::Read), (Self::WRITE, Right::Write), (Self::FULL, Right::Full)]
            .into_iter()
            .filter(move |(bit, _)| self.0 & bit != 0)
            .map(|(_, right)| right)
    }
}

impl From<Right> for Rights {
    fn from(right: Right) -> Self {
        Self::default().with(right)
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Self::default(), Self::with)
    }
}

/// `READ and WRITE`, or `NONE`.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Right::None.fmt(f);
        }
        for (index, right) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" and ")?;
            }
            right.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the documentation, right by right and request by request.
    #[test]
    fn each_right_allows_what_the_table_says() {
        let pull_push = Actions::PULL | Actions::PUSH;
        let requests = [Actions::PULL, Actions::PUSH, pull_push, Actions::DELETE, Actions::ALL];
        let table = [
            (Right::None, [Actions::NONE; 5]),
            (Right::Read, [Actions::PULL, Actions::NONE, Actions::PULL, Actions::NONE, Actions::PULL]),
            (Right::Write, [Actions::NONE, Actions::PUSH, pull_push, Actions::NONE, pull_push]),
            (Right::Full, [Actions::PULL, Actions::PUSH, pull_push, Actions::DELETE, Actions::ALL]),
        ];
        for (right, answers) in table {
            for (requested, answer) in requests.into_iter().zip(answers) {
                assert_eq!(Rights::from(right).allow(requested), answer, "{right} asked {requested}");
            }
        }
    }

    #[test]
    fn read_and_write_together_pull_without_push() {
        let both: Rights = [Right::Read, Right::Write].into_iter().collect();
        assert_eq!(both.allow(Actions::PULL), Actions::PULL);
        assert_eq!(both.allow(Actions::ALL), Actions::PULL | Actions::PUSH);
        assert_eq!(both.to_string(), "READ and WRITE");
    }

    #[test]
    fn rights_are_read_in_any_case_and_others_are_named_in_the_error() {
        assert_eq!("full".parse(), Ok(Right::Full));
        assert!("ADMIN".parse::<Right>().unwrap_err().to_string().contains("`ADMIN`"));
    }
}
