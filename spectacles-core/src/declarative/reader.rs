//! Reads trees, and goes on after what is wrong, so that everything that is gets found at once.

use super::tree::{Key, Node, Place, Tree};
use super::{Object, Scope};
use crate::name::excerpt;
use std::collections::HashMap;
use std::fmt::{self, Display};
use std::str::FromStr;

/// Something in a document that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in the file.
    pub at: Option<Place>,
    /// Where in the document: `registries.registry.example.com.namespaces.team.grants[2].right`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// `12:7: groups.devs.slug: message`.
impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "{at}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Something that is named, and must be there.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub(super) object: Object,
    pub(super) at: Option<Place>,
    pub(super) path: String,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
    /// What was referred to.
    pub(super) references: Vec<Mention>,
    /// What the file says it owns.
    pub(super) scope: Option<Vec<Scope>>,
}

/// A place in a document, made into text only when it is needed.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Name(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Name(Self::Root, name) => f.write_str(&excerpt(name)),
            Self::Name(parent, name) => write!(f, "{parent}.{}", excerpt(name)),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

impl Reader {
    pub(super) fn problem(&mut self, at: Option<Place>, path: &Path<'_>, message: impl Into<String>) {
        self.problems.push(Problem { at, path: path.to_string(), message: message.into() });
    }

    pub(super) fn refer(&mut self, object: Object, at: Option<Place>, path: &Path<'_>) {
        self.references.push(Mention { object, at, path: path.to_string() });
    }

    /// Text that must be a valid `T`.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, tree: &Tree, path: &Path<'_>) -> Option<T> {
        let Node::Scalar(text) = &tree.node else {
            self.problem(tree.at, path, format!("there is {} where a single value belongs", tree.node.kind()));
            return None;
        };
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(tree.at, path, error.to_string());
                None
            }
        }
    }

    /// The items of a list; none for nothing.
    pub(super) fn items<'t>(&mut self, tree: &'t Tree, path: &Path<'_>) -> &'t [Tree] {
        match &tree.node {
            Node::List(items) => items,
            Node::Null => &[],
            Node::Scalar(_) | Node::Map(_) => {
                self.problem(tree.at, path, format!("there is {} where a list belongs", tree.node.kind()));
                &[]
            }
        }
    }

    /// The entries of a map, each name once; none for nothing.
    pub(super) fn entries<'t>(&mut self, tree: &'t Tree, path: &Path<'_>) -> Vec<&'t (Key, Tree)> {
        let entries = match &tree.node {
            Node::Map(entries) => entries,
            Node::Null => return Vec::new(),
            Node::Scalar(_) | Node::List(_) => {
                self.problem(tree.at, path, format!("there is {} where a map belongs", tree.node.kind()));
                return Vec::new();
            }
        };
        let mut seen: HashMap<&str, Option<Place>> = HashMap::with_capacity(entries.len());
        let mut once = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = &entry.0;
            match seen.get(key.name.as_str()) {
                Some(first) => {
                    let first = first.map_or_else(String::new, |place| format!("; first in line {}", place.line));
                    self.problem(key.at, &Path::Name(path, &key.name), format!("it is there twice{first}"));
                }
                None => {
                    seen.insert(&key.name, key.at);
                    once.push(entry);
                }
            }
        }
        once
    }
}

/// The fields of one thing.
pub(super) struct Fields<'r, 't, 'p> {
    pub(super) reader: &'r mut Reader,
    pub(super) path: Path<'p>,
    pub(super) at: Option<Place>,
    entries: Vec<&'t (Key, Tree)>,
    known: Vec<&'static str>,
}

impl<'r, 't, 'p> Fields<'r, 't, 'p> {
    pub(super) fn of(reader: &'r mut Reader, tree: &'t Tree, path: Path<'p>) -> Self {
        let entries = reader.entries(tree, &path);
        Self { reader, path, at: tree.at, entries, known: Vec::new() }
    }

    /// Whether there is anything in a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, tree)| key.name == name && tree.node != Node::Null)
    }

    /// The value of a field, also where that is nothing.
    pub(super) fn raw(&mut self, name: &'static str) -> Option<&'t Tree> {
        self.known.push(name);
        let found = self.entries.iter().position(|(key, _)| key.name == name)?;
        Some(&self.entries.swap_remove(found).1)
    }

    /// The value of a field.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'t Tree> {
        self.raw(name).filter(|tree| tree.node != Node::Null)
    }

    /// A field that must be a valid `T`.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        let tree = self.take(name)?;
        self.reader.parsed(tree, &Path::Name(&self.path, name))
    }

    /// A field that must be there.
    pub(super) fn needed<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        match self.take(name) {
            Some(tree) => self.reader.parsed(tree, &Path::Name(&self.path, name)),
            None => {
                self.reader.problem(self.at, &self.path, format!("`{name}` is missing"));
                None
            }
        }
    }

    /// A field that names something else, which must be there too.
    pub(super) fn reference<T: FromStr<Err: Display> + AsRef<str>>(&mut self, name: &'static str, object: fn(&T) -> Object) -> Option<T> {
        let tree = self.take(name)?;
        let path = Path::Name(&self.path, name);
        let value: T = self.reader.parsed(tree, &path)?;
        self.reader.refer(object(&value), tree.at, &path);
        Some(value)
    }

    /// Yes or no.
    pub(super) fn boolean(&mut self, name: &'static str, usual: bool) -> bool {
        let Some(tree) = self.take(name) else { return usual };
        match &tree.node {
            Node::Scalar(text) if text == "true" => true,
            Node::Scalar(text) if text == "false" => false,
            Node::Scalar(_) | Node::Null | Node::List(_) | Node::Map(_) => {
                self.reader.problem(tree.at, &Path::Name(&self.path, name), "write true or false");
                usual
            }
        }
    }

    /// Text for people.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let tree = self.take(name)?;
        let path = Path::Name(&self.path, name);
        let text: String = self.reader.parsed(tree, &path)?;
        match crate::service::free_text(text) {
            Ok(text) => Some(text),
            Err(error) => {
                self.reader.problem(tree.at, &path, error.to_string());
                None
            }
        }
    }

    /// A list, each item read by `read`.
    pub(super) fn list(&mut self, name: &'static str, mut read: impl FnMut(&mut Reader, &'t Tree, &Path<'_>)) {
        let Some(tree) = self.take(name) else { return };
        let path = Path::Name(&self.path, name);
        for (index, item) in self.reader.items(tree, &path).iter().enumerate() {
            read(self.reader, item, &Path::Item(&path, index));
        }
    }

    /// A map, each entry read by `read`, which gets the key parsed.
    pub(super) fn map<K: FromStr<Err: Display>>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Reader, K, &'t Key, &'t Tree, &Path<'_>),
    ) {
        let Some(tree) = self.take(name) else { return };
        let path = Path::Name(&self.path, name);
        for (key, value) in self.reader.entries(tree, &path) {
            let path = Path::Name(&path, &key.name);
            match key.name.parse() {
                Ok(parsed) => read(self.reader, parsed, key, value, &path),
                Err(error) => self.reader.problem(key.at, &path, format!("{error}")),
            }
        }
    }

    /// Whatever was not asked for should not be there.
    pub(super) fn end(self) {
        for (key, _) in self.entries {
            let name = excerpt(&key.name);
            let message = format!("there is no field `{name}`; known are {}", self.known.join(", "));
            self.reader.problem(key.at, &self.path, message);
        }
    }
}
