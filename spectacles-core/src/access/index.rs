//! Which namespace governs a repository.

use super::{NamespaceEntry, NamespaceFacts};
use crate::name::{NamespacePath, RepositoryName, Specificity};
use std::collections::HashSet;

/// The namespaces of one registry, by path.
///
/// A look-up asks for the few prefixes of the repository's name, deepest first, once for each placement of `*` that is in use. It
/// does not grow with the number of namespaces, and allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct NamespaceIndex {
    by_path: HashSet<NamespaceEntry>,
    /// How many namespaces have each shape; the one with precedence first.
    shapes: Vec<(Specificity, usize)>,
}

impl NamespaceIndex {
    /// Puts a namespace in, in place of one of the same path.
    pub fn insert(&mut self, namespace: NamespaceFacts) {
        let shape = namespace.path.specificity();
        if self.by_path.replace(namespace.into()).is_some() {
            return;
        }
        if let Some(shape) = shape {
            match self.shapes.binary_search_by(|(known, _)| shape.cmp(known)) {
                Ok(place) => {
                    if let Some((_, count)) = self.shapes.get_mut(place) {
                        *count += 1;
                    }
                }
                Err(place) => self.shapes.insert(place, (shape, 1)),
            }
        }
    }

    /// Takes the namespace of this path out.
    pub fn remove(&mut self, path: &NamespacePath) -> Option<NamespaceEntry> {
        let removed = self.by_path.take(path.as_str())?;
        if let Some(shape) = path.specificity()
            && let Ok(place) = self.shapes.binary_search_by(|(known, _)| shape.cmp(known))
            && let Some((_, count)) = self.shapes.get_mut(place)
        {
            *count -= 1;
            if *count == 0 {
                self.shapes.remove(place);
            }
        }
        Some(removed)
    }

    /// The namespace of exactly this path.
    pub fn get(&self, path: &str) -> Option<&NamespaceEntry> {
        self.by_path.get(path)
    }

    /// The namespace that governs the repository: of those that cover it, the deepest; at the same depth, the one whose first
    /// difference is a literal component.
    pub fn governing(&self, repository: &RepositoryName) -> Option<&NamespaceEntry> {
        if repository.host().is_some() {
            return None;
        }
        let name = repository.as_str();
        let depth = name.bytes().filter(|byte| *byte == b'/').count() + 1;
        for (shape, _) in &self.shapes {
            let wanted = usize::from(shape.depth);
            if wanted > depth {
                continue;
            }
            let found = if shape.any == [0, 0] {
                self.get(prefix(name, wanted))
            } else {
                let mut buffer = [0_u8; crate::name::grammar::LONGEST_NAME];
                masked(name, *shape, &mut buffer).and_then(|path| self.get(path))
            };
            if found.is_some() {
                return found;
            }
        }
        if depth == 1 { self.get(NamespacePath::TOP) } else { None }
    }

    /// How many namespaces there are.
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// Every namespace, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &NamespaceEntry> {
        self.by_path.iter()
    }
}

/// The first `depth` components of a name.
fn prefix(name: &str, depth: usize) -> &str {
    name.match_indices('/').nth(depth - 1).and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

/// The first components of a name, with `*` where the shape has it.
fn masked<'b>(name: &str, shape: Specificity, buffer: &'b mut [u8]) -> Option<&'b str> {
    let mut length = 0;
    for (place, component) in name.split('/').take(usize::from(shape.depth)).enumerate() {
        let component = if shape.is_any(place) { NamespacePath::ANY } else { component };
        if place > 0 {
            *buffer.get_mut(length)? = b'/';
            length += 1;
        }
        let end = length + component.len();
        buffer.get_mut(length..end)?.copy_from_slice(component.as_bytes());
        length = end;
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::testing::namespace;
    use proptest::prelude::*;

    fn index(paths: &[String]) -> NamespaceIndex {
        let mut index = NamespaceIndex::default();
        for (id, path) in paths.iter().enumerate() {
            index.insert(namespace(id as i64 + 1, path));
        }
        index
    }

    fn governing(paths: &[&str], name: &str) -> Option<String> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        index(&paths).governing(&name.parse().unwrap()).map(|found| found.path.to_string())
    }

    #[test]
    fn the_longest_whole_component_prefix_governs() {
        let paths = ["team", "team/app", "/"];
        for (name, path) in [
            ("team", Some("team")),
            ("team/web", Some("team")),
            ("team/app", Some("team/app")),
            ("team/app/x/y", Some("team/app")),
            ("team/apple", Some("team")),
            ("busybox", Some("/")),
            ("teamx/app", None),
            ("host:5000/team/app", None),
        ] {
            assert_eq!(governing(&paths, name).as_deref(), path, "{name}");
        }
    }

    #[test]
    fn a_literal_component_beats_any_at_the_same_depth() {
        let paths = ["*", "team", "*/app", "team/*", "*/*/*"];
        for (name, path) in
            [("other", "*"), ("team", "team"), ("other/app", "*/app"), ("team/app", "team/*"), ("other/web", "*"), ("team/app/x", "*/*/*")]
        {
            assert_eq!(governing(&paths, name).as_deref(), Some(path), "{name}");
        }
    }

    #[test]
    fn removing_gives_the_repository_to_the_next_namespace() {
        let mut index = index(&["team".into(), "team/app".into(), "*/app".into()]);
        let name = "team/app".parse().unwrap();
        for expected in ["team/app", "*/app", "team"] {
            let path = index.governing(&name).unwrap().path.clone();
            assert_eq!(path.as_str(), expected);
            assert!(index.remove(&path).is_some());
            assert!(index.remove(&path).is_none());
        }
        assert!(index.governing(&name).is_none() && index.is_empty() && index.shapes.is_empty());
    }

    proptest! {
        /// The index against the definition: of all that cover the name, the one of the highest specificity.
        #[test]
        fn the_index_finds_what_the_definition_says(
            paths in proptest::collection::hash_set("([ab*](/[ab*]){0,3})|/", 0..20),
            name in "[ab](/[ab]){0,4}",
        ) {
            let paths: Vec<String> = paths.into_iter().collect();
            let name: RepositoryName = name.parse().unwrap();
            let expected = paths
                .iter()
                .map(|path| path.parse::<NamespacePath>().unwrap())
                .filter(|path| path.covers(&name))
                .max_by_key(NamespacePath::specificity);
            let index = index(&paths);
            prop_assert_eq!(index.governing(&name).map(|found| found.path.clone()), expected);
        }
    }
}
