//! Looking into trees of other programs' configurations.

use crate::declarative::{Key, Node, Problem, Tree};

pub(super) fn entries(tree: &Tree) -> &[(Key, Tree)] {
    match &tree.node {
        Node::Map(entries) => entries,
        Node::Null | Node::Scalar(_) | Node::List(_) => &[],
    }
}

pub(super) fn field<'t>(tree: &'t Tree, name: &str) -> Option<&'t Tree> {
    entries(tree).iter().find(|(key, tree)| key.name == name && tree.node != Node::Null).map(|(_, tree)| tree)
}

pub(super) fn items(tree: &Tree) -> Option<&[Tree]> {
    match &tree.node {
        Node::List(items) => Some(items),
        Node::Null | Node::Scalar(_) | Node::Map(_) => None,
    }
}

pub(super) fn scalar(tree: &Tree) -> Option<&str> {
    match &tree.node {
        Node::Scalar(text) => Some(text),
        Node::Null | Node::List(_) | Node::Map(_) => None,
    }
}

pub(super) fn line(tree: &Tree) -> Option<usize> {
    tree.at.map(|place| place.line)
}

pub(super) fn problem(tree: &Tree, path: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem { at: tree.at, path: path.into(), message: message.into() }
}
