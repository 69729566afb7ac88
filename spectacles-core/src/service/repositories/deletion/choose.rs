//! Which tags are meant.

use super::super::glob::{check, fits_any};
use crate::model::{DeleteTags, Tag};
use crate::name::TagName;
use crate::service::Error;
use crate::time::Timestamp;
use std::collections::HashSet;
use std::time::Duration;

/// What is meant, and what of it is not there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// By name.
    pub(super) tags: Vec<Tag>,
    /// By name.
    pub(super) unknown: Vec<TagName>,
}

/// When a tag began to be what it is.
pub(in crate::service) fn moment(tag: &Tag) -> Timestamp {
    tag.pushed.unwrap_or(tag.updated)
}

/// That many days before.
pub(in crate::service) fn days_before(now: Timestamp, days: u32) -> Option<Timestamp> {
    const DAY: u64 = 24 * 60 * 60;
    now.before(Duration::from_secs(u64::from(days).saturating_mul(DAY)))
}

/// Tags, the last pushed first.
pub(in crate::service) fn latest_first<'t>(tags: impl Iterator<Item = &'t Tag>) -> Vec<&'t Tag> {
    let mut tags: Vec<&Tag> = tags.collect();
    tags.sort_by(|one, other| (moment(other), &other.name).cmp(&(moment(one), &one.name)));
    tags
}

impl DeleteTags {
    /// Whether tags are chosen by what they are like.
    fn has_filter(&self) -> bool {
        !self.matching.is_empty() || self.older_than_days.is_some() || self.keep_last.is_some()
    }
}

/// Chooses among all tags of a repository.
pub(super) fn choose(all: &[Tag], wanted: &DeleteTags, now: Timestamp) -> Result<Chosen, Error> {
    check("matching", &wanted.matching)?;
    if wanted.tags.is_empty() && !wanted.has_filter() {
        return Err(Error::Invalid(
            "nothing says which tags to delete: name some, or say `matching`, `older_than_days` or `keep_last`".to_owned(),
        ));
    }
    let mut meant: HashSet<&TagName> = wanted.tags.iter().collect();
    if wanted.has_filter() {
        let fitting = all.iter().filter(|tag| wanted.matching.is_empty() || fits_any(&wanted.matching, tag.name.as_str()));
        let behind = latest_first(fitting).into_iter().skip(wanted.keep_last.unwrap_or(0) as usize);
        let before = match wanted.older_than_days {
            Some(days) => days_before(now, days),
            None => Some(now.after(Duration::MAX)),
        };
        meant.extend(behind.filter(|tag| before.is_some_and(|before| moment(tag) < before)).map(|tag| &tag.name));
    }
    let mut tags: Vec<Tag> = all.iter().filter(|tag| meant.contains(&tag.name)).cloned().collect();
    tags.sort_by(|one, other| one.name.cmp(&other.name));
    let known: HashSet<&TagName> = all.iter().map(|tag| &tag.name).collect();
    let mut unknown: Vec<TagName> = wanted.tags.iter().filter(|tag| !known.contains(tag)).cloned().collect();
    unknown.sort_unstable();
    unknown.dedup();
    Ok(Chosen { tags, unknown })
}

#[cfg(test)]
pub(in crate::service) mod tests {
    use super::*;
    use crate::id::{RepositoryId, TagId};
    use crate::name::Digest;

    /// A tag that was pushed at the end of that day.
    pub(in crate::service) fn tag(name: &str, content: &str, day: i64) -> Tag {
        let at = Timestamp::from_unix_millis(day * 24 * 60 * 60 * 1000);
        Tag {
            id: TagId::new(i64::from(name.bytes().map(u32::from).sum::<u32>())),
            repository: RepositoryId::new(1),
            name: name.parse().unwrap(),
            digest: Digest::sha256(content.as_bytes()),
            media_type: "application/vnd.oci.image.manifest.v1+json".parse().unwrap(),
            size: Some(1),
            created: at,
            updated: at,
            pushed_by: None,
            pushed: Some(at),
            pulled: None,
            pulls: 0,
        }
    }

    fn wanted(change: impl FnOnce(&mut DeleteTags)) -> DeleteTags {
        let mut wanted = DeleteTags::default();
        change(&mut wanted);
        wanted
    }

    #[test]
    fn tags_are_chosen_by_name_by_pattern_by_age_and_not_the_last() {
        let all =
            [tag("v1", "a", 1), tag("v2", "b", 5), tag("v3", "c", 9), tag("latest", "c", 9), tag("dev-1", "d", 2), tag("dev-2", "e", 10)];
        let now = Timestamp::from_unix_millis(10 * 24 * 60 * 60 * 1000);
        for (what, wanted, expected) in [
            ("by name", wanted(|it| it.tags = vec!["v1".parse().unwrap(), "latest".parse().unwrap()]), "latest v1"),
            ("by pattern", wanted(|it| it.matching = vec!["dev-*".to_owned()]), "dev-1 dev-2"),
            ("by one of two patterns", wanted(|it| it.matching = vec!["dev-2".to_owned(), "v?".to_owned()]), "dev-2 v1 v2 v3"),
            ("by age", wanted(|it| it.older_than_days = Some(4)), "dev-1 v1 v2"),
            ("as old as that is not older", wanted(|it| it.older_than_days = Some(5)), "dev-1 v1"),
            ("all but the last", wanted(|it| it.keep_last = Some(2)), "dev-1 latest v1 v2"),
            ("none is kept", wanted(|it| it.keep_last = Some(0)), "dev-1 dev-2 latest v1 v2 v3"),
            (
                "the last of those that fit are kept, others do not count",
                wanted(|it| (it.matching, it.keep_last) = (vec!["v*".to_owned()], Some(1))),
                "v1 v2",
            ),
            (
                "all of it must fit",
                wanted(|it| (it.matching, it.older_than_days, it.keep_last) = (vec!["v*".to_owned()], Some(6), Some(1))),
                "v1",
            ),
            (
                "what is named is meant whatever else is said",
                wanted(|it| (it.tags, it.older_than_days) = (vec!["dev-2".parse().unwrap()], Some(8))),
                "dev-2 v1",
            ),
        ] {
            let chosen = choose(&all, &wanted, now).unwrap();
            let names: Vec<_> = chosen.tags.iter().map(|tag| tag.name.as_str()).collect();
            assert_eq!(names.join(" "), expected, "{what}");
            assert_eq!(chosen.unknown, [], "{what}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_and_nothing_at_all_is_refused() {
        let all = [tag("v1", "a", 1)];
        let now = Timestamp::from_unix_millis(0);
        let chosen =
            choose(&all, &wanted(|it| it.tags = vec!["v2".parse().unwrap(), "v1".parse().unwrap(), "v2".parse().unwrap()]), now).unwrap();
        assert_eq!((chosen.tags.len(), chosen.unknown), (1, vec!["v2".parse().unwrap()]));
        assert!(matches!(choose(&all, &DeleteTags::default(), now), Err(Error::Invalid(_))));
        assert!(matches!(choose(&all, &wanted(|it| it.with_siblings = true), now), Err(Error::Invalid(_))));
    }
}
