//! What is known of the content of registries.

mod activities;
mod changes;
mod manifests;
mod many;
mod pulls;
mod reads;
mod repositories;
mod retention;
mod search;
mod tags;

pub(super) use activities::ALL_NAMED as ALL_ACTIVITIES;
pub(super) use activities::read_named as read_activity;
pub(super) use repositories::{ALL_NAMED as ALL_REPOSITORIES, read_named as read_repository};
pub(super) use search::Paths;
pub(super) use tags::{ALL as ALL_TAGS, read as read_tag};

use super::backend::Session;
use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::store::ContentTx;

/// Locks the only row of `content_turn` until the end of the transaction: from here on nobody else changes what is known of content. All that
/// changes it does this first.
pub(super) async fn lock(session: &mut dyn Session) -> Result<(), StoreError> {
    match session.execute("UPDATE content_turn SET value = value + 1 WHERE id = 1", &[]).await? {
        1 => Ok(()),
        _ => Err(broken("the table `content_turn` is empty")),
    }
}

impl SqlTx {
    /// Waits until nobody else changes what is known of content.
    pub(super) async fn lock_content(&mut self) -> Result<(), StoreError> {
        if !self.has_content {
            lock(self.session.as_mut()).await?;
            self.has_content = true;
        }
        Ok(())
    }
}

#[async_trait]
impl ContentTx for SqlTx {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.session.commit().await
    }
}

/// A number as databases keep it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The same, back again.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
