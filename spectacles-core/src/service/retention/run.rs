//! Carrying policies of retention out.

use super::{Retentions, none, plan};
use crate::id::{NamespaceId, UserId};
use crate::listing::{Listing, RepositoryField, keys};
use crate::model::{
    DeletionOutcome, Namespace, Registry, Repository, RepositoryRetention, RetentionPolicy, RetentionRun, RetentionVerdict,
    StoredRetention, Tag,
};
use crate::name::{NamespacePath, ServiceName};
use crate::right::Action;
use crate::service::actor::Standing;
use crate::service::repositories::{Carried, Carrier, Eye, Job, check_deletable, is_for};
use crate::service::{Administration, Error, Member};
use crate::store::{ReadTx, RepositoryChoice};
use crate::time::Timestamp;
use serde_json::json;
use std::time::Duration;

/// How often a policy is carried out by itself.
const EACH: Duration = Duration::from_secs(24 * 60 * 60);
/// After that no further repository is begun where somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A policy that is to be carried out.
struct Task {
    registry: Registry,
    namespace: Namespace,
    policy: RetentionPolicy,
    /// With all tags.
    repositories: Vec<(Repository, Vec<Tag>)>,
}

impl Retentions<'_> {
    /// Carries the policy of a namespace out, or says what it would delete. Of a policy that is switched off, too.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or its policy; [`Error::Denied`] for users who do not own it, and on registries that are read-only;
    /// [`Error::Refused`] where the registry does not permit deletion.
    pub async fn run(self, service: &ServiceName, path: &NamespacePath, dry_run: bool) -> Result<RetentionRun, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.check_change(tx.as_mut()).await?;
        let (registry, namespace) = self.0.own_namespace(tx.as_mut(), &standing, service, path).await?;
        check_deletable(&registry)?;
        let stored = tx.retention(namespace.id).await?.ok_or_else(|| none(service, path))?;
        let eye = Member(self.0).repositories().eye(tx.as_mut(), &standing).await?;
        let mut task = Task::read(tx.as_mut(), &eye, registry, namespace, stored.policy).await?;
        drop(tx);
        if matches!(standing, Standing::Own(_)) {
            task.keep_what_others_delete(&eye);
        }
        let administration = self.0.administration;
        if dry_run {
            return Ok(task.told(administration.clock().now()));
        }
        let id = task.namespace.id;
        let run = administration.retain(self.0.name, task, Some(PATIENCE)).await?;
        if run.complete {
            administration.mark_retained(self.0.name, id).await?;
        }
        Ok(run)
    }
}

impl Administration {
    /// Carries out every policy of retention that is switched on and was not carried out for a day. How many tags were deleted.
    ///
    /// What goes wrong with one does not keep the others; it is tried again the next time.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn carry_out_retention(&self, now: Timestamp) -> Result<u64, Error> {
        let stored = self.read().await?.retentions().await?;
        let is_due = |stored: &StoredRetention| {
            stored.policy.enabled && !stored.policy.keep.is_empty() && stored.carried_out.is_none_or(|last| last.after(EACH) <= now)
        };
        let mut deleted: u64 = 0;
        for stored in stored.into_iter().filter(is_due) {
            let namespace = stored.namespace;
            match self.carry_out(stored, now).await {
                Ok(number) => deleted = deleted.saturating_add(number),
                Err(Error::Unavailable(detail)) => return Err(Error::Unavailable(detail)),
                Err(error) => tracing::warn!(%error, namespace = namespace.get(), "a retention policy could not be carried out"),
            }
        }
        Ok(deleted)
    }

    async fn carry_out(&self, stored: StoredRetention, now: Timestamp) -> Result<u64, Error> {
        const ACTOR: &str = "background";
        let mut tx = self.read().await?;
        let Some(namespace) = tx.namespace(stored.namespace).await? else { return Ok(0) };
        let owner = self.answerable(tx.as_mut(), &namespace).await?;
        let eye = Eye::of_member(self, owner.map(|owner| (owner, None)), owner.is_none(), now).await?;
        eye.refresh().await?;
        let Some(registry) = tx.registry(namespace.registry).await? else { return Ok(0) };
        // Nothing can be done, and nobody is there to be told: its owner sees it when he asks.
        if !registry.enabled || check_deletable(&registry).is_err() {
            return Ok(0);
        }
        let id = namespace.id;
        let mut task = Task::read(tx.as_mut(), &eye, registry, namespace, stored.policy).await?;
        drop(tx);
        if owner.is_some() {
            task.keep_what_others_delete(&eye);
        }
        let run = self.retain(ACTOR, task, None).await?;
        if run.complete {
            self.mark_retained(ACTOR, id).await?;
        }
        let tags = run.repositories.iter().flat_map(|repository| &repository.deleted);
        let gone = tags.filter(|tag| matches!(tag.outcome, DeletionOutcome::Deleted | DeletionOutcome::Absent)).count();
        Ok(u64::try_from(gone).unwrap_or(u64::MAX))
    }

    /// Who may delete what a policy deletes by itself: the owner of the namespace as he is now, unless there is none, or he is an administrator.
    async fn answerable(&self, tx: &mut dyn ReadTx, namespace: &Namespace) -> Result<Option<UserId>, Error> {
        let Some(owner) = namespace.owner else { return Ok(None) };
        let is_administrator = tx.user(owner).await?.is_some_and(|owner| owner.admin && owner.enabled);
        Ok(Some(owner).filter(|_| !is_administrator))
    }

    /// Carries a policy out, repository by repository.
    async fn retain(&self, actor: &str, task: Task, patience: Option<Duration>) -> Result<RetentionRun, Error> {
        let client = self.client_of(&task.registry).await?;
        let Task { registry, namespace, policy, repositories } = task;
        let rules: Vec<String> = policy.keep.iter().map(plan::said).collect();
        let why = json!({ "retention": { "namespace": namespace.path, "kept_by_none_of": rules } });
        let begun = self.clock().monotonic();
        let (mut told, mut complete) = (Vec::new(), true);
        for (repository, all) in repositories {
            if patience.is_some_and(|patience| self.clock().monotonic().saturating_sub(begun) > patience) {
                complete = false;
                break;
            }
            let verdicts = plan::plan(&policy, &all, self.clock().now());
            let gone = unkept(&all, &verdicts);
            if gone.is_empty() {
                continue;
            }
            let (name, kept) = (repository.name.clone(), all.len().saturating_sub(gone.len()));
            let job = Job {
                registry: registry.clone(),
                repository,
                all,
                immutable: policy.immutable.clone(),
                with_siblings: false,
                why: why.clone(),
            };
            let Carried { tags, errors } = Carrier::new(self, actor, std::sync::Arc::clone(&client), job).carry(gone).await?;
            complete &= errors.is_empty() && !tags.iter().any(|tag| tag.outcome == DeletionOutcome::Failed);
            told.push(RepositoryRetention { repository: name, kept: number(kept), verdicts: Vec::new(), deleted: tags });
        }
        Ok(RetentionRun { dry_run: false, complete, repositories: told })
    }

    async fn mark_retained(&self, actor: &str, namespace: NamespaceId) -> Result<(), Error> {
        let mut change = self.change(actor).await?;
        let at = change.at;
        change.tx.mark_retained(namespace, at).await?;
        change.commit_untold().await
    }
}

impl Task {
    async fn read(
        tx: &mut dyn ReadTx,
        eye: &Eye,
        registry: Registry,
        namespace: Namespace,
        policy: RetentionPolicy,
    ) -> Result<Self, Error> {
        const AT_ONCE: u32 = 500;
        let listing = Listing::<RepositoryField>::default();
        let mut query = listing.query(namespace.updated, None);
        query.limit = AT_ONCE;
        let choice = RepositoryChoice { registry: Some(registry.id), below: below(&registry, &namespace.path) };
        let mut repositories = Vec::new();
        loop {
            let rows = tx.list_repositories(&choice, &query).await?;
            let full = rows.len() >= AT_ONCE as usize;
            query.after = rows.last().map(|last| keys(query.order, last));
            for row in rows {
                let name = &row.repository.name;
                if is_for(&policy, name) && eye.governing(registry.id, name).as_ref() == Some(&namespace.path) {
                    let tags = tx.tags_of(&[row.repository.id]).await?;
                    repositories.push((row.repository, tags));
                }
            }
            if !full {
                return Ok(Self { registry, namespace, policy, repositories });
            }
        }
    }

    /// Leaves repositories alone from which somebody may not delete. The owner of a namespace may have less than all by a right of his own.
    fn keep_what_others_delete(&mut self, eye: &Eye) {
        let id = self.registry.id;
        self.repositories.retain(|(repository, _)| eye.actions(id, &repository.name).contains(Action::Delete));
    }

    /// What would be kept and deleted.
    fn told(self, now: Timestamp) -> RetentionRun {
        let told = |(repository, all): (Repository, Vec<Tag>)| {
            let verdicts = plan::plan(&self.policy, &all, now);
            let kept = verdicts.iter().filter(|verdict| verdict.kept_by.is_some()).count();
            RepositoryRetention { repository: repository.name, kept: number(kept), verdicts, deleted: Vec::new() }
        };
        RetentionRun { dry_run: true, complete: true, repositories: self.repositories.into_iter().map(told).collect() }
    }
}

/// The tags that nothing keeps.
fn unkept(all: &[Tag], verdicts: &[RetentionVerdict]) -> Vec<Tag> {
    all.iter().zip(verdicts).filter(|(_, verdict)| verdict.kept_by.is_none()).map(|(tag, _)| tag.clone()).collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Below which path everything is that a namespace governs, as far as that is written.
fn below(registry: &Registry, path: &NamespacePath) -> Option<Vec<(crate::id::RegistryId, String)>> {
    if path.as_str() == NamespacePath::TOP {
        return Some(vec![(registry.id, String::new())]);
    }
    let written: Vec<&str> = path.as_str().split('/').take_while(|component| *component != NamespacePath::ANY).collect();
    (!written.is_empty()).then(|| vec![(registry.id, written.join("/"))])
}
