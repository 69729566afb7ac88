//! Flavors: one of them over what is common to all, with the variables replaced.

use crate::declarative::{Node, Problem, Tree};
use crate::import::tree::{entries, line, problem};
use std::collections::BTreeMap;

/// Which flavor counts where nothing is said.
pub(super) const USUAL: &str = "dev";
const COMMON: &str = "common";

/// A value, and its line.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) line: Option<usize>,
}

/// Settings by their path, with dots.
pub(super) type Flat = BTreeMap<String, Setting>;

/// The settings of one flavor.
pub(super) fn chosen(tree: &Tree, profile: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Flat, Vec<Problem>> {
    let find = |name: &str| entries(tree).iter().find(|(key, _)| key.name == name).map(|(_, tree)| tree);
    let Some(flavor) = find(profile) else {
        let known: Vec<_> = entries(tree).iter().map(|(key, _)| key.name.as_str()).filter(|name| *name != COMMON).collect();
        let message = format!("there is no flavor `{}`; there are {}", crate::name::excerpt(profile), known.join(", "));
        return Err(vec![problem(tree, "", message)]);
    };
    let (mut flat, mut problems) = (Flat::new(), Vec::new());
    // What is common lies below, however deep.
    for layer in find(COMMON).into_iter().chain([flavor]) {
        lay(layer, "", &mut flat);
    }
    for (path, setting) in &mut flat {
        if let Some(spec) = setting.text.strip_prefix("_env:") {
            // What is behind the first colon may have more of them.
            let (name, usual) = spec.split_once(':').map_or((spec, None), |(name, usual)| (name, Some(usual)));
            match variable(name).or_else(|| usual.map(str::to_owned)) {
                Some(value) => setting.text = value,
                None => {
                    let at = setting.line.map(|line| crate::declarative::Place { line, column: 1 });
                    let message = format!("the environment variable {} is not set, and there is no default", crate::name::excerpt(name));
                    problems.push(Problem { at, path: path.clone(), message });
                }
            }
        }
    }
    if problems.is_empty() { Ok(flat) } else { Err(problems) }
}

fn lay(tree: &Tree, path: &str, flat: &mut Flat) {
    let inner = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match &tree.node {
        Node::Map(entries) => {
            // What YAML merges comes first, so that what is written here wins.
            let (merged, own): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| key.name == "<<");
            merged.into_iter().for_each(|(_, tree)| lay(tree, path, flat));
            own.into_iter().for_each(|(key, tree)| lay(tree, &inner(&key.name), flat));
        }
        Node::List(items) => (0..).zip(items).for_each(|(index, item)| lay(item, &inner(&format!("{index}")), flat)),
        Node::Null => drop(flat.insert(path.to_owned(), Setting { text: String::new(), line: line(tree) })),
        Node::Scalar(text) => drop(flat.insert(path.to_owned(), Setting { text: text.clone(), line: line(tree) })),
    }
}
