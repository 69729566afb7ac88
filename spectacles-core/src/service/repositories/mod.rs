//! What registries hold, for those who may see it.
//!
//! Whoever may pull from a repository may see it, and of others nobody is told that they are there. Administrators and auditors see all of them.

mod consumers;
mod deletion;
mod describe;
mod eye;
mod find;
mod glob;
mod listed;
mod manifests;
mod pages;
mod tags;
mod views;

pub use consumers::ImageConsumer;
pub use describe::RepositoryChanges;
pub use find::{FoundRepository, FoundTag};
pub use manifests::{ManifestView, Referrer};
pub use views::{RepositoryView, TagView};

pub(super) use deletion::choose::{days_before, latest_first};
pub(super) use deletion::{Carried, Carrier, Job, check_deletable};
pub(super) use eye::{Eye, Looking, Sights};
pub(super) use find::{Sought, repositories as found};
pub(super) use glob::{check as check_patterns, fits, fits_any};
pub(super) use tags::{is_for, policy};

#[cfg(test)]
pub(super) use deletion::choose::tests::tag as test_tag;

use super::actor::{Actor, Standing};
use super::change::Reading;
use super::{Administration, Error, Member};
use crate::model::{Registry, Repository};
use crate::name::{NamespacePath, RepositoryName, ServiceName};
use crate::right::Actions;
use crate::store::ReadTx;

/// Use cases of repositories and their tags.
#[derive(Clone, Copy)]
pub struct Repositories<'a>(pub(super) Actor<'a>);

impl<'a> Member<'a> {
    /// Repositories: for ordinary users those that they may pull from.
    pub fn repositories(self) -> Repositories<'a> {
        Repositories(self.0)
    }
}

impl Administration {
    /// The namespace that governs a repository, whether there is such a repository or not.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn governing(&self, service: &ServiceName, name: &RepositoryName) -> Result<Option<NamespacePath>, Error> {
        let facts = self.live_facts().await?;
        Ok(facts.read(|facts| Some(facts.registry(service.as_str())?.namespaces.governing(name)?.path.clone())))
    }
}

/// A repository that somebody may see.
pub(super) struct Seen {
    pub(super) registry: Registry,
    pub(super) repository: Repository,
    /// What he would be given of it.
    pub(super) actions: Actions,
}

impl Repositories<'_> {
    /// Begins to read, and says with whose eyes.
    pub(super) async fn look(self) -> Result<(Reading, Standing, Eye), Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let eye = self.eye(tx.as_mut(), &standing).await?;
        Ok((tx, standing, eye))
    }

    /// With whose eyes somebody looks who stands like this.
    pub(super) async fn eye(self, tx: &mut dyn ReadTx, standing: &Standing) -> Result<Eye, Error> {
        let user = match standing {
            Standing::Own(person) => Some((person.user.id, person.address)),
            Standing::Everything => self.0.user(tx).await?.map(|user| (user.id, self.0.address())),
        };
        let everything = matches!(standing, Standing::Everything);
        Eye::of_member(self.0.administration, user, everything, self.0.now()).await
    }

    /// A repository that may be seen and is not gone.
    pub(super) async fn seen(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        eye: &Eye,
        service: &ServiceName,
        name: &RepositoryName,
    ) -> Result<Seen, Error> {
        let registry = self.0.known_registry(tx, standing, service).await?;
        let missing = || no_repository(service, name);
        let found = tx.repositories_named(registry.id, std::slice::from_ref(name)).await?;
        let repository = found.into_iter().next().filter(|repository| repository.gone.is_none()).ok_or_else(missing)?;
        let actions = eye.actions(registry.id, name);
        if eye.sees(registry.id, name) { Ok(Seen { registry, repository, actions }) } else { Err(missing()) }
    }
}

/// There is none, or whoever asks must not know that there is.
pub(super) fn no_repository(service: &ServiceName, name: &RepositoryName) -> Error {
    Error::NotFound { what: "repository", name: format!("{name}` on registry `{service}") }
}

/// As the audit trail calls it.
pub(super) fn object(service: &ServiceName, name: &RepositoryName) -> String {
    format!("repository {service} {name}")
}
