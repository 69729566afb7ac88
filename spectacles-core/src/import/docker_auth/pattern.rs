//! Patterns of names and accounts: globs, regular expressions between slashes, and the variables in them.

use super::config::Labels;
use super::glob::{Component, Glob};
use crate::name::grammar::is_component;
use regex::Regex;

/// A pattern for texts that are known.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    Glob(Glob),
    Regex(Regex),
    /// A glob that is malformed, as the other program sees it.
    Never,
    /// A regular expression that nobody here understands.
    Unknown,
}

impl Matcher {
    pub(super) fn parse(pattern: &str) -> Self {
        match expression(pattern) {
            Some(expression) if expression.len() > 2000 => Self::Unknown,
            Some(expression) => Regex::new(expression).map_or(Self::Unknown, Self::Regex),
            None => Glob::parse(pattern).map_or(Self::Never, Self::Glob),
        }
    }

    /// Nothing where nobody knows.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        match self {
            Self::Glob(glob) => Some(glob.matches(text)),
            Self::Regex(regex) => Some(regex.is_match(text)),
            Self::Never => Some(false),
            Self::Unknown => None,
        }
    }
}

/// What stands between slashes.
pub(super) fn expression(pattern: &str) -> Option<&str> {
    pattern.strip_prefix('/')?.strip_suffix('/').filter(|inner| !inner.is_empty())
}

/// Whether a pattern matches every text that is not empty, as far as texts have no slashes.
pub(super) fn matches_all(pattern: &str) -> bool {
    ["*", "**", "${account}", "/.*/", "/.+/", "/./", "/^.*$/", "/^.+$/", "/^.+/", "/^.*/", "/.*$/", "/.+$/"].contains(&pattern)
}

/// A pattern of repository names.
#[derive(Debug, Clone)]
pub(super) enum NamePattern {
    Every,
    Never,
    /// By component; `deep`: and at least one more behind them.
    Path {
        components: Vec<Component>,
        deep: bool,
    },
    /// Only names that are known can be tried.
    Opaque(Matcher),
}

impl NamePattern {
    /// `unknown`: the variable of the account is still in there.
    pub(super) fn parse(pattern: &str, unknown: bool) -> Self {
        if let Some(expression) = expression(pattern) {
            if unknown {
                return Self::Opaque(Matcher::Unknown);
            }
            return match expression {
                ".*" | ".+" | "." | "^.*$" | "^.+$" | "^.*" | "^.+" | ".*$" | ".+$" => Self::Every,
                _ => deep(expression).unwrap_or_else(|| Self::Opaque(Matcher::parse(pattern))),
            };
        }
        if pattern == "${name}" {
            return Self::Every;
        }
        if unknown && pattern.contains(['[', '\\']) {
            return Self::Opaque(Matcher::Unknown);
        }
        if unknown {
            // Whatever the account is, it has no slash in it.
            let components = pattern.split('/').map(|part| match Glob::parse(part).and_then(|glob| glob.components()) {
                _ if part.contains("${account}") || part.contains("${name}") => Component::Unknown,
                Some(parts) => parts.into_iter().next().unwrap_or(Component::Unknown),
                None => Component::Unknown,
            });
            return Self::Path { components: components.collect(), deep: false };
        }
        if pattern.contains("${name}") {
            return Self::Opaque(Matcher::Unknown);
        }
        let Some(glob) = Glob::parse(pattern) else { return Self::Never };
        let Some(components) = glob.components() else { return Self::Opaque(Matcher::Glob(glob)) };
        Self::path(components, false)
    }

    /// Names that no registry has are matched by nobody.
    fn path(components: Vec<Component>, deep: bool) -> Self {
        let possible = |component: &Component| match component {
            Component::Literal(text) => is_component(text),
            Component::Any | Component::Partial(_) | Component::Unknown => true,
        };
        if components.iter().all(possible) { Self::Path { components, deep } } else { Self::Never }
    }
}

/// Regular expressions of the most usual form: `^team/.+$`, `^team/[^/]+$`.
fn deep(expression: &str) -> Option<NamePattern> {
    let inner = expression.strip_prefix('^')?.replace("\\/", "/").replace("\\-", "-");
    let (inner, ended) = inner.strip_suffix('$').map_or((inner.as_str(), false), |inner| (inner, true));
    let tail = ["/.+", "/.*"].iter().find_map(|tail| inner.strip_suffix(tail));
    let (inner, deep) = match (tail, ended) {
        (Some(inner), _) => (inner, true),
        (None, true) => (inner, false),
        (None, false) => (inner.strip_suffix('/')?, true),
    };
    // A class with a slash in it must not be split.
    let inner = inner.replace("[^/]+", "*").replace("[^/]*", "*");
    let components = inner.split('/').map(|part| match part {
        "*" => Some(Component::Any),
        part => {
            let plain = part.replace("\\.", "");
            let is_plain = plain.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-' || sign == '_');
            is_plain.then(|| Component::Literal(part.replace("\\.", ".")))
        }
    });
    Some(NamePattern::path(components.collect::<Option<_>>()?, deep))
}

/// Text as it matches itself only, in either kind of pattern.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for sign in text.chars() {
        if "\\.+*?()|[]{}^$".contains(sign) {
            quoted.push('\\');
        }
        quoted.push(sign);
    }
    quoted
}

/// A pattern with its variables replaced: one for each combination of labels. Nothing where there are too many.
pub(super) fn expanded(pattern: &str, service: &str, account: Option<&str>, labels: &Labels) -> Option<Vec<String>> {
    /// More combinations than anybody has meant.
    const MOST: usize = 256;
    let mut text = pattern.replace("${type}", "repository").replace("${service}", &quoted(service));
    if let Some(account) = account {
        text = text.replace("${account}", &quoted(account));
    }
    let mut all = vec![text];
    for (label, values) in labels {
        let variable = format!("${{labels:{label}}}");
        if all.iter().any(|text| text.contains(&variable)) {
            all = all.iter().flat_map(|text| values.iter().map(|value| text.replace(&variable, &quoted(value)))).collect();
        }
        if all.len() > MOST {
            return None;
        }
    }
    // A label that somebody has not got matches nothing.
    all.retain(|text| !text.contains("${labels:"));
    Some(all)
}
