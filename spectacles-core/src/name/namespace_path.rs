//! Paths of namespaces.

use super::grammar::{LONGEST_NAME, is_component};
use super::{NameError, RepositoryName, checked_name};
use compact_str::CompactString;

/// The path of a namespace: the repositories at and below it are governed by it.
///
/// * `team`, `team/app`: one or more components; governs whole components only, so `team` never governs `teamx/app`;
/// * `*` as a component stands for any one component: `*/public`;
/// * `/` alone governs names without a slash.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacePath(CompactString);

impl NamespacePath {
    /// The path of the namespace that governs names without a slash.
    pub const TOP: &'static str = "/";
    /// The component that stands for any one component.
    pub const ANY: &'static str = "*";

    fn check(value: &str) -> Result<(), NameError> {
        const WHAT: &str = "namespace path";
        if value.len() > LONGEST_NAME {
            return Err(NameError::new(WHAT, value, "at most 255 characters"));
        }
        if value == Self::TOP || value.split('/').all(|part| part == Self::ANY || is_component(part)) {
            return Ok(());
        }
        Err(NameError::new(
            WHAT,
            value,
            "`/`, or components joined by `/`, each either `*` or lower-case letters and digits with single `.`, `_`, `__` or dashes inside",
        ))
    }

    /// The shape of this path; `None` for `/`, which has none.
    pub fn specificity(&self) -> Option<Specificity> {
        if &*self.0 == Self::TOP {
            return None;
        }
        let mut any = [0_u64; 2];
        let mut depth = 0_u8;
        for component in self.0.split('/') {
            if component == Self::ANY
                && let Some(word) = any.get_mut(usize::from(depth / 64))
            {
                *word |= 1 << (63 - depth % 64);
            }
            depth = depth.saturating_add(1);
        }
        Some(Specificity { depth, any })
    }

    /// Whether this namespace governs the repository when no other does: it matches a whole-component prefix of the name.
    ///
    /// The definition, for tests and for people who read; the decision itself uses an index.
    pub fn covers(&self, repository: &RepositoryName) -> bool {
        if repository.host().is_some() {
            return false;
        }
        if &*self.0 == Self::TOP {
            return repository.components().count() == 1;
        }
        let mut components = repository.components();
        self.0.split('/').all(|part| components.next().is_some_and(|component| part == Self::ANY || part == component))
    }
}
checked_name!(NamespacePath);

/// How many components a namespace path has, and which of them are `*`.
///
/// Ordered by precedence, lowest first: the deeper path governs, and at the same depth the one whose first difference is a literal component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Specificity {
    /// Number of components, 1 to 128.
    pub depth: u8,
    /// One bit a component, the first component in the highest bit of the first word: set where the component is `*`.
    pub any: [u64; 2],
}

impl Specificity {
    /// Whether the component at that place, counted from 0, is `*`.
    pub fn is_any(self, place: usize) -> bool {
        self.any.get(place / 64).is_some_and(|word| word & (1 << (63 - place % 64)) != 0)
    }
}

impl Ord for Specificity {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.depth.cmp(&other.depth).then_with(|| other.any.cmp(&self.any))
    }
}

impl PartialOrd for Specificity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
