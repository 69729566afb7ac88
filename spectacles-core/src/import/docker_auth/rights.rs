//! Which rights say what the rules allow, and no more.

use super::regions::Region;
use super::rules::{Allowed, Applicable, allowed};
use crate::name::UserName;
use crate::right::{Action, Actions, Right};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// What there is to say on a region: who may what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Settings {
    pub(super) owner: Option<UserName>,
    pub(super) public: bool,
    /// What others may: nothing, pull, or everything.
    pub(super) others: Actions,
    /// What users may who have a right of their own, perhaps from some networks only.
    pub(super) own: BTreeMap<UserName, (Right, Vec<IpNet>)>,
    /// What users may who have it through a group, because it takes two rights or is what holds outside of networks.
    pub(super) grouped: BTreeMap<UserName, Actions>,
}

/// What somebody gets of what the rules allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share {
    /// From everywhere.
    pub(super) base: Actions,
    /// More, from these networks.
    pub(super) inside: Option<(Right, Vec<IpNet>)>,
    /// Why it is less than the rules allow.
    pub(super) short: Option<Shortage>,
}

/// Why somebody gets less.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Shortage {
    /// These rules apply to a part of a region.
    Unsure(BTreeSet<usize>),
    /// No right has these actions.
    Actions(String),
    /// Networks cannot be told apart as the rules do.
    Networks,
    /// Somebody else, who may not, would be given it as well.
    Public,
}

/// The most that rights can say of some actions.
pub(super) fn sayable(actions: Actions) -> Actions {
    let (pull, push, delete) = (actions.contains(Action::Pull), actions.contains(Action::Push), actions.contains(Action::Delete));
    match (pull, push, delete) {
        (true, true, true) => Actions::ALL,
        (true, true, false) => actions,
        (true, false, _) => Actions::PULL,
        // Whoever has WRITE may pull with the same request.
        (false, _, _) => Actions::NONE,
    }
}

/// The one right that says just this.
pub(super) fn single(actions: Actions) -> Option<Right> {
    [(Actions::NONE, Right::None), (Actions::PULL, Right::Read), (Actions::ALL, Right::Full)]
        .into_iter()
        .find(|(of, _)| *of == actions)
        .map(|(_, right)| right)
}

fn has(more: Actions, less: Actions) -> bool {
    (less - more).is_empty()
}

/// What somebody gets on a region. `networks` are all that rules know.
pub(super) fn share(rules: &[Applicable], region: &Region, networks: &[IpNet]) -> Share {
    let outside = allowed(rules, region, None);
    let inside: Vec<(&IpNet, Allowed)> = networks.iter().map(|network| (network, allowed(rules, region, Some(network)))).collect();
    let least = inside.iter().fold(outside.least, |least, (_, allowed)| least & allowed.least);
    let base = sayable(least);
    let more = [Right::Full, Right::Read].into_iter().find_map(|right| {
        let actions = if right == Right::Full { Actions::ALL } else { Actions::PULL };
        if actions == base || !has(actions, base) {
            return None;
        }
        // A network has all that lie in it.
        let admits =
            |network: &IpNet| inside.iter().filter(|(inner, _)| network.contains(*inner)).all(|(_, allowed)| has(allowed.least, actions));
        let admitted: Vec<IpNet> = networks.iter().filter(|network| admits(network)).copied().collect();
        (!admitted.is_empty()).then_some((right, admitted))
    });
    let given = |place: Option<&IpNet>| match (&more, place) {
        (Some((right, networks)), Some(place)) if networks.iter().any(|network| network.contains(place)) => {
            if *right == Right::Full {
                Actions::ALL
            } else {
                Actions::PULL
            }
        }
        _ => base,
    };
    let all = || std::iter::once((None, &outside)).chain(inside.iter().map(|(network, allowed)| (Some(*network), allowed)));
    let unsure: BTreeSet<usize> =
        all().filter(|(_, allowed)| allowed.least != allowed.most).flat_map(|(_, allowed)| allowed.unsure.clone()).collect();
    let short = if !unsure.is_empty() {
        Some(Shortage::Unsure(unsure))
    } else if let Some((_, allowed)) = all().find(|(_, allowed)| sayable(allowed.most) != allowed.most) {
        Some(Shortage::Actions(allowed.most.to_string()))
    } else if all().any(|(place, allowed)| given(place) != allowed.most) {
        Some(Shortage::Networks)
    } else {
        None
    };
    Share { base, inside: more, short }
}

/// The settings of a region, from what everybody gets on it.
pub(super) fn settings(users: &[(UserName, Share)], others: Actions, public: bool, owner: Option<&UserName>) -> Settings {
    let mut settings = Settings { public, others, ..Settings::default() };
    for (name, Share { base, inside, .. }) in users {
        if let Some((right, networks)) = inside {
            settings.own.insert(name.clone(), (*right, networks.clone()));
            if *base != others {
                settings.grouped.insert(name.clone(), *base);
            }
            continue;
        }
        if *base == others {
            continue;
        }
        match single(*base) {
            Some(Right::Full) if owner == Some(name) => settings.owner = Some(name.clone()),
            Some(right) => drop(settings.own.insert(name.clone(), (right, Vec::new()))),
            None => drop(settings.grouped.insert(name.clone(), *base)),
        }
    }
    settings
}
