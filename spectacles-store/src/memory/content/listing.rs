//! Lists of content.

use crate::memory::MemoryTx;
use spectacles_core::id::RegistryId;
use spectacles_core::listing::{NamedActivity, NamedRepository};
use spectacles_core::model::Activity;
use spectacles_core::name::ServiceName;
use spectacles_core::store::RepositoryChoice;

impl MemoryTx {
    fn service_of(&self, registry: RegistryId) -> Option<ServiceName> {
        self.state.registries.get(registry.get()).map(|registry| registry.service.clone())
    }

    pub(in crate::memory) fn all_repositories(&self, choice: &RepositoryChoice) -> impl Iterator<Item = NamedRepository> {
        self.content.chosen(choice).filter_map(|repository| {
            Some(NamedRepository { registry: self.service_of(repository.registry)?, repository: repository.clone() })
        })
    }

    pub(in crate::memory) fn all_activities(&self) -> impl Iterator<Item = NamedActivity> {
        self.content.activities.values().filter_map(|activity| {
            Some(NamedActivity { registry: self.service_of(activity.record.registry)?, activity: Activity::clone(activity) })
        })
    }

    pub(in crate::memory) fn all_tags(
        &self,
        repository: spectacles_core::id::RepositoryId,
    ) -> impl Iterator<Item = spectacles_core::model::Tag> {
        self.content.tags_of(repository).map(|noted| noted.tag.clone())
    }
}
