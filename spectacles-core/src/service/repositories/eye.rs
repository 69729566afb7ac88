//! What of registries somebody may see.

use crate::access::questions::{Area, Questions};
use crate::access::{Facts, Question, RegistryState, Subject, decide, subject_of};
use crate::id::{RegistryId, ServiceAccountId, UserId};
use crate::live::LiveFacts;
use crate::model::Circumstances;
use crate::name::{NamespacePath, RepositoryName};
use crate::right::{Action, Actions};
use crate::service::{Administration, Error};
use crate::store::RepositoryChoice;
use crate::time::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Somebody who looks at what registries hold, at one moment. Every answer is one of [`decide`].
pub(in crate::service) struct Eye {
    facts: Arc<LiveFacts>,
    who: Looking,
    /// Whether he sees what he could not pull, as well.
    everything: bool,
    admin_bypass: bool,
    circumstances: Circumstances,
    sights: Arc<Sights>,
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::service) enum Looking {
    /// Whoever sits at the machine.
    Machine,
    User(UserId),
    Service(ServiceAccountId),
    Anonymous,
}

/// Beyond that many places it is looked at everywhere.
const MOST_PLACES: usize = 200;
/// For how long it is remembered where somebody may look. Rights end without a change.
const REMEMBERED: Duration = Duration::from_secs(5);
/// For how many it is remembered.
const MOST_REMEMBERED: usize = 1_000;

/// Where somebody may look: paths on registries, or anywhere.
type Places = Option<Arc<[(RegistryId, String)]>>;

/// Where others could look a moment ago.
#[derive(Default)]
pub(in crate::service) struct Sights(Mutex<HashMap<Glance, Remembered>>);

/// Who looked, from where, and at which registry, or at all of them.
type Glance = (Looking, Option<IpAddr>, Option<RegistryId>);

struct Remembered {
    revision: crate::store::Revision,
    at: Timestamp,
    places: Places,
}

impl Eye {
    /// That of a user, or of whoever sits at the machine. `everything` where he may see whatever there is.
    pub(in crate::service) async fn of_member(
        administration: &Administration,
        user: Option<(UserId, Option<IpAddr>)>,
        everything: bool,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let (who, from) = match user {
            Some((user, from)) => (Looking::User(user), from),
            None => (Looking::Machine, None),
        };
        let mut eye = Self::new(administration, who, Circumstances { at, from }).await?;
        eye.everything = everything;
        Ok(eye)
    }

    /// That of somebody who sees what he may pull.
    pub(in crate::service) async fn new(
        administration: &Administration,
        who: Looking,
        circumstances: Circumstances,
    ) -> Result<Self, Error> {
        Ok(Self {
            facts: administration.live_facts().await?,
            who,
            everything: false,
            admin_bypass: administration.admin_bypass(),
            circumstances,
            sights: administration.sights(),
        })
    }

    /// Takes over what has changed. Whoever has begun a change decides by what holds then.
    pub(in crate::service) async fn refresh(&self) -> Result<(), Error> {
        self.facts.refresh().await?;
        Ok(())
    }

    /// Whether he sees everything there is.
    pub(in crate::service) fn sees_everything(&self) -> bool {
        self.everything
    }

    /// Whether he may know that there is such a repository.
    pub(in crate::service) fn sees(&self, registry: RegistryId, name: &RepositoryName) -> bool {
        self.everything || self.actions(registry, name).contains(Action::Pull)
    }

    /// What a token would give him who asked for everything.
    pub(in crate::service) fn actions(&self, registry: RegistryId, name: &RepositoryName) -> Actions {
        self.facts.read(|facts| self.decide(facts, registry, name))
    }

    /// The namespace that governs a repository.
    pub(in crate::service) fn governing(&self, registry: RegistryId, name: &RepositoryName) -> Option<NamespacePath> {
        self.facts.read(|facts| Some(facts.registry_with(registry)?.namespaces.governing(name)?.path.clone()))
    }

    /// Every registry that there is.
    pub(in crate::service) fn registries(&self) -> Vec<RegistryId> {
        let mut all: Vec<_> = self.facts.read(|facts| facts.registries().map(|registry| registry.facts.id).collect());
        all.sort_unstable();
        all
    }

    /// The same for many repositories at once: what he may do, and what governs them.
    pub(in crate::service) fn look_at<'n>(
        &self,
        repositories: impl Iterator<Item = (RegistryId, &'n RepositoryName)>,
    ) -> Vec<(Actions, Option<NamespacePath>)> {
        self.facts.read(|facts| {
            let look = |(registry, name): (RegistryId, &RepositoryName)| {
                let governing = facts.registry_with(registry).and_then(|state| state.namespaces.governing(name));
                (self.decide(facts, registry, name), governing.map(|namespace| namespace.path.clone()))
            };
            repositories.map(look).collect()
        })
    }

    /// Those of many that he may see, in their order.
    pub(in crate::service) fn seen<T>(&self, all: Vec<T>, name: impl Fn(&T) -> (RegistryId, &RepositoryName)) -> Vec<T> {
        if self.everything {
            return all;
        }
        self.facts.read(|facts| {
            let sees = |one: &T| {
                let (registry, name) = name(one);
                self.decide(facts, registry, name).contains(Action::Pull)
            };
            all.into_iter().filter(|one| sees(one)).collect()
        })
    }

    fn decide(&self, facts: &Facts, registry: RegistryId, name: &RepositoryName) -> Actions {
        let Some(state) = facts.registry_with(registry) else { return Actions::NONE };
        let Some(subject) = self.subject(facts) else { return Actions::NONE };
        let question = Question { subject, repository: name, requested: Actions::ALL, circumstances: self.circumstances };
        let allowed = decide(facts, Some(state), &question).allowed;
        // The system principal passes the ceiling; whoever sits at the machine is none.
        if state.facts.read_only { allowed & Actions::PULL } else { allowed }
    }

    fn subject<'f>(&self, facts: &'f Facts) -> Option<Subject<'f>> {
        Some(match self.who {
            Looking::Machine => Subject::System,
            Looking::User(id) => subject_of(facts.user_with(id)?, self.admin_bypass),
            Looking::Service(id) => Subject::Service(facts.service_with(id)?),
            Looking::Anonymous => Subject::Anonymous,
        })
    }

    /// Where it is worth looking for what he may see. Whether he may see what is found there is decided for each.
    pub(in crate::service) fn choice(&self, registry: Option<RegistryId>) -> RepositoryChoice {
        let below = if self.everything { None } else { self.places(registry).map(|places| places.to_vec()) };
        RepositoryChoice { registry, below }
    }

    fn places(&self, registry: Option<RegistryId>) -> Places {
        let key = (self.who, self.circumstances.from, registry);
        let (revision, now) = (self.facts.revision(), self.circumstances.at);
        // Nothing that holds it can panic.
        let known = self.sights.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&key)
            && known.revision == revision
            && now < known.at.after(REMEMBERED)
        {
            return known.places.clone();
        }
        drop(known);
        let places: Places = self.facts.read(|facts| self.find_places(facts, registry)).map(Into::into);
        let mut known = self.sights.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(key, Remembered { revision, at: now, places: places.clone() });
        places
    }

    fn find_places(&self, facts: &Facts, registry: Option<RegistryId>) -> Option<Vec<(RegistryId, String)>> {
        let subject = self.subject(facts)?;
        let registries: Vec<&RegistryState> = match registry {
            Some(id) => facts.registry_with(id).into_iter().collect(),
            None => facts.registries().collect(),
        };
        let questions = Questions { facts, admin_bypass: self.admin_bypass, circumstances: self.circumstances };
        let mut places: Vec<(RegistryId, String)> = Vec::new();
        let ended = questions.what_can(subject, registries, |area: &Area<'_>, answer| {
            if !answer.allowed.contains(Action::Pull) {
                return ControlFlow::Continue(());
            }
            for pattern in &area.patterns {
                let Some(place) = written(pattern.as_str()) else { return ControlFlow::Break(()) };
                places.push((area.registry.facts.id, place));
            }
            if places.len() > MOST_PLACES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if ended.is_break() {
            return None;
        }
        places.sort_unstable();
        places.dedup();
        Some(places)
    }
}

/// The path below which everything of a pattern is: `team/*/…` is below `team`. Nothing where that is everything.
fn written(pattern: &str) -> Option<String> {
    if pattern == NamespacePath::TOP {
        return Some(String::new());
    }
    let components = pattern.split('/').take_while(|component| !matches!(*component, NamespacePath::ANY | "…"));
    let path = components.collect::<Vec<_>>().join("/");
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_pattern_is_looked_for_below_what_is_written_of_it() {
        for (pattern, below) in [
            ("team/…", Some("team")),
            ("team/app/…", Some("team/app")),
            ("team/*/…", Some("team")),
            ("busybox", Some("busybox")),
            ("/", Some("")),
        ] {
            assert_eq!(written(pattern).as_deref(), below, "{pattern}");
        }
        assert_eq!((written("…"), written("*/app/…")), (None, None));
    }
}
