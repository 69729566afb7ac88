//! Counting pulls.

use super::Content;
use crate::rules::{Days, LONGEST_KEY, consumed, key, later};
use spectacles_core::model::{Consumer, Pulls};
use std::sync::Arc;

impl Content {
    pub(super) fn count_pulls(&mut self, pulls: &[Pulls]) {
        for pull in pulls.iter().filter(|pull| pull.count > 0) {
            if self.repositories.get(pull.repository.get()).is_none() {
                continue;
            }
            let principal = &key(&pull.principal, LONGEST_KEY);
            let days = self.days.entry((pull.repository, principal.clone())).or_insert(Days::NONE);
            let is_new = days.count(pull.at);
            self.repositories.change(pull.repository.get(), |repository| {
                repository.pulls = repository.pulls.saturating_add(pull.count);
                repository.pulled = later(repository.pulled, pull.at);
                repository.pull_days = if is_new { repository.pull_days.saturating_add(1) } else { repository.pull_days };
            });
            let tag = pull.tag.as_ref().and_then(|tag| self.tags.named(&(pull.repository, tag.to_string())));
            if let Some(id) = tag.map(|noted| noted.tag.id.get()) {
                self.tags.change(id, |noted| {
                    noted.tag.pulls = noted.tag.pulls.saturating_add(pull.count);
                    noted.tag.pulled = later(noted.tag.pulled, pull.at);
                });
            }
            let consumption = (pull.repository, pull.digest.clone(), principal.clone());
            let known = self.consumers.get(&consumption).map(|consumer| Consumer::clone(consumer));
            self.consumers.insert(consumption, Arc::new(consumed(known, pull, principal)));
        }
    }
}
