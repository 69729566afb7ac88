//! What is done to registries because somebody wants it, in this process: policies that are carried out by themselves, and copies.

use super::fake::Fake;
use super::place::{Place, service};
use spectacles_core::auth::Credentials;
use spectacles_core::model::{RetentionPolicy, RetentionRule, Terms};
use spectacles_core::name::NamespacePath;
use spectacles_core::right::Right;
use spectacles_core::service::{
    CopyImage, CreateNamespace, CreateUser, Error, GranteeName, ImageSource, ImageTarget, RegistryChanges, UserChanges,
};
use spectacles_core::time::Clock as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn path(path: &str) -> NamespacePath {
    path.parse().expect("a path")
}

impl Place {
    async fn user(&self, name: &str, admin: bool) {
        let password = Some(format!("secret of {name}").into());
        let new = CreateUser { admin, password, ..CreateUser::named(name.parse().expect("a name")) };
        self.app.administration().operator().users().create(new).await.expect("a user");
    }

    /// A namespace with two tags in `app`, of which a policy keeps the last one.
    async fn namespace(&self, fake: &Fake, name: &str, owner: Option<&str>) {
        let operator = self.app.administration().operator();
        let owner = owner.map(|owner| owner.parse().expect("a name"));
        let new = CreateNamespace { owner, ..CreateNamespace::new(service("one"), path(name)) };
        operator.namespaces().create(new).await.expect("a namespace");
        let policy = RetentionPolicy { enabled: true, keep: vec![RetentionRule::Matching(vec!["b".to_owned()])], ..Default::default() };
        operator.retention().set(&service("one"), &path(name), policy).await.expect("a policy");
        for tag in ["a", "b"] {
            fake.push(&format!("{name}/app"), tag);
        }
    }

    /// Carries policies out by themselves, a day later, and says what is left.
    async fn retain(&self) -> Vec<String> {
        self.clock.forward(25 * 60 * 60 * 1000);
        self.app.administration().carry_out_retention(self.clock.now()).await.expect("it is carried out");
        self.names("one").await
    }
}

#[tokio::test]
async fn a_policy_by_itself_deletes_what_the_owner_may_delete() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let operator = place.app.administration().operator();
    let deletes = RegistryChanges { delete_enabled: Some(true), ..RegistryChanges::default() };
    operator.registries().set(&service("one"), deletes).await.expect("a change");
    for (name, admin) in [("alice", false), ("bob", false), ("carol", false), ("root", true)] {
        place.user(name, admin).await;
    }
    let reader = GranteeName::User("bob".parse().expect("a name"));
    for (name, owner) in
        [("alices", Some("alice")), ("bobs", Some("bob")), ("carols", Some("carol")), ("roots", Some("root")), ("none", None)]
    {
        place.namespace(&fake, name, owner).await;
    }
    // Inside of hers, and not hers.
    let inside =
        CreateNamespace { owner: Some("bob".parse().expect("a name")), ..CreateNamespace::new(service("one"), path("alices/inner")) };
    operator.namespaces().create(inside).await.expect("a namespace");
    fake.push("alices/inner/app", "a");
    // He may read what he owns, by a right of his own; she is not there any more.
    operator.namespaces().grant(&service("one"), &path("bobs"), &reader, Right::Read, Terms::none()).await.expect("a grant");
    let off = UserChanges { enabled: Some(false), ..UserChanges::default() };
    operator.users().set(&"carol".parse().expect("a name"), off).await.expect("a change");
    place.pass("one").await;
    let left =
        ["alices/app:b", "alices/inner/app:a", "bobs/app:a", "bobs/app:b", "carols/app:a", "carols/app:b", "none/app:b", "roots/app:b"];
    assert_eq!(place.retain().await, left);
    assert_eq!(fake.tags_of("bobs/app"), ["a", "b"]);
    assert_eq!(fake.tags_of("alices/app"), ["b"]);
    // Whoever may again, deletes again.
    operator.namespaces().revoke(&service("one"), &path("bobs"), &reader).await.expect("it was there");
    let left = ["alices/app:b", "alices/inner/app:a", "bobs/app:b", "carols/app:a", "carols/app:b", "none/app:b", "roots/app:b"];
    assert_eq!(place.retain().await, left);
}

#[tokio::test]
async fn two_copies_of_one_user_are_made_at_once() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let digest = fake.push("team/app", "v1");
    for name in ["root", "ruth"] {
        place.user(name, true).await;
    }
    let caller = async |name: &str| {
        let credentials = Credentials { account: name.to_owned(), secret: format!("secret of {name}").into() };
        place.app.authenticate(&credentials, None).await.expect("an answer").expect("a caller")
    };
    let (root, ruth) = (caller("root").await, caller("ruth").await);
    let repository: spectacles_core::name::RepositoryName = "team/app".parse().expect("a name");
    let from =
        ImageSource { registry: service("one"), repository: repository.clone(), reference: digest.as_str().parse().expect("a digest") };
    let to = ImageTarget { registry: service("one"), repository, tag: "v2".parse().expect("a tag") };
    let image = CopyImage { from, to, platform: None, referrers: false };
    let copy = |caller| place.app.member(caller).images().copy(&image, &|_| {});
    let mut context = Context::from_waker(Waker::noop());
    let mut begun = Vec::new();
    for _ in 0..2 {
        let mut copy = Box::pin(copy(&root));
        assert!(copy.as_mut().poll(&mut context).is_pending(), "it waits for the registry");
        begun.push(copy);
    }
    let refused = copy(&root).await;
    assert!(matches!(&refused, Err(Error::TooMany { what, .. }) if what.contains("copies")), "{refused:?}");
    assert!(pin!(copy(&ruth)).as_mut().poll(&mut context).is_pending(), "others are others");
    // One that was given up is none any more.
    drop(begun.pop());
    assert!(!matches!(pin!(copy(&root)).as_mut().poll(&mut context), Poll::Ready(Err(Error::TooMany { .. }))));
}
