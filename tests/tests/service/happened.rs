//! What users are told of changes: those of what is theirs to know, and not of what had the same name before.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::listing::{AuditField, Given, Listing};
use spectacles_core::model::{PutTag, Terms};
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::right::Right;
use spectacles_core::service::{CreateNamespace, CreateRegistry, GranteeName, RepositoryChanges, Settings};
use spectacles_core::time::Clock as _;
use std::time::Duration;

impl Desk {
    /// What bob is told of, the oldest first.
    async fn told(&self) -> Vec<String> {
        let bob = self.caller("bob").await;
        let listing = Listing::<AuditField>::read(Given { limit: Some("1000"), ..Given::default() }).expect("a listing");
        let page = self.app.member(&bob).activity().changes(&listing).await.expect("a page");
        let mut items = page.items;
        items.sort_by_key(|item| item.id);
        items.into_iter().map(|item| format!("{} {}", item.action, item.object)).collect()
    }

    /// Describes `team/app`, which is there from then on.
    async fn describe(&self, text: &str) {
        let name: RepositoryName = "team/app".parse().expect("a name");
        let registry = self.read().await.registry_named(&service(REGISTRY)).await.expect("an answer").expect("a registry").id;
        let (at, digest) = (self.clock.now(), Digest::sha256(b"image"));
        let mut tx = self.store.content().await.expect("a transaction");
        let id = tx.meet_repositories(registry, std::slice::from_ref(&name), at).await.expect("a repository")[0];
        let media_type = "application/vnd.oci.image.manifest.v1+json".parse().expect("a type");
        let tag = "v1".parse().expect("a tag");
        let put = PutTag { repository: id, name: tag, digest, media_type, size: None, at, pushed_by: None, pushed: false };
        tx.put_tags(&[put]).await.expect("a tag");
        tx.commit().await.expect("it is there");
        let changes = RepositoryChanges { description: Some(text.to_owned()), ..RepositoryChanges::default() };
        self.admin().repositories().set(&service(REGISTRY), &name, changes).await.expect("a change");
        self.clock.forward(Duration::from_secs(60));
    }

    async fn give_bob(&self) {
        let bob = GranteeName::User(user("bob"));
        self.admin().namespaces().grant(&service(REGISTRY), &path("team"), &bob, Right::Read, Terms::none()).await.expect("a grant");
        self.clock.forward(Duration::from_secs(60));
    }

    async fn make_team(&self) {
        self.admin().namespaces().create(CreateNamespace::new(service(REGISTRY), path("team"))).await.expect("a namespace");
    }
}

const DESCRIBED: &str = "repository.set repository registry.test team/app";
const GRANTED: &str = "namespace.grant namespace registry.test team";

#[tokio::test]
async fn what_was_done_to_another_thing_of_the_same_name_is_not_told() {
    for whole_registry in [false, true] {
        let patient = Settings { grace: Duration::from_secs(24 * 60 * 60), ..Settings::default() };
        let desk = Desk::with(|builder| builder.settings(patient)).await;
        desk.clock.forward(Duration::from_secs(60));
        desk.give_bob().await;
        desk.describe("a secret plan").await;
        let told = desk.told().await;
        assert!(told.iter().any(|line| line == DESCRIBED) && told.iter().any(|line| line == GRANTED), "{told:?}");
        let admin = desk.admin();
        if whole_registry {
            admin.registries().delete(&service(REGISTRY)).await.expect("it was there");
            let again = CreateRegistry::new(service(REGISTRY), "http://127.0.0.1:5000".parse().expect("a URL"));
            admin.registries().create(again).await.expect("a registry");
        } else {
            admin.namespaces().delete(&service(REGISTRY), &path("team")).await.expect("it was there");
        }
        desk.make_team().await;
        desk.give_bob().await;
        let told = desk.told().await;
        assert_eq!(told.iter().filter(|line| *line == DESCRIBED).count(), 0, "{told:?}");
        assert_eq!(told.iter().filter(|line| *line == GRANTED).count(), 1, "the grant of now, and not the one of then: {told:?}");
        desk.describe("another plan").await;
        let told = desk.told().await;
        assert_eq!(told.iter().filter(|line| *line == DESCRIBED).count(), 1, "what is done from then on: {told:?}");
    }
}
