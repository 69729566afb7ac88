//! What the path policy looks at, as far as it matters to one subject.

use super::super::paths::{by_path, share};
use super::super::{AppFacts, PathRule, RegistryState, Subject};
use super::Questions;
use super::pattern::{Component, Components, Pattern, filled, meet, placeholder};
use crate::name::RepositoryName;
use compact_str::{CompactString, ToCompactString};
use std::cell::OnceCell;

/// First components behind which names or numbers stand.
const KINDS: [&str; 3] = ["users", "groups", "apps"];

/// A part of a registry in which the path policy says one thing.
pub(super) struct Corner<'a> {
    /// The components of its names, deep enough to tell it from other corners.
    pub(super) components: Components<'a>,
    /// How many of them are written.
    written: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Everything but the other kinds; everything at all, where paths do not matter.
    Elsewhere,
    /// Names without a slash.
    Top,
    /// One of the three words alone.
    Nameless,
    /// Behind one of them, somebody else than those who have corners of their own.
    Foreign,
    /// Behind one of them, whom the second component says.
    Named,
}

/// Where corners are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below<'a> {
    /// At and below these components.
    Path(&'a [Component<'a>]),
    /// Names without a slash.
    Top,
    /// Everywhere.
    Anywhere,
}

/// The corners of one subject.
pub(super) struct Corners<'f> {
    questions: Questions<'f>,
    subject: Subject<'f>,
    /// First and second component of what is his by its path: looked for only where somebody asks the path policy.
    own: OnceCell<Vec<(&'static str, CompactString)>>,
}

impl<'f> Corners<'f> {
    pub(super) fn new(questions: Questions<'f>, subject: Subject<'f>) -> Self {
        Self { questions, subject, own: OnceCell::new() }
    }

    /// What the path policy of a registry says of a name.
    pub(super) fn rule(&self, registry: &RegistryState, name: &RepositoryName) -> PathRule {
        by_path(self.questions.facts, &registry.facts, self.subject, name, &self.questions.circumstances).0
    }

    /// Whether it says different things of different names.
    pub(super) fn matter(&self, registry: &RegistryState) -> bool {
        let rule = || filled(&[None], &placeholder(0)).map(|name| self.rule(registry, &name));
        registry.facts.policy.has_paths() && !matches!(rule(), None | Some(PathRule::NotPublished | PathRule::Nobody))
    }

    /// The corners of a part of a registry; where they do not matter, that part as a whole.
    pub(super) fn of<'a>(&'a self, below: Below<'a>, matter: bool, found: &mut Vec<Corner<'a>>) {
        found.clear();
        let path = match below {
            Below::Path(path) => path,
            Below::Top | Below::Anywhere => &[],
        };
        let first = path.first().copied().flatten();
        let is_kind = first.map(|first| KINDS.contains(&first));
        if !matter || is_kind != Some(true) {
            let kind = if below == Below::Top { Kind::Top } else { Kind::Elsewhere };
            found.extend(Corner::new(path, &[None], 0, kind));
            if below == Below::Anywhere {
                // There may be a namespace for names without a slash: these are the others.
                found.extend(Corner::new(path, &[None, None], 0, kind));
            }
        }
        if !matter || is_kind == Some(false) {
            return;
        }
        if path.len() < 2 {
            found.extend(KINDS.into_iter().filter_map(|kind| Corner::new(path, &[Some(kind)], 1, Kind::Nameless)));
        }
        if below == Below::Top {
            return;
        }
        for kind in KINDS {
            if let Some(named) = path.get(1).copied().flatten() {
                found.extend(Corner::new(path, &[Some(kind), Some(named)], 2, Kind::Named));
                continue;
            }
            found.extend(Corner::new(path, &[Some(kind), None], 1, Kind::Foreign));
            let own = self.own().iter().filter(|(of, _)| *of == kind);
            found.extend(own.filter_map(|(_, name)| Corner::new(path, &[Some(kind), Some(name)], 2, Kind::Named)));
        }
    }

    /// What is his by its path: his own name and number, those of his groups, and those of the apps he has to do with.
    fn own(&self) -> &[(&'static str, CompactString)] {
        self.own.get_or_init(|| {
            let [users, groups, apps] = KINDS;
            let Questions { facts, circumstances, .. } = self.questions;
            let mut own = Vec::new();
            let add_app = |own: &mut Vec<_>, app: &AppFacts| {
                own.extend(app.slug.as_ref().map(|slug| (apps, slug.as_str().into())));
                own.push((apps, app.id.to_compact_string()));
            };
            match self.subject {
                Subject::User(user) | Subject::Administrator(user) => {
                    own.extend([(users, user.name.as_str().into()), (users, user.id.to_compact_string())]);
                    for group in user.groups.iter().filter(|group| group.is_current(circumstances.at)) {
                        let slug = facts.group(group.group).and_then(|group| group.slug.as_ref());
                        own.extend(slug.map(|slug| (groups, slug.as_str().into())));
                        own.push((groups, group.group.to_compact_string()));
                    }
                    let related = |list| share(&user.groups, list, &circumstances);
                    let related = facts.apps().filter(|app| related(&app.responsibles) || related(&app.publications));
                    related.for_each(|app| add_app(&mut own, app));
                }
                Subject::Service(service) => {
                    let app = service.app.and_then(|app| facts.app(app));
                    app.into_iter().for_each(|app| add_app(&mut own, app));
                }
                Subject::System | Subject::Anonymous => {}
            }
            own
        })
    }
}

impl<'a> Corner<'a> {
    /// That part of what is below a path which begins with these components, of which so many are written.
    fn new(path: &[Component<'a>], components: &[Component<'a>], written: usize, kind: Kind) -> Option<Self> {
        Some(Self { components: meet(path, components)?, written: written.max(path.len()), kind })
    }

    /// Whether a name that was made of the components lies in this corner.
    pub(super) fn has(&self, rule: PathRule) -> bool {
        let is_foreign = matches!(rule, PathRule::ForeignUser | PathRule::ForeignGroup | PathRule::ForeignApp);
        self.kind != Kind::Foreign || is_foreign
    }

    /// Whether names with more components are in it.
    pub(super) fn goes_deeper(&self) -> bool {
        match self.kind {
            Kind::Elsewhere | Kind::Foreign | Kind::Named => true,
            Kind::Top | Kind::Nameless => false,
        }
    }

    /// How it is written.
    pub(super) fn pattern(&self) -> Pattern {
        let written = self.components.get(..self.written).unwrap_or(&self.components);
        match self.kind {
            Kind::Elsewhere if written.is_empty() => Pattern::everything(),
            Kind::Elsewhere | Kind::Foreign | Kind::Named => Pattern::below(written),
            Kind::Top => Pattern::top(),
            Kind::Nameless => Pattern::exactly(written.first().copied().flatten().unwrap_or_default()),
        }
    }
}
