//! Collects for whom and where the rules could not be followed, and tells it rule by rule.

use super::called;
use super::config::{Config, Rule};
use super::regions::Region;
use super::rights::Shortage;
use crate::import::{Finding, Outcome, Report};
use crate::name::{ServiceName, UserName};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Findings<'c> {
    config: &'c Config,
    service: &'c ServiceName,
    /// Where, by why and for whom.
    short: BTreeMap<(Shortage, String), BTreeSet<String>>,
}

/// Who is short of something.
pub(super) enum Who<'u> {
    User(&'u UserName),
    Others,
    Anonymous,
}

impl<'c> Findings<'c> {
    pub(super) fn new(config: &'c Config, service: &'c ServiceName) -> Self {
        Self { config, service, short: BTreeMap::new() }
    }

    pub(super) fn note(&mut self, who: Who<'_>, region: &Region, short: Option<Shortage>) {
        let Some(short) = short else { return };
        let who = match who {
            Who::User(name) => called(name),
            Who::Others => Report::OTHERS.to_owned(),
            Who::Anonymous => Report::ANONYMOUS.to_owned(),
        };
        self.short.entry((short, who)).or_default().insert(region.shown());
    }

    /// One finding for each reason, and one for each rule that was taken over as it is.
    pub(super) fn tell(self, report: &mut Report) {
        let Self { config, service, short } = self;
        let mut principals: BTreeMap<(Shortage, BTreeSet<String>), Vec<String>> = BTreeMap::new();
        for ((why, who), places) in short {
            principals.entry((why, places)).or_default().push(who);
        }
        let rule_of = |index: &usize| config.rules.get(*index);
        let unsure: BTreeSet<usize> = principals
            .keys()
            .filter_map(|(why, _)| if let Shortage::Unsure(rules) = why { Some(rules) } else { None })
            .flatten()
            .copied()
            .collect();
        for (index, rule) in config.rules.iter().enumerate().filter(|(index, _)| !unsure.contains(index)) {
            report.add(Outcome::Mapped, rule.line, format!("acl[{index}]"), mapped(rule));
        }
        for ((why, places), principals) in principals {
            let (what, line, message) = match &why {
                Shortage::Unsure(rules) => {
                    let what = rules.iter().map(|index| format!("acl[{index}]")).collect::<Vec<_>>().join(", ");
                    let reasons: BTreeSet<String> = rules.iter().filter_map(rule_of).map(reason).collect();
                    let reasons = reasons.into_iter().collect::<Vec<_>>().join(", and ");
                    (
                        what,
                        rules.first().and_then(rule_of).and_then(|rule| rule.line),
                        format!("{reasons}; what is allowed in any case is kept"),
                    )
                }
                Shortage::Actions(actions) => {
                    (format!("actions {actions}"), None, "no right has just these actions; the next smaller one is given".to_owned())
                }
                Shortage::Networks => (
                    "ip".to_owned(),
                    None,
                    "what differs by network cannot all be said here; what is allowed from everywhere is kept".to_owned(),
                ),
                Shortage::Public => {
                    let message =
                        "pulling without credentials is not taken over, because users to whom the rules deny it would gain it too";
                    ("users.\"\"".to_owned(), None, message.to_owned())
                }
            };
            let what = format!("{service} {what}");
            let repositories = places.into_iter().collect();
            report.findings.push(Finding { outcome: Outcome::Approximated, line, what, message, principals, repositories });
        }
    }
}

fn mapped(rule: &Rule) -> String {
    let mut message = "as it is".to_owned();
    if rule.kind.as_ref().is_some_and(|kind| kind.contains("registry")) {
        message = "the whole catalog is for administrators here, and everybody else reads the part that he may pull".to_owned();
    }
    if !rule.other_actions.is_empty() {
        message.push_str(&format!(
            "; without the actions {}, which no registry asks for",
            crate::name::excerpt(&rule.other_actions.join(", "))
        ));
    }
    message
}

/// Why a rule applies to a part only.
fn reason(rule: &Rule) -> String {
    if !rule.strange.is_empty() {
        return format!("`match` has `{}`, which is not known here", crate::name::excerpt(&rule.strange.join(", ")));
    }
    let name = rule.name.as_deref().unwrap_or_default();
    let account = rule.account.as_deref().unwrap_or_default();
    if super::pattern::expression(name).is_some() {
        format!("the regular expression `{}` cannot be a path of namespaces", crate::name::excerpt(name))
    } else if name.contains("${account}") && !account.contains("${account}") {
        format!("`{}` means users who are not known", crate::name::excerpt(name))
    } else if name.contains(['*', '?', '[']) {
        format!("`{}` matches a part of a path component", crate::name::excerpt(name))
    } else {
        format!("`{}` means users of whom it is not known", crate::name::excerpt(account))
    }
}
