//! docker_auth: what is imported never allows more than its rules did, and exactly as much wherever the report names nobody.

use super::{Interpreter, Request, imported, now_allowed, then_allowed};
use serde_json::{Value, json};
use spectacles_core::declarative::Tree;
use spectacles_core::import::docker_auth::{Options, import};
use spectacles_core::import::{Import, Report};
use spectacles_core::right::Actions;
use std::net::IpAddr;

const SERVICE: &str = "registry.test";
/// Somebody of whom the file does not know.
const STRANGER: &str = "zoe";

fn made(config: &Value) -> Import {
    let options = Options {
        registry: Some(SERVICE.parse().expect("the test says it rightly")),
        url: Some("http://127.0.0.1:5000".parse().expect("the test says it rightly")),
    };
    import(&Tree::from(config.clone()), &options).unwrap_or_else(|problems| panic!("{problems:?}: {config:#}"))
}

const PARTS: &[&str] = &["team", "prod", "prod-a", "test-x", "alice", "bob", "carol", "hello-world", "x", "a.b"];
const PLACES: &[Option<&str>] = &[None, Some("127.0.0.1"), Some("10.1.2.3"), Some("10.9.9.9"), Some("192.0.2.7"), Some("::1")];
const ASKED: &[&[&str]] = &[&["pull"], &["push"], &["pull", "push"], &["delete"], &["pull", "delete"], &["pull", "push", "delete"]];

fn names() -> Vec<String> {
    let mut names: Vec<String> = PARTS.iter().map(|part| (*part).to_owned()).collect();
    for one in PARTS {
        names.extend(PARTS.iter().map(|two| format!("{one}/{two}")));
    }
    for two in ["team", "x", "alice"] {
        names.extend(PARTS.iter().map(|one| format!("{one}/{two}/x")));
        names.push(format!("team/{two}/x/y"));
    }
    names
}

/// How many requests were compared, and how many were decided as before although something is named.
struct Compared {
    all: usize,
    allowed: usize,
    narrower: usize,
}

/// Of all names every so manyth.
async fn compare(config: &Value, step: usize) -> Compared {
    let import = made(config);
    let facts = imported(&import, &[STRANGER]).await;
    let rules = Interpreter::new(config);
    let mut compared = Compared { all: 0, allowed: 0, narrower: 0 };
    let users: Vec<&str> = import.document.users.keys().map(|name| name.as_str()).chain(["", STRANGER]).collect();
    for account in users {
        let principal = match account {
            "" => Report::ANONYMOUS,
            STRANGER => Report::OTHERS,
            name => name,
        };
        for name in names().iter().step_by(step) {
            let named = import.report.differs(principal, name);
            for place in PLACES {
                let from: Option<IpAddr> = place.map(|place| place.parse().expect("the test says it rightly"));
                for actions in ASKED {
                    let request = Request { account, service: SERVICE, name, from, actions };
                    let (then, now) = (then_allowed(&rules, &request), now_allowed(&facts, &request));
                    let case = format!("{account:?} asks {actions:?} on {name} from {from:?}: {then} then, {now} now\n{config:#}");
                    assert!((now - then).is_empty(), "more than before: {case}");
                    assert!(named || now == then, "the report does not tell: {case}\n{:#?}", import.report);
                    compared.all += 1;
                    compared.allowed += usize::from(now != Actions::NONE);
                    compared.narrower += usize::from(now != then);
                }
            }
        }
    }
    compared
}

/// In the manner of the reference configuration of docker_auth.
fn reference() -> Value {
    json!({
        "server": {"addr": ":5001", "certificate": "/s.pem", "key": "/s.key"},
        "token": {"issuer": "Acme auth server", "expiration": 900},
        "users": {"admin": {}, "test": {}, "alice": {}, "": {}},
        "acl": [
            {"match": {"ip": "127.0.0.0/8"}, "actions": ["*"], "comment": "this machine"},
            {"match": {"ip": "::1"}, "actions": ["*"]},
            {"match": {"account": "admin"}, "actions": ["*"]},
            {"match": {"account": "test", "name": "test-*"}, "actions": ["*"]},
            {"match": {"account": "test"}, "actions": []},
            {"match": {"account": "/.+/", "name": "${account}/*"}, "actions": ["*"]},
            {"match": {"account": "/.+/", "type": "registry", "name": "catalog"}, "actions": ["*"]},
            {"match": {"account": "/.+/"}, "actions": ["pull"]},
            {"match": {"account": "", "name": "hello-world"}, "actions": ["pull"]}
        ]
    })
}

/// A company with teams: everything in it can be said here.
fn company() -> Value {
    json!({
        "users": {"admin": {}, "alice": {"labels": {"project": ["team", "prod"]}}, "bob": {"labels": {"project": ["x"]}}, "carol": {}, "": {}},
        "acl": [
            {"match": {"account": "admin"}, "actions": ["*"]},
            {"match": {"account": "carol", "name": "prod/*"}, "actions": []},
            {"match": {"name": "hello-world"}, "actions": ["pull"]},
            {"match": {"account": "/^(alice|bob)$/", "name": "/^team\\/.+$/"}, "actions": ["pull", "push"]},
            {"match": {"account": "/.+/", "name": "${account}/*"}, "actions": ["*"]},
            {"match": {"account": "/.+/", "name": "${labels:project}/*"}, "actions": ["pull", "push"]},
            {"match": {"account": "carol", "ip": "10.0.0.0/8", "name": "*/*"}, "actions": ["*"]},
            {"match": {"account": "/.+/", "name": "*/*"}, "actions": ["pull"]}
        ]
    })
}

#[tokio::test]
async fn the_reference_configuration_gives_nobody_more() {
    let compared = compare(&reference(), 1).await;
    assert!(compared.all > 10_000 && compared.allowed > 2_000, "{} of {}", compared.allowed, compared.all);
    let import = made(&reference());
    let narrower: Vec<_> = import.report.of(spectacles_core::import::Outcome::Approximated).collect();
    assert!(narrower.iter().any(|finding| finding.principals == ["test"] && finding.message.contains("test-*")), "{narrower:#?}");
    assert!(!import.report.differs("admin", "team/x") && !import.report.differs("alice", "alice/x"), "{narrower:#?}");
    let namespaces = &import.document.registries.values().next().expect("the test says it rightly").namespaces;
    assert_eq!(namespaces["alice/*"].owner.as_ref().map(|name| name.as_str()), Some("alice"));
}

#[tokio::test]
async fn teams_with_what_is_their_own_are_taken_over_exactly() {
    let compared = compare(&company(), 1).await;
    assert_eq!(compared.narrower, narrower_for_strangers(&company()).await, "only those whom the file does not know have less");
    assert!(compared.allowed > 2_000, "{}", compared.allowed);
    let import = made(&company());
    for user in ["admin", "alice", "bob", "carol", "anonymous"] {
        for name in names() {
            assert!(!import.report.differs(user, &name), "{user} {name}: {:#?}", import.report);
        }
    }
}

async fn narrower_for_strangers(config: &Value) -> usize {
    let (import, rules) = (made(config), Interpreter::new(config));
    let facts = imported(&import, &[STRANGER]).await;
    let mut narrower = 0;
    for name in &names() {
        for place in PLACES {
            for actions in ASKED {
                let from = place.map(|place| place.parse().expect("the test says it rightly"));
                let request = Request { account: STRANGER, service: SERVICE, name, from, actions };
                narrower += usize::from(then_allowed(&rules, &request) != now_allowed(&facts, &request));
            }
        }
    }
    narrower
}

/// Numbers that are the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const ACCOUNTS: &[&str] = &["alice", "bob", "carol", "", "*", "/.+/", "/^(alice|bob)$/", "?ob", "[a-b]*", "${account}", "/a/", "al*"];
const NAMES: &[&str] = &[
    "*",
    "team/*",
    "*/*",
    "*/x",
    "team",
    "prod-*",
    "prod*/*",
    "${account}/*",
    "${account}",
    "*/${account}",
    "/^team\\/.+$/",
    "/prod/",
    "/^(team|prod)\\/x$/",
    "hello-world",
    "team/x/*",
    "*/*/x",
    "${labels:project}/*",
    "x/${labels:project}",
    "/^${account}\\/.*$/",
    "a.b",
    "?.b/*",
    "/^[^\\/]+\\/x$/",
    "${name}",
    "[a-z]*/x",
];
const NETWORKS: &[&str] = &["10.0.0.0/8", "10.1.0.0/16", "127.0.0.1", "::1", "0.0.0.0/0"];

fn random(dice: &mut Dice) -> Value {
    let mut users =
        json!({"alice": {"labels": {"project": ["team", "x"], "role": ["dev"]}}, "bob": {"labels": {"project": ["prod"]}}, "carol": {}});
    if dice.roll(2) == 0 {
        users[""] = json!({});
    }
    let rules: Vec<Value> = (0..=dice.roll(7))
        .map(|_| {
            let mut conditions = json!({});
            if dice.roll(3) != 0 {
                conditions["account"] = json!(dice.pick(ACCOUNTS));
            }
            if dice.roll(4) != 0 {
                conditions["name"] = json!(dice.pick(NAMES));
            }
            if dice.roll(5) == 0 {
                conditions["ip"] = json!(dice.pick(NETWORKS));
            }
            if dice.roll(8) == 0 {
                conditions["type"] = json!(dice.pick(&["repository", "registry", "repo*", "${type}"]));
            }
            if dice.roll(8) == 0 {
                conditions["service"] = json!(dice.pick(&[SERVICE, "other", "*.test", "${service}"]));
            }
            if dice.roll(8) == 0 {
                conditions["labels"] = json!({dice.pick(&["role", "project"]): dice.pick(&["dev", "/prod|team/", "*", "${account}"])});
            }
            let actions = [
                json!(["*"]),
                json!([]),
                json!(["pull"]),
                json!(["push"]),
                json!(["pull", "push"]),
                json!(["delete"]),
                json!(["pull", "delete"]),
            ];
            json!({"match": conditions, "actions": actions[dice.roll(actions.len())]})
        })
        .collect();
    json!({"users": users, "acl": rules})
}

#[tokio::test]
async fn no_random_configuration_gives_anybody_more() {
    let (mut dice, mut all, mut allowed, mut narrower) = (Dice(0x5eed_1234), 0, 0, 0);
    for round in 0..120 {
        let compared = compare(&random(&mut dice), 1 + round % 7).await;
        (all, allowed, narrower) = (all + compared.all, allowed + compared.allowed, narrower + compared.narrower);
    }
    // A test in which nothing is allowed, or nearly everything is narrower, would show nothing.
    assert!(allowed * 10 > all, "{allowed} of {all}");
    assert!(narrower * 3 < all, "{narrower} of {all}");
    println!("{all} requests, {allowed} allowed, {narrower} narrower than before");
}
