//! Deleting tags: on the registry, and of what is known of it only what the registry has confirmed.

mod carry;
pub(in crate::service) mod choose;

pub(in crate::service) use carry::{Carrier, Job};

use super::glob::fits_any;
use super::tags::{no_tag, policy};
use super::{Repositories, Seen};
use crate::model::{DeleteTags, DeletionOutcome, Deletions, Registry, Tag, TagDeletion};
use crate::name::{Digest, RepositoryName, ServiceName, TagName};
use crate::right::Action;
use crate::service::Error;
use crate::service::actor::Standing;
use choose::{Chosen, choose};
use serde_json::json;

impl Repositories<'_> {
    /// Deletes a tag. Where the registry deletes by digest only, its siblings go with it, if that is what is wanted.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from the repository; [`Error::Denied`] for those who may not delete, and on
    /// registries that are read-only; [`Error::Refused`] where the registry does not permit deletion, where the tag names something else than
    /// `expected` by now, where siblings would go that nobody spoke of, and where a policy keeps it; [`Error::Registry`].
    pub async fn delete_tag(
        self,
        service: &ServiceName,
        name: &RepositoryName,
        tag: &TagName,
        expected: Option<&Digest>,
        with_siblings: bool,
    ) -> Result<Deletions, Error> {
        let wanted = DeleteTags { tags: vec![tag.clone()], with_siblings, ..DeleteTags::default() };
        let task = self.task(service, name).await?;
        let chosen = choose(&task.all, &wanted, self.0.now())?;
        let Some(row) = chosen.tags.first() else { return Err(no_tag(service, name, tag)) };
        if let Some(expected) = expected
            && row.digest != *expected
        {
            return Err(Error::Refused(format!("tag `{tag}` names {} by now: look again", row.digest)));
        }
        let mut carried = self.carry(task, chosen, with_siblings).await?;
        if let Some(error) = carried.errors.pop() {
            return Err(error.into());
        }
        match carried.tags.as_slice() {
            [TagDeletion { outcome: DeletionOutcome::Refused, reason: Some(reason), .. }] => Err(Error::Refused(reason.clone())),
            _ => Ok(told(false, carried.tags)),
        }
    }

    /// Deletes some tags of a repository, or says what would be deleted. What comes of each is told.
    ///
    /// # Errors
    /// As for [`delete_tag`](Self::delete_tag), except for what concerns single tags; [`Error::Invalid`] where nothing says which.
    pub async fn delete_tags(self, service: &ServiceName, name: &RepositoryName, wanted: &DeleteTags) -> Result<Deletions, Error> {
        let task = self.task(service, name).await?;
        let chosen = choose(&task.all, wanted, self.0.now())?;
        if wanted.dry_run {
            return Ok(told(true, task.plan(&chosen, wanted.with_siblings)));
        }
        Ok(told(false, self.carry(task, chosen, wanted.with_siblings).await?.tags))
    }

    /// Deletes all tags of a repository, or says what would be deleted. What comes of each is told.
    ///
    /// # Errors
    /// As for [`delete_tags`](Self::delete_tags).
    pub async fn delete(self, service: &ServiceName, name: &RepositoryName, dry_run: bool) -> Result<Deletions, Error> {
        let task = self.task(service, name).await?;
        let chosen = Chosen { tags: task.all.clone(), unknown: Vec::new() };
        if dry_run {
            return Ok(told(true, task.plan(&chosen, false)));
        }
        Ok(told(false, self.carry(task, chosen, false).await?.tags))
    }

    /// What there is to choose from, for whoever may delete it.
    async fn task(self, service: &ServiceName, name: &RepositoryName) -> Result<Task, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.check_change(tx.as_mut()).await?;
        let eye = self.eye(tx.as_mut(), &standing).await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        check_deletable(&seen.registry)?;
        if !seen.actions.contains(Action::Delete) {
            let who = match standing {
                Standing::Everything if !seen.registry.enabled => format!("registry `{service}` is disabled"),
                Standing::Everything | Standing::Own(_) => {
                    format!("only those who may delete from repository `{name}` on registry `{service}` delete its tags")
                }
            };
            return Err(Error::Denied(who));
        }
        let all = tx.tags_of(&[seen.repository.id]).await?;
        let governing = eye.governing(seen.registry.id, name);
        let policy = policy(tx.as_mut(), seen.registry.id, governing, name).await?;
        let immutable = policy.map(|policy| policy.immutable).unwrap_or_default();
        Ok(Task { seen, all, immutable })
    }

    async fn carry(self, task: Task, chosen: Chosen, with_siblings: bool) -> Result<Carried, Error> {
        let Task { seen: Seen { registry, repository, .. }, all, immutable } = task;
        let client = self.0.administration.client_of(&registry).await?;
        let job = Job { registry, repository, all, immutable, with_siblings, why: json!({}) };
        let mut carried = Carrier::new(self.0.administration, self.0.name, client, job).carry(chosen.tags).await?;
        carried.tags.extend(chosen.unknown.into_iter().map(unknown));
        Ok(carried)
    }
}

/// A repository that somebody may delete from.
struct Task {
    seen: Seen,
    all: Vec<Tag>,
    immutable: Vec<String>,
}

/// What came of it.
pub(in crate::service) struct Carried {
    pub(in crate::service) tags: Vec<TagDeletion>,
    /// What the registry said, where it failed.
    pub(in crate::service) errors: Vec<crate::registry::ClientError>,
}

impl Task {
    /// What would be deleted, as far as that is known without asking the registry.
    fn plan(&self, chosen: &Chosen, with_siblings: bool) -> Vec<TagDeletion> {
        let plan = |tag: &Tag| {
            let siblings = siblings(&self.all, &chosen.tags, tag);
            let (outcome, reason) = if fits_any(&self.immutable, tag.name.as_str()) {
                (DeletionOutcome::Refused, Some(KEPT.to_owned()))
            } else if siblings.is_empty() || with_siblings {
                (DeletionOutcome::Planned, None)
            } else {
                (DeletionOutcome::Planned, Some(format!("if the registry deletes by digest only, this needs {}", go_too(&siblings))))
            };
            TagDeletion { tag: tag.name.clone(), digest: Some(tag.digest.clone()), siblings, outcome, reason }
        };
        chosen.tags.iter().map(plan).chain(chosen.unknown.iter().cloned().map(unknown)).collect()
    }
}

/// Why a tag stays that a policy keeps.
const KEPT: &str = "the retention policy of its namespace says that it is never deleted";

/// Other tags of the same manifest that were not chosen.
fn siblings(all: &[Tag], chosen: &[Tag], tag: &Tag) -> Vec<TagName> {
    let others = all.iter().filter(|other| other.digest == tag.digest && !chosen.iter().any(|chosen| chosen.name == other.name));
    others.map(|other| other.name.clone()).collect()
}

/// What has to be said where siblings go, too.
fn go_too(siblings: &[TagName]) -> String {
    let names: Vec<String> = siblings.iter().map(|tag| format!("`{tag}`")).collect();
    format!("`with_siblings` (`--with-siblings` on the command line), because {} would go, too: the manifest is the same", names.join(", "))
}

/// A tag that nobody knows.
fn unknown(tag: TagName) -> TagDeletion {
    let reason = Some("no such tag is known".to_owned());
    TagDeletion { tag, digest: None, siblings: Vec::new(), outcome: DeletionOutcome::Absent, reason }
}

fn told(dry_run: bool, mut tags: Vec<TagDeletion>) -> Deletions {
    tags.sort_by(|one, other| one.tag.cmp(&other.tag));
    Deletions { dry_run, tags, note: Deletions::NOTE.to_owned() }
}

/// Refuses to delete where the registry is known to be of no help.
pub(in crate::service) fn check_deletable(registry: &Registry) -> Result<(), Error> {
    if registry.read_only {
        return Err(Error::Denied(format!("registry `{}` is read-only: nobody deletes from it", registry.service)));
    }
    if !registry.delete_enabled {
        return Err(Error::Refused(no_deletion(&registry.service)));
    }
    Ok(())
}

fn no_deletion(service: &ServiceName) -> String {
    format!("registry `{service}` does not permit deletion: set `storage.delete.enabled` (REGISTRY_STORAGE_DELETE_ENABLED) there")
}
