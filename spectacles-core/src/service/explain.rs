//! Questions about decisions.

use super::Error;
use crate::access::{Facts, Question, Reason, Subject, decide, subject_of};
use crate::model::Circumstances;
use crate::name::{RepositoryName, ServiceName, UserName};
use crate::right::Actions;
use serde::Serialize;

/// Whom a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A user.
    User(UserName),
    /// Somebody without credentials.
    Anonymous,
}

/// What would be allowed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The service of the registry.
    pub registry: ServiceName,
    /// The repository.
    pub repository: RepositoryName,
    /// The user; none for somebody without credentials.
    pub user: Option<UserName>,
    /// What was asked.
    pub requested: Actions,
    /// What of it is allowed.
    pub allowed: Actions,
    /// The rule that decided.
    pub because: Reason,
}

/// Asks the decision function what it would answer, without a request being made.
///
/// # Errors
/// [`Error::NotFound`] for the registry or the user.
pub fn explain(
    facts: &Facts,
    admin_bypass: bool,
    service: &ServiceName,
    repository: &RepositoryName,
    who: &Who,
    requested: Actions,
    circumstances: Circumstances,
) -> Result<Explanation, Error> {
    let registry = facts.registry(service.as_str()).ok_or_else(|| Error::not_found("registry", service))?;
    let (subject, user) = match who {
        Who::User(name) => {
            let user = facts.user(name.as_str()).ok_or_else(|| Error::not_found("user", name))?;
            (subject_of(user, admin_bypass), Some(user.name.clone()))
        }
        Who::Anonymous => (Subject::Anonymous, None),
    };
    let decision = decide(facts, Some(registry), &Question { subject, repository, requested, circumstances });
    Ok(Explanation {
        registry: service.clone(),
        repository: repository.clone(),
        user,
        requested,
        allowed: decision.allowed,
        because: decision.because.named(facts, subject),
    })
}
