//! The rules of the path policy.

use super::super::super::because::group_name;
use super::super::super::paths::by_path;
use super::super::super::{PathRule, Rule, Subject, UserFacts};
use super::super::Sight;
use super::{State, Step, Trace};
use crate::model::TimedGroup;
use crate::right::Action;

const RULE: &str = "path";

impl Trace<'_> {
    /// Whose the repository is by its path, and for each action that is not given why not.
    pub(super) fn by_path(&self, steps: &mut Vec<Step>) {
        if !self.registry.facts.policy.has_paths() {
            return steps.push(Step::not_for_him(RULE, "the registry gives no rights by paths"));
        }
        let (rule, actions) =
            by_path(self.questions.facts, &self.registry.facts, self.subject, self.repository, &self.questions.circumstances);
        let given = actions & self.requested;
        let text = self.decided(Rule::Path(rule), given).text;
        match rule {
            PathRule::Nobody => return steps.push(Step::not_for_him(rule.as_str(), text)),
            PathRule::NotPublished => {
                let lapsed = self.lapsed_publication().map(|lapsed| format!("; {lapsed}")).unwrap_or_default();
                return steps.push(Step::passed_over(rule.as_str(), format!("{text}{lapsed}")));
            }
            PathRule::Nameless
            | PathRule::Own
            | PathRule::ForeignUser
            | PathRule::Group(_)
            | PathRule::ForeignGroup
            | PathRule::AppResponsible(_)
            | PathRule::AppPublication(_)
            | PathRule::AppService(_)
            | PathRule::ForeignApp
            | PathRule::Elsewhere => {}
        }
        let state = if given.is_empty() { State::PassedOver } else { State::Decided };
        steps.push(Step { rule: rule.as_str().into(), state, gives: given, text });
        for action in (self.requested - given).iter() {
            let (word, why) = match action {
                Action::Pull => ("path-pull", self.why_not_pulled(rule)),
                Action::Push => ("path-push", self.why_not_pushed(rule)),
                Action::Delete => ("path-delete", self.why_not_deleted()),
            };
            steps.push(Step::passed_over(word, why));
        }
    }

    fn why_not_pulled(&self, rule: PathRule) -> String {
        match self.subject {
            Subject::User(user) | Subject::Administrator(user) if is_open(rule) && !user.privileges.puller => self.lacks("puller"),
            Subject::User(_) | Subject::Administrator(_) | Subject::Service(_) | Subject::System | Subject::Anonymous => {
                format!("{} pulls nothing from such a path", self.subject)
            }
        }
    }

    fn why_not_pushed(&self, rule: PathRule) -> String {
        let user = match self.user() {
            Ok(user) => user,
            Err(text) => return text,
        };
        if let PathRule::AppPublication(_) = rule {
            return format!("{} pushes nothing of an app that is only published to his groups", self.subject);
        }
        if !is_open(rule) {
            return format!("{} pushes nothing to such a path", self.subject);
        }
        if !user.privileges.pusher {
            return self.lacks("pusher");
        }
        let responsible = self.answers_for_nothing();
        if rule == PathRule::Elsewhere {
            return format!("outside of `users`, `groups` and `apps` only those push who answer for the registry, and {responsible}");
        }
        format!("the registry is restricted, and {responsible}")
    }

    fn why_not_deleted(&self) -> String {
        match self.user() {
            Ok(user) if !user.privileges.manager => self.lacks("manager"),
            Ok(_) => self.answers_for_nothing(),
            Err(text) => text,
        }
    }

    fn user(&self) -> Result<&UserFacts, String> {
        match self.subject {
            Subject::User(user) | Subject::Administrator(user) => Ok(user),
            Subject::Service(_) | Subject::System | Subject::Anonymous => Err("only users push and delete by the path policy".to_owned()),
        }
    }

    fn lacks(&self, privilege: &str) -> String {
        format!("{} does not have the privilege {privilege}", self.subject)
    }

    fn answers_for_nothing(&self) -> String {
        format!("no group of {} answers for the registry", self.subject)
    }

    /// Why a group that the registry is published to does not count.
    fn lapsed_publication(&self) -> Option<String> {
        let at = self.questions.circumstances.at;
        let list: &[TimedGroup] = &self.registry.facts.publications;
        let groups = self.subject.groups();
        let both = groups.iter().filter_map(|mine| Some((mine, list.iter().find(|group| group.group == mine.group)?)));
        let name = |group: &TimedGroup| group_name(self.questions.facts, group.group);
        both.filter_map(|(mine, published)| match (mine.is_current(at), mine.until, published.until) {
            (false, Some(until), _) => Some(match self.sight {
                Sight::Everything => format!("the membership of {} in group `{}` ended on {until}", self.subject, name(mine)),
                Sight::Own => format!("a membership of {} ended on {until}", self.subject),
            }),
            (true, _, Some(until)) => Some(format!("its publication to group `{}` ended on {until}", name(mine))),
            (_, _, None) | (false, None, _) => None,
        })
        .next()
    }
}

/// Whether somebody with the privilege pulls by such a rule.
fn is_open(rule: PathRule) -> bool {
    match rule {
        PathRule::Own
        | PathRule::Group(_)
        | PathRule::AppResponsible(_)
        | PathRule::AppPublication(_)
        | PathRule::AppService(_)
        | PathRule::Elsewhere => true,
        PathRule::Nobody
        | PathRule::NotPublished
        | PathRule::Nameless
        | PathRule::ForeignUser
        | PathRule::ForeignGroup
        | PathRule::ForeignApp => false,
    }
}
