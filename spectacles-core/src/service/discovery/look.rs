//! What a registry says of a group of repositories: many small requests, some of them side by side.

use super::pass::{Pass, Stop};
use crate::id::RepositoryId;
use crate::model::Tag;
use crate::name::{Digest, MediaType, Reference, RepositoryName, TagName};
use crate::registry::{ClientError, RawManifest, RegistryClient, Trouble};
use crate::time::Timestamp;
use futures_util::stream::{self, StreamExt as _};
use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many requests a registry gets side by side.
pub(super) const SIDE_BY_SIDE: usize = 16;
/// How many tags a repository may have. A registry that tells of more makes them up.
const MOST_TAGS: usize = 1_000_000;
/// How many bytes of manifests of a group are kept until they are noted.
const MOST_BYTES: usize = 8 * 1024 * 1024;

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

/// Manifests that were read on the way.
pub(super) type Manifests = HashMap<Digest, RawManifest>;

impl Pass {
    /// Asks for the tags of repositories, and for what each of them names. What goes wrong with one repository leaves it incomplete.
    pub(super) async fn look(&mut self, group: Vec<(RepositoryName, Option<Known>)>) -> Result<(Vec<Looked>, Manifests), Stop> {
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
                    let is_new = |tag: &TagName| known.as_ref().is_none_or(|known| !known.tags.contains_key(tag));
                    questions.extend(tags.into_iter().map(|tag| (place, name.clone(), is_new(&tag), tag)));
                }
                Err(error) => self.went_wrong(&name, error)?,
            }
            looked.push(Looked { name, known, seen: Vec::new(), complete });
            self.tick().await?;
        }
        let (clock, bytes) = (self.clock(), AtomicUsize::new(0));
        let answers = stream::iter(questions).map(|(place, repository, is_new, tag)| {
            let (client, clock, bytes) = (Arc::clone(&client), Arc::clone(&clock), &bytes);
            async move {
                // Before the question: whatever happens later than that is newer than the answer.
                let at = clock.now();
                let at_once = is_new && bytes.load(Ordering::Relaxed) < MOST_BYTES;
                let answer = ask(client.as_ref(), &repository, tag.clone(), at_once).await;
                (place, repository, tag, at, answer)
            }
        });
        let mut answers = pin!(answers.buffer_unordered(SIDE_BY_SIDE));
        let mut manifests = HashMap::new();
        while let Some((place, repository, name, at, answer)) = answers.next().await {
            let Some(looked) = looked.get_mut(place) else { continue };
            match answer {
                Ok(found) => {
                    self.went_well();
                    self.count_tag();
                    // Without one it was deleted since it was listed, or leads nowhere: it is not there.
                    let Some(Answer { digest, media_type, manifest }) = found else { continue };
                    if let Some(manifest) = manifest {
                        bytes.fetch_add(manifest.bytes.len(), Ordering::Relaxed);
                        manifests.insert(digest.clone(), manifest);
                    }
                    looked.seen.push(Seen { name, digest, media_type, at });
                }
                Err(error) => {
                    looked.complete = false;
                    self.went_wrong(&repository, error)?;
                }
            }
            self.tick().await?;
        }
        Ok((looked, manifests))
    }
}

/// What a tag names.
struct Answer {
    digest: Digest,
    media_type: MediaType,
    manifest: Option<RawManifest>,
}

/// Asks what a tag names. `at_once` reads the manifest with that, which is one question instead of two where it is not known.
async fn ask(client: &dyn RegistryClient, repository: &RepositoryName, tag: TagName, at_once: bool) -> Result<Option<Answer>, ClientError> {
    let reference = Reference::Tag(tag);
    if at_once {
        match client.manifest(repository, &reference).await {
            Ok(read) => {
                let answer =
                    |read: RawManifest| Answer { digest: read.digest.clone(), media_type: read.media_type.clone(), manifest: Some(read) };
                return Ok(read.map(answer));
            }
            // It may be listed without what is in it.
            Err(ClientError { trouble: Trouble::TooLarge | Trouble::Garbage | Trouble::WrongDigest, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let found = client.head(repository, &reference).await?;
    Ok(found.map(|found| Answer { digest: found.digest, media_type: found.media_type, manifest: None }))
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
