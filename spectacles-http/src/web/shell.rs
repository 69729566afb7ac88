//! What all pages have around them.

use super::html;
use super::stale::Stale;
use super::texts::Language;
use super::visit::Visit;
use crate::api::path::segment;
use crate::problem::{Kind, Problem};
use spectacles_core::model::NamespaceCreation;
use spectacles_core::time::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};

/// What all pages have around them.
pub(crate) struct Shell<'a> {
    /// In front of every path.
    pub(crate) root: &'a str,
    pub(crate) title: String,
    pub(crate) language: Language,
    pub(crate) theme: &'static str,
    /// The part of the interface the page belongs to.
    pub(crate) section: &'static str,
    /// Whoever is signed in.
    pub(crate) user: Option<&'a str>,
    pub(crate) is_admin: bool,
    pub(crate) is_auditor: bool,
    /// Whether he may create namespaces, somewhere at least.
    pub(crate) makes_namespaces: bool,
    pub(crate) csrf: &'a str,
    /// What was done before.
    pub(crate) done: Option<&'a str>,
    /// The fields of the form that takes it back.
    pub(crate) undo: &'a [(String, String)],
    /// What others have done meanwhile to what a form was to change.
    pub(crate) stale: &'a [Stale],
    /// Whether what was asked is not allowed.
    pub(crate) is_denied: bool,
    /// What is wrong with the form that was sent, and whether that form says so.
    refusal: Option<(String, &'a AtomicBool)>,
    /// What somebody is searching for.
    pub(crate) searched: &'a str,
    /// Path and query of this page.
    pub(crate) here: String,
    pub(crate) version: &'static str,
    now: Timestamp,
}

/// An entry of the menu.
pub(crate) struct Entry {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_here: bool,
}

impl<'a> Shell<'a> {
    /// That of a page with this title, which is translated.
    pub(crate) fn new(visit: &'a Visit<'a>, title: &str) -> Self {
        Self::titled(visit, visit.language.say(title).to_owned())
    }

    /// That of a page whose title is a name.
    pub(crate) fn titled(visit: &'a Visit<'a>, title: String) -> Self {
        let visitor = visit.visitor.as_ref();
        let is_admin = visitor.is_some_and(|visitor| visitor.is_admin);
        let is_auditor = visitor.is_some_and(|visitor| visitor.is_auditor);
        let creation = visit.surface.app().administration().policies().namespace_creation;
        Self {
            root: visit.surface.root(),
            title,
            language: visit.language,
            theme: visit.theme,
            section: visit.page.section(),
            user: visitor.map(|visitor| visitor.session.caller.name().as_str()),
            is_admin,
            is_auditor,
            makes_namespaces: is_admin || (!is_auditor && creation != NamespaceCreation::Administrators),
            csrf: &visit.csrf,
            done: visit.done.as_deref(),
            undo: &visit.undo,
            stale: &visit.stale,
            is_denied: visit.refusal.is_some_and(|refusal| refusal.status == http::StatusCode::FORBIDDEN),
            refusal: visit.refusal.map(|refusal| (visit.language.refusal(refusal), &visit.is_told)),
            searched: if visit.page.id == "search" { visit.parameter("q").unwrap_or_default() } else { "" },
            here: visit.here(),
            version: env!("CARGO_PKG_VERSION"),
            now: visit.surface.app().clock().now(),
        }
    }

    /// A text in the language of whoever reads it.
    pub(crate) fn t<'t>(&self, text: &'t str) -> &'t str {
        self.language.say(text)
    }

    /// A text of the program as HTML: names in it stand out.
    pub(crate) fn marked(&self, text: impl AsRef<str>) -> String {
        html::marked(text.as_ref())
    }

    /// Lets others than administrators not see what is only for them.
    ///
    /// # Errors
    /// What they are told.
    pub(crate) fn admins_only(&self) -> Result<(), Problem> {
        if self.is_admin { Ok(()) } else { Err(Problem::new(Kind::Denied, "only administrators do this")) }
    }

    /// Lets those only see what concerns all who may read everything.
    ///
    /// # Errors
    /// What others are told.
    pub(crate) fn readers_only(&self) -> Result<(), Problem> {
        if self.reads_everything() { Ok(()) } else { Err(Problem::new(Kind::Denied, "only administrators and auditors see this")) }
    }

    /// A path of ours: names are parts of it, whatever is in them.
    pub(crate) fn link(&self, parts: &[&str]) -> String {
        parts.iter().fold(self.root.to_owned(), |path, part| format!("{path}/{}", part_of_path(part)))
    }

    /// Where something is that pages refer to.
    pub(crate) fn asset(&self, name: &str) -> String {
        format!("{}{}", self.root, super::assets::path(name))
    }

    /// What the menu offers.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        const ALL: [(&str, &str, &str, bool); 12] = [
            ("dashboard", "/", "Overview", false),
            ("repositories", "/repositories", "Repositories", false),
            ("namespaces", "/namespaces", "Namespaces", false),
            ("registries", "/registries", "Registries", false),
            ("groups", "/groups", "Groups", false),
            ("services", "/services", "Service accounts", false),
            ("apps", "/apps", "Apps", false),
            ("users", "/users", "Users", true),
            ("activity", "/activity", "Activity", false),
            ("access", "/access", "Access", false),
            ("audit", "/audit", "Audit", true),
            ("status", "/status", "Status", true),
        ];
        let shown = ALL.into_iter().filter(|(_, _, _, is_for_all)| !is_for_all || self.reads_everything());
        shown.map(|(section, path, label, _)| Entry { path, label, is_here: section == self.section }).collect()
    }

    /// What is wrong with a form that was sent and is not on the page any more: what it was about is gone, or changed hands.
    pub(crate) fn untold(&self) -> Option<&str> {
        self.refusal.as_ref().filter(|(_, is_told)| !is_told.load(Ordering::Relaxed)).map(|(detail, _)| detail.as_str())
    }

    /// What was done before this page was asked for, in words.
    pub(crate) fn done_text(&self) -> Option<&'static str> {
        let operation = super::form::find(self.done?)?;
        let text = match operation.method {
            http::Method::DELETE => "Done: it is gone.",
            http::Method::POST => "Done.",
            _ => "Saved.",
        };
        Some(self.language.say(text))
    }

    /// How long ago that was, or in how long it will be.
    pub(crate) fn ago(&self, moment: &Timestamp) -> String {
        relative(self.language, self.now.unix_millis().saturating_sub(moment.unix_millis()) / 1000)
    }

    /// A moment in full.
    pub(crate) fn exact(&self, moment: &Timestamp) -> String {
        moment.to_rfc3339_seconds()
    }

    /// Whether somebody may read what concerns all.
    pub(crate) fn reads_everything(&self) -> bool {
        self.is_admin || self.is_auditor
    }

    /// Every theme, for choosing, with what it is called.
    pub(crate) fn themes(&self) -> [(&'static str, &'static str); 3] {
        [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")]
    }

    /// Every language, for choosing.
    pub(crate) fn languages(&self) -> [Language; 2] {
        Language::ALL
    }
}

/// A name as a part of the path of a page. What is called `new` is found as well, where the page for new things is.
pub(crate) fn part_of_path(name: &str) -> String {
    if name == "new" { "%6Eew".to_owned() } else { segment(name) }
}

/// So many seconds ago, or from now where they are less than nothing.
fn relative(language: Language, seconds: i64) -> String {
    const UNITS: [(i64, &str, &str); 6] = [
        (365 * 86_400, "year", "years"),
        (30 * 86_400, "month", "months"),
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
        (1, "second", "seconds"),
    ];
    let away = seconds.saturating_abs();
    if away < 10 {
        return language.say("just now").to_owned();
    }
    let (size, one, many) = UNITS.into_iter().find(|(size, _, _)| away >= *size).unwrap_or((1, "second", "seconds"));
    let count = away / size;
    let unit = language.say(if count == 1 { one } else { many });
    match (language, seconds < 0) {
        (Language::English, false) => format!("{count} {unit} ago"),
        (Language::English, true) => format!("in {count} {unit}"),
        (Language::German, false) => format!("vor {count} {unit}"),
        (Language::German, true) => format!("in {count} {unit}"),
    }
}

/// A size in bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes, 0);
    let mut rest = 0;
    while value >= 1_000 && unit + 1 < UNITS.len() {
        rest = value % 1_000 / 100;
        value /= 1_000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("TB");
    if unit > 0 && value < 10 { format!("{value}.{rest} {name}") } else { format!("{value} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_sizes_are_said_as_people_say_them() {
        for (seconds, text) in [
            (0, "just now"),
            (-5, "just now"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (-7_200, "in 2 hours"),
            (400 * 86_400, "1 year ago"),
        ] {
            assert_eq!(relative(Language::English, seconds), text);
        }
        for (bytes, text) in
            [(0, "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (12_345, "12 KB"), (2_340_000, "2.3 MB"), (u64::MAX, "18446744 TB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
