//! Who pulled what.

use super::manifests::{belongs, no_manifest, tags_of};
use super::{Eye, Repositories};
use crate::model::{Consumer, Repository};
use crate::name::{Digest, RepositoryName, ServiceName};
use crate::right::Action;
use crate::service::Error;
use crate::service::actor::Standing;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More are not told of at once.
const MOST: u32 = 1_000;

/// Who pulled an image, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageConsumer {
    /// The service of the registry.
    pub registry: ServiceName,
    /// The repository it was pulled from.
    pub repository: RepositoryName,
    /// Who, and when.
    #[serde(flatten)]
    pub consumer: Consumer,
}

impl Repositories<'_> {
    /// Who pulled a manifest, those first who did so last. Who may delete from the repository sees all of them, others themselves.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from the repository.
    pub async fn consumers(self, service: &ServiceName, name: &RepositoryName, digest: &Digest) -> Result<Vec<Consumer>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        let tags = tags_of(tx.as_mut(), seen.repository.id).await?;
        let all = tx.consumers(seen.repository.id, digest, MOST).await?;
        if all.is_empty() && !belongs(tx.as_mut(), &seen, &tags, digest).await? {
            return Err(no_manifest(service, name, digest));
        }
        let concerns = |consumer: &Consumer| concerns(&standing, &eye, &seen.repository, consumer);
        Ok(all.into_iter().filter(concerns).collect())
    }

    /// Who pulled what has this digest, as a manifest or as the configuration of one: the id of an image. Those first who did so last. Only
    /// repositories count that whoever asks may see; who may delete from one sees all who did, others themselves.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn consumers_of_image(self, digest: &Digest) -> Result<Vec<ImageConsumer>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let mut found = Vec::new();
        let mut known: Option<(Repository, ServiceName)> = None;
        for (id, consumer) in tx.consumers_of_image(digest, MOST).await? {
            if known.as_ref().is_none_or(|(repository, _)| repository.id != id) {
                let Some(repository) = tx.repository(id).await? else { continue };
                let Some(registry) = tx.registry(repository.registry).await? else { continue };
                known = Some((repository, registry.service));
            }
            let Some((repository, service)) = &known else { continue };
            if eye.sees(repository.registry, &repository.name) && concerns(&standing, &eye, repository, &consumer) {
                found.push(ImageConsumer { registry: service.clone(), repository: repository.name.clone(), consumer });
            }
        }
        Ok(found)
    }
}

/// Whether somebody may be told who pulled: whoever reads everything, whoever answers for what is there, and everybody of himself.
fn concerns(standing: &Standing, eye: &Eye, repository: &Repository, consumer: &Consumer) -> bool {
    match standing {
        Standing::Everything => true,
        Standing::Own(person) => {
            consumer.principal == person.user.name.as_str() || eye.actions(repository.registry, &repository.name).contains(Action::Delete)
        }
    }
}
