//! Languages.
//!
//! Texts are written in English where they are used, and found in other languages by that. What has no translation stays English.

use super::session::{LANGUAGE, cookie};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A language people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
}

/// Each line is a text, ` = `, and its translation.
static GERMAN: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("../../texts/de.txt").lines().filter_map(|line| line.split_once(" = ")).collect());

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// As `lang` and `Accept-Language` have it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    pub(crate) fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// What somebody has chosen, or else what his browser prefers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        if let Some(chosen) = cookie(headers, LANGUAGE).and_then(Self::with_code) {
            return chosen;
        }
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Browsers list what they prefer first, and weigh it accordingly.
        let codes = accepted.split(',').filter_map(|item| item.split(';').next()?.trim().split('-').next());
        codes.filter_map(Self::with_code).next().unwrap_or(Self::English)
    }

    /// A text in this language.
    pub(crate) fn say<'t>(self, text: &'t str) -> &'t str {
        match self {
            Self::English => text,
            Self::German => GERMAN.get(text).copied().unwrap_or(text),
        }
    }
}
