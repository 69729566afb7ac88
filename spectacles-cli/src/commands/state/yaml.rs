//! Reads YAML, and JSON, which is YAML too, into trees that know where everything is.

use granit_parser::{Event, Parser, ScalarStyle, Span};
use spectacles_core::declarative::{Key, Node, Place, Problem, Tree};
use std::collections::HashMap;

/// Deeper than any document is.
const DEEPEST: usize = 64;
/// As many values as a file of the largest size could have, aliases followed.
const MOST: usize = 5_000_000;

/// What a file has.
pub(in crate::commands) fn read(text: &str) -> Result<Tree, Problem> {
    let mut builder = Builder { parser: Parser::new_from_str(text), anchors: HashMap::new(), left: MOST };
    builder.document()
}

struct Builder<'t> {
    parser: Parser<'t, granit_parser::StrInput<'t>>,
    /// What aliases stand for, and how many values that is.
    anchors: HashMap<usize, (Tree, usize)>,
    left: usize,
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

fn problem(at: Option<Place>, message: impl Into<String>) -> Problem {
    Problem { at, path: String::new(), message: message.into() }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the events of the parser are no closed set")]
impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Problem> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = Place { line: error.marker().line(), column: error.marker().col() + 1 };
                Err(problem(Some(at), format!("this is no YAML: {}", error.info())))
            }
            None => Err(problem(None, "the file ends too early")),
        }
    }

    fn document(&mut self) -> Result<Tree, Problem> {
        let mut tree = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => return tree.ok_or_else(|| problem(None, "the file is empty")),
                other if tree.is_none() => tree = Some(self.value(other, &span, 0)?),
                _ => return Err(problem(Some(place(&span)), "there is a second document in the file")),
            }
        }
    }

    fn count(&mut self, values: usize, at: Place) -> Result<(), Problem> {
        match self.left.checked_sub(values) {
            Some(left) => self.left = left,
            None => return Err(problem(Some(at), format!("there are more than {MOST} values in the file"))),
        }
        Ok(())
    }

    fn value(&mut self, event: Event<'t>, span: &Span, depth: usize) -> Result<Tree, Problem> {
        let at = place(span);
        if depth > DEEPEST {
            return Err(problem(Some(at), format!("it is nested deeper than {DEEPEST}")));
        }
        let before = self.left;
        self.count(1, at)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_null = style == ScalarStyle::Plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                (if is_null { Node::Null } else { Node::Scalar(text.into_owned()) }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (Node::List(self.items(depth)?), anchor),
            Event::MappingStart(_, anchor, _) => (Node::Map(self.entries(depth)?), anchor),
            Event::Alias(anchor) => {
                let Some((tree, values)) = self.anchors.get(&anchor) else {
                    return Err(problem(Some(at), "the alias stands for something that contains it"));
                };
                let (node, values) = (tree.node.clone(), *values);
                self.count(values, at)?;
                return Ok(Tree { node, at: Some(at) });
            }
            _ => return Err(problem(Some(at), "there is no value where one belongs")),
        };
        let tree = Tree { node, at: Some(at) };
        if anchor > 0 {
            self.anchors.insert(anchor, (tree.clone(), before.saturating_sub(self.left)));
        }
        Ok(tree)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Tree>, Problem> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if let Event::SequenceEnd = event {
                return Ok(items);
            }
            items.push(self.value(event, &span, depth + 1)?);
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(Key, Tree)>, Problem> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let at = Some(place(&span));
            let name = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return Err(problem(at, "a name is a single value")),
            };
            let (event, span) = self.next()?;
            entries.push((Key { name, at }, self.value(event, &span, depth + 1)?));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tree: &Tree) -> String {
        match &tree.node {
            Node::Null => "null".to_owned(),
            Node::Scalar(text) => format!("{text:?}"),
            Node::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
            Node::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{}:{}", key.name, text(value))).collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }

    #[test]
    fn yaml_and_json_are_read_as_they_are_written() {
        for (file, expected) in [
            ("a: 1\nb: [x, 'null', ~, on]\nc:\n", r#"{a:"1",b:["x","null",null,"on"],c:null}"#),
            ("{\"a\": 1, \"b\": [true, null]}", r#"{a:"1",b:["true",null]}"#),
            ("a: &x {k: v}\nb: *x\n", r#"{a:{k:"v"},b:{k:"v"}}"#),
            ("a: 1\na: 2\n", r#"{a:"1",a:"2"}"#),
            ("---\na: >-\n  one\n  two\n", r#"{a:"one two"}"#),
        ] {
            assert_eq!(text(&read(file).unwrap()), expected, "{file}");
        }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let tree = read("a:\n  - b: x\n").unwrap();
        let Node::Map(entries) = &tree.node else { panic!("{tree:?}") };
        let Node::List(items) = &entries[0].1.node else { panic!("{tree:?}") };
        let Node::Map(fields) = &items[0].node else { panic!("{tree:?}") };
        assert_eq!((entries[0].0.at, fields[0].0.at, fields[0].1.at), (at(1, 1), at(2, 5), at(2, 8)));
    }

    fn at(line: usize, column: usize) -> Option<Place> {
        Some(Place { line, column })
    }

    #[test]
    fn bombs_and_broken_files_are_refused_in_time() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for (file, message) in [
            (bomb.as_str(), "more than 5000000 values"),
            (deep.as_str(), "nested deeper than 64"),
            ("a: &x [*x]", "contains it"),
            ("", "empty"),
            ("# nothing\n", "empty"),
            ("a: 1\n---\nb: 2\n", "second document"),
            ("a: [1\nb: 2", "no YAML"),
            ("? [a]\n: b\n", "a single value"),
        ] {
            let problem = read(file).unwrap_err();
            assert!(problem.message.contains(message), "{:?}: {problem}", file.get(..20.min(file.len())));
        }
    }
}
