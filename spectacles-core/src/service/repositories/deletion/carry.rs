//! Carrying a deletion out.

use super::super::glob::fits_any;
use super::{Carried, KEPT, go_too, no_deletion};
use crate::model::{DeletionOutcome, Registry, Repository, Tag, TagDeletion};
use crate::name::{Digest, Reference, TagName};
use crate::registry::{ClientError, Deletion, RegistryClient, Trouble};
use crate::service::{Administration, Error};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// What of which repository is to be deleted.
pub(in crate::service) struct Job {
    pub(in crate::service) registry: Registry,
    pub(in crate::service) repository: Repository,
    /// Every tag that is known of it.
    pub(in crate::service) all: Vec<Tag>,
    /// Patterns of tags that stay.
    pub(in crate::service) immutable: Vec<String>,
    pub(in crate::service) with_siblings: bool,
    /// What the audit trail is told besides.
    pub(in crate::service) why: Value,
}

/// How many deletions are written down at once. What is not written down yet is lost to the audit trail with this process.
const AT_ONCE: usize = 16;
/// After that nothing new is begun: whoever waits for the answer does not wait for ever.
const PATIENCE: Duration = Duration::from_secs(90);

/// Somebody who deletes, tag by tag.
pub(in crate::service) struct Carrier<'a> {
    administration: &'a Administration,
    actor: &'a str,
    client: Arc<dyn RegistryClient>,
    job: Job,
    /// What is to be deleted, as far as it may be.
    meant: HashSet<TagName>,
    /// What is gone already, together with something else.
    gone: HashSet<TagName>,
    /// What the registry has, once it was asked.
    listed: Option<Vec<TagName>>,
    /// Whether the registry is not known to delete by digest only.
    by_tag: bool,
    /// What is to be written down.
    confirmed: Vec<Confirmed>,
}

/// What the registry has confirmed.
struct Confirmed {
    tag: Tag,
    /// Tags that went with it.
    siblings: Vec<TagName>,
    /// By what it was deleted; by nothing, where it was not there any more.
    by: Option<&'static str>,
}

/// What came of one tag, beside errors of the registry.
enum Step {
    Done(DeletionOutcome, Vec<TagName>),
    Refused(String, Vec<TagName>),
}

impl<'a> Carrier<'a> {
    /// Somebody of this name who deletes by this client.
    pub(in crate::service) fn new(administration: &'a Administration, actor: &'a str, client: Arc<dyn RegistryClient>, job: Job) -> Self {
        Self {
            administration,
            actor,
            client,
            job,
            meant: HashSet::new(),
            gone: HashSet::new(),
            listed: None,
            by_tag: true,
            confirmed: Vec::new(),
        }
    }

    /// Deletes these tags, one after the other. Only what the registry confirms is taken out of the store.
    pub(in crate::service) async fn carry(mut self, tags: Vec<Tag>) -> Result<Carried, Error> {
        let kept = |tag: &Tag, job: &Job| fits_any(&job.immutable, tag.name.as_str());
        self.meant = tags.iter().filter(|tag| !kept(tag, &self.job)).map(|tag| tag.name.clone()).collect();
        let begun = self.administration.clock().monotonic();
        let (mut told, mut errors, mut end) = (Vec::with_capacity(tags.len()), Vec::new(), None::<String>);
        for tag in tags {
            if end.is_none() && self.administration.clock().monotonic().saturating_sub(begun) > PATIENCE {
                end = Some("there was not enough time: ask again".to_owned());
            }
            let (outcome, siblings, reason) = if kept(&tag, &self.job) {
                (DeletionOutcome::Refused, Vec::new(), Some(KEPT.to_owned()))
            } else if self.gone.contains(&tag.name) {
                (DeletionOutcome::Deleted, Vec::new(), None)
            } else if let Some(end) = &end {
                (DeletionOutcome::Failed, Vec::new(), Some(format!("it was not tried: {end}")))
            } else {
                match self.delete(&tag).await {
                    Ok(Step::Done(outcome, siblings)) => (outcome, siblings, None),
                    Ok(Step::Refused(reason, siblings)) => (DeletionOutcome::Refused, siblings, Some(reason)),
                    Err(error) => {
                        if is_hopeless(&error) {
                            end = Some(error.to_string());
                        }
                        let reason = error.to_string();
                        errors.push(error);
                        (DeletionOutcome::Failed, Vec::new(), Some(reason))
                    }
                }
            };
            told.push(TagDeletion { tag: tag.name, digest: Some(tag.digest), siblings, outcome, reason });
            if self.confirmed.len() >= AT_ONCE {
                self.write_down().await?;
            }
        }
        self.write_down().await?;
        Ok(Carried { tags: told, errors })
    }

    /// Deletes one tag.
    async fn delete(&mut self, tag: &Tag) -> Result<Step, ClientError> {
        let client = Arc::clone(&self.client);
        let (name, by_name) = (&self.job.repository.name.clone(), Reference::Tag(tag.name.clone()));
        let Some(found) = client.head(name, &by_name).await? else {
            self.confirmed.push(Confirmed { tag: tag.clone(), siblings: Vec::new(), by: None });
            return Ok(Step::Done(DeletionOutcome::Absent, Vec::new()));
        };
        if found.digest != tag.digest {
            return Ok(Step::Refused(format!("the registry has {} under this tag by now: look again", found.digest), Vec::new()));
        }
        if self.by_tag {
            match client.delete(name, &by_name).await? {
                Deletion::Done | Deletion::Absent => {
                    self.confirmed.push(Confirmed { tag: tag.clone(), siblings: Vec::new(), by: Some("tag") });
                    return Ok(Step::Done(DeletionOutcome::Deleted, Vec::new()));
                }
                Deletion::Unsupported => self.by_tag = false,
            }
        }
        let siblings = self.siblings(tag).await?;
        if let Some(kept) = siblings.iter().find(|sibling| fits_any(&self.job.immutable, sibling.as_str())) {
            return Ok(Step::Refused(format!("tag `{kept}` would go, too: the manifest is the same, and {KEPT}"), siblings));
        }
        if !siblings.is_empty() && !self.job.with_siblings {
            return Ok(Step::Refused(format!("this registry deletes by digest only. Say {}", go_too(&siblings)), siblings));
        }
        match client.delete(name, &Reference::Digest(tag.digest.clone())).await? {
            Deletion::Unsupported => Ok(Step::Refused(no_deletion(&self.job.registry.service), siblings)),
            Deletion::Done | Deletion::Absent => {
                self.gone.extend(self.meant_of(&tag.digest));
                self.gone.extend(siblings.iter().cloned());
                self.confirmed.push(Confirmed { tag: tag.clone(), siblings: siblings.clone(), by: Some("digest") });
                Ok(Step::Done(DeletionOutcome::Deleted, siblings))
            }
        }
    }

    /// Tags of a manifest that are to be deleted anyhow.
    fn meant_of(&self, digest: &Digest) -> Vec<TagName> {
        let of = self.job.all.iter().filter(|tag| tag.digest == *digest && self.meant.contains(&tag.name));
        of.map(|tag| tag.name.clone()).collect()
    }

    /// The tags that would go together with one, besides those that are to be deleted anyhow.
    ///
    /// The registry is asked: what is known here may be half a minute old. Tags that are known to name something else are taken to do so still.
    async fn siblings(&mut self, tag: &Tag) -> Result<Vec<TagName>, ClientError> {
        let name = &self.job.repository.name;
        let listed = match self.listed.take() {
            Some(listed) => listed,
            None => self.list().await?,
        };
        let mut siblings = Vec::new();
        for other in listed.iter().filter(|other| **other != tag.name && !self.gone.contains(*other)) {
            let known = self.job.all.iter().find(|known| known.name == *other);
            if known.is_some_and(|known| known.digest != tag.digest) || self.meant.contains(other) {
                continue;
            }
            let found = self.client.head(name, &Reference::Tag(other.clone())).await?;
            if found.is_some_and(|found| found.digest == tag.digest) {
                siblings.push(other.clone());
            }
        }
        self.listed = Some(listed);
        Ok(siblings)
    }

    async fn list(&self) -> Result<Vec<TagName>, ClientError> {
        /// A registry that never comes to an end is none.
        const MOST_PAGES: usize = 1_000;
        let (mut all, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page = self.client.tags(&self.job.repository.name, after.as_ref()).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
        Err(ClientError::new(Trouble::Garbage, "the list of tags does not come to an end"))
    }

    /// Takes out of the store what the registry has confirmed, and tells the audit trail, in one transaction.
    async fn write_down(&mut self) -> Result<(), Error> {
        let confirmed = std::mem::take(&mut self.confirmed);
        if confirmed.is_empty() {
            return Ok(());
        }
        let mut change = self.administration.change(self.actor).await?;
        let (service, repository) = (&self.job.registry.service, &self.job.repository);
        let mut entries = Vec::with_capacity(confirmed.len());
        for Confirmed { tag, siblings, by } in confirmed {
            let by_digest = by == Some("digest");
            let mut together = vec![tag.name.clone()];
            if by_digest {
                together.extend(self.meant_of(&tag.digest).into_iter().filter(|other| *other != tag.name));
                together.extend(siblings.iter().cloned());
            }
            let mut ids = Vec::with_capacity(together.len());
            for name in &together {
                let known = self.job.all.iter().find(|known| known.name == *name);
                let now = change.tx.tag(repository.id, name).await?;
                // What was pushed in the meantime is another one.
                ids.extend(now.filter(|now| now.digest == tag.digest && known.is_none_or(|known| is_same(known, now))).map(|now| now.id));
            }
            let at = change.at;
            change.tx.remove_tags(&ids, at).await?;
            together.remove(0);
            let mut details =
                json!({ "digest": tag.digest, "siblings": together, "by": by.unwrap_or("nothing: the registry did not have it") });
            if let (Some(details), Some(why)) = (details.as_object_mut(), self.job.why.as_object()) {
                details.extend(why.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            entries.push((format!("tag {service} {}:{}", repository.name, tag.name), details));
        }
        let Some((last_object, last_details)) = entries.pop() else { return Ok(()) };
        for (object, details) in entries {
            change.also("tag.delete", object, details).await?;
        }
        change.commit("tag.delete", last_object, last_details).await
    }
}

/// Whether a tag is what it was.
fn is_same(before: &Tag, now: &Tag) -> bool {
    (before.id, before.updated, before.pushed) == (now.id, now.updated, now.pushed)
}

/// Whether other tags would fare no better.
const fn is_hopeless(error: &ClientError) -> bool {
    match error.trouble {
        Trouble::Misconfigured
        | Trouble::Forbidden
        | Trouble::Unreachable
        | Trouble::Certificate
        | Trouble::Slow
        | Trouble::Unauthorized
        | Trouble::Denied
        | Trouble::Redirected
        | Trouble::Busy
        | Trouble::Failed => true,
        Trouble::Refused | Trouble::TooLarge | Trouble::Garbage | Trouble::WrongDigest => false,
    }
}
