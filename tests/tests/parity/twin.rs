//! Servers that are alike to the last random byte.

use spectacles_core::key::{KeyRing, TokenKey, generate};
use spectacles_core::model::{Algorithm, Anonymous, Terms};
use spectacles_core::random::{Random, RandomError};
use spectacles_core::right::Right;
use spectacles_core::service::{
    Administration, CreateNamespace, CreateRegistry, CreateUser, GranteeName, Settings as AppSettings, Spectacles, UserChanges,
};
use spectacles_core::time::{Clock, Timestamp};
use spectacles_http::{Settings, Surface};
use spectacles_store::MemoryStore;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// 2026-01-02T03:04:05Z, for ever.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1_767_323_045_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(1000)
    }
}

/// Always the same.
struct Sevens;

impl Random for Sevens {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(7);
        Ok(())
    }
}

/// One key for all: RSA signatures of the same text are the same.
fn keys() -> KeyRing {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let now = Stopped.now();
        let pem = generate(Algorithm::Rs256, now).expect("a key");
        TokenKey::from_pem(&pem.private_pem, Some(&pem.certificate_pem), now).expect("the key")
    });
    KeyRing::new(vec![key.clone()]).expect("a ring of one")
}

/// A surface with these people and registries:
/// * root is an administrator; alice owns `team` and reads `shared`; bob has nothing; dora is disabled;
/// * `registry.test` admits nobody without credentials; on `open.test`, `public` may be pulled by everybody; `closed.test` is disabled.
pub(super) async fn surface() -> Surface {
    let (clock, random) = (Arc::new(Stopped), Arc::new(Sevens));
    let store = Arc::new(MemoryStore::new());
    let office = Administration::new(store.clone(), clock.clone(), random.clone()).expect("a thread");
    let admin = office.operator();
    for name in ["root", "alice", "bob", "dora"] {
        let password = Some(format!("{name}'s password").into());
        let user = CreateUser { password, admin: name == "root", ..CreateUser::named(name.parse().expect("a name")) };
        admin.users().create(user).await.expect("a user");
    }
    let disabled = UserChanges { enabled: Some(false), ..UserChanges::default() };
    admin.users().set(&"dora".parse().expect("a name"), disabled).await.expect("a change");
    for (service, anonymous, enabled) in
        [("registry.test", Anonymous::Off, true), ("open.test", Anonymous::Pull, true), ("closed.test", Anonymous::Off, false)]
    {
        let url = "http://127.0.0.1:5000".parse().expect("a URL");
        let registry = CreateRegistry { anonymous, enabled, ..CreateRegistry::new(service.parse().expect("a name"), url) };
        admin.registries().create(registry).await.expect("a registry");
        for (path, owner, others, public) in
            [("team", Some("alice"), Right::None, false), ("shared", None, Right::Read, false), ("public", None, Right::None, true)]
        {
            let path = path.parse().expect("a path");
            let owner = owner.map(|name| name.parse().expect("a name"));
            let new =
                CreateNamespace { owner, public, others_right: others, ..CreateNamespace::new(service.parse().expect("a name"), path) };
            admin.namespaces().create(new).await.expect("a namespace");
        }
    }
    let (service, team) = ("registry.test".parse().expect("a name"), "team".parse().expect("a path"));
    let bob = GranteeName::User("bob".parse().expect("a name"));
    admin.namespaces().grant(&service, &team, &bob, Right::None, Terms::none()).await.expect("a grant");

    let settings = AppSettings { issuer: "twin".to_owned(), ..AppSettings::default() };
    let app = Spectacles::builder(store).settings(settings).keys(keys()).clock(clock).random(random).start().await;
    Surface::new(Arc::new(app.expect("a server")), Settings::default()).expect("a surface")
}
