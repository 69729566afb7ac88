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
    pub(crate) fn say(self, text: &str) -> &str {
        match self {
            Self::English => text,
            Self::German => GERMAN.get(text).copied().unwrap_or(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GERMAN;
    use crate::web::form::texts_of;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Names that are the same in every language.
    const NAMES: [&str; 12] =
        ["Android", "ChromeOS", "Chrome", "Chromium", "CrOS", "Edge", "Firefox", "Linux", "Macintosh", "Opera", "Safari", "Windows"];

    fn below(place: &str, extension: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(place)];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|known| known == extension) {
                    found.push(path);
                }
            }
        }
        assert!(found.len() > 5, "{place}");
        found
    }

    /// What is between quotation marks, with what is in front of it.
    fn quoted(text: &str) -> Vec<(&str, String)> {
        let (mut found, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('"') {
            let (mut value, mut letters) = (String::new(), behind.char_indices());
            let end = loop {
                match letters.next() {
                    None => return found,
                    Some((place, '"')) => break place + 1,
                    Some((_, '\\')) => match letters.next() {
                        // The text goes on where the next line begins.
                        Some((_, '\n')) => value.push('\n'),
                        Some((_, letter)) => value.push(letter),
                        None => return found,
                    },
                    Some((_, letter)) => value.push(letter),
                }
            };
            let lines = value.split('\n').enumerate().map(|(line, text)| if line == 0 { text } else { text.trim_start() });
            found.push((before, lines.collect()));
            rest = &behind[end..];
        }
        found
    }

    /// Texts that templates show: those that are asked for, and what columns are called.
    fn of_templates() -> BTreeSet<String> {
        let mut texts = BTreeSet::new();
        for path in below("templates/web", "html") {
            let text = fs::read_to_string(path).unwrap();
            for part in text.split("shell.t(\"").skip(1) {
                texts.extend(part.split_once("\")").map(|(text, _)| text.to_owned()));
            }
            for part in text.split("m::column(").skip(1) {
                let call = part.split_once(") %}").map_or(part, |(call, _)| call);
                texts.extend(call.rsplit('"').nth(1).map(str::to_owned));
            }
        }
        texts
    }

    /// Texts in the program: what reads like words for people. Operations that forms are made of are listed as well.
    fn of_sources() -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut texts, mut operations) = (BTreeSet::new(), BTreeSet::new());
        for path in below("src/web", "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let is_page = path.parent().is_some_and(|parent| parent.ends_with("pages")) || path.ends_with("shell.rs");
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
            // A quotation mark by itself begins no text.
            let program: String = lines.map(|line| format!("{}\n", line.replace("'\"'", "' '"))).collect();
            for (before, text) in quoted(&program) {
                let mut letters = text.chars();
                let is_word = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
                let is_one = text.len() > 2 && text.chars().all(char::is_alphabetic);
                let is_shown = text.contains(' ') && text.chars().nth(1).is_some_and(|letter| letter.is_lowercase() || letter == ' ');
                let is_of_page = is_page && text.starts_with(char::is_uppercase) && (is_shown || is_word && is_one) && !text.contains('{');
                if is_of_page || before.ends_with("say(") || before.ends_with("Shell::new(visit, ") {
                    texts.insert(text);
                } else if crate::web::form::find(&text).is_some_and(|operation| operation.writes) {
                    operations.insert(text);
                }
            }
        }
        (texts, operations)
    }

    #[test]
    fn every_text_is_there_in_german() {
        let mut texts = of_templates();
        let (of_sources, operations) = of_sources();
        assert!(texts.len() > 50 && of_sources.len() > 30 && operations.len() > 5, "{texts:?} {of_sources:?} {operations:?}");
        texts.extend(of_sources);
        texts.extend(operations.iter().flat_map(|operation| texts_of(operation)));
        texts.retain(|text| !text.is_empty() && !NAMES.contains(&text.as_str()));
        let missing: Vec<_> = texts.iter().filter(|text| !GERMAN.contains_key(text.as_str())).map(String::as_str).collect();
        assert!(missing.is_empty(), "{} texts have no line in texts/de.txt:\n{}", missing.len(), missing.join("\n"));
    }

    #[test]
    fn no_text_is_translated_twice() {
        let lines: Vec<_> = include_str!("../../texts/de.txt").lines().filter(|line| !line.is_empty()).collect();
        for line in &lines {
            assert!(line.split_once(" = ").is_some_and(|(text, translated)| !text.is_empty() && !translated.is_empty()), "{line}");
        }
        assert_eq!(lines.len(), GERMAN.len(), "a text is there twice");
    }
}
