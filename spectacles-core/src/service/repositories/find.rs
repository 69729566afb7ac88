//! Finding repositories and tags.

use super::{Eye, Repositories};
use crate::id::{RegistryId, RepositoryId};
use crate::model::{Registry, Repository, Tag};
use crate::name::{Digest, RepositoryName, ServiceName, TagName};
use crate::service::Error;
use crate::store::{ReadTx, RepositorySearch};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A repository that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FoundRepository {
    /// The service of its registry.
    pub registry: ServiceName,
    /// The repository.
    pub name: RepositoryName,
    /// The first line of its description.
    pub summary: String,
    /// How many users have given it a star.
    pub stars: u64,
    /// Whether those who answer for the registry vouch for it.
    pub official: bool,
    /// Whether a machine builds it.
    pub automated: bool,
}

/// A tag that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FoundTag {
    /// The service of its registry.
    pub registry: ServiceName,
    /// The repository.
    pub repository: RepositoryName,
    /// The tag.
    pub tag: TagName,
    /// What it names.
    pub digest: Digest,
}

/// How much is read at once.
const AT_ONCE: u32 = 250;
/// How often at most. Somebody who may see next to nothing must not make the database read everything.
const ROUNDS: usize = 40;

/// What is looked for among repositories.
pub(in crate::service) struct Sought<'t> {
    /// On one registry, or on all.
    pub(in crate::service) registry: Option<RegistryId>,
    /// A part of the name or of the first line of the description; all, where it is empty.
    pub(in crate::service) term: &'t str,
    pub(in crate::service) limit: usize,
    /// Whether days with pulls are what counts as stars.
    pub(in crate::service) by_pulls: bool,
}

/// The repositories that somebody may see and that fit: those of exactly this name first, then those with the most stars, then by name.
pub(in crate::service) async fn repositories(tx: &mut dyn ReadTx, eye: &Eye, sought: Sought<'_>) -> Result<Vec<Repository>, Error> {
    let term = sought.term.trim().to_lowercase();
    let mut found = exactly(tx, eye, sought.registry, &term).await?;
    let already: HashSet<RepositoryId> = found.iter().map(|repository| repository.id).collect();
    let choice = eye.choice(sought.registry);
    let mut search = RepositorySearch { choice, term, after: None, limit: AT_ONCE, by_pulls: sought.by_pulls };
    for _ in 0..ROUNDS {
        if found.len() >= sought.limit {
            break;
        }
        let rows = tx.search_repositories(&search).await?;
        let full = rows.len() >= AT_ONCE as usize;
        let stars = |row: &Repository| if sought.by_pulls { row.pull_days } else { row.stars };
        search.after = rows.last().map(|last| (stars(last), last.name.clone(), last.registry));
        let seen = eye.seen(rows, |row| (row.registry, &row.name));
        found.extend(seen.into_iter().filter(|row| !already.contains(&row.id)));
        if !full {
            break;
        }
    }
    found.truncate(sought.limit);
    Ok(found)
}

/// The repositories of exactly this name: one on each registry at most.
async fn exactly(tx: &mut dyn ReadTx, eye: &Eye, registry: Option<RegistryId>, term: &str) -> Result<Vec<Repository>, Error> {
    let Ok(name) = term.parse::<RepositoryName>() else { return Ok(Vec::new()) };
    let registries = match registry {
        Some(registry) => vec![registry],
        None => eye.registries(),
    };
    let mut found = Vec::new();
    for registry in registries {
        if eye.sees(registry, &name) {
            let named = tx.repositories_named(registry, std::slice::from_ref(&name)).await?;
            found.extend(named.into_iter().filter(|repository| repository.gone.is_none()));
        }
    }
    Ok(found)
}

impl Repositories<'_> {
    /// Repositories by a part of their name or of the first line of their description: up to `limit`, the best first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry.
    pub async fn find(self, service: Option<&ServiceName>, term: &str, limit: usize) -> Result<Vec<FoundRepository>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let rows = repositories(tx.as_mut(), &eye, Sought { registry, term, limit, by_pulls: false }).await?;
        let mut names = Services::default();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(registry) = names.of(tx.as_mut(), row.registry).await? {
                let (summary, said) = (row.said.summary(), row.said);
                let (official, automated) = (said.official, said.automated);
                found.push(FoundRepository { registry, name: row.name, summary, stars: row.stars, official, automated });
            }
        }
        Ok(found)
    }

    /// Tags by the beginning of their name or digest, or by `repository:tag`: up to `limit`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry.
    pub async fn find_tags(self, service: Option<&ServiceName>, text: &str, limit: usize) -> Result<Vec<FoundTag>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let (repository, begin) = match text.strip_prefix("sha256:") {
            Some(hex) => (None, hex),
            None => match text.rsplit_once(':') {
                Some((repository, tag)) => match repository.parse::<RepositoryName>() {
                    Ok(repository) => (Some(repository), tag),
                    Err(_) => return Ok(Vec::new()),
                },
                None => (None, text),
            },
        };
        let rows = match repository {
            Some(name) => tags_in(tx.as_mut(), &eye, registry, &name, begin).await?,
            None if begin.is_empty() => Vec::new(),
            None => tx.find_tags(registry, begin, MOST_TAGS).await?,
        };
        visible(tx.as_mut(), &eye, rows, limit).await
    }

    /// Tags whose image has a label: up to `limit`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry.
    pub async fn find_labelled(
        self,
        service: Option<&ServiceName>,
        label: &str,
        value: Option<&str>,
        limit: usize,
    ) -> Result<Vec<FoundTag>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let rows = tx.tags_labelled(registry, label, value, MOST_TAGS).await?;
        visible(tx.as_mut(), &eye, rows, limit).await
    }
}

/// How many tags are looked at. Who may see which of them is known only when they are there.
const MOST_TAGS: u32 = 2_000;

async fn tags_in(
    tx: &mut dyn ReadTx,
    eye: &Eye,
    registry: Option<RegistryId>,
    name: &RepositoryName,
    begin: &str,
) -> Result<Vec<Tag>, Error> {
    let ids: Vec<RepositoryId> = exactly(tx, eye, registry, name.as_str()).await?.into_iter().map(|row| row.id).collect();
    let tags = if ids.is_empty() { Vec::new() } else { tx.tags_of(&ids).await? };
    Ok(tags.into_iter().filter(|tag| tag.name.as_str().starts_with(begin)).collect())
}

async fn visible(tx: &mut dyn ReadTx, eye: &Eye, rows: Vec<Tag>, limit: usize) -> Result<Vec<FoundTag>, Error> {
    let mut names = Services::default();
    let mut repositories: HashMap<RepositoryId, Option<Repository>> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        if found.len() >= limit {
            break;
        }
        let repository = match repositories.get(&row.repository) {
            Some(known) => known.clone(),
            None => {
                let read = tx.repository(row.repository).await?.filter(|repository| eye.sees(repository.registry, &repository.name));
                repositories.insert(row.repository, read.clone());
                read
            }
        };
        let Some(repository) = repository else { continue };
        if let Some(registry) = names.of(tx, repository.registry).await? {
            found.push(FoundTag { registry, repository: repository.name, tag: row.name, digest: row.digest });
        }
    }
    Ok(found)
}

/// What registries call themselves, each asked for once.
#[derive(Default)]
struct Services(HashMap<RegistryId, Option<ServiceName>>);

impl Services {
    async fn of(&mut self, tx: &mut dyn ReadTx, id: RegistryId) -> Result<Option<ServiceName>, Error> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let service = tx.registry(id).await?.map(|registry: Registry| registry.service);
        self.0.insert(id, service.clone());
        Ok(service)
    }
}
