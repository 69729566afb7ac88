//! Leaves out namespaces that say what another says already.

use super::regions::{Part, Region};
use super::rights::Settings;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The regions that need a namespace, with what it says.
pub(super) fn needed(regions: Vec<(Region, Settings)>) -> BTreeMap<String, Settings> {
    let settings: HashMap<Vec<Part>, Settings> =
        regions.iter().map(|(region, settings)| (region.parts.clone(), settings.clone())).collect();
    let mut kept: HashSet<Vec<Part>> = settings.keys().cloned().collect();
    // What governs each region, and the other way round.
    let mut governed: HashMap<Vec<Part>, Vec<Vec<Part>>> = kept.iter().map(|parts| (parts.clone(), vec![parts.clone()])).collect();
    let mut order: Vec<Vec<Part>> = kept.iter().cloned().collect();
    // The deepest first, and those that name most: what is left is what says most with least.
    let literals = |parts: &[Part]| parts.iter().filter(|part| matches!(part, Part::Literal(_))).count();
    order.sort_by(|one, other| other.len().cmp(&one.len()).then(literals(other).cmp(&literals(one))).then(one.cmp(other)));
    let nothing = Settings::default();
    for parts in order {
        let Some(regions) = governed.get(&parts) else { continue };
        kept.remove(&parts);
        let heirs: Vec<Option<Vec<Part>>> = regions.iter().map(|region| governing(region, &kept)).collect();
        let said = settings.get(&parts).unwrap_or(&nothing);
        let same = heirs.iter().all(|heir| heir.as_ref().and_then(|heir| settings.get(heir)).unwrap_or(&nothing) == said);
        if !same {
            kept.insert(parts);
            continue;
        }
        let regions = governed.remove(&parts).unwrap_or_default();
        for (region, heir) in regions.into_iter().zip(heirs) {
            if let Some(heir) = heir {
                governed.entry(heir).or_default().push(region);
            }
        }
    }
    let path = |parts: &Vec<Part>| Region { parts: parts.clone(), open: false }.path();
    kept.iter().filter_map(|parts| Some((path(parts), settings.get(parts)?.clone()))).collect()
}

/// The namespace that governs names like these: the deepest, and of those the one whose first difference is literal.
fn governing(region: &[Part], kept: &HashSet<Vec<Part>>) -> Option<Vec<Part>> {
    (1..=region.len()).rev().find_map(|depth| {
        let mut candidates: Vec<Vec<Part>> = vec![Vec::new()];
        for part in region.iter().take(depth) {
            let literal = candidates.iter().map(|before| [before.as_slice(), std::slice::from_ref(part)].concat());
            let other = candidates.iter().map(|before| [before.as_slice(), &[Part::Other]].concat());
            candidates = match part {
                Part::Other => literal.collect(),
                // For each beginning, the literal one comes first.
                Part::Literal(_) => literal.zip(other).flat_map(|(literal, other)| [literal, other]).collect(),
            };
        }
        candidates.into_iter().find(|candidate| kept.contains(candidate))
    })
}
