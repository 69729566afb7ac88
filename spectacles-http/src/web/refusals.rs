//! What is said to whoever is refused.
//!
//! The API explains refusals in English. In other languages a page says what the type of the problem says, and at fields what may be in them;
//! the words of the API follow where they tell more than that.

use super::texts::Language;
use crate::client::{Place, Refusal};
use crate::problem::Problem;

impl Language {
    /// What somebody is told who is refused.
    pub(crate) fn refusal(self, refusal: &Refusal) -> String {
        match refusal.faults.as_slice() {
            [one] => self.fault(refusal, one),
            [] | [..] => self.told(&refusal.kind, &refusal.detail),
        }
    }

    /// The same of a problem that did not come from the API.
    pub(crate) fn problem(self, problem: &Problem) -> String {
        let urn = problem.kind.urn();
        self.told(urn.rsplit(':').next().unwrap_or_default(), &problem.detail)
    }

    /// What is wrong at one place.
    pub(crate) fn fault(self, refusal: &Refusal, place: &Place) -> String {
        let last = place.pointer.as_deref().and_then(|pointer| pointer.rsplit('/').next()).unwrap_or_default();
        let kind = place.kind.as_deref().unwrap_or(&refusal.kind);
        if kind == "invalid" { self.field(last, &place.detail) } else { self.told(kind, &place.detail) }
    }

    /// The same of what was typed into a field and was never sent on.
    pub(crate) fn field(self, name: &str, detail: &str) -> String {
        match FIELDS.iter().find(|(known, _)| *known == name) {
            Some((_, text)) if self != Self::English => self.with_words(text, detail),
            Some(_) | None => self.told("invalid", detail),
        }
    }

    fn told(self, kind: &str, detail: &str) -> String {
        let known = KINDS.iter().find(|(known, _, _)| kind.starts_with(known));
        match known {
            _ if self == Self::English => detail.to_owned(),
            Some((_, text, Words::Nothing)) => self.say(text).to_owned(),
            Some((_, text, Words::Follow)) => self.with_words(text, detail),
            None => detail.to_owned(),
        }
    }

    /// A text of ours, and the words of the API, which are English.
    fn with_words(self, text: &str, detail: &str) -> String {
        format!("{} ({} {detail})", self.say(text), self.say("in English:"))
    }
}

/// Whether the words of the API tell more.
#[derive(Clone, Copy)]
enum Words {
    Follow,
    Nothing,
}

/// Types of problems, and what they say.
const KINDS: [(&str, &str, Words); 16] = [
    ("conflict", "There is one of that name already.", Words::Follow),
    ("denied", "This is not yours to do.", Words::Follow),
    ("invalid", "This makes no sense here.", Words::Follow),
    ("key-reused", "This form was sent already, with something else in it: load the page again.", Words::Nothing),
    ("not-found", "It is not there, or not yours to see.", Words::Follow),
    ("refused", "This cannot be done in this state.", Words::Follow),
    ("registry-failed", "The registry did not do its part.", Words::Follow),
    ("repeated", "This was done already.", Words::Nothing),
    ("size-invalid", "This is too large.", Words::Nothing),
    ("stale", "Somebody has changed it meanwhile: look at what is there now, and send it again.", Words::Nothing),
    ("timeout", "What was sent did not come in time. Try again.", Words::Nothing),
    ("toomanyrequests", "Too many attempts have failed. Wait a little, and try again.", Words::Nothing),
    ("unauthorized", "Please sign in.", Words::Nothing),
    ("unavailable", "This cannot be answered now. Try again in a moment.", Words::Nothing),
    ("unknown", "Something is broken here. The log of the server says what, by the id of this request.", Words::Nothing),
    ("unconfirmed", "Nothing was done: what was typed to confirm it is something else.", Words::Nothing),
];

/// Fields of bodies, and what may be in them.
const FIELDS: [(&str, &str); 9] = [
    ("email", "This is no mail address."),
    ("name", "This name cannot be used: letters, digits and few signs, beginning with a letter or a digit."),
    (
        "new",
        "This password cannot be used. At least 8 characters, with a digit, a lower-case and an upper-case letter, and a sign such as ! or -",
    ),
    (
        "password",
        "This password cannot be used. At least 8 characters, with a digit, a lower-case and an upper-case letter, and a sign such as ! or -",
    ),
    ("current", "The current password is not right."),
    ("path", "This path cannot be used: names of lower-case letters, digits, -, . and _, with / between them."),
    ("service", "This name cannot be used: letters, digits and few signs, beginning with a letter or a digit."),
    ("slug", "This slug cannot be used: lower-case letters and digits, with single -, . or _ between them."),
    ("url", "This is no address of a registry, such as https://registry.example.com"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn refusal(kind: &str, detail: &str, pointer: Option<&str>) -> Refusal {
        let place = |pointer: &str| Place {
            pointer: Some(pointer.to_owned()),
            parameter: None,
            header: None,
            detail: detail.to_owned(),
            kind: None,
        };
        Refusal {
            status: StatusCode::BAD_REQUEST,
            kind: kind.to_owned(),
            detail: detail.to_owned(),
            faults: pointer.map(place).into_iter().collect(),
            request_id: String::new(),
        }
    }

    #[test]
    fn what_is_said_follows_from_the_type_and_not_from_the_words() {
        let weak = refusal("invalid", "the password is too short", Some("#/password"));
        assert_eq!(Language::English.refusal(&weak), "the password is too short");
        let german = Language::German.refusal(&weak);
        assert!(german.starts_with("Dieses Passwort geht nicht.") && german.contains("the password is too short"), "{german}");
        let stale = refusal("stale", "it has changed since you read it", None);
        assert!(!Language::German.refusal(&stale).contains("changed"));
        assert_eq!(Language::German.refusal(&refusal("of-tomorrow", "something new", None)), "something new");
    }

    #[test]
    fn every_text_of_a_refusal_is_there_in_german() {
        let texts = KINDS.iter().map(|(_, text, _)| text).chain(FIELDS.iter().map(|(_, text)| text));
        for text in texts {
            assert_ne!(Language::German.say(text), *text, "{text}");
        }
    }
}
