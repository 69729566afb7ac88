//! Random states as documents: what is applied is what is exported, whatever was there before.

use serde_json::{Map, Value, json};
use spectacles_core::declarative::{Declaration, Tree};
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{Administration, Request, StateError};
use spectacles_core::time::SystemClock;
use spectacles_store::MemoryStore;
use std::sync::Arc;

/// Numbers that are the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    fn some<'a>(&mut self, of: &[&'a str]) -> Vec<&'a str> {
        of.iter().copied().filter(|_| self.roll(2) == 0).collect()
    }

    /// A field, now and then.
    fn field(&mut self, fields: &mut Map<String, Value>, name: &str, value: impl FnOnce(&mut Self) -> Value) {
        if self.roll(2) == 0 {
            let value = value(self);
            fields.insert(name.to_owned(), value);
        }
    }
}

// Names that YAML and paths could take for something else.
const USERS: &[&str] = &["admin", "on", "null", "1e3", "alice", "bob"];
const GROUPS: &[&str] = &["devs", "true", "Quality & Co: #1", "0x1f", "- ops"];
const APPS: &[&str] = &["web", "Back Office", "~no"];
const SERVICES: &[&str] = &["ci/build", "1.5", "cd"];
const REGISTRIES: &[&str] = &["registry.example.com", "other:5000"];
const PATHS: &[&str] = &["/", "team", "team/app", "*/public", "*", "12"];
const TEXTS: &[&str] = &["", "who develops", "it's \"quoted\": #yes", " spaces ", "ünï ✓", "null"];
const RIGHTS: &[&str] = &["NONE", "READ", "WRITE", "FULL"];
const LATER: &str = "2999-01-01T00:00:00Z";

fn limited(dice: &mut Dice, kind: &str, names: &[&str]) -> Value {
    dice.some(names).into_iter().map(|name| if dice.roll(2) == 0 { json!(name) } else { json!({ kind: name, "until": LATER }) }).collect()
}

fn related(dice: &mut Dice, fields: &mut Map<String, Value>) {
    dice.field(fields, "responsible", |dice| limited(dice, "group", GROUPS));
    dice.field(fields, "publication", |dice| limited(dice, "group", GROUPS));
}

fn holders(dice: &mut Dice, rights: bool) -> Value {
    let mut holders = Vec::new();
    for (kind, names) in [("user", USERS), ("group", GROUPS), ("service", SERVICES)] {
        for name in dice.some(names) {
            let mut holder = Map::from_iter([(kind.to_owned(), json!(name))]);
            let right = dice.pick(RIGHTS);
            if rights {
                holder.insert("right".to_owned(), json!(right));
            }
            dice.field(&mut holder, "until", |_| json!(LATER));
            if !(rights && right == "NONE") {
                dice.field(&mut holder, "networks", |_| json!(["192.0.2.0/24", "2001:db8::/32"]));
            }
            holders.push(Value::Object(holder));
        }
    }
    Value::Array(holders)
}

/// Any state in which everybody is there whom it names.
fn document(dice: &mut Dice) -> Value {
    let groups: Map<_, _> = (GROUPS.iter())
        .map(|name| {
            let mut group = Map::from_iter([("members".to_owned(), limited(dice, "user", USERS))]);
            dice.field(&mut group, "description", |dice| json!(dice.pick(TEXTS)));
            dice.field(&mut group, "slug", |_| Value::Null);
            ((*name).to_owned(), Value::Object(group))
        })
        .collect();
    let users = USERS.iter().map(|name| {
        let mut user = Map::from_iter([("admin".to_owned(), json!(*name == "admin" || dice.roll(3) == 0))]);
        let is_in = |group: &Value| group["members"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        if let Some((group, _)) = groups.iter().find(|(_, group)| is_in(group)) {
            dice.field(&mut user, "default_group", |_| json!(group));
        }
        dice.field(&mut user, "display_name", |dice| json!(dice.pick(TEXTS)));
        dice.field(&mut user, "email", |_| json!("a@example.com"));
        dice.field(&mut user, "privileges", |dice| json!(dice.some(&["puller", "pusher", "manager"])));
        dice.field(&mut user, "auditor", |dice| json!(dice.roll(2) == 0));
        if *name != "admin" {
            dice.field(&mut user, "enabled", |_| json!(false));
        }
        ((*name).to_owned(), Value::Object(user))
    });
    let users: Map<_, _> = users.collect();
    let apps = APPS.iter().map(|name| {
        let mut app = Map::new();
        dice.field(&mut app, "slug", |dice| json!(format!("slug-{}", dice.roll(1_000_000))));
        related(dice, &mut app);
        ((*name).to_owned(), Value::Object(app))
    });
    let apps: Map<_, _> = apps.collect();
    let services = SERVICES.iter().map(|name| {
        let mut service = Map::new();
        dice.field(&mut service, "app", |dice| json!(dice.pick(APPS)));
        dice.field(&mut service, "owner", |dice| json!(dice.pick(USERS)));
        dice.field(&mut service, "enabled", |_| json!(false));
        ((*name).to_owned(), Value::Object(service))
    });
    let services: Map<_, _> = services.collect();
    let registries: Map<_, _> = dice.some(REGISTRIES).into_iter().map(|name| (name.to_owned(), registry(dice))).collect();
    let scope = ["users", "groups", "apps", "services", "registries"];
    json!({ "version": 1, "scope": scope, "users": users, "groups": groups, "apps": apps, "services": services, "registries": registries })
}

fn registry(dice: &mut Dice) -> Value {
    let mut registry = Map::from_iter([("url".to_owned(), json!("http://127.0.0.1:5000"))]);
    dice.field(&mut registry, "external_url", |_| json!("https://registry.example.com"));
    dice.field(&mut registry, "enabled", |_| json!(false));
    dice.field(&mut registry, "anonymous", |_| json!("pull"));
    dice.field(&mut registry, "policy", |dice| json!(dice.pick(&["namespaces", "paths"])));
    dice.field(&mut registry, "token_seconds", |dice| json!(60 + dice.roll(1000)));
    dice.field(&mut registry, "kid_style", |_| json!("rfc7638"));
    related(dice, &mut registry);
    let namespaces = dice.some(PATHS).into_iter().map(|path| {
        let mut namespace = Map::new();
        dice.field(&mut namespace, "owner", |dice| json!(dice.pick(USERS)));
        dice.field(&mut namespace, "description", |dice| json!(dice.pick(TEXTS)));
        dice.field(&mut namespace, "public", |_| json!(true));
        dice.field(&mut namespace, "members_right", |dice| json!(dice.pick(RIGHTS)));
        dice.field(&mut namespace, "others_right", |dice| json!(dice.pick(RIGHTS)));
        dice.field(&mut namespace, "assigned", |dice| holders(dice, false));
        dice.field(&mut namespace, "grants", |dice| holders(dice, true));
        (path.to_owned(), Value::Object(namespace))
    });
    let namespaces: Map<_, _> = namespaces.collect();
    registry.insert("namespaces".to_owned(), json!(namespaces));
    Value::Object(registry)
}

fn administration() -> Administration {
    Administration::new(Arc::new(MemoryStore::new()), Arc::new(SystemClock::new()), Arc::new(SystemRandom)).expect("threads")
}

async fn apply(administration: &Administration, document: &Value) -> Result<(), StateError> {
    let declaration = Declaration::read(&Tree::from(document.clone())).unwrap_or_else(|problems| panic!("{problems:?}"));
    let request = Request { declaration: &declaration, prune: true, rehearse: true, admin_bypass: true };
    let state = administration.operator().state();
    let planned = state.plan(request).await?;
    state.apply(request, &planned.plan).await?;
    let again = state.plan(request).await?;
    assert!(again.plan.is_empty(), "{:#?}", again.plan);
    Ok(())
}

async fn export(administration: &Administration) -> Value {
    json!(administration.operator().state().export().await.expect("an export"))
}

#[tokio::test]
async fn random_states_survive_an_export_whatever_was_there_before() {
    let mut dice = Dice(0x005b_ec7a_c1e5);
    let used = administration();
    for round in 0..60 {
        let document = document(&mut dice);
        apply(&used, &document).await.unwrap_or_else(|error| panic!("round {round}: {error}\n{document:#}"));
        let exported = export(&used).await;
        let fresh = administration();
        apply(&fresh, &exported).await.unwrap_or_else(|error| panic!("round {round}: {error}\n{exported:#}"));
        assert_eq!(export(&fresh).await, exported, "round {round}");
    }
}

#[tokio::test]
async fn nothing_is_done_when_something_else_was_done_meanwhile() {
    let administration = administration();
    let state = administration.operator().state();
    let document = json!({ "version": 1, "groups": { "devs": {}, "qa": {} } });
    let declaration = Declaration::read(&Tree::from(document)).expect("a document");
    let request = Request { declaration: &declaration, prune: false, rehearse: true, admin_bypass: true };
    let planned = state.plan(request).await.expect("a plan");
    let devs = spectacles_core::service::CreateGroup::named("devs".parse().expect("a name"));
    administration.operator().groups().create(devs).await.expect("a group");
    assert!(matches!(state.apply(request, &planned.plan).await, Err(StateError::Moved)));
    assert_eq!(export(&administration).await["groups"], json!({ "devs": {} }));
}
