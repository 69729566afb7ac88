//! Users.

use super::support::{ORDERED, World, assigned, at, commit, in_order, new_user, read, shuffled};
use spectacles_core::id::UserId;
use spectacles_core::model::{Grantee, NewUser, PasswordHash, Privileges, User};
use spectacles_core::name::UserName;
use spectacles_core::store::{Store, StoreError, Unique};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let new = NewUser {
        name: "carol".parse().unwrap(),
        display_name: "Carol Ängström".to_owned(),
        email: Some("carol@example.com".parse().unwrap()),
        password: Some(PasswordHash::from_phc("$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA")),
        admin: true,
        auditor: false,
        enabled: false,
        privileges: Privileges { puller: true, pusher: false, manager: true },
        default_group: Some(world.developers),
        created: at(1),
    };
    let id = commit!(store, tx => tx.insert_user(&new).await.unwrap());
    let mut carol = User {
        id,
        name: new.name,
        display_name: new.display_name,
        email: new.email,
        password: new.password,
        admin: true,
        auditor: false,
        enabled: false,
        privileges: new.privileges,
        default_group: Some(world.developers),
        created: at(1),
        updated: at(1),
    };
    assert_eq!(read!(store, tx => tx.user(id).await.unwrap()).as_ref(), Some(&carol));
    assert_eq!(read!(store, tx => tx.user_named(&carol.name).await.unwrap()).as_ref(), Some(&carol));

    let old_name = carol.name.clone();
    carol.name = "carol-2".parse().unwrap();
    carol.display_name = String::new();
    carol.email = None;
    carol.password = None;
    carol.admin = false;
    carol.auditor = true;
    carol.enabled = true;
    carol.privileges = Privileges::ALL;
    carol.default_group = None;
    carol.updated = at(2);
    // When it was created is not a thing that changes.
    let update = User { created: at(9), ..carol.clone() };
    assert!(commit!(store, tx => tx.update_user(&update).await.unwrap()));
    assert_eq!(read!(store, tx => tx.user(id).await.unwrap()).as_ref(), Some(&carol));
    assert_eq!(read!(store, tx => tx.user_named(&carol.name).await.unwrap()).as_ref(), Some(&carol));
    assert_eq!(read!(store, tx => tx.user_named(&old_name).await.unwrap()), None);
}

pub(super) async fn names_are_unique(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_user(&new_user("alice")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::UserName))), "{again:?}");
    let mut bob = tx.user(world.bob).await.unwrap().unwrap();
    // His own name is no conflict.
    assert!(tx.update_user(&bob).await.unwrap());
    bob.name = "alice".parse().unwrap();
    let renamed = tx.update_user(&bob).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::UserName))), "{renamed:?}");
    bob.name = "robert".parse().unwrap();
    assert!(tx.update_user(&bob).await.unwrap());
    tx.insert_user(&new_user("bob")).await.expect("the name is free again");
    tx.commit().await.unwrap();
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let nobody = UserId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let alice = tx.user(world.alice).await.unwrap().unwrap();
    assert!(!tx.update_user(&User { id: nobody, name: "nobody".parse().unwrap(), ..alice.clone() }).await.unwrap());
    // Not even with a name that somebody else has.
    assert!(!tx.update_user(&User { id: nobody, ..alice }).await.unwrap());
    assert!(!tx.delete_user(nobody).await.unwrap());
    assert_eq!(tx.user(nobody).await.unwrap(), None);
    assert_eq!(tx.groups_of_user(nobody).await.unwrap(), []);
}

pub(super) async fn lists_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    commit!(store, tx => for name in shuffled() {
        tx.insert_user(&new_user(name)).await.unwrap();
    });
    let expected = in_order(ORDERED);
    let mut tx = store.read().await.unwrap();
    let names = |users: Vec<User>| users.into_iter().map(|user| user.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(tx.users(None, 100).await.unwrap()), expected);
    let mut after: Option<UserName> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.users(after.as_ref(), 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.name.clone());
        paged.append(&mut names(page));
    }
    assert_eq!(paged, expected);
    // A page may begin after a name that nobody has.
    assert_eq!(names(tx.users(Some(&"a0a".parse().unwrap()), 1).await.unwrap()), ["a_a"]);
    assert_eq!(names(tx.users(None, 0).await.unwrap()), Vec::<String>::new());
}

pub(super) async fn enabled_administrators_are_counted(store: Arc<dyn Store>) {
    assert_eq!(read!(store, tx => tx.count_administrators().await.unwrap()), 0);
    assert_eq!(read!(store, tx => tx.count_users().await.unwrap()), 0);
    commit!(store, tx => for (name, admin, enabled) in [("a", true, true), ("b", true, false), ("c", false, true), ("d", true, true)] {
        tx.insert_user(&NewUser { admin, enabled, ..new_user(name) }).await.unwrap();
    });
    assert_eq!(read!(store, tx => tx.count_administrators().await.unwrap()), 2);
    assert_eq!(read!(store, tx => tx.count_users().await.unwrap()), 4);
}

pub(super) async fn owners_are_not_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let refused = tx.delete_user(world.alice).await;
    assert!(matches!(refused, Err(StoreError::InUse(_))), "{refused:?}");
    // The transaction goes on, with her and all she has.
    assert_eq!(tx.groups_of_user(world.alice).await.unwrap().len(), 1);
    let mut team = tx.namespace(world.team).await.unwrap().unwrap();
    team.owner = Some(world.bob);
    assert!(tx.update_namespace(&team).await.unwrap());
    assert!(tx.delete_user(world.alice).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read!(store, tx => tx.user(world.alice).await.unwrap()), None);
}

pub(super) async fn deletion_takes_memberships_assignments_and_grants(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    assert!(commit!(store, tx => tx.delete_user(world.bob).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.groups_of_user(world.bob).await.unwrap(), []);
    assert_eq!(tx.members_of_group(world.operators).await.unwrap(), []);
    assert_eq!(tx.assigned(world.team).await.unwrap(), []);
    let left = [Grantee::Group(world.developers), Grantee::Group(world.operators), Grantee::Service(world.builder)];
    assert_eq!(tx.assigned(world.shared).await.unwrap(), left.map(assigned));
    let grants: Vec<_> = tx.grants(world.shared).await.unwrap().into_iter().map(|grant| grant.grantee).collect();
    assert_eq!(grants, [Grantee::User(world.alice), Grantee::Group(world.operators), Grantee::Service(world.builder)]);
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let mut known = Vec::new();
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_user(&new_user("alice")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        assert!(commit!(store, tx => tx.delete_user(id).await.unwrap()));
    }
}

pub(super) async fn text_is_kept_to_the_letter(store: Arc<dyn Store>) {
    let long = "ü".repeat(40_000);
    let texts = [
        "",
        " ",
        "trailing  ",
        "it's \"quoted\" `so`",
        "back\\slash \\n",
        "? $1 :a %s {}",
        "line\r\nline\t",
        "日本語 🦀 e\u{301} é ß İ",
        &long,
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let new = NewUser { display_name: text.to_owned(), ..new_user(&format!("user{index}")) };
        let id = commit!(store, tx => tx.insert_user(&new).await.unwrap());
        let kept = read!(store, tx => tx.user(id).await.unwrap()).unwrap().display_name;
        assert!(kept == text, "{text:?} became {kept:?}");
    }
}
