//! What would be decided otherwise.

use super::changed::Changed;
use super::pattern::Pattern;
use super::sides::{Pair, Sides, pairs, registries};
use super::{Answer, Questions};
use crate::access::{Facts, RegistryState, Subject};
use crate::name::RepositoryName;
use crate::right::Actions;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// A decision that is another one in the other state.
#[derive(Debug, Clone)]
pub struct Difference<'f> {
    /// Whose it is before; nothing where he is not there.
    pub subject_before: Option<Subject<'f>>,
    /// Whose it is after.
    pub subject_after: Option<Subject<'f>>,
    /// The registry, as it is in a state that has it: the later, where both do.
    pub registry: &'f RegistryState,
    /// Where it is so, as an area is written, or the name of a repository.
    pub pattern: Pattern,
    /// The repository that was asked for.
    pub repository: RepositoryName,
    /// The answer before, to a request for everything; nothing where he or the registry is not there.
    pub before: Option<Answer>,
    /// The answer after.
    pub after: Option<Answer>,
}

impl<'f> Difference<'f> {
    /// Whom it is about.
    pub fn subject(&self) -> Subject<'f> {
        self.subject_after.or(self.subject_before).unwrap_or(Subject::Anonymous)
    }

    /// What becomes possible.
    pub fn gained(&self) -> Actions {
        more(self.before, self.after)
    }

    /// What is not possible any more.
    pub fn lost(&self) -> Actions {
        more(self.after, self.before)
    }
}

/// What of the second is not in the first. Pull that needs push is less than pull.
fn more(one: Option<Answer>, other: Option<Answer>) -> Actions {
    let all = |answer: Option<Answer>| answer.map_or(Actions::NONE, |answer| answer.allowed);
    let alone = |answer: Option<Answer>| answer.map_or(Actions::NONE, |answer| answer.alone());
    (all(other) - all(one)) | (alone(other) - alone(one))
}

/// Finds every area in which somebody may do more or less in the other state, and the repositories of `also` for which that is so.
///
/// Asks only those whom changes touch, and only where they do: a user who is put into a group is asked about everything, everybody is asked
/// about a namespace that is set otherwise. A registry that is set otherwise is asked about as a whole. `each` may break off.
pub fn compare<'f, B>(
    before: Questions<'f>,
    after: &'f Facts,
    also: &[RepositoryName],
    each: impl FnMut(Difference<'f>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let after = Questions { facts: after, ..before };
    let changed = Changed::between(before.facts, after.facts, &before.circumstances);
    let mut comparison = Comparison { before, after, asked: HashSet::new(), each };
    for pair in pairs(before, after) {
        let touched = changed.touches(pair);
        if !touched && changed.registries.is_empty() && changed.namespaces.is_empty() {
            continue;
        }
        for registry in registries(before.facts, after.facts) {
            comparison.on(pair, registry, &changed, touched, also)?;
        }
    }
    ControlFlow::Continue(())
}

/// Two states, and who is to be told of differences.
struct Comparison<'f, E> {
    before: Questions<'f>,
    after: Questions<'f>,
    /// What was asked of one pair on one registry.
    asked: HashSet<RepositoryName>,
    each: E,
}

impl<'f, B, E: FnMut(Difference<'f>) -> ControlFlow<B>> Comparison<'f, E> {
    fn on(
        &mut self,
        pair: Pair<'f>,
        registry: &'f RegistryState,
        changed: &Changed,
        touched: bool,
        also: &[RepositoryName],
    ) -> ControlFlow<B> {
        let id = registry.facts.id;
        let sides = Sides::of(self.before, self.after, pair, id);
        self.asked.clear();
        let mut ask = |repository, pattern| self.ask(pair, registry, repository, pattern);
        if touched || changed.registries.contains(&id) {
            sides.everywhere(&mut ask)?;
        }
        for namespace in changed.namespaces.iter().filter(|namespace| namespace.registry == id) {
            sides.at(namespace, &mut ask)?;
        }
        also.iter().try_for_each(|repository| ask(repository.clone(), Pattern::exactly(repository.as_str())))
    }

    fn ask(&mut self, pair: Pair<'f>, registry: &'f RegistryState, repository: RepositoryName, pattern: Pattern) -> ControlFlow<B> {
        if self.asked.contains(&repository) {
            return ControlFlow::Continue(());
        }
        let id = registry.facts.id;
        let answer = |questions: Questions<'f>, subject: Option<Subject<'f>>| {
            Some(questions.answer(questions.facts.registry_with(id)?, subject?, &repository, Actions::ALL))
        };
        let (before, after) = (answer(self.before, pair.before), answer(self.after, pair.after));
        self.asked.insert(repository.clone());
        let Pair { before: subject_before, after: subject_after } = pair;
        let difference = Difference { subject_before, subject_after, registry, pattern, repository, before, after };
        if difference.gained().is_empty() && difference.lost().is_empty() {
            return ControlFlow::Continue(());
        }
        (self.each)(difference)
    }
}
