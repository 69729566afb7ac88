//! What a page costs, compared with the JSON that it shows: the calls of the API that a program would make to know the same, with 100,000 repositories in
//! SQLite and without a network.
//!
//! The aim is that a page costs at most five times as much.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found")]

#[allow(dead_code, reason = "it signs nothing by itself")]
mod keys;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, Response};
use secrecy::SecretString;
use spectacles_core::auth::hash_password;
use spectacles_core::id::RepositoryId;
use spectacles_core::model::{Anonymous, Connection, NewNamespace, NewRegistry, NewUser, Policy, Privileges, PutTag, TokenSettings};
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::random::SystemRandom;
use spectacles_core::right::Right;
use spectacles_core::service::{Settings as AppSettings, Spectacles};
use spectacles_core::store::Store;
use spectacles_core::time::Timestamp;
use spectacles_http::{Settings, Surface};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

const NAMESPACES: u32 = 1_000;
const EACH: u32 = 100;
const ROUNDS: usize = 40;
const PASSWORD: &str = "correct horse battery";

/// A page, and the calls that say what it shows.
const PAGES: [(&str, &[&str]); 12] = [
    (
        "/",
        &[
            "/namespaces?filter=owner%20%22alice%22&order=-updated&limit=8&total=true",
            "/registries?limit=8&total=true",
            "/registries/registry.test/state",
            "/activity?limit=10",
        ],
    ),
    ("/repositories", &["/repositories?order=name&limit=50&total=true"]),
    ("/repositories?order=-updated", &["/repositories?order=-updated&limit=50&total=true"]),
    ("/repositories?q=web", &["/repositories?filter=name%20%25%22web%22%25&order=name&limit=50&total=true"]),
    (
        "/registries/registry.test",
        &[
            "/registries/registry.test",
            "/registries/registry.test/state",
            "/registries/registry.test/namespaces?limit=10&total=true",
            "/registries/registry.test/repositories?order=-updated&limit=10&total=true",
        ],
    ),
    ("/namespaces", &["/namespaces?order=path&limit=50&total=true"]),
    (
        "/registries/registry.test/namespaces/team7",
        &[
            "/registries/registry.test/namespaces/team7",
            "/registries/registry.test",
            "/registries/registry.test/repositories?filter=name%20%22team7%2F%22%25&order=-updated&limit=20",
        ],
    ),
    (
        "/registries/registry.test/repositories/team7%2Fweb-1",
        &[
            "/registries/registry.test/repositories/team7%2Fweb-1",
            "/registries/registry.test/repositories/team7%2Fweb-1/tags?order=version&limit=50&total=true",
        ],
    ),
    ("/search?q=web", &["/search?q=web"]),
    ("/users", &["/users?order=name&limit=50&total=true"]),
    (
        "/access?registry=registry.test&repository=team7/web-1&kind=user&name=alice",
        &["/registries?limit=1000", "/access/explain?registry=registry.test&repository=team7/web-1&user=alice"],
    ),
    ("/audit", &["/audit?order=-id&limit=50&total=true"]),
];

fn main() {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite:///{}", directory.path().join("pages.db").display());
        let store = spectacles_store::open(&url, spectacles_store::Options::default()).await.expect("a store");
        let begun = Instant::now();
        fill(store.as_ref()).await;
        eprintln!("filled in {:.0} s", begun.elapsed().as_secs_f64());
        // Nobody asks the store for news while this is measured.
        let settings = AppSettings { grace: Duration::from_secs(86_400), ..AppSettings::default() };
        let keys::Key { ring, .. } = keys::generate("P-256");
        let app = Spectacles::builder(store).settings(settings).keys(ring).start().await.expect("a server");
        let surface = Surface::new(Arc::new(app), Settings::default()).expect("a surface");
        compare(&surface).await;
    });
}

async fn compare(surface: &Surface) {
    let (session, token) = (signed_in(surface).await, token(surface).await);
    println!("| page | bytes | ms | calls | bytes | ms | times |");
    println!("|---|---|---|---|---|---|---|");
    let mut worst: f64 = 0.0;
    for (page, calls) in PAGES {
        let (mut pages, mut jsons, mut bytes) = (Vec::new(), Vec::new(), (0, 0));
        for round in 0..ROUNDS {
            // In turn, so that whatever else the machine does is shared by both.
            let begun = Instant::now();
            bytes.0 = read(surface, page, "cookie", &session).await;
            let page_took = begun.elapsed();
            let begun = Instant::now();
            bytes.1 = 0;
            for call in calls {
                bytes.1 += read(surface, &format!("/api/v1{call}"), "authorization", &token).await;
            }
            // The first ones fill caches.
            if round >= ROUNDS / 8 {
                pages.push(page_took.as_secs_f64() * 1_000.0);
                jsons.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
        }
        let (page_took, calls_took) = (median(pages), median(jsons));
        let times = page_took / calls_took;
        worst = worst.max(times);
        println!("| `{page}` | {} | {page_took:.2} | {} | {} | {calls_took:.2} | {times:.2} |", bytes.0, calls.len(), bytes.1);
    }
    println!("\nThe dearest page costs {worst:.1} times as much as its JSON.");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

async fn call(surface: &Surface, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Response<Bytes> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    surface.call(request.body(Bytes::from(body)).expect("a request")).await
}

/// How long the answer is, which must be one.
async fn read(surface: &Surface, path: &str, name: &str, value: &str) -> usize {
    let answer = call(surface, Method::GET, path, &[(name, value)], String::new()).await;
    assert_eq!(answer.status().as_u16(), 200, "{path}: {}", String::from_utf8_lossy(answer.body()));
    answer.body().len()
}

/// The cookie of somebody who has signed in.
async fn signed_in(surface: &Surface) -> String {
    let cookie = |answer: &Response<Bytes>| {
        let set = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
        set.split(';').next().expect("a cookie").to_owned()
    };
    let page = call(surface, Method::GET, "/login", &[], String::new()).await;
    let visit = cookie(&page);
    let text = String::from_utf8_lossy(page.body()).into_owned();
    let csrf = text.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form").to_owned();
    let fields = [("_csrf", csrf.as_str()), ("name", "alice"), ("password", PASSWORD)];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("cookie", visit.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let answer = call(surface, Method::POST, "/login", &headers, body).await;
    assert_eq!(answer.status().as_u16(), 303, "{}", String::from_utf8_lossy(answer.body()));
    cookie(&answer)
}

/// The credentials of a program.
async fn token(surface: &Surface) -> String {
    let basic = format!("Basic {}", STANDARD.encode(format!("alice:{PASSWORD}")));
    let headers = [("authorization", basic.as_str()), ("content-type", "application/json")];
    let answer = call(surface, Method::POST, "/api/v1/users/alice/tokens", &headers, "{\"name\":\"pages\"}".to_owned()).await;
    let made: serde_json::Value = serde_json::from_slice(answer.body()).expect("JSON");
    format!("Bearer {}", made["secret"].as_str().expect("a secret"))
}

async fn fill(store: &dyn Store) {
    let created = Timestamp::from_unix_millis(1_767_323_045_000);
    let mut tx = store.write().await.expect("a transaction");
    let mut owner = None;
    for number in 0..200 {
        let name = if number == 0 { "alice".to_owned() } else { format!("user{number}") };
        let password = (number == 0).then(|| hash_password(&SecretString::from(PASSWORD), &SystemRandom).expect("a hash"));
        let user = NewUser {
            name: name.parse().expect("a name"),
            display_name: name,
            email: None,
            password,
            admin: number == 0,
            auditor: false,
            enabled: true,
            privileges: Privileges::NONE,
            default_group: None,
            created,
        };
        let id = tx.insert_user(&user).await.expect("a user");
        owner = owner.or(Some(id));
    }
    let new = NewRegistry {
        service: "registry.test".parse().expect("a name"),
        url: "http://127.0.0.1:9".parse().expect("a URL"),
        external_url: None,
        enabled: true,
        read_only: false,
        delete_enabled: false,
        anonymous: Anonymous::Off,
        policy: Policy::Both,
        restricted: true,
        token: TokenSettings::default(),
        connection: Connection::default(),
        created,
    };
    let registry = tx.insert_registry(&new).await.expect("a registry");
    for number in 0..NAMESPACES {
        let namespace = NewNamespace {
            registry,
            path: format!("team{number}").parse().expect("a path"),
            owner,
            description: String::new(),
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
            created,
        };
        tx.insert_namespace(&namespace).await.expect("a namespace");
    }
    tx.commit().await.expect("a commit");
    for namespaces in (0..NAMESPACES).collect::<Vec<_>>().chunks(10) {
        let mut tx = store.content().await.expect("a transaction");
        let name = |namespace: u32, number: u32| -> RepositoryName {
            let thing = ["web", "api", "worker", "tests"][number as usize % 4];
            format!("team{namespace}/{thing}-{}", number / 4).parse().expect("a name")
        };
        let names: Vec<_> = namespaces.iter().flat_map(|namespace| (0..EACH).map(|number| name(*namespace, number))).collect();
        let ids = tx.meet_repositories(registry, &names, created).await.expect("repositories");
        let tags: Vec<_> = ids.iter().flat_map(|id| (0..5).map(|number| tag(*id, number, created))).collect();
        tx.put_tags(&tags).await.expect("tags");
        tx.commit().await.expect("a commit");
    }
}

fn tag(repository: RepositoryId, number: u8, at: Timestamp) -> PutTag {
    PutTag {
        repository,
        name: format!("1.{number}").parse().expect("a tag"),
        digest: Digest::sha256(&[repository.get().to_be_bytes().as_slice(), &[number]].concat()),
        media_type: "application/vnd.oci.image.manifest.v1+json".parse().expect("a media type"),
        size: None,
        at,
        pushed_by: None,
        pushed: false,
    }
}
