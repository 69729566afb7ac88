//! Pages of repositories.

use super::listed::each;
use super::views::looks;
use super::{Eye, Repositories, RepositoryView};
use crate::id::{RegistryId, RepositoryId, UserId};
use crate::listing::{Listing, NamedRepository, Page, RepositoryField};
use crate::model::Registry;
use crate::name::{RepositoryName, ServiceName};
use crate::service::Error;
use crate::service::actor::Standing;
use crate::store::ReadTx;
use std::collections::{HashMap, HashSet};

impl Repositories<'_> {
    /// A page of the repositories of one registry or of all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry, also one that is disabled and that a user does not answer for; [`Error::Invalid`] when all are
    /// wanted and there are too many.
    pub async fn page(self, service: Option<&ServiceName>, listing: &Listing<RepositoryField>) -> Result<Page<RepositoryView>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let mut query = listing.query(self.0.now(), None);
        let rows = if eye.sees_everything() {
            tx.list_repositories(&eye.choice(registry), &query).await?
        } else {
            let (mut seen, wanted, mut left_out) = (Vec::new(), query.limit as usize, std::mem::take(&mut query.offset));
            let take = |row| {
                match left_out.checked_sub(1) {
                    Some(fewer) => left_out = fewer,
                    None => seen.push(row),
                }
                seen.len() < wanted
            };
            each(tx.as_mut(), &eye, registry, query, take).await?;
            seen
        };
        let page = listing.cut(rows)?;
        let items = self.views(tx.as_mut(), &eye, page.items).await?;
        Ok(Page { items: items.into_iter().map(RepositoryView::in_list).collect(), next: page.next })
    }

    /// How many repositories of one registry or of all pass the filters.
    ///
    /// # Errors
    /// As for [`page`](Self::page).
    pub async fn count(self, service: Option<&ServiceName>, listing: &Listing<RepositoryField>) -> Result<u64, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let mut query = listing.query(self.0.now(), None);
        if eye.sees_everything() {
            return Ok(tx.number_of_repositories(&eye.choice(registry), &query).await?);
        }
        (query.after, query.offset) = (None, 0);
        let mut number = 0;
        let count = |_| {
            number += 1;
            true
        };
        each(tx.as_mut(), &eye, registry, query, count).await?;
        Ok(number)
    }

    /// A repository.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from it.
    pub async fn show(self, service: &ServiceName, name: &RepositoryName) -> Result<RepositoryView, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        let starred = self.starred(tx.as_mut(), &[seen.repository.id]).await?;
        let namespace = eye.governing(seen.registry.id, name);
        let starred = starred.contains(&seen.repository.id);
        Ok(RepositoryView::new(&seen.registry, seen.repository, (seen.actions, namespace), starred))
    }

    pub(super) async fn of(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        service: Option<&ServiceName>,
    ) -> Result<Option<RegistryId>, Error> {
        match service {
            Some(service) => Ok(Some(self.0.known_registry(tx, standing, service).await?.id)),
            None => Ok(None),
        }
    }

    pub(super) async fn views(self, tx: &mut dyn ReadTx, eye: &Eye, rows: Vec<NamedRepository>) -> Result<Vec<RepositoryView>, Error> {
        let ids: Vec<RepositoryId> = rows.iter().map(|row| row.repository.id).collect();
        let starred = self.starred(tx, &ids).await?;
        let mut registries: HashMap<RegistryId, Registry> = HashMap::new();
        for row in &rows {
            let id = row.repository.registry;
            if !registries.contains_key(&id)
                && let Some(registry) = tx.registry(id).await?
            {
                registries.insert(id, registry);
            }
        }
        let looks = looks(eye, &rows);
        let view = |(row, look): (NamedRepository, _)| {
            let starred = starred.contains(&row.repository.id);
            // One whose registry is gone is gone as well.
            let registry = registries.get(&row.repository.registry)?;
            Some(RepositoryView::new(registry, row.repository, look, starred))
        };
        Ok(rows.into_iter().zip(looks).filter_map(view).collect())
    }

    /// Which of these he has given a star.
    pub(super) async fn starred(self, tx: &mut dyn ReadTx, ids: &[RepositoryId]) -> Result<HashSet<RepositoryId>, Error> {
        match self.asking(tx).await? {
            Some(user) if !ids.is_empty() => Ok(tx.starred(user, ids).await?.into_iter().collect()),
            Some(_) | None => Ok(HashSet::new()),
        }
    }

    /// Who asks; whoever sits at the machine is nobody.
    pub(super) async fn asking(self, tx: &mut dyn ReadTx) -> Result<Option<UserId>, Error> {
        Ok(self.0.user(tx).await?.map(|user| user.id))
    }
}
