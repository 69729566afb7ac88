//! What is asked when somebody searches, and putting statements together.

use super::Paths;
use crate::sql::backend::Value;
use crate::sql::content::signed;
use crate::sql::spelling::Spelling;
use spectacles_core::store::RepositorySearch;
use std::cmp::Reverse;

/// What is asked, ready for statements.
pub(super) struct Question<'s> {
    pub(super) search: &'s RepositorySearch,
    pub(super) spelling: &'static Spelling,
    /// By which column they are ordered.
    pub(super) worth: &'static str,
    pub(super) paths: Option<Paths>,
}

/// A repository that fits: its id, and its place in the order.
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) place: (Reverse<i64>, String, i64),
}

/// A condition in the making.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) values: Vec<Held>,
}

/// A parameter of ours.
#[derive(Clone)]
pub(super) enum Held {
    Number(i64),
    Text(String),
}

impl Condition {
    pub(super) fn and(&mut self, text: &str, values: impl IntoIterator<Item = Held>) {
        self.text.push_str(" AND ");
        self.text.push_str(text);
        self.values.extend(values);
    }

    pub(super) fn values(&self) -> Vec<Value<'_>> {
        self.values.iter().map(Held::value).collect()
    }
}

impl Held {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }
}

/// A part of the order behind the last one found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    /// All there is.
    All,
    /// Those of the same worth.
    Same,
    /// Those of less.
    Less,
    /// Both.
    Both,
}

impl Question<'_> {
    /// Adds that it is in a stretch of the order.
    pub(super) fn behind(&self, condition: &mut Condition, stretch: Stretch) {
        let Some((worth, name, registry)) = &self.search.after else { return };
        let (worth, name, registry) = (Held::Number(signed(*worth)), Held::Text(name.to_string()), Held::Number(registry.get()));
        let column = self.worth;
        let same = format!("({column} = ? AND name >= ? AND (name > ? OR registry_id > ?))");
        match stretch {
            Stretch::All => {}
            Stretch::Same => condition.and(&same, [worth, name.clone(), name, registry]),
            Stretch::Less => condition.and(&format!("{column} < ?"), [worth]),
            Stretch::Both => {
                condition.and(&format!("({column} < ? OR {same})"), [worth.clone(), worth, name.clone(), name, registry]);
            }
        }
    }

    /// Adds that it is on the registry and has the part. Below which path it is, is seen later.
    pub(super) fn fits(&self, condition: &mut Condition) {
        if let Some(registry) = self.search.choice.registry {
            condition.and("registry_id = ?", [Held::Number(registry.get())]);
        }
        if !self.search.term.is_empty() {
            condition.and(&(self.spelling.contains)("searched"), [Held::Text(self.search.term.clone())]);
        }
    }

    pub(super) fn stretches(&self) -> &'static [Stretch] {
        if self.search.after.is_some() { &[Stretch::Same, Stretch::Less] } else { &[Stretch::All] }
    }

    pub(super) fn order(&self) -> String {
        format!("{} DESC, name, registry_id", self.worth)
    }

    pub(super) fn is_full(&self, found: &[Found]) -> bool {
        found.len() >= self.search.limit as usize
    }

    pub(super) fn is_below(&self, found: &Found) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.cover(found.place.2, &found.place.1))
    }
}
