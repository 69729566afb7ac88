//! How a registry is reached: who says it, who sees it, and that nobody sees the password.

use super::desk::{Desk, REGISTRY, service};
use spectacles_core::listing::{Listing, RegistryField};
use spectacles_core::model::{Connection, LoginKind};
use spectacles_core::service::{ConnectionChanges, Error, RegistryChanges};

fn changes(connection: ConnectionChanges) -> RegistryChanges {
    RegistryChanges { connection, ..RegistryChanges::default() }
}

fn login() -> ConnectionChanges {
    ConnectionChanges {
        login: Some(LoginKind::Basic),
        username: Some("reader".to_owned()),
        password: Some("hunter2 of the registry".into()),
        ..ConnectionChanges::default()
    }
}

#[tokio::test]
async fn nobody_sees_the_password_and_only_those_who_answer_see_the_rest() {
    let desk = Desk::new().await;
    let view = desk.admin().registries().set(&service(REGISTRY), changes(login())).await.expect("a change");
    let shown = serde_json::to_string(&view).expect("JSON");
    assert!(shown.contains("reader") && !shown.contains("hunter2") && !format!("{view:?}").contains("hunter2"), "{shown}");
    let (who, details) = desk.last_change().await;
    assert_eq!((who[1].as_str(), &details["password"]), ("registry.set", &serde_json::json!("changed")));
    assert!(!details.to_string().contains("hunter2"));

    let alice = desk.caller("alice").await;
    let registries = desk.app.member(&alice).registries();
    assert_eq!(registries.show(&service(REGISTRY)).await.expect("a registry").registry.connection, Connection::default());
    let listing = Listing::<RegistryField>::read(spectacles_core::listing::Given::default()).expect("a listing");
    let page = registries.page(&listing).await.expect("a page");
    assert_eq!(page.items[0].registry.connection, Connection::default());
    assert!(matches!(registries.sync_state(&service(REGISTRY)).await, Err(Error::Denied(_))));
    assert!(matches!(registries.set(&service(REGISTRY), changes(login())).await, Err(Error::Denied(_))));
    assert!(matches!(registries.new_event_secret(&service(REGISTRY)).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn a_connection_that_makes_no_sense_changes_nothing() {
    let desk = Desk::new().await;
    let revision = desk.revision().await;
    let wrong = ConnectionChanges { password: None, ..login() };
    assert!(matches!(desk.admin().registries().set(&service(REGISTRY), changes(wrong)).await, Err(Error::Invalid(_))));
    let wrong = ConnectionChanges { ca: Some(Some("no certificate".to_owned())), ..ConnectionChanges::default() };
    assert!(matches!(desk.admin().registries().set(&service(REGISTRY), changes(wrong)).await, Err(Error::Invalid(_))));
    assert_eq!(desk.revision().await, revision);
    let without_a_way = desk.admin().registries().test(&service(REGISTRY)).await;
    assert!(matches!(without_a_way, Err(Error::Refused(text)) if text.contains("no way")));
}
