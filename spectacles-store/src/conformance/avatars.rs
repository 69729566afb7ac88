//! Pictures of users.

use super::support::{World, commit, new_user, read};
use spectacles_core::model::{Avatar, AvatarSize};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

/// Longer than most columns of text are, of every byte there is.
fn avatar(seed: u8) -> Avatar {
    let bytes = |length: usize| (0..length).map(|place| u8::try_from(place % 256).unwrap_or(0).wrapping_add(seed)).collect();
    Avatar { small: bytes(3), medium: bytes(4_001), large: bytes(100_000), tag: format!("tag {seed}") }
}

pub(super) async fn every_size_is_kept_to_the_byte(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    for one in [avatar(1), avatar(7)] {
        commit!(store, tx => tx.set_avatar(world.alice, &one).await.unwrap());
        for size in AvatarSize::ALL {
            let found = read!(store, tx => tx.avatar(world.alice, size).await.unwrap());
            assert!(found == Some(one.picture(size)), "{size}");
            assert!(read!(store, tx => tx.avatar(world.bob, size).await.unwrap()).is_none());
        }
    }
    assert!(commit!(store, tx => tx.remove_avatar(world.alice).await.unwrap()));
    assert!(!commit!(store, tx => tx.remove_avatar(world.alice).await.unwrap()));
    assert!(read!(store, tx => tx.avatar(world.alice, AvatarSize::Small).await.unwrap()).is_none());
}

pub(super) async fn they_go_with_their_user(store: Arc<dyn Store>) {
    let user = commit!(store, tx => {
        let user = tx.insert_user(&new_user("alice")).await.unwrap();
        tx.set_avatar(user, &avatar(1)).await.unwrap();
        user
    });
    assert!(commit!(store, tx => tx.delete_user(user).await.unwrap()));
    assert!(read!(store, tx => tx.avatar(user, AvatarSize::Large).await.unwrap()).is_none());
    let mut tx = store.write().await.unwrap();
    let orphan = tx.set_avatar(user, &avatar(1)).await;
    assert!(matches!(orphan, Err(StoreError::InUse(_))), "{orphan:?}");
}
