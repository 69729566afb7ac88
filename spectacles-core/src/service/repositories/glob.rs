//! Patterns with `*` and `?`.

use crate::name::excerpt;
use crate::service::Error;

/// More is no pattern that somebody wrote.
const LONGEST: usize = 256;
/// In one list of patterns.
const MOST: usize = 100;

/// Whether a name fits a pattern: `*` stands for any text, also none, `?` for one character, everything else for itself.
///
/// Takes time in proportion to the product of both lengths at most, whatever the pattern.
pub(in crate::service) fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Behind the last `*`, and where it was tried to end.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(sign) = name.get(place) {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at.saturating_add(1), place));
                at = at.saturating_add(1);
            }
            Some(wanted) if *wanted == '?' || wanted == sign => {
                at = at.saturating_add(1);
                place = place.saturating_add(1);
            }
            Some(_) | None => {
                let Some((behind, end)) = retry else { return false };
                let end = end.saturating_add(1);
                retry = Some((behind, end));
                (at, place) = (behind, end);
            }
        }
    }
    pattern.iter().skip(at).all(|sign| *sign == '*')
}

/// Whether a name fits one of several patterns.
pub(in crate::service) fn fits_any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, name))
}

/// Refuses what nobody means.
pub(in crate::service) fn check(what: &str, patterns: &[String]) -> Result<(), Error> {
    if patterns.len() > MOST {
        return Err(Error::Invalid(format!("{}: at most {MOST} patterns", what)));
    }
    let wrong = |pattern: &&String| {
        pattern.is_empty() || pattern.chars().count() > LONGEST || pattern.chars().any(|sign| sign.is_control() || sign == ' ')
    };
    match patterns.iter().find(wrong) {
        Some(pattern) => Err(Error::Invalid(format!(
            "{what}: `{}` is no pattern: 1 to {LONGEST} characters without blanks, of which `*` stands for any text and `?` for one character",
            excerpt(pattern)
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, fits};

    #[test]
    fn stars_and_question_marks_stand_for_others_and_nothing_else_does() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("v?", "v1", true),
            ("v?", "v", false),
            ("v?", "v10", false),
            ("v1.*", "v1.10", true),
            ("v1.*", "v10", false),
            ("*-rc*", "1.0-rc1", true),
            ("*-rc*", "1.0", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXcYb", false),
            ("[a]", "a", false),
            ("**", "a", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        assert!(!fits(&"*a".repeat(128), &"a".repeat(127)));
        assert!(!fits(&format!("{}b", "a*".repeat(120)), &"a".repeat(5_000)));
    }

    #[test]
    fn what_nobody_means_is_refused() {
        assert!(check("matching", &["v*".to_owned()]).is_ok());
        for pattern in ["", "a b", "a\n", &"a".repeat(257)] {
            assert!(check("matching", &[pattern.to_owned()]).is_err(), "{pattern}");
        }
        assert!(check("matching", &vec!["a".to_owned(); 101]).is_err());
    }
}
