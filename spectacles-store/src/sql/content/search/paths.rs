//! What is below some paths.

use super::{Condition, Held};
use crate::sql::spelling::Spelling;
use spectacles_core::id::RegistryId;
use std::collections::{BTreeMap, BTreeSet};

/// Paths, each on its registry. None of them is below another one.
pub(in crate::sql) struct Paths {
    below: BTreeMap<i64, BTreeSet<String>>,
    /// The registries all of which is meant.
    all: BTreeSet<i64>,
}

/// A range of names on a registry: from the first on, up to what is before the second.
type Range = (i64, String, String);

impl Paths {
    pub(in crate::sql) fn new(paths: &[(RegistryId, String)]) -> Self {
        let mut below: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        let whole: BTreeSet<(i64, &str)> = paths.iter().map(|(registry, path)| (registry.get(), path.as_str())).collect();
        for (registry, path) in &whole {
            let mut above = path.match_indices('/').filter_map(|(end, _)| path.get(..end)).filter(|above| !above.is_empty());
            if !above.any(|above| whole.contains(&(*registry, above))) {
                below.entry(*registry).or_default().insert((*path).to_owned());
            }
        }
        Self { below, all: BTreeSet::new() }
    }

    pub(super) fn all_of(registry: RegistryId) -> Self {
        Self { below: BTreeMap::new(), all: BTreeSet::from([registry.get()]) }
    }

    pub(in crate::sql) fn is_empty(&self) -> bool {
        self.below.is_empty() && self.all.is_empty()
    }

    /// Whether a repository is below one of them.
    pub(super) fn cover(&self, registry: i64, name: &str) -> bool {
        let Some(paths) = self.below.get(&registry) else { return self.all.contains(&registry) };
        let mut above = name.match_indices('/').filter_map(|(end, _)| name.get(..end)).chain([name]);
        above.any(|path| paths.contains(path)) || (!name.contains('/') && paths.contains(""))
    }

    fn ranges(&self) -> Vec<Range> {
        let paths = self.below.iter().flat_map(|(registry, paths)| paths.iter().map(|path| (*registry, path)));
        let of_path = |(registry, path): (i64, &String)| {
            // `!` and `0` come next to the blank and the slash; no name has them at this place, and MySQL takes no notice of blanks at the end.
            [(registry, path.clone(), format!("{path}!")), (registry, format!("{path}/"), format!("{path}0"))]
        };
        let ranges = paths.filter(|(_, path)| !path.is_empty()).flat_map(of_path);
        ranges.chain(self.all.iter().map(|registry| (*registry, String::new(), char::MAX.to_string()))).collect()
    }

    fn flat(&self) -> Vec<i64> {
        self.below.iter().filter(|(_, paths)| paths.contains("")).map(|(registry, _)| *registry).collect()
    }

    /// From which tables, and by which conditions, repositories below them are read, which are called this. None is read twice.
    pub(super) fn sources(&self, spelling: &Spelling, called: &str) -> Vec<(String, Condition)> {
        let mut sources = Vec::new();
        let ranges = self.ranges();
        match spelling.ranges {
            _ if ranges.is_empty() => {}
            Some(ranged) => {
                let (from, within) = ranged(called);
                let mut condition = Condition { text: String::new(), values: vec![Held::Text(json(&ranges))] };
                condition.and(&within, []);
                sources.push((from, condition));
            }
            None => {
                for ranges in ranges.chunks(500) {
                    let mut condition = Condition::default();
                    condition.and(&written_out(ranges.len(), called), ranges.iter().flat_map(held));
                    sources.push((format!("repositories AS {called}"), condition));
                }
            }
        }
        for registry in self.flat() {
            let mut condition = Condition::default();
            condition.and(&format!("{called}.is_flat = 1 AND {called}.registry_id = ?"), [Held::Number(registry)]);
            sources.push((format!("repositories AS {called}"), condition));
        }
        sources
    }

    /// That a repository is below one of them, for lists.
    pub(in crate::sql) fn condition(&self, spelling: &Spelling) -> (String, Vec<spectacles_core::listing::Value>) {
        let (mut ways, mut values) = (Vec::new(), Vec::new());
        for (from, condition) in self.sources(spelling, "covered") {
            ways.push(format!("id IN (SELECT covered.id FROM {from} WHERE 1 = 1{})", condition.text));
            values.extend(condition.values.into_iter().map(|value| match value {
                Held::Number(number) => number.into(),
                Held::Text(text) => text.as_str().into(),
            }));
        }
        if ways.is_empty() { ("1 = 0".to_owned(), values) } else { (format!("({})", ways.join(" OR ")), values) }
    }
}

fn held((registry, low, high): &Range) -> [Held; 3] {
    [Held::Number(*registry), Held::Text(low.clone()), Held::Text(high.clone())]
}

fn written_out(ranges: usize, called: &str) -> String {
    let range = format!("({called}.registry_id = ? AND {called}.name >= ? AND {called}.name < ?)");
    format!("({})", vec![range; ranges].join(" OR "))
}

fn json(ranges: &[Range]) -> String {
    // Numbers and text can always be written.
    serde_json::to_string(ranges).unwrap_or_default()
}
