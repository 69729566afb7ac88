//! Policies of retention: which tags of the repositories of a namespace stay.

mod plan;
mod run;

use super::actor::Actor;
use super::change::differences;
use super::repositories::check_patterns;
use super::{Error, Member};
use crate::model::{Retention, RetentionPolicy, RetentionRule, StoredRetention};
use crate::name::{NamespacePath, ServiceName};
use serde_json::json;

/// Use cases of policies of retention.
#[derive(Clone, Copy)]
pub struct Retentions<'a>(pub(super) Actor<'a>);

impl<'a> Member<'a> {
    /// Policies of retention: for ordinary users those of their namespaces.
    pub fn retention(self) -> Retentions<'a> {
        Retentions(self.0)
    }
}

impl Retentions<'_> {
    /// The policy of a namespace.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where a user may do nothing in the namespace, and where it has no policy.
    pub async fn show(self, service: &ServiceName, path: &NamespacePath) -> Result<Retention, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let (_, namespace) = self.0.known_namespace(tx.as_mut(), &standing, service, path).await?;
        tx.retention(namespace.id).await?.map(Retention::from).ok_or_else(|| none(service, path))
    }

    /// Sets the policy of a namespace, in place of the one it had.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace; [`Error::Denied`] for users who do not own it; [`Error::Invalid`] for rules that make no sense.
    pub async fn set(self, service: &ServiceName, path: &NamespacePath, policy: RetentionPolicy) -> Result<Retention, Error> {
        check(&policy)?;
        let (mut change, standing) = self.0.change_own().await?;
        let (_, namespace) = self.0.own_namespace(change.tx.as_mut(), &standing, service, path).await?;
        let before = change.tx.retention(namespace.id).await?;
        if let Some(before) = &before
            && before.policy == policy
        {
            let retention = Retention::from(before.clone());
            change.leave();
            return Ok(retention);
        }
        let at = change.at;
        change.tx.put_retention(namespace.id, &policy, at).await?;
        let details = match &before {
            Some(before) => differences(&before.policy, &policy),
            None => json!({ "policy": policy }),
        };
        let stored = change.tx.retention(namespace.id).await?.ok_or_else(|| none(service, path))?;
        change.commit("retention.set", super::namespaces::object(service, path), details).await?;
        Ok(stored.into())
    }

    /// Takes the policy of a namespace away: nothing is deleted by it any more.
    ///
    /// # Errors
    /// As for [`set`](Self::set), and [`Error::NotFound`] where it has none.
    pub async fn delete(self, service: &ServiceName, path: &NamespacePath) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (_, namespace) = self.0.own_namespace(change.tx.as_mut(), &standing, service, path).await?;
        let before = change.tx.retention(namespace.id).await?.ok_or_else(|| none(service, path))?;
        change.tx.delete_retention(namespace.id).await?;
        change.commit("retention.delete", super::namespaces::object(service, path), json!({ "policy": before.policy })).await
    }
}

/// There is none.
fn none(service: &ServiceName, path: &NamespacePath) -> Error {
    Error::NotFound { what: "retention policy of namespace", name: format!("{path}` on registry `{service}") }
}

/// Refuses what nobody means.
fn check(policy: &RetentionPolicy) -> Result<(), Error> {
    const MOST: usize = 50;
    if policy.keep.len() > MOST {
        return Err(Error::Invalid(format!("keep: at most {MOST} rules")));
    }
    check_patterns("immutable", &policy.immutable)?;
    check_patterns("repositories", &policy.repositories)?;
    for rule in &policy.keep {
        match rule {
            RetentionRule::Last(1..=1_000_000)
            | RetentionRule::PushedWithinDays(1..=36_500)
            | RetentionRule::PulledWithinDays(1..=36_500) => {}
            RetentionRule::Last(_) => return Err(Error::Invalid(format!("keep: `{}`: 1 to 1000000 tags", plan::said(rule)))),
            RetentionRule::PushedWithinDays(_) | RetentionRule::PulledWithinDays(_) => {
                return Err(Error::Invalid(format!("keep: `{}`: 1 to 36500 days", plan::said(rule))));
            }
            RetentionRule::Matching(patterns) => check_patterns("keep", patterns)?,
        }
    }
    Ok(())
}

impl From<StoredRetention> for Retention {
    fn from(stored: StoredRetention) -> Self {
        Self { policy: stored.policy, updated: stored.updated, carried_out: stored.carried_out }
    }
}
