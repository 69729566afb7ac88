//! Searching: everything is looked at.

use super::Content;
use crate::rules::{is_chosen, searched, worth};
use spectacles_core::model::Repository;
use spectacles_core::store::{RepositoryChoice, RepositorySearch};
use std::cmp::Reverse;

impl Content {
    /// Repositories that are not gone, among those of a choice.
    pub(super) fn chosen(&self, choice: &RepositoryChoice) -> impl Iterator<Item = &Repository> {
        self.repositories.rows().filter(move |repository| repository.gone.is_none() && is_chosen(choice, repository))
    }

    pub(super) fn search(&self, search: &RepositorySearch) -> Vec<Repository> {
        let fits = |repository: &&Repository| {
            search.term.is_empty() || (!search.term.contains('\n') && searched(repository).contains(&search.term))
        };
        let place = |repository: &Repository| (Reverse(worth(search, repository)), repository.name.clone(), repository.registry);
        let after = search.after.as_ref().map(|(stars, name, registry)| (Reverse(*stars), name.clone(), *registry));
        let found = self.chosen(&search.choice).filter(fits).map(|repository| (place(repository), repository));
        let mut found: Vec<_> = found.filter(|(place, _)| after.as_ref().is_none_or(|after| place > after)).collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.into_iter().take(search.limit as usize).map(|(_, repository)| repository.clone()).collect()
    }
}
