//! Who may do more or less than before.

use crate::access::Facts;
use crate::access::questions::{Questions, compare};
use crate::model::Circumstances;
use crate::right::Actions;
use crate::time::Timestamp;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

/// A part of a registry where somebody may do more or less.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Consequence {
    /// Who: `user alice`.
    pub subject: String,
    /// On which registry.
    pub registry: String,
    /// Where on it, as patterns of repositories are written.
    pub repositories: String,
    /// What becomes possible.
    pub gains: Vec<Cow<'static, str>>,
    /// What is not possible any more.
    pub loses: Vec<Cow<'static, str>>,
}

/// `user alice gains push and loses nothing on registry.example.com/team/**`.
impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, registry, repositories, gains, loses } = self;
        write!(f, "{subject}")?;
        if !gains.is_empty() {
            write!(f, " gains {}", gains.join(","))?;
        }
        if !loses.is_empty() {
            write!(f, "{} loses {}", if gains.is_empty() { "" } else { " and" }, loses.join(","))?;
        }
        write!(f, " on {registry}/{repositories}")
    }
}

/// Compares two states, for requests from nowhere in particular: up to `limit` differences, in order, and whether there are more.
pub fn consequences(before: &Facts, after: &Facts, admin_bypass: bool, now: Timestamp, limit: usize) -> (Vec<Consequence>, bool) {
    let mut found = Vec::new();
    let questions = Questions { facts: before, admin_bypass, circumstances: Circumstances { at: now, from: None } };
    let ended = compare(questions, after, &[], |difference| {
        if found.len() >= limit {
            return ControlFlow::Break(());
        }
        let words = |actions: Actions| actions.iter().map(|action| action.as_str().into()).collect();
        found.push(Consequence {
            subject: difference.subject().to_string().replace('`', ""),
            registry: difference.registry.facts.service.to_string(),
            repositories: difference.pattern.to_string(),
            gains: words(difference.gained()),
            loses: words(difference.lost()),
        });
        ControlFlow::Continue(())
    });
    found.sort_unstable();
    (found, ended.is_break())
}
