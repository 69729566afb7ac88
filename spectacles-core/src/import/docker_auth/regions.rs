//! The parts of a registry on which rules may differ.
//!
//! Whatever patterns say component by component, a repository name falls into exactly one region, and each region is, or is not, matched by
//! such a pattern as a whole. A region is what a namespace of the same path governs when all others are there too.

use super::glob::Component;
use super::pattern::NamePattern;
use super::rules::Truth;
use crate::name::NamespacePath;
use std::collections::BTreeSet;

/// More namespaces than anybody would look through.
pub(super) const MOST: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// This component.
    Literal(String),
    /// Any component that no pattern names in this place.
    Other,
}

/// Names with these components; where it is open, also with more behind them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Region {
    pub(super) parts: Vec<Part>,
    pub(super) open: bool,
}

impl Region {
    /// The path of the namespace for it.
    pub(super) fn path(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Other => NamespacePath::ANY,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// As reports write it.
    pub(super) fn shown(&self) -> String {
        if self.open { format!("{}/**", self.path()) } else { self.path() }
    }

    /// The one name in it.
    fn name(&self) -> Option<String> {
        let literal = |part: &Part| matches!(part, Part::Literal(_));
        (!self.open && self.parts.iter().all(literal)).then(|| self.path())
    }

    pub(super) fn matched_by(&self, pattern: &NamePattern) -> Truth {
        let (components, deep) = match pattern {
            NamePattern::Every => return Truth::Always,
            NamePattern::Never => return Truth::Never,
            NamePattern::Opaque(matcher) => {
                return match self.name().and_then(|name| matcher.matches(&name)) {
                    Some(true) => Truth::Always,
                    Some(false) => Truth::Never,
                    None => Truth::Sometimes,
                };
            }
            NamePattern::Path { components, deep } => (components, *deep),
        };
        let (have, want) = (self.parts.len(), components.len());
        let lengths = match (self.open, deep) {
            (false, false) => {
                if have == want {
                    Truth::Always
                } else {
                    Truth::Never
                }
            }
            (false, true) => {
                if have > want {
                    Truth::Always
                } else {
                    Truth::Never
                }
            }
            (true, false) => {
                if want >= have {
                    Truth::Sometimes
                } else {
                    Truth::Never
                }
            }
            (true, true) => {
                if have > want {
                    Truth::Always
                } else {
                    Truth::Sometimes
                }
            }
        };
        self.parts.iter().zip(components).fold(lengths, |truth, (part, component)| truth.and(matched(part, component)))
    }
}

fn matched(part: &Part, component: &Component) -> Truth {
    match (part, component) {
        (_, Component::Any) => Truth::Always,
        (Part::Literal(text), Component::Literal(wanted)) if text == wanted => Truth::Always,
        (Part::Literal(_) | Part::Other, Component::Literal(_)) => Truth::Never,
        (Part::Literal(text), Component::Partial(glob)) => {
            if glob.matches(text) {
                Truth::Always
            } else {
                Truth::Never
            }
        }
        (Part::Other, Component::Partial(_)) | (_, Component::Unknown) => Truth::Sometimes,
    }
}

/// All regions; nothing where there would be too many.
pub(super) fn all<'p>(patterns: impl IntoIterator<Item = &'p NamePattern>) -> Option<Vec<Region>> {
    let mut paths: Vec<&[Component]> = Vec::new();
    for pattern in patterns {
        if let NamePattern::Path { components, .. } = pattern
            && !paths.contains(&components.as_slice())
        {
            paths.push(components);
        }
    }
    let deepest = paths.iter().map(|path| path.len()).max().unwrap_or(0) + 1;
    let mut regions = Vec::new();
    grow(&mut regions, &[], &paths, deepest)?;
    Some(regions)
}

fn grow(regions: &mut Vec<Region>, before: &[Part], paths: &[&[Component]], deepest: usize) -> Option<()> {
    let depth = before.len();
    if depth == deepest {
        return Some(());
    }
    let mut parts: BTreeSet<Part> = [Part::Other].into();
    for path in paths {
        if let Some(Component::Literal(text)) = path.get(depth) {
            parts.insert(Part::Literal(text.clone()));
        }
    }
    for part in parts {
        let fits = |path: &&&[Component]| match path.get(depth) {
            None => false,
            Some(Component::Literal(text)) => matches!(&part, Part::Literal(part) if part == text),
            Some(Component::Any | Component::Partial(_) | Component::Unknown) => true,
        };
        let inner: Vec<&[Component]> = paths.iter().filter(fits).copied().collect();
        let parts = [before, std::slice::from_ref(&part)].concat();
        if regions.len() >= MOST {
            return None;
        }
        regions.push(Region { parts: parts.clone(), open: depth + 1 == deepest });
        grow(regions, &parts, &inner, deepest)?;
    }
    Some(())
}
