//! Values of options and cells of tables.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use spectacles_core::model::{Anonymous, KidStyle, LoginKind, Policy, TokenLifetime};
use spectacles_core::right::{Action, Actions, Right};
use std::fmt::Display;
use std::time::Duration;

/// A right, in any case.
pub(super) fn right() -> impl clap::builder::TypedValueParser<Value = Right> {
    PossibleValuesParser::new(Right::ALL.map(Right::as_str)).try_map(|word| word.parse::<Right>())
}

/// What those without credentials may do.
pub(super) fn anonymous() -> impl clap::builder::TypedValueParser<Value = Anonymous> {
    PossibleValuesParser::new(Anonymous::ALL.iter().map(|value| value.as_str())).try_map(|word| word.parse::<Anonymous>())
}

/// How this server logs in to a registry.
pub(super) fn login() -> impl clap::builder::TypedValueParser<Value = LoginKind> {
    PossibleValuesParser::new(LoginKind::ALL.iter().map(|value| value.as_str())).try_map(|word| word.parse::<LoginKind>())
}

/// By which policies rights are given.
pub(super) fn policy() -> impl clap::builder::TypedValueParser<Value = Policy> {
    PossibleValuesParser::new(Policy::ALL.iter().map(|value| value.as_str())).try_map(|word| word.parse::<Policy>())
}

/// How a registry finds the key of a token.
pub(super) fn kid_style() -> impl clap::builder::TypedValueParser<Value = KidStyle> {
    PossibleValuesParser::new(KidStyle::ALL.iter().map(|value| value.as_str())).try_map(|word| word.parse::<KidStyle>())
}

/// The lifetime of tokens, in seconds.
pub(super) fn lifetime(text: &str) -> Result<TokenLifetime, String> {
    let seconds = text.parse().map_err(|_| "choose a whole number of seconds from 60 to 86400".to_owned())?;
    TokenLifetime::from_seconds(seconds).map_err(|error| error.to_string())
}

/// `pull,push`; `*` means all of them.
pub(super) fn actions(text: &str) -> Result<Actions, String> {
    let word = |word: &str| match word.trim() {
        "*" => Ok(Actions::ALL),
        word => Action::parse(word).map(Actions::from).ok_or_else(|| {
            let word = spectacles_core::name::excerpt(word);
            format!("there is no action `{word}`; the actions are pull, push and delete, separated by commas")
        }),
    };
    text.split(',').map(word).try_fold(Actions::NONE, |all, actions| Ok(all | actions?))
}

/// How long ago: `30m`, `12h`, `7d`, `2w`.
pub(super) fn span_ago(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| {
        let text = spectacles_core::name::excerpt(text);
        format!("`{text}` is no span of time: write 30m, 12h, 7d or 2w")
    })
}

pub(super) fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// The thing, or a dash for nothing.
pub(super) fn or_dash(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The text, or a dash for an empty one.
pub(super) fn text_or_dash(text: &str) -> String {
    or_dash(Some(text).filter(|text| !text.is_empty()))
}

/// All of them with commas between, or a dash for none.
pub(super) fn joined<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let all: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_as_scopes_spell_them_and_others_are_refused() {
        assert_eq!(actions("pull,push"), Ok(Actions::PULL | Actions::PUSH));
        assert_eq!(actions("push, pull"), Ok(Actions::PULL | Actions::PUSH));
        assert_eq!(actions("*"), Ok(Actions::ALL));
        for wrong in ["", "pull,", "PULL", "fly"] {
            assert!(actions(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lifetimes_have_bounds() {
        assert_eq!(lifetime("60").unwrap().seconds(), 60);
        for wrong in ["59", "86401", "-1", "5m", ""] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}
