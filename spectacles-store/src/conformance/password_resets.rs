//! Codes by which new passwords are set.

use super::support::{HASH, World, at, commit, read};
use spectacles_core::id::UserId;
use spectacles_core::model::{PasswordReset, SecretHash};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

fn reset(user: UserId) -> PasswordReset {
    PasswordReset { user, hash: HASH, created: at(1), until: at(9) }
}

pub(super) async fn everybody_has_one_at_most(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    assert_eq!(read!(store, tx => tx.password_reset(world.alice).await.unwrap()), None);
    commit!(store, tx => tx.keep_password_reset(&reset(world.alice)).await.unwrap());
    assert_eq!(read!(store, tx => tx.password_reset(world.alice).await.unwrap()), Some(reset(world.alice)));
    assert_eq!(read!(store, tx => tx.password_reset(world.bob).await.unwrap()), None);
    let another = PasswordReset { hash: SecretHash::from_bytes([7; 32]), created: at(3), until: at(12), ..reset(world.alice) };
    commit!(store, tx => tx.keep_password_reset(&another).await.unwrap());
    assert_eq!(read!(store, tx => tx.password_reset(world.alice).await.unwrap()), Some(another));

    assert!(commit!(store, tx => tx.end_password_reset(world.alice).await.unwrap()));
    assert!(!commit!(store, tx => tx.end_password_reset(world.alice).await.unwrap()));
    assert_eq!(read!(store, tx => tx.password_reset(world.alice).await.unwrap()), None);
}

pub(super) async fn they_go_with_their_user(store: Arc<dyn Store>) {
    let user = commit!(store, tx => {
        let user = tx.insert_user(&super::support::new_user("alice")).await.unwrap();
        tx.keep_password_reset(&reset(user)).await.unwrap();
        user
    });
    assert!(commit!(store, tx => tx.delete_user(user).await.unwrap()));
    assert_eq!(read!(store, tx => tx.password_reset(user).await.unwrap()), None);
    let mut tx = store.write().await.unwrap();
    let orphan = tx.keep_password_reset(&reset(user)).await;
    assert!(matches!(orphan, Err(StoreError::InUse(_))), "{orphan:?}");
}
