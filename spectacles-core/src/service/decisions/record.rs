//! What a record says of a request and its answer.

use crate::model::{Outcome, RecordedScope};
use crate::right::{Action, Actions};
use crate::scope::{Resource, Scope};
use crate::token::{Granted, GrantedActions};

/// What became of a request that got a token.
pub(super) fn outcome(granted: &[Granted]) -> Outcome {
    let something = |granted: &Granted| match granted.actions {
        GrantedActions::Some(actions) => !actions.is_empty(),
        GrantedActions::Everything => true,
        GrantedActions::Catalog(actions) => actions.everything || actions.search,
    };
    if !granted.iter().any(Granted::is_less_than_asked) {
        Outcome::Granted
    } else if granted.iter().any(something) {
        Outcome::Reduced
    } else {
        Outcome::Refused
    }
}

pub(super) fn recorded(granted: &Granted) -> RecordedScope {
    let given = granted.actions.to_string();
    RecordedScope {
        given: if given == "nothing" { String::new() } else { given },
        rule: granted.because.map(|because| because.rule.as_str().to_owned()),
        ..unanswered(&granted.scope)
    }
}

pub(super) fn unanswered(scope: &Scope) -> RecordedScope {
    let asked = match scope.resource {
        Resource::Repository { .. } => words(scope.requested.actions()),
        Resource::Catalog => {
            let catalog = scope.requested.catalog_actions();
            [(catalog.everything, "*"), (catalog.search, "search")].into_iter().filter_map(|(has, word)| has.then_some(word)).collect()
        }
        Resource::Other { .. } => Vec::new(),
    };
    RecordedScope { resource: scope.resource.to_string(), asked: asked.join(","), given: String::new(), rule: None }
}

pub(super) fn unreadable(scope: String) -> RecordedScope {
    RecordedScope { resource: scope, asked: String::new(), given: String::new(), rule: None }
}

fn words(actions: Actions) -> Vec<&'static str> {
    actions.iter().map(Action::as_str).collect()
}

/// As much of somebody's text as is worth keeping. Control characters are none of it: terminals obey them, and databases refuse some.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 256;
    let kept = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    match kept.contains(char::is_control) {
        true => kept.replace(char::is_control, "\u{fffd}"),
        false => kept.to_owned(),
    }
}
