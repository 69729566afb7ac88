//! What the rules allow somebody on a part of a registry: at least, and at most.

use super::config::{Labels, Rule};
use super::pattern::{Matcher, NamePattern, expanded, matches_all};
use super::regions::Region;
use crate::right::Actions;
use ipnet::IpNet;
use std::collections::BTreeSet;

/// Whether something holds, as far as can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Always,
    Never,
    /// For some of what is asked about.
    Sometimes,
}

impl Truth {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, Self::Always) => Self::Always,
            (Self::Always | Self::Sometimes, Self::Always | Self::Sometimes) => Self::Sometimes,
        }
    }

    pub(super) fn any(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::Never, |one, other| match (one, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, Self::Never) => Self::Never,
            (Self::Never | Self::Sometimes, Self::Never | Self::Sometimes) => Self::Sometimes,
        })
    }

    fn of(matches: Option<bool>) -> Self {
        match matches {
            Some(true) => Self::Always,
            Some(false) => Self::Never,
            None => Self::Sometimes,
        }
    }
}

/// Whom rules are read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// An account that is known, with its labels. The one without credentials has an empty name.
    Account(String, Labels),
    /// Every account that the file does not name.
    Others,
}

/// A rule, read for somebody on one registry.
#[derive(Debug)]
pub(super) struct Applicable {
    pub(super) index: usize,
    applies: Truth,
    /// One of these must match.
    pub(super) names: Vec<NamePattern>,
    network: Option<IpNet>,
    actions: Actions,
}

/// What is allowed on a part of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) least: Actions,
    pub(super) most: Actions,
    /// The rules that apply to some of it only.
    pub(super) unsure: BTreeSet<usize>,
}

/// The rules that may apply to somebody.
pub(super) fn applicable(rules: &[Rule], principal: &Principal, service: &str, listed: &BTreeSet<String>) -> Vec<Applicable> {
    rules.iter().enumerate().filter_map(|(index, rule)| read(index, rule, principal, service, listed)).collect()
}

fn read(index: usize, rule: &Rule, principal: &Principal, service: &str, listed: &BTreeSet<String>) -> Option<Applicable> {
    let nothing = Labels::new();
    let (account, labels) = match principal {
        Principal::Account(name, labels) => (Some(name.as_str()), labels),
        Principal::Others => (None, &nothing),
    };
    let fits = |pattern: &Option<String>, text: &str| {
        let Some(pattern) = pattern else { return Truth::Always };
        if account.is_none() && (pattern.contains("${account}") || pattern.contains("${labels:")) || pattern.contains("${name}") {
            return Truth::Sometimes;
        }
        let patterns = expanded(pattern, service, account, labels);
        patterns.map_or(Truth::Sometimes, |all| Truth::any(all.iter().map(|pattern| Truth::of(Matcher::parse(pattern).matches(text)))))
    };
    let mut applies = match (account, &rule.account) {
        (Some(account), pattern) => fits(pattern, account),
        (None, None) => Truth::Always,
        (None, Some(pattern)) if matches_all(pattern) => Truth::Always,
        // Those who are named are no others.
        (None, Some(pattern)) if pattern.is_empty() || listed.contains(pattern) => Truth::Never,
        (None, Some(_)) => Truth::Sometimes,
    };
    applies = applies.and(fits(&rule.kind, "repository")).and(fits(&rule.service, service));
    for (label, pattern) in &rule.labels {
        let holds = match principal {
            Principal::Others => Truth::Sometimes,
            Principal::Account(_, labels) => {
                Truth::any(labels.get(label).into_iter().flatten().map(|value| fits(&Some(pattern.clone()), value)))
            }
        };
        applies = applies.and(holds);
    }
    if !rule.strange.is_empty() {
        applies = applies.and(Truth::Sometimes);
    }
    if applies == Truth::Never {
        return None;
    }
    let names = match &rule.name {
        None => vec![NamePattern::Every],
        Some(pattern) if account.is_none() && pattern.contains("${labels:") => vec![NamePattern::Opaque(Matcher::Unknown)],
        Some(pattern) => match expanded(pattern, service, account, labels) {
            Some(all) => {
                let unknown = |pattern: &String| account.is_none() && pattern.contains("${account}");
                all.iter().map(|pattern| NamePattern::parse(pattern, unknown(pattern))).collect()
            }
            None => vec![NamePattern::Opaque(Matcher::Unknown)],
        },
    };
    Some(Applicable { index, applies, names, network: rule.network, actions: rule.actions })
}

/// What the first rule that applies allows on a region, for requests from `place`: inside of that network and of none that is narrower, or
/// inside of none at all.
pub(super) fn allowed(rules: &[Applicable], region: &Region, place: Option<&IpNet>) -> Allowed {
    let mut passed = Vec::new();
    let mut found = Allowed { least: Actions::NONE, most: Actions::NONE, unsure: BTreeSet::new() };
    for rule in rules {
        let inside = match (&rule.network, place) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(network), Some(place)) => network.contains(place),
        };
        if !inside {
            continue;
        }
        match rule.applies.and(Truth::any(rule.names.iter().map(|name| region.matched_by(name)))) {
            Truth::Never => {}
            Truth::Sometimes => passed.push(rule),
            Truth::Always => {
                (found.least, found.most) = (rule.actions, rule.actions);
                break;
            }
        }
    }
    for rule in passed {
        // Where it makes no difference whether it applies, nobody need know.
        if rule.actions != found.least || rule.actions != found.most {
            found.unsure.insert(rule.index);
        }
        found.least = found.least & rule.actions;
        found.most |= rule.actions;
    }
    found
}
