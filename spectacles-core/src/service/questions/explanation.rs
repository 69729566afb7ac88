//! Why somebody may do something, or may not.

use super::{Who, is_false, registry};
use crate::access::questions::{Ceiling, Questions, Sight, Step, Suggestion};
use crate::access::{Reason, answers_for};
use crate::name::{RepositoryName, ServiceAccountName, ServiceName, UserName};
use crate::right::{Action, Actions};
use crate::service::Error;
use serde::Serialize;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker<'a> {
    /// An administrator or an auditor, who may know everything.
    Administrator,
    /// Somebody else, who may ask about himself and about nobody.
    User(&'a UserName),
}

impl Asker<'_> {
    /// Refuses a question about somebody else, whether there is such a one or not.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn check(self, who: &Who) -> Result<(), Error> {
        match (self, who) {
            (Self::Administrator, _) | (Self::User(_), Who::Anonymous) => Ok(()),
            (Self::User(me), Who::User(name)) if me == name => Ok(()),
            (Self::User(_), Who::User(_) | Who::Service(_)) => {
                Err(Error::Denied("only administrators and auditors may ask what others may do".to_owned()))
            }
        }
    }

    /// Refuses a registry that he may not know of: one that is disabled is there for those who answer for it, and for nobody else.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn check_registry(self, questions: &Questions<'_>, service: &ServiceName) -> Result<(), Error> {
        let facts = &registry(questions.facts, service)?.facts;
        match self {
            Self::User(name) if !facts.enabled => {
                let user = questions.facts.user(name.as_str()).filter(|user| answers_for(user, facts, &questions.circumstances));
                user.map(|_| ()).ok_or_else(|| Error::not_found("registry", service))
            }
            Self::Administrator | Self::User(_) => Ok(()),
        }
    }
}

/// What would be allowed, why, and what would change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Explanation {
    /// The service of the registry.
    pub registry: ServiceName,
    /// The repository.
    pub repository: RepositoryName,
    /// The user, where it is about one.
    pub user: Option<UserName>,
    /// The service account, where it is about one.
    pub service: Option<ServiceAccountName>,
    /// What was asked.
    pub requested: Actions,
    /// What of it is allowed.
    pub allowed: Actions,
    /// Whether pull is allowed only because push was asked for as well.
    pub pull_needs_push: bool,
    /// The rule that decided.
    pub because: Reason,
    /// What stood above the rules and was felt.
    pub ceilings: Vec<Ceiling>,
    /// Every rule, in the order of asking.
    pub steps: Vec<Step>,
    /// What would allow what is missing, each by itself.
    pub advice: Vec<Suggestion>,
    /// Whether rights were left out because nobody said where the request comes from, and rights hold only for some networks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub address_missing: bool,
}

/// Asks the decision function what it would answer, without a request being made.
///
/// # Errors
/// [`Error::NotFound`] for the registry, also one that the asker may not know of, the user or the service account; [`Error::Denied`] when somebody asks about somebody else, whether
/// there is such a one or not.
pub fn explain(
    questions: &Questions<'_>,
    asker: Asker<'_>,
    service: &ServiceName,
    repository: &RepositoryName,
    who: &Who,
    requested: Actions,
) -> Result<Explanation, Error> {
    asker.check(who)?;
    asker.check_registry(questions, service)?;
    let sight = match asker {
        Asker::Administrator => Sight::Everything,
        Asker::User(_) => Sight::Own,
    };
    let registry = registry(questions.facts, service)?;
    let explained = questions.explain(registry, who.subject(questions)?, repository, requested, sight);
    let (user, account) = match who {
        Who::User(name) => (Some(name.clone()), None),
        Who::Service(name) => (None, Some(name.clone())),
        Who::Anonymous => (None, None),
    };
    Ok(Explanation {
        registry: service.clone(),
        repository: repository.clone(),
        user,
        service: account,
        requested,
        allowed: explained.answer.allowed,
        pull_needs_push: explained.answer.pull_needs_push,
        because: explained.because,
        ceilings: explained.ceilings,
        steps: explained.steps,
        advice: explained.advice,
        address_missing: matches!(asker, Asker::Administrator) && questions.lack_an_address(),
    })
}

impl Explanation {
    /// The answer in one sentence or two: `User bob may pull, but not push, team/app on registry.example.com.`
    pub fn headline(&self) -> String {
        let who = match (&self.user, &self.service) {
            (Some(name), _) => format!("User {name}"),
            (None, Some(name)) => format!("Service {name}"),
            (None, None) => "Somebody without credentials".to_owned(),
        };
        let missing = self.requested - self.allowed;
        let may = match (self.allowed.is_empty(), missing.is_empty()) {
            (false, true) => format!("may {}", words(self.allowed, "and")),
            (false, false) => format!("may {}, but not {},", words(self.allowed, "and"), words(missing, "or")),
            (true, _) => format!("may not {}", words(missing, "or")),
        };
        let note = if self.pull_needs_push { " Asking for pull alone gives nothing." } else { "" };
        format!("{who} {may} {} on {}.{note}", self.repository, self.registry)
    }
}

/// `pull, push and delete`
fn words(actions: Actions, last: &str) -> String {
    let words: Vec<&str> = actions.iter().map(Action::as_str).collect();
    match words.as_slice() {
        [] => "do anything with".to_owned(),
        [word] => (*word).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::testing::{NOW, a_user, facts, grant, namespace, user};
    use crate::access::{Facts, NamespaceFacts};
    use crate::right::Right;

    fn world() -> Facts {
        let grants = [grant(a_user(2), Right::Read), grant(a_user(3), Right::Write)].into();
        let mut facts = facts([NamespaceFacts { grants, ..namespace(1, "team") }]);
        for (id, name) in [(1, "alice"), (2, "bob"), (3, "carol")] {
            facts.put_user(user(id, name, &[]));
        }
        facts
    }

    fn ask(facts: &Facts, asker: Asker<'_>, who: &str, requested: Actions) -> Result<Explanation, Error> {
        let questions = Questions { facts, admin_bypass: true, circumstances: NOW };
        let who = if who.is_empty() { Who::Anonymous } else { Who::User(who.parse().unwrap()) };
        explain(&questions, asker, &"registry".parse().unwrap(), &"team/app".parse().unwrap(), &who, requested)
    }

    #[test]
    fn the_first_sentence_answers_the_question() {
        let facts = world();
        for (who, requested, sentence) in [
            ("alice", Actions::PULL | Actions::PUSH, "User alice may not pull or push team/app on registry."),
            ("bob", Actions::PULL, "User bob may pull team/app on registry."),
            ("bob", Actions::ALL, "User bob may pull, but not push or delete, team/app on registry."),
            (
                "carol",
                Actions::ALL,
                "User carol may pull and push, but not delete, team/app on registry. Asking for pull alone gives nothing.",
            ),
            ("", Actions::ALL, "Somebody without credentials may not pull, push or delete team/app on registry."),
        ] {
            assert_eq!(ask(&facts, Asker::Administrator, who, requested).unwrap().headline(), sentence);
        }
    }

    #[test]
    fn people_ask_about_themselves_and_nobody() {
        let facts = world();
        let bob = &"bob".parse().unwrap();
        for (who, is_answered) in [("bob", true), ("", true), ("alice", false), ("ghost", false)] {
            let answer = ask(&facts, Asker::User(bob), who, Actions::PULL);
            assert_eq!(answer.is_ok(), is_answered, "{who}");
            assert!(is_answered || matches!(answer, Err(Error::Denied(_))), "{who}: whether there is such a user is not told");
        }
        assert!(matches!(ask(&facts, Asker::Administrator, "ghost", Actions::PULL), Err(Error::NotFound { .. })));
    }
}
