//! Names with gaps: how a part of a registry is written, and a repository in it.

use crate::name::{NamespacePath, RepositoryName};
use compact_str::{CompactString, format_compact};
use smallvec::SmallVec;
use std::fmt;

/// The first components of names, as people write them: `team/…` is `team` and everything below it, as far as no longer one says otherwise.
/// `…` alone is everything, and `/` is every name without a slash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(CompactString);

impl Pattern {
    /// Everything.
    pub(super) fn everything() -> Self {
        Self(CompactString::const_new("…"))
    }

    /// Names without a slash.
    pub(super) fn top() -> Self {
        Self(CompactString::const_new(NamespacePath::TOP))
    }

    /// This name alone.
    pub(super) fn exactly(name: &str) -> Self {
        Self(name.into())
    }

    /// These components, and everything below.
    pub(super) fn below(components: &[Component<'_>]) -> Self {
        let mut text = CompactString::default();
        for component in components {
            text.push_str(component.unwrap_or(NamespacePath::ANY));
            text.push('/');
        }
        text.push('…');
        Self(text)
    }

    /// Whether it is that of everything.
    pub fn is_everything(&self) -> bool {
        *self == Self::everything()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for Pattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// A component, or any one.
pub(super) type Component<'a> = Option<&'a str>;

/// Components from the first on.
pub(super) type Components<'a> = SmallVec<[Component<'a>; 6]>;

/// The components of a namespace; none for `/`.
pub(super) fn components(path: &NamespacePath) -> Components<'_> {
    if path.as_str() == NamespacePath::TOP {
        return Components::new();
    }
    path.as_str().split('/').map(|component| (component != NamespacePath::ANY).then_some(component)).collect()
}

/// What fits both; nothing where no name does.
pub(super) fn meet<'a>(one: &[Component<'a>], other: &[Component<'a>]) -> Option<Components<'a>> {
    let depth = one.len().max(other.len());
    let at = |components: &[Component<'a>], place: usize| components.get(place).copied().flatten();
    (0..depth)
        .map(|place| match (at(one, place), at(other, place)) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => Some(one.or(other)),
        })
        .collect()
}

/// The name with this in the place of every gap.
pub(super) fn filled(components: &[Component<'_>], placeholder: &str) -> Option<RepositoryName> {
    let mut name = CompactString::default();
    for (place, component) in components.iter().enumerate() {
        if place > 0 {
            name.push('/');
        }
        name.push_str(component.unwrap_or(placeholder));
    }
    name.parse().ok()
}

/// Something to put into gaps, another one for each number. As short as can be: names have a longest length.
pub(super) fn placeholder(number: usize) -> CompactString {
    if number == 0 { CompactString::const_new("x") } else { format_compact!("x{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> NamespacePath {
        path.parse().unwrap()
    }

    #[test]
    fn what_fits_both_has_the_components_of_either() {
        for (one, other, both) in [
            ("team", "team/app", Some("team/app/…")),
            ("*/app", "team", Some("team/app/…")),
            ("*/*/x", "users/alice", Some("users/alice/x/…")),
            ("*", "*/*", Some("*/*/…")),
            ("team", "tea", None),
            ("*/app", "team/web/x", None),
        ] {
            let (one, other) = (read(one), read(other));
            let met = meet(&components(&one), &components(&other));
            assert_eq!(met.map(|met| Pattern::below(&met).to_string()).as_deref(), both, "{one} {other}");
        }
    }

    #[test]
    fn gaps_are_filled_and_what_is_too_long_is_no_name() {
        let path = read("*/app/*");
        assert_eq!(filled(&components(&path), &placeholder(0)).unwrap().as_str(), "x/app/x");
        assert_eq!(filled(&components(&path), &placeholder(3)).unwrap().as_str(), "x3/app/x3");
        let longest = read(&format!("*/{}", "a".repeat(253)));
        assert!(filled(&components(&longest), &placeholder(0)).is_some());
        assert!(filled(&components(&longest), &placeholder(1)).is_none());
    }
}
