//! What a client has seen, and whether it is still so (RFC 9110, section 13).

use super::operation::Operation;
use crate::problem::{Kind, Place, Problem};
use http::HeaderMap;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};

/// What a request expects to be there.
pub(crate) enum Expectation {
    /// Nothing is said.
    None,
    /// One of these, or anything at all.
    Match(Tags),
    /// None of these, or nothing at all.
    NoneMatch(Tags),
}

/// Entity tags.
pub(crate) enum Tags {
    Any,
    These(Vec<String>),
}

impl Expectation {
    /// What a request expects of what it is about. Some have to say it, so that nobody overwrites what he has not seen.
    pub(crate) fn read(operation: &Operation, headers: &HeaderMap) -> Result<Self, Problem> {
        match (tags(headers, IF_MATCH, "If-Match")?, tags(headers, IF_NONE_MATCH, "If-None-Match")?) {
            (None, None) if operation.needs_precondition => Err(Problem::new(
                Kind::PreconditionNeeded,
                "send the ETag of what you have read as If-Match, so that nobody's change is overwritten unseen; `If-Match: *` takes whatever is \
                 there",
            )),
            (None, None) => Ok(Self::None),
            (Some(tags), None) => Ok(Self::Match(tags)),
            (None, Some(tags)) => Ok(Self::NoneMatch(tags)),
            (Some(_), Some(_)) => Err(Problem::at(Place::Header("If-None-Match"), "If-Match and If-None-Match do not go together")),
        }
    }

    /// Whether it is about what is there, so that this has to be known.
    pub(crate) fn is_about_something(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether something has to be there.
    pub(crate) fn wants_something(&self) -> bool {
        matches!(self, Self::Match(_))
    }

    /// Whether what is there is what was expected. `current` is its tag, where there is anything.
    pub(crate) fn holds(&self, current: Option<&str>) -> bool {
        match self {
            Self::None => true,
            Self::Match(tags) => current.is_some_and(|current| tags.have(current)),
            Self::NoneMatch(tags) => !current.is_some_and(|current| tags.have(current)),
        }
    }
}

impl Tags {
    fn have(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            // Weak or not: a proxy that compresses makes tags weak, and the content is the same.
            Self::These(tags) => tags.iter().any(|known| known.strip_prefix("W/").unwrap_or(known) == tag),
        }
    }
}

fn tags(headers: &HeaderMap, name: HeaderName, shown: &'static str) -> Result<Option<Tags>, Problem> {
    let mut all = Vec::new();
    for value in headers.get_all(name) {
        let wrong =
            || Problem::at(Place::Header(shown), format!("{shown} takes entity tags in double quotes, separated by commas, or `*`"));
        let text = value.to_str().map_err(|_| wrong())?.trim();
        if text == "*" {
            return Ok(Some(Tags::Any));
        }
        all.extend(list(text).ok_or_else(wrong)?);
    }
    Ok((!all.is_empty()).then_some(Tags::These(all)))
}

/// Entity tags, separated by commas. There may be commas in them, too, but no quotes.
fn list(mut text: &str) -> Option<Vec<String>> {
    let mut all = Vec::new();
    loop {
        let (prefix, rest) = text.split_once('"').filter(|(prefix, _)| matches!(*prefix, "" | "W/"))?;
        let (tag, rest) = rest.split_once('"')?;
        all.push(format!("{prefix}\"{tag}\""));
        text = match rest.trim_start() {
            "" => return Some(all),
            rest => rest.strip_prefix(',')?.trim_start(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn tags_are_taken_apart_at_commas_between_them() {
        assert_eq!(list(r#""a", W/"b,c" ,"""#), Some(vec![r#""a""#.to_owned(), r#"W/"b,c""#.to_owned(), r#""""#.to_owned()]));
        for wrong in ["", "a", "\"", "\"a", "\"a\"b", "\"a\",", "*", "w/\"a\"", ",\"a\""] {
            assert_eq!(list(wrong), None, "{wrong}");
        }
    }
}
