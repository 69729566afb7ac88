//! The rules of the namespace that governs.

use super::super::super::because::group_name;
use super::super::super::entry::{Key, Part};
use super::super::super::{NamespaceEntry, Rule, Subject};
use super::super::Sight;
use super::{Step, Trace, why_not};
use crate::model::{Grantee, Terms, TimedGroup};
use crate::right::{Right, Rights};

/// How one rule is asked.
type Asked = fn(&Trace<'_>, &NamespaceEntry, Key) -> Verdict;

/// The rules in order, each by its word.
const RULES: [(&str, Asked); 6] = [
    ("grant", |trace, namespace, key| trace.grant(namespace, key)),
    ("owner", |trace, namespace, key| trace.owner(namespace, key)),
    ("member", |trace, namespace, key| trace.member(namespace, key)),
    ("group-grants", |trace, namespace, _| trace.group_grants(namespace)),
    ("assigned-group", |trace, namespace, _| trace.assigned_group(namespace)),
    ("others", |_, namespace, _| Verdict::of(Rule::Others(namespace.others_right), namespace.others_right)),
];

/// The words for the rules.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    RULES.into_iter().map(|(word, _)| word)
}

/// How many obstacles are told of: who is in hundreds of groups does not read hundreds of sentences.
const MOST_OBSTACLES: usize = 3;

/// What a rule says: that it applies; or why not; or why it never does.
enum Verdict {
    Applies(Rule, Rights),
    PassedOver(String),
    NotForHim(String),
}

impl Trace<'_> {
    pub(super) fn by_namespace(&self, steps: &mut Vec<Step>) {
        let mut none = |why: &str| steps.extend(words().map(|word| Step::not_for_him(word, why)));
        if !self.registry.facts.policy.has_namespaces() {
            return none("the registry gives no rights by namespaces");
        }
        let Some(namespace) = self.registry.namespaces.governing(self.repository) else { return none(&self.no_namespace()) };
        let Some(key) = Key::of(self.subject) else { return none("without credentials there is no right on a namespace") };
        let mut decided = false;
        for (word, ask) in RULES {
            if decided {
                steps.push(Step::not_reached(word));
                continue;
            }
            steps.push(match ask(self, namespace, key) {
                Verdict::Applies(rule, rights) => {
                    decided = true;
                    self.decided(rule, rights.allow(self.requested))
                }
                Verdict::PassedOver(text) => Step::passed_over(word, text),
                Verdict::NotForHim(text) => Step::not_for_him(word, text),
            });
        }
    }

    /// That there is no namespace; to somebody who does not see everything, the same when there is one on which he has nothing.
    pub(in super::super) fn no_namespace(&self) -> String {
        match self.sight {
            Sight::Everything => "no namespace governs this repository".to_owned(),
            Sight::Own => format!("no namespace gives {} a right on this repository", self.subject),
        }
    }

    fn grant(&self, namespace: &NamespaceEntry, key: Key) -> Verdict {
        match namespace.direct(Part::Grants, key, &self.questions.circumstances) {
            Some(right) => Verdict::of(Rule::Grant(right), right),
            None => Verdict::PassedOver(match self.lapsed(namespace, Part::Grants) {
                Some((right, why)) => format!("the right {right} of {} {why}", self.subject),
                None => format!("{} has no right of his own there", self.subject),
            }),
        }
    }

    fn owner(&self, namespace: &NamespaceEntry, key: Key) -> Verdict {
        if namespace.is_owned_by(key) {
            return Verdict::of(Rule::Owner, Right::Full);
        }
        if let Subject::Service(_) = self.subject {
            return Verdict::NotForHim("service accounts own no namespaces".to_owned());
        }
        let owner = namespace.owner().map(|owner| self.questions.facts.user_with(owner));
        Verdict::PassedOver(match (owner, self.sight) {
            (None, _) => "nobody owns the namespace".to_owned(),
            (Some(Some(owner)), Sight::Everything) => format!("the namespace is owned by `{}`", owner.name),
            (Some(_), _) => "the namespace is owned by somebody else".to_owned(),
        })
    }

    fn member(&self, namespace: &NamespaceEntry, key: Key) -> Verdict {
        match namespace.direct(Part::Members, key, &self.questions.circumstances) {
            Some(right) => Verdict::of(Rule::Member(right), right),
            None => Verdict::PassedOver(match self.lapsed(namespace, Part::Members) {
                Some((_, why)) => format!("the assignment of {} {why}", self.subject),
                None => format!("{} is not assigned", self.subject),
            }),
        }
    }

    fn group_grants(&self, namespace: &NamespaceEntry) -> Verdict {
        match namespace.group_grants(self.subject.groups(), &self.questions.circumstances) {
            Some(rights) => Verdict::Applies(Rule::GroupGrants(rights), rights),
            None => self.without_groups(namespace, Part::GroupGrants, "has a right of its own there"),
        }
    }

    fn assigned_group(&self, namespace: &NamespaceEntry) -> Verdict {
        match namespace.assigned_group(self.subject.groups(), &self.questions.circumstances) {
            Some((group, right)) => Verdict::of(Rule::AssignedGroup(group, right), right),
            None => self.without_groups(namespace, Part::Groups, "is assigned"),
        }
    }

    /// What somebody has there himself, and why it does not count.
    fn lapsed(&self, namespace: &NamespaceEntry, part: Part) -> Option<(Right, String)> {
        let grantee = match self.subject {
            Subject::User(user) | Subject::Administrator(user) => Grantee::User(user.id),
            Subject::Service(service) => Grantee::Service(service.id),
            Subject::System | Subject::Anonymous => return None,
        };
        let (holder, terms) = namespace.everybody(part).find(|(holder, _)| holder.grantee(part) == grantee)?;
        Some((holder.right(), why_not(terms?, &self.questions.circumstances)?))
    }

    /// Why no group brings anything.
    fn without_groups(&self, namespace: &NamespaceEntry, part: Part, has: &str) -> Verdict {
        if let Subject::Service(_) = self.subject {
            return Verdict::NotForHim("service accounts are in no groups".to_owned());
        }
        let groups = self.subject.groups();
        if groups.is_empty() {
            return Verdict::PassedOver(format!("{} is in no group", self.subject));
        }
        let mine = |grantee: Grantee| groups.iter().find(|group| Grantee::Group(group.group) == grantee);
        let held = namespace.everybody(part).filter_map(|(holder, terms)| Some((mine(holder.grantee(part))?, terms)));
        let obstacles: Vec<String> = held.filter_map(|(group, terms)| self.obstacle(*group, terms)).take(MOST_OBSTACLES).collect();
        Verdict::PassedOver(match obstacles.is_empty() {
            true => format!("no group of {} {has}", self.subject),
            false => obstacles.join("; "),
        })
    }

    /// Why a group that has something there does not bring it.
    fn obstacle(&self, group: TimedGroup, terms: Option<&Terms>) -> Option<String> {
        let name = group_name(self.questions.facts, group.group);
        if let Some(until) = group.until.filter(|_| !group.is_current(self.questions.circumstances.at)) {
            return Some(match self.sight {
                Sight::Everything => format!("the membership of {} in group `{name}` ended on {until}", self.subject),
                // He is not in it any more.
                Sight::Own => format!("a membership of {} ended on {until}", self.subject),
            });
        }
        Some(format!("what group `{name}` has there {}", why_not(terms?, &self.questions.circumstances)?))
    }
}

impl Verdict {
    fn of(rule: Rule, right: Right) -> Self {
        Self::Applies(rule, right.into())
    }
}
