//! What an import made of its source, for people to read before they apply it.

use serde::Serialize;
use std::fmt;

/// What became of a part of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It means here what it meant there.
    Mapped,
    /// It means less here than there, for those who are named.
    Approximated,
    /// It was left out.
    Unmapped,
    /// It is a setting of the server, to be made by hand.
    Advice,
}

/// One thing to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What became of it.
    pub outcome: Outcome,
    /// The line of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What of the source: `acl[3]`.
    pub what: String,
    /// What became of it, in words.
    pub message: String,
    /// For whom it differs: names of users, `anonymous`, or `*` for accounts that the source does not list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub principals: Vec<String>,
    /// Where it differs: `*` stands for a component, and `**` for any number of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
}

/// What an import made of its source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One after the other.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Who somebody without credentials is.
    pub const ANONYMOUS: &'static str = "anonymous";
    /// Who everybody is whom the source does not list.
    pub const OTHERS: &'static str = "*";

    /// Adds a finding that concerns nobody in particular.
    pub fn add(&mut self, outcome: Outcome, line: Option<usize>, what: impl Into<String>, message: impl Into<String>) {
        let (principals, repositories) = (Vec::new(), Vec::new());
        self.findings.push(Finding { outcome, line, what: what.into(), message: message.into(), principals, repositories });
    }

    /// Those of one outcome.
    pub fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.outcome == outcome)
    }

    /// Whether it says that something differs for somebody on a repository.
    pub fn differs(&self, principal: &str, repository: &str) -> bool {
        self.of(Outcome::Approximated).any(|finding| {
            finding.principals.iter().any(|name| name == principal)
                && finding.repositories.iter().any(|pattern| covers(pattern, repository))
        })
    }
}

fn covers(pattern: &str, repository: &str) -> bool {
    let mut components = repository.split('/');
    for part in pattern.split('/') {
        if part == "**" {
            return true;
        }
        if components.next().is_none_or(|component| part != "*" && part != component) {
            return false;
        }
    }
    components.next().is_none()
}

/// `approximated, line 12, acl[3]: message; for test, anonymous; on test/*`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        write!(f, "{}: {}", self.what, self.message)?;
        for (words, list) in [("for", &self.principals), ("on", &self.repositories)] {
            if !list.is_empty() {
                write!(f, "; {words} {}", shortened(list))?;
            }
        }
        Ok(())
    }
}

fn shortened(list: &[String]) -> String {
    /// As many as somebody would read; programs get all.
    const NAMED: usize = 8;
    let more = list.len().saturating_sub(NAMED);
    let named = list.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_knows_where_it_says_that_something_differs() {
        let finding = Finding {
            outcome: Outcome::Approximated,
            line: Some(7),
            what: "acl[2]".to_owned(),
            message: "narrower".to_owned(),
            principals: vec!["bob".to_owned()],
            repositories: vec!["team/*".to_owned(), "deep/**".to_owned()],
        };
        assert_eq!(finding.to_string(), "line 7, acl[2]: narrower; for bob; on team/*, deep/**");
        let report = Report { findings: vec![finding] };
        for (principal, repository, differs) in [
            ("bob", "team/a", true),
            ("bob", "team", false),
            ("bob", "team/a/b", false),
            ("bob", "deep", true),
            ("bob", "deep/a/b", true),
            ("eve", "team/a", false),
        ] {
            assert_eq!(report.differs(principal, repository), differs, "{principal} {repository}");
        }
    }
}
