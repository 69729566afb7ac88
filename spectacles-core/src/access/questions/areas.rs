//! The parts of a registry on which somebody has the same throughout, and what he can do there.

use super::super::{NamespaceEntry, PathRule, RegistryState, Subject};
use super::corners::{Below, Corner, Corners};
use super::pattern::{Pattern, components, filled, placeholder};
use super::{Answer, Questions};
use crate::name::{NamespacePath, RepositoryName};
use crate::right::Actions;
use smallvec::{SmallVec, smallvec};
use std::ops::ControlFlow;

/// Repositories of one registry that are all governed by the same namespace, or by none, and of which the path policy says the same to one
/// subject: what is decided of one of them is decided of all.
#[derive(Debug, Clone)]
pub struct Area<'f> {
    /// The registry.
    pub registry: &'f RegistryState,
    /// The namespace that governs them.
    pub namespace: Option<&'f NamespaceEntry>,
    /// What the path policy says; nothing where it says the same everywhere.
    pub path: Option<PathRule>,
    /// How they are written. Most areas have one pattern; what belongs to somebody by its path has one with his name and one with his number.
    pub patterns: SmallVec<[Pattern; 1]>,
    /// One of them. It need not exist.
    pub representative: RepositoryName,
}

/// Longer than any row of names that somebody may have taken.
const MOST_PLACEHOLDERS: usize = 1_000;

/// The areas of one subject.
struct Areas<'f> {
    subject: Subject<'f>,
    corners: Corners<'f>,
}

impl<'f> Questions<'f> {
    /// What somebody can do, area by area, in no order: only areas with something allowed. Where two patterns fit a name, that of the deeper
    /// namespace counts. `each` may break off.
    ///
    /// To administrators each registry is one area.
    pub fn what_can<B>(
        &self,
        subject: Subject<'f>,
        registries: impl IntoIterator<Item = &'f RegistryState>,
        mut each: impl FnMut(&Area<'f>, Answer) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let areas = self.areas(subject);
        for registry in registries {
            if !registry.facts.enabled || subject.is_disabled() {
                continue;
            }
            areas.on(registry, &mut |area: Area<'f>| {
                let answer = self.answer(registry, subject, &area.representative, Actions::ALL);
                if answer.allowed.is_empty() { ControlFlow::Continue(()) } else { each(&area, answer) }
            })?;
        }
        ControlFlow::Continue(())
    }

    fn areas(&self, subject: Subject<'f>) -> Areas<'f> {
        Areas { subject, corners: Corners::new(*self, subject) }
    }
}

impl<'f> Areas<'f> {
    /// Every area of a registry, whatever is allowed there.
    fn on<B>(&self, registry: &'f RegistryState, each: &mut impl FnMut(Area<'f>) -> ControlFlow<B>) -> ControlFlow<B> {
        if let Subject::Administrator(_) | Subject::System = self.subject {
            // Neither namespaces nor paths matter to him.
            let Some(representative) = filled(&[None], &placeholder(0)) else { return ControlFlow::Continue(()) };
            return each(Area { registry, namespace: None, path: None, patterns: smallvec![Pattern::everything()], representative });
        }
        let matter = self.corners.matter(registry);
        for namespace in registry.namespaces.iter() {
            let path = components(&namespace.path);
            let below = if namespace.path.as_str() == NamespacePath::TOP { Below::Top } else { Below::Path(&path) };
            self.below(registry, Some(namespace), below, matter, each)?;
        }
        // Without a namespace only paths give something.
        if matter { self.below(registry, None, Below::Anywhere, true, each) } else { ControlFlow::Continue(()) }
    }

    /// The areas of one namespace, or those that none governs.
    fn below<B>(
        &self,
        registry: &'f RegistryState,
        namespace: Option<&'f NamespaceEntry>,
        below: Below<'_>,
        matter: bool,
        each: &mut impl FnMut(Area<'f>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut corners = Vec::new();
        self.corners.of(below, matter, &mut corners);
        let mut last: Option<Area<'f>> = None;
        for corner in corners {
            let Some((representative, rule)) = self.representative(registry, namespace, &corner) else { continue };
            let (path, pattern) = (matter.then_some(rule), corner.pattern());
            // The same by name and by number, or by the three words.
            if let Some(area) = &mut last
                && area.path == path
            {
                if !area.patterns.contains(&pattern) {
                    area.patterns.push(pattern);
                }
            } else if let Some(done) = last.replace(Area { registry, namespace, path, patterns: smallvec![pattern], representative }) {
                each(done)?;
            }
        }
        last.map_or(ControlFlow::Continue(()), each)
    }

    /// A repository of a corner, and what the path policy says of it; nothing where other namespaces govern all of the corner.
    ///
    /// One name is enough to find that out, when nobody has taken what is in its gaps: what governs it, by components that are written or by
    /// `*`, covers all of the corner.
    fn representative(
        &self,
        registry: &RegistryState,
        namespace: Option<&NamespaceEntry>,
        corner: &Corner<'_>,
    ) -> Option<(RepositoryName, PathRule)> {
        for number in 0..MOST_PLACEHOLDERS {
            let placeholder = placeholder(number);
            let name = filled(&corner.components, &placeholder)?;
            let rule = self.corners.rule(registry, &name);
            let governing = registry.namespaces.governing(&name);
            let is_there = corner.has(rule);
            if is_there && governing.map(|found| found.id) == namespace.map(|wanted| wanted.id) {
                return Some((name, rule));
            }
            let is_taken = |found: &NamespaceEntry| found.path.as_str().split('/').any(|component| component == placeholder);
            if is_there && !governing.is_some_and(is_taken) {
                return None;
            }
        }
        None
    }
}
