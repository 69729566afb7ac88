//! What a registry says of a group of repositories: many small requests, some of them side by side.

use super::pass::{Pass, Stop};
use crate::id::RepositoryId;
use crate::model::Tag;
use crate::name::{Digest, MediaType, Reference, RepositoryName, TagName};
use crate::registry::{ClientError, RegistryClient, Trouble};
use crate::time::Timestamp;
use futures_util::stream::{self, StreamExt as _};
use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

/// How many requests a registry gets side by side.
pub(super) const SIDE_BY_SIDE: usize = 16;
/// How many tags a repository may have. A registry that tells of more makes them up.
const MOST_TAGS: usize = 1_000_000;

/// A repository, as it was known and as it is.
pub(super) struct Looked {
    pub(super) name: RepositoryName,
    pub(super) known: Option<Known>,
    /// What its tags name.
    pub(super) seen: Vec<Seen>,
    /// Whether these are all of them.
    pub(super) complete: bool,
}

/// What was known of a repository before it was looked at.
pub(super) struct Known {
    pub(super) id: RepositoryId,
    pub(super) gone: bool,
    pub(super) tags: HashMap<TagName, Tag>,
}

/// A tag, and what it was seen to name.
pub(super) struct Seen {
    pub(super) name: TagName,
    pub(super) digest: Digest,
    pub(super) media_type: MediaType,
    /// Not later than this was so.
    pub(super) at: Timestamp,
}

impl Pass {
    /// Asks for the tags of repositories, and for what each of them names. What goes wrong with one repository leaves it incomplete.
    pub(super) async fn look(&mut self, group: Vec<(RepositoryName, Option<Known>)>) -> Result<Vec<Looked>, Stop> {
        let client = self.client()?;
        let lists = stream::iter(group).map(|(name, known)| {
            let client = Arc::clone(&client);
            async move {
                let tags = list(client.as_ref(), &name).await;
                (name, known, tags)
            }
        });
        let mut lists = pin!(lists.buffer_unordered(SIDE_BY_SIDE));
        let (mut looked, mut questions) = (Vec::new(), Vec::new());
        while let Some((name, known, tags)) = lists.next().await {
            let complete = tags.is_ok();
            match tags {
                Ok(tags) => {
                    self.went_well();
                    let place = looked.len();
                    questions.extend(tags.into_iter().map(|tag| (place, name.clone(), tag)));
                }
                Err(error) => self.went_wrong(&name, error)?,
            }
            looked.push(Looked { name, known, seen: Vec::new(), complete });
            self.tick().await?;
        }
        let clock = self.clock();
        let heads = stream::iter(questions).map(|(place, repository, tag)| {
            let (client, clock) = (Arc::clone(&client), Arc::clone(&clock));
            async move {
                // Before the question: whatever happens later than that is newer than the answer.
                let at = clock.now();
                let reference = Reference::Tag(tag.clone());
                let answer = client.head(&repository, &reference).await;
                (place, repository, tag, at, answer)
            }
        });
        let mut heads = pin!(heads.buffer_unordered(SIDE_BY_SIDE));
        while let Some((place, repository, name, at, answer)) = heads.next().await {
            let Some(looked) = looked.get_mut(place) else { continue };
            match answer {
                Ok(found) => {
                    self.went_well();
                    self.count_tag();
                    // Without one it was deleted since it was listed, or leads nowhere: it is not there.
                    looked.seen.extend(found.map(|found| Seen { name, digest: found.digest, media_type: found.media_type, at }));
                }
                Err(error) => {
                    looked.complete = false;
                    self.went_wrong(&repository, error)?;
                }
            }
            self.tick().await?;
        }
        Ok(looked)
    }
}

/// All tags of a repository, or an error.
async fn list(client: &dyn RegistryClient, repository: &RepositoryName) -> Result<Vec<TagName>, ClientError> {
    let mut page = client.tags(repository, None).await?;
    // Most lists have one page.
    if page.next.is_none() {
        return Ok(page.items);
    }
    let (mut tags, mut met) = (Vec::new(), HashSet::new());
    loop {
        let before = tags.len();
        tags.extend(page.items.into_iter().filter(|tag| met.insert(tag.clone())));
        let Some(next) = page.next else { return Ok(tags) };
        if tags.len() == before || tags.len() > MOST_TAGS {
            return Err(ClientError::new(Trouble::Garbage, format!("the list of tags of `{repository}` has no end")));
        }
        page = client.tags(repository, Some(&next)).await?;
    }
}
