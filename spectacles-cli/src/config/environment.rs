//! The environment: read here and nowhere else.

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
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let readable = |value: &OsStr| Failure::failed(format!("{name} is set to something that is no text: {}", value.display()));
        self.get(name).map(|value| value.to_str().ok_or_else(|| readable(value))).transpose()
    }

    /// A path.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Anything that is read from text; `expected` completes "it must be ...".
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
}

fn invalid(name: &str, value: &str, expected: &str) -> Failure {
    Failure::failed(format!("the environment variable {name} is `{}`, but must be {expected}", spectacles_core::name::excerpt(value)))
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(variables.filter(|(_, value)| !value.is_empty()).collect())
    }
}
