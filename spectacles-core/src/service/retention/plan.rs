//! Which tags of a repository stay, and why.

use crate::model::{RetentionPolicy, RetentionRule, RetentionVerdict, Tag};
use crate::name::{Digest, TagName};
use crate::service::repositories::{days_before, fits, fits_any, latest_first};
use crate::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// Says of each tag of a repository what keeps it, or that nothing does: pure, and in the order of the tags. A policy without rules keeps everything.
///
/// Signatures and the like that are kept as tags (`sha256-<hex>.sig`) have no age of their own: they stay with what they belong to.
pub(super) fn plan(policy: &RetentionPolicy, tags: &[Tag], now: Timestamp) -> Vec<RetentionVerdict> {
    let own: Vec<&Tag> = tags.iter().filter(|tag| belongs_to(&tag.name).is_none()).collect();
    let ranks: HashMap<&TagName, usize> =
        latest_first(own.into_iter()).into_iter().enumerate().map(|(rank, tag)| (&tag.name, rank)).collect();
    let kept: HashMap<&TagName, Option<String>> =
        tags.iter().map(|tag| (&tag.name, keeps(policy, tag, ranks.get(&tag.name).copied(), now))).collect();
    let stays = |tag: &Tag| kept.get(&tag.name).is_some_and(Option::is_some);
    let named: HashSet<&Digest> = tags.iter().map(|tag| &tag.digest).collect();
    let staying: HashSet<&Digest> = tags.iter().filter(|tag| stays(tag)).map(|tag| &tag.digest).collect();
    let verdict = |tag: &Tag| {
        let with = belongs_to(&tag.name).filter(|digest| staying.contains(digest) || !named.contains(digest));
        let kept_by = kept.get(&tag.name).cloned().flatten().or_else(|| with.map(|digest| format!("it belongs to {digest}")));
        RetentionVerdict { tag: tag.name.clone(), digest: tag.digest.clone(), kept_by }
    };
    tags.iter().map(verdict).collect()
}

/// What keeps a tag by itself.
fn keeps(policy: &RetentionPolicy, tag: &Tag, rank: Option<usize>, now: Timestamp) -> Option<String> {
    if policy.keep.is_empty() {
        return Some("the policy has no rules".to_owned());
    }
    if let Some(pattern) = policy.immutable.iter().find(|pattern| fits(pattern, tag.name.as_str())) {
        return Some(format!("immutable {pattern}"));
    }
    policy.keep.iter().find(|rule| applies(rule, tag, rank, now)).map(said)
}

fn applies(rule: &RetentionRule, tag: &Tag, rank: Option<usize>, now: Timestamp) -> bool {
    // Before there were moments nothing was pushed: then it is not longer ago than that.
    let within = |moment: Timestamp, days: u32| days_before(now, days).is_none_or(|since| moment >= since);
    match rule {
        RetentionRule::Last(number) => rank.is_some_and(|rank| rank < *number as usize),
        RetentionRule::PushedWithinDays(days) => rank.is_some() && within(tag.pushed.unwrap_or(tag.updated), *days),
        RetentionRule::PulledWithinDays(days) => tag.pulled.is_some_and(|pulled| within(pulled, *days)),
        RetentionRule::Matching(patterns) => fits_any(patterns, tag.name.as_str()),
    }
}

/// A rule, for people.
pub(super) fn said(rule: &RetentionRule) -> String {
    match rule {
        RetentionRule::Last(number) => format!("last {number}"),
        RetentionRule::PushedWithinDays(days) => format!("pushed within {days} days"),
        RetentionRule::PulledWithinDays(days) => format!("pulled within {days} days"),
        RetentionRule::Matching(patterns) => format!("matching {}", patterns.join(" ")),
    }
}

/// What a tag belongs to by its name: `sha256-<hex>`, and with an ending behind it.
fn belongs_to(tag: &TagName) -> Option<Digest> {
    let rest = tag.as_str().strip_prefix("sha256-")?;
    let hex = rest.split('.').next().unwrap_or(rest);
    format!("sha256:{hex}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::repositories::test_tag as tag;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn policy(keep: Vec<RetentionRule>) -> RetentionPolicy {
        RetentionPolicy { enabled: true, keep, immutable: Vec::new(), repositories: Vec::new() }
    }

    fn deleted(policy: &RetentionPolicy, tags: &[Tag]) -> String {
        let verdicts = plan(policy, tags, Timestamp::from_unix_millis(10 * DAY));
        assert_eq!(verdicts.len(), tags.len());
        let names: Vec<_> = verdicts.iter().filter(|verdict| verdict.kept_by.is_none()).map(|verdict| verdict.tag.as_str()).collect();
        names.join(" ")
    }

    #[test]
    fn a_tag_stays_that_any_rule_keeps() {
        let mut tags = [tag("v1", "a", 1), tag("v2", "b", 5), tag("dev", "c", 2), tag("latest", "d", 9)];
        tags[2].pulled = Some(Timestamp::from_unix_millis(9 * DAY));
        let matching = |patterns: &[&str]| RetentionRule::Matching(patterns.iter().map(|&pattern| pattern.to_owned()).collect());
        for (what, keep, expected) in [
            ("no rules delete nothing", vec![], ""),
            ("the last", vec![RetentionRule::Last(2)], "v1 dev"),
            ("more than there are", vec![RetentionRule::Last(100)], ""),
            ("pushed lately", vec![RetentionRule::PushedWithinDays(5)], "v1 dev"),
            ("pulled lately; what was never pulled was not", vec![RetentionRule::PulledWithinDays(1)], "v1 v2 latest"),
            ("by name", vec![matching(&["v?"])], "dev latest"),
            ("no pattern fits", vec![matching(&[])], "v1 v2 dev latest"),
            ("any of several", vec![RetentionRule::Last(1), matching(&["v1"]), RetentionRule::PulledWithinDays(30)], "v2"),
        ] {
            assert_eq!(deleted(&policy(keep), &tags), expected, "{what}");
        }
        let immutable = RetentionPolicy { immutable: vec!["v*".to_owned()], ..policy(vec![RetentionRule::Last(1)]) };
        assert_eq!(deleted(&immutable, &tags), "dev");
    }

    #[test]
    fn the_rule_that_keeps_a_tag_is_said() {
        let tags = [tag("v1", "a", 1), tag("v2", "b", 5)];
        let rules = vec![RetentionRule::PushedWithinDays(6), RetentionRule::Last(1)];
        let verdicts = plan(&policy(rules), &tags, Timestamp::from_unix_millis(10 * DAY));
        assert_eq!((verdicts[0].kept_by.as_deref(), verdicts[1].kept_by.as_deref()), (None, Some("pushed within 6 days")));
    }

    #[test]
    fn signatures_stay_with_what_they_belong_to() {
        let signature = |content: &str, ending: &str| {
            let name = format!("{}{ending}", Digest::sha256(content.as_bytes()).as_str().replace(':', "-"));
            tag(&name, &format!("about {content}"), 9)
        };
        let tags = [
            tag("old", "a", 1),
            tag("new", "b", 5),
            signature("a", ".sig"),
            signature("b", ".sig"),
            signature("b", ""),
            signature("c", ".att"),
        ];
        let gone = deleted(&policy(vec![RetentionRule::Last(1)]), &tags);
        assert_eq!(gone, format!("old {}", tags[2].name), "they are not among the last themselves, and what is not known may be there");
        assert_eq!(deleted(&policy(vec![RetentionRule::PushedWithinDays(100)]), &tags), "");
    }
}
