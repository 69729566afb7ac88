//! What everybody may do everywhere.

use super::{Principal, registries};
use crate::access::questions::{Area, Pattern, Questions};
use crate::access::{RegistryState, Subject};
use crate::name::ServiceName;
use crate::right::Actions;
use crate::service::Error;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::ControlFlow;

/// What somebody may do somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixRow {
    /// Who.
    #[serde(flatten)]
    pub principal: Principal,
    /// The service of the registry.
    pub registry: ServiceName,
    /// How the repositories are written.
    pub area: Vec<Pattern>,
    /// What is allowed.
    pub allowed: Actions,
    /// Whether pull is among it only for requests that ask for push as well.
    pub pull_needs_push: bool,
    /// The word for the rule that decided.
    pub rule: Cow<'static, str>,
}

/// What everybody may do everywhere, or a part of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// By principal, registry and area.
    pub items: Vec<MatrixRow>,
    /// The last of those that are told about, where others follow.
    pub next: Option<Principal>,
    /// Whether rights were left out because nobody said where requests come from.
    pub address_missing: bool,
}

/// Lists what everybody behind `after` may do, on one registry or on all, until it is `enough`: everything about a principal is in one part.
///
/// # Errors
/// [`Error::NotFound`] for the registry.
pub fn matrix(questions: &Questions<'_>, service: Option<&ServiceName>, after: Option<&Principal>, enough: usize) -> Result<Matrix, Error> {
    let registries = registries(questions.facts, service)?;
    let everybody = questions.everybody().map(|subject| (Principal::from(subject), subject));
    let mut principals: Vec<_> = everybody.filter(|(principal, _)| after.is_none_or(|after| principal > after)).collect();
    principals.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut items = Vec::new();
    let mut left = principals.into_iter().peekable();
    while let Some((principal, subject)) = left.next() {
        rows(questions, &registries, &principal, subject, &mut items);
        if items.len() >= enough && left.peek().is_some() {
            return Ok(Matrix { items, next: Some(principal), address_missing: questions.lack_an_address() });
        }
    }
    Ok(Matrix { items, next: None, address_missing: questions.lack_an_address() })
}

fn rows(questions: &Questions<'_>, registries: &[&RegistryState], principal: &Principal, subject: Subject<'_>, items: &mut Vec<MatrixRow>) {
    let mut found = Vec::new();
    let _ = questions.what_can(subject, registries.iter().copied(), |area: &Area<'_>, answer| {
        let spelled: Vec<_> = area.patterns.iter().map(ToString::to_string).collect();
        let row = MatrixRow {
            principal: principal.clone(),
            registry: area.registry.facts.service.clone(),
            area: area.patterns.to_vec(),
            allowed: answer.allowed,
            pull_needs_push: answer.pull_needs_push,
            rule: answer.because.rule.as_str().into(),
        };
        found.push((spelled.join(", "), row));
        ControlFlow::<Infallible>::Continue(())
    });
    found.sort_unstable_by(|(one, row), (other, other_row)| (&row.registry, one).cmp(&(&other_row.registry, other)));
    items.extend(found.into_iter().map(|(_, row)| row));
}
