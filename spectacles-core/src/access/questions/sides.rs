//! Where to ask, so that nothing that differs between two states is missed.

use super::Questions;
use super::changed::{Changed, ChangedNamespace};
use super::corners::{Below, Corner, Corners};
use super::pattern::{Components, Pattern, components, filled, meet, placeholder};
use crate::access::{Facts, RegistryState, Subject};
use crate::id::{RegistryId, ServiceAccountId, UserId};
use crate::name::{NamespacePath, RepositoryName};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Somebody in both states, or in one.
#[derive(Clone, Copy)]
pub(super) struct Pair<'f> {
    pub(super) before: Option<Subject<'f>>,
    pub(super) after: Option<Subject<'f>>,
}

/// One registry in both states, as one pair sees it.
pub(super) struct Sides<'f> {
    sides: SmallVec<[Side<'f>; 2]>,
    /// Whether he is an administrator wherever he is: then nothing depends on where he asks.
    of_administrator: bool,
}

struct Side<'f> {
    registry: &'f RegistryState,
    corners: Corners<'f>,
    /// Whether corners matter on this registry.
    matter: bool,
}

impl Changed {
    /// Whether something about himself has changed.
    pub(super) fn touches(&self, pair: Pair<'_>) -> bool {
        match pair.before.or(pair.after) {
            Some(Subject::User(user) | Subject::Administrator(user)) => self.users.contains(&user.id),
            Some(Subject::Service(service)) => self.services.contains(&service.id),
            Some(Subject::Anonymous | Subject::System) | None => false,
        }
    }
}

impl<'f> Sides<'f> {
    pub(super) fn of(before: Questions<'f>, after: Questions<'f>, pair: Pair<'f>, registry: RegistryId) -> Self {
        let side = |questions: Questions<'f>, subject: Option<Subject<'f>>| {
            let registry = questions.facts.registry_with(registry)?;
            let corners = Corners::new(questions, subject?);
            Some(Side { registry, matter: corners.matter(registry), corners })
        };
        let is = |subject: Option<Subject<'_>>| matches!(subject, None | Some(Subject::Administrator(_)));
        let sides = [side(before, pair.before), side(after, pair.after)].into_iter().flatten().collect();
        Self { sides, of_administrator: is(pair.before) && is(pair.after) }
    }

    /// Has everything asked that may differ on the registry.
    pub(super) fn everywhere<B>(&self, ask: &mut impl FnMut(RepositoryName, Pattern) -> ControlFlow<B>) -> ControlFlow<B> {
        if self.of_administrator {
            return filled(&[None], &placeholder(0)).map_or(ControlFlow::Continue(()), |name| ask(name, Pattern::everything()));
        }
        self.below(Below::Anywhere, ask)?;
        for side in &self.sides {
            for namespace in side.registry.namespaces.iter() {
                self.of_path(&namespace.path, ask)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Has everything asked that may differ because of a namespace.
    pub(super) fn at<B>(
        &self,
        namespace: &ChangedNamespace,
        ask: &mut impl FnMut(RepositoryName, Pattern) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if self.of_administrator {
            return ControlFlow::Continue(());
        }
        self.of_path(&namespace.path, ask)?;
        if !namespace.cuts() {
            return ControlFlow::Continue(());
        }
        let path = components(&namespace.path);
        for side in &self.sides {
            for other in side.registry.namespaces.iter().filter(|other| other.path.as_str() != NamespacePath::TOP) {
                if let Some(met) = meet(&path, &components(&other.path)) {
                    self.below(Below::Path(&met), ask)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn of_path<B>(&self, path: &NamespacePath, ask: &mut impl FnMut(RepositoryName, Pattern) -> ControlFlow<B>) -> ControlFlow<B> {
        if path.as_str() == NamespacePath::TOP { self.below(Below::Top, ask) } else { self.below(Below::Path(&components(path)), ask) }
    }

    /// Asks in all corners of either state.
    fn below<B>(&self, below: Below<'_>, ask: &mut impl FnMut(RepositoryName, Pattern) -> ControlFlow<B>) -> ControlFlow<B> {
        let mut corners = Vec::new();
        let has_top = self.sides.iter().any(|side| side.registry.namespaces.get(NamespacePath::TOP).is_some());
        for side in &self.sides {
            side.corners.of(below, side.matter, &mut corners);
            for corner in &corners {
                self.in_corner(corner, &corner.components, ask)?;
                // `/` may govern the one and not the other.
                if corner.components.len() == 1 && corner.goes_deeper() && has_top {
                    let deeper: Components<'_> = corner.components.iter().copied().chain([None]).collect();
                    self.in_corner(corner, &deeper, ask)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn in_corner<B>(
        &self,
        corner: &Corner<'_>,
        path: &Components<'_>,
        ask: &mut impl FnMut(RepositoryName, Pattern) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        const MOST: usize = 1_000;
        for number in 0..MOST {
            let placeholder = placeholder(number);
            let Some(name) = filled(path, &placeholder) else { break };
            let is_taken = |side: &Side<'_>| {
                let governing = side.registry.namespaces.governing(&name);
                governing.is_some_and(|found| found.path.as_str().split('/').any(|component| component == placeholder))
                    || (side.matter && !corner.has(side.corners.rule(side.registry, &name)))
            };
            if path.iter().all(Option::is_some) || !self.sides.iter().any(is_taken) {
                return ask(name, corner.pattern());
            }
        }
        ControlFlow::Continue(())
    }
}

/// Everybody of either state, each once.
pub(super) fn pairs<'f>(before: Questions<'f>, after: Questions<'f>) -> impl Iterator<Item = Pair<'f>> {
    let user = |questions: Questions<'f>, id: UserId| questions.facts.user_with(id).map(|user| questions.subject(user));
    let service =
        |questions: Questions<'f>, id: ServiceAccountId| questions.facts.service_with(id).map(|service| Subject::Service(service));
    let (one, other) = (before.facts, after.facts);
    let new_users = other.users().map(|user| user.id).filter(|id| one.user_with(*id).is_none());
    let users = one.users().map(|user| user.id).chain(new_users);
    let new_services = other.services().map(|service| service.id).filter(|id| one.service_with(*id).is_none());
    let services = one.services().map(|service| service.id).chain(new_services);
    let users = users.map(move |id| Pair { before: user(before, id), after: user(after, id) });
    let services = services.map(move |id| Pair { before: service(before, id), after: service(after, id) });
    users.chain(services).chain([Pair { before: Some(Subject::Anonymous), after: Some(Subject::Anonymous) }])
}

/// The registries of either state, each once, as they are later where they are in both.
pub(super) fn registries<'f>(before: &'f Facts, after: &'f Facts) -> impl Iterator<Item = &'f RegistryState> {
    let gone = before.registries().filter(|registry| after.registry_with(registry.facts.id).is_none());
    after.registries().chain(gone)
}
