//! What is asked before and after the policies.

use super::super::super::{Rule, Subject};
use super::{State, Step, Trace};
use crate::model::Anonymous;
use crate::right::{Action, Actions};

impl Trace<'_> {
    /// What is asked before the policies; whether they are asked at all.
    pub(super) fn begin(&self, steps: &mut Vec<Step>) -> bool {
        let registry = &self.registry.facts;
        let mut goes_on = true;
        let mut ask = |rule: Rule, applies: bool, gives: Actions, otherwise: Result<String, String>| {
            steps.push(match otherwise {
                _ if !goes_on => Step::not_reached(rule.as_str()),
                _ if applies => self.decided(rule, gives),
                Ok(text) => Step::passed_over(rule.as_str(), text),
                Err(text) => Step::not_for_him(rule.as_str(), text),
            });
            goes_on &= !applies;
        };
        ask(Rule::RegistryDisabled, !registry.enabled, Actions::NONE, Ok("the registry is enabled".to_owned()));
        let subject = self.subject;
        let enabled = format!("{subject} is enabled");
        match subject {
            Subject::System => ask(Rule::System, true, self.requested, Ok(String::new())),
            Subject::User(user) | Subject::Administrator(user) => {
                ask(Rule::UserDisabled, !user.enabled, Actions::NONE, Ok(enabled));
                let is = matches!(subject, Subject::Administrator(_));
                let why = if user.admin { "being an administrator gives nothing here" } else { "is no administrator" };
                let text = if user.admin { why.to_owned() } else { format!("{subject} {why}") };
                ask(Rule::Administrator, is, self.requested, Ok(text));
            }
            Subject::Service(service) => {
                ask(Rule::ServiceDisabled, !service.enabled, Actions::NONE, Ok(enabled));
                ask(Rule::Administrator, false, Actions::NONE, Err("service accounts are no administrators".to_owned()));
            }
            Subject::Anonymous => {
                ask(Rule::Administrator, false, Actions::NONE, Err("there are no credentials".to_owned()));
            }
        }
        goes_on
    }

    /// Whether pull is added because the namespace is public.
    pub(super) fn by_being_public(&self, steps: &mut Vec<Step>) {
        let rule = Rule::Public.as_str();
        let given = steps.iter().fold(Actions::NONE, |given, step| given | step.gives);
        steps.push(match self.registry.namespaces.governing(self.repository) {
            None => Step::not_for_him(rule, self.no_namespace()),
            Some(_) if !self.requested.contains(Action::Pull) => Step::not_for_him(rule, "pull was not asked for"),
            Some(namespace) if !namespace.public => Step::passed_over(rule, format!("namespace `{}` is not public", namespace.path)),
            Some(_) if self.registry.facts.anonymous == Anonymous::Off => {
                Step::passed_over(rule, "the namespace is public, but the registry admits nobody without credentials")
            }
            Some(_) if given.contains(Action::Pull) => Step::passed_over(rule, "pull is given already"),
            Some(_) => self.decided(Rule::Public, Actions::PULL),
        });
    }

    /// Whether the registry being read-only takes something away.
    pub(super) fn read_only(&self, steps: &mut Vec<Step>) {
        const RULE: &str = "read-only";
        let given = steps.iter().fold(Actions::NONE, |given, step| given | step.gives);
        let taken = given - Actions::PULL;
        steps.push(if !self.registry.facts.read_only {
            Step::passed_over(RULE, "the registry is not read-only")
        } else if matches!(self.subject, Subject::System) {
            Step::not_for_him(RULE, "this server itself may write to a registry that is read-only")
        } else if taken.is_empty() {
            Step::passed_over(RULE, "the registry is read-only, and there is nothing to take away")
        } else {
            let text = format!("the registry is read-only, which takes {taken} from everybody");
            Step { rule: RULE.into(), state: State::Decided, gives: Actions::NONE, text }
        });
    }
}
