//! What groups have to do with registries and apps.

use super::{MemoryTx, State, missing};
use async_trait::async_trait;
use spectacles_core::id::GroupId;
use spectacles_core::model::{Published, Relation, TimedGroup};
use spectacles_core::store::{Change, RelationReads, RelationWrites, StoreError};

impl State {
    /// The groups that have this relation, by id.
    pub(super) fn related_to(&self, of: Published, relation: Relation) -> impl Iterator<Item = TimedGroup> {
        let (first, last) = (GroupId::new(i64::MIN), GroupId::new(i64::MAX));
        let related = self.relations.range((of, relation, first)..=(of, relation, last));
        related.map(|((.., group), until)| TimedGroup { group: *group, until: *until })
    }
}

const fn change(of: Published) -> Change {
    match of {
        Published::Registry(id) => Change::Registry(id),
        Published::App(id) => Change::App(id),
    }
}

#[async_trait]
impl RelationReads for MemoryTx {
    async fn related(&mut self, of: Published, relation: Relation) -> Result<Vec<TimedGroup>, StoreError> {
        Ok(self.state.related_to(of, relation).collect())
    }
}

#[async_trait]
impl RelationWrites for MemoryTx {
    async fn relate(&mut self, of: Published, relation: Relation, group: TimedGroup) -> Result<bool, StoreError> {
        let state = self.state_mut();
        let exists = match of {
            Published::Registry(id) => state.registries.get(id.get()).is_some(),
            Published::App(id) => state.apps.get(id.get()).is_some(),
        };
        if !exists || state.groups.get(group.group.get()).is_none() {
            return Err(missing("a registry, an app or a group"));
        }
        let known = state.relations.insert((of, relation, group.group), group.until);
        Ok(self.changed(known != Some(group.until), change(of)))
    }

    async fn unrelate(&mut self, of: Published, relation: Relation, group: GroupId) -> Result<bool, StoreError> {
        let found = self.state_mut().relations.remove(&(of, relation, group)).is_some();
        Ok(self.changed(found, change(of)))
    }
}

impl MemoryTx {
    /// Removes the relations of a group that is deleted.
    pub(super) fn forget_relations_of(&mut self, gone: GroupId) {
        let touched = self.state.relations.keys().filter(|(.., group)| *group == gone);
        self.changed.extend(touched.map(|(of, ..)| change(*of)));
        self.state_mut().relations.retain(|(.., group), _| *group != gone);
    }
}
