//! The environment: read here and nowhere else.

use super::variables::{self, Use, VARIABLES, Variable};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;

/// Variables of a process. One that is set to nothing counts as not set.
///
/// Not `Debug`: there are passwords among them.
#[derive(Clone, Default)]
pub(crate) struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The variables of this process.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub(crate) fn of_this_process() -> Self {
        std::env::vars_os().collect()
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        debug_assert!(variables::is_known(name), "{name} is read, so it belongs into the table of variables");
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let unreadable = || Failure::failed(format!("the environment variable {name} is not valid text (UTF-8)"));
        self.get(name).map(|value| value.to_str().ok_or_else(unreadable)).transpose()
    }

    /// A text that a configuration of another program refers to. Nobody knows its name before.
    pub(crate) fn referred(&self, name: &str) -> Option<&str> {
        self.0.get(OsStr::new(name)).and_then(|value| value.to_str())
    }

    /// A path.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Anything that is read from text; `expected` completes "but must be ...".
    pub(crate) fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| invalid(name, text, expected))
    }

    /// Yes or no, as Python and people write it.
    pub(crate) fn switch(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Some(true)),
            "false" | "0" | "no" | "off" => Ok(Some(false)),
            _ => Err(invalid(name, text, "true or false")),
        }
    }

    /// One of a few words, as the option of the same meaning has them.
    pub(crate) fn choice<T: clap::ValueEnum>(&self, name: &str) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        T::from_str(text.trim(), true).map(Some).map_err(|_| {
            let words: Vec<_> = T::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value).collect();
            let words: Vec<_> = words.iter().map(clap::builder::PossibleValue::get_name).collect();
            invalid(name, text, &format!("one of {}", words.join(", ")))
        })
    }

    /// Variables that mean something to the original and nothing here, and are set to something else than what it does anyway; with the
    /// reason why they are ignored, by which they are grouped.
    pub(crate) fn ignored(&self) -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut ignored = BTreeMap::<_, Vec<_>>::new();
        for Variable { name, default, used, .. } in VARIABLES {
            match used {
                Use::Yes => {}
                Use::Later(reason) | Use::No(reason) => {
                    if self.get(name).is_some_and(|value| !value.to_string_lossy().eq_ignore_ascii_case(default)) {
                        ignored.entry(*reason).or_default().push(*name);
                    }
                }
            }
        }
        ignored
    }
}

fn invalid(name: &str, value: &str, expected: &str) -> Failure {
    let value = spectacles_core::name::excerpt(value);
    let meaning = variables::meaning(name);
    Failure::failed(format!("the environment variable {name} is `{value}`, but must be {expected}; it says {meaning}"))
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(variables.filter(|(_, value)| !value.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Choice;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().copied().collect()
    }

    #[test]
    fn a_variable_that_is_empty_counts_as_not_set() {
        let environment = environment(&[("SPECTACLES_ISSUER_NAME", ""), ("DEBUG", "")]);
        assert_eq!(environment.text("SPECTACLES_ISSUER_NAME").unwrap(), None);
        assert_eq!(environment.switch("DEBUG").unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_what_it_must_be() {
        let environment = environment(&[("SPECTACLES_BACKGROUND_UPDATE", "abc"), ("DEBUG", "maybe"), ("SPECTACLES_OUTPUT", "xml")]);
        let number = environment.parsed::<u32>("SPECTACLES_BACKGROUND_UPDATE", "a whole number of seconds").unwrap_err();
        let expected =
            "the environment variable SPECTACLES_BACKGROUND_UPDATE is `abc`, but must be a whole number of seconds; it says how ";
        assert!(number.message().starts_with(expected), "{}", number.message());
        assert!(environment.switch("DEBUG").unwrap_err().message().contains("must be true or false"));
        assert!(environment.choice::<Choice>("SPECTACLES_OUTPUT").unwrap_err().message().contains("one of table, json"));
    }

    #[test]
    fn python_and_people_say_yes_in_their_ways() {
        for (value, meaning) in [("True", true), ("False", false), ("1", true), ("off", false), (" YES ", true)] {
            assert_eq!(environment(&[("DEBUG", value)]).switch("DEBUG").unwrap(), Some(meaning), "{value}");
        }
    }

    #[test]
    fn ignored_variables_are_told_unless_they_ask_for_what_happens_anyway() {
        let environment = environment(&[("SECRET_KEY", "x"), ("OPENID_LOGIN", "False"), ("DB_BACKEND", "mysql"), ("DEBUG", "True")]);
        let names: Vec<_> = environment.ignored().into_values().collect();
        assert_eq!(names, [["SECRET_KEY"]]);
    }
}
