//! Requests that nobody sends who means well: each is refused or understood, and none breaks anything.

use super::desk::administrator;
use super::rights_world::World;
use crate::support::http::{self, Answer, Credentials, raw};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

fn basic(name: &str) -> String {
    format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{name}:Corr3ct-horse:{name}")))
}

/// A request line, headers and a body as they are; the connection is to be closed.
fn send(world: &World, line: &str, headers: &str, body: &[u8]) -> (u16, String) {
    let head = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    raw(world.spectacles().port(), &[head.as_bytes(), body].concat())
}

#[test]
fn paths_mean_one_thing_only() {
    let world = World::start();
    let admin = administrator();
    let long = format!("/users/{}", "a".repeat(5000));
    let percents = format!("/users/{}", "%41".repeat(2000));
    for path in [
        "/users/..%2f..%2fme",
        "/users/%2e%2e/me",
        "/users/%252e%252e",
        "/users/nora%00",
        "/users/nora%0d%0ax-injected:%201",
        "/users/nora%2f",
        "/users/%6Eora%2Ftokens",
        "/users//tokens",
        "/users/nora/",
        "//users",
        "/Users",
        "/users/NORA",
        "/users/%ff%fe",
        "/users/n%C3%B6ra",
        "/groups/%20devs",
        "/registries/registry.test%2Fnamespaces/team",
        "/registries/registry.test/namespaces/team%252Fapp",
        "/registries/registry.test/namespaces/..",
        "/registries/registry.test/namespaces/team%2F..%2Fsecret",
        "/registries/registry.test/namespaces/team%2F",
        "/registries/registry.test/namespaces/team/grants/user/../uma",
        "/registries/REGISTRY.TEST/namespaces/team",
        &long,
        &percents,
    ] {
        let (status, text) = send(&world, &format!("GET /api/v1{path}"), &basic(&admin.name), b"");
        assert!(matches!(status, 400 | 404), "{path}: {status} {text}");
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        assert!(!head.contains("x-injected"), "{text}");
    }
    // What is written otherwise and means the same is the same.
    let (status, _) = send(&world, "GET /api/v1/users/%6e%6f%72%61", &basic(&admin.name), b"");
    assert_eq!(status, 200);
    assert_eq!(send(&world, "GET /api/v1/users/%6e%6f%72%61", &basic("mia"), b"").0, 404);
}

#[test]
fn no_header_makes_another_request_of_it() {
    let world = World::start();
    for header in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-user",
        "x-remote-user",
        "forwarded",
    ] {
        for value in ["DELETE", "/api/v1/state", "admin", "for=admin"] {
            let shown = http::send(
                &reqwest::Method::GET,
                &format!("{}/api/v1/me", world.spectacles().url()),
                Credentials::Basic("nora", "Corr3ct-horse:nora"),
                &[(header, value)],
                "",
            );
            assert_eq!((shown.status, &shown.json()["name"]), (200, &Value::from("nora")), "{header}: {value}");
        }
    }
    let query = send(&world, "GET /api/v1/me?access_token=x&_method=DELETE", "", b"");
    assert_eq!(query.0, 401, "{}", query.1);
    // Two people at once are nobody.
    let two = send(&world, "GET /api/v1/me", &format!("{}{}", basic("nora"), basic("admin")), b"");
    assert!(matches!(two.0, 400 | 401), "{}", two.1);
    let both = send(&world, "GET /api/v1/me", &format!("authorization: Bearer x\r\n{}", basic("admin")), b"");
    assert!(matches!(both.0, 400 | 401), "{}", both.1);
}

#[test]
fn one_request_is_never_two() {
    let world = World::start();
    let inner = b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\n\r\n";
    for headers in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "content-length: 4\r\ncontent-length: 40\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "content-length: +4\r\n",
        "content-length: -1\r\n",
    ] {
        let (_, text) = send(&world, "POST /api/v1/groups", &format!("{}{headers}", basic("admin")), &[b"0\r\n\r\n", &inner[..]].concat());
        assert!(text.matches("HTTP/1.1 ").count() <= 1, "{headers}: {text}");
    }
    assert_eq!(world.admin("GET", "/groups?filter=name+fresh", &Value::Null)["items"], serde_json::json!([]));
}

#[test]
fn heads_tell_what_gets_do_and_no_more() {
    let world = World::start();
    for path in ["/me", "/users", "/users/nora", "/users/uma", "/groups/devs", "/audit", "/state", "/nowhere", "/me/password"] {
        let nora = crate::support::server::Person::new("nora");
        let (get, head) = (world.ask(nora.credentials(), "GET", path, ""), world.ask(nora.credentials(), "HEAD", path, ""));
        assert_eq!(
            (get.status, get.header("etag"), get.header("content-type")),
            (head.status, head.header("etag"), head.header("content-type")),
            "{path}"
        );
        assert!(head.body.is_empty(), "{path}");
    }
}

/// Whatever is said about a body, to somebody who may send one.
fn post(world: &World, kind: &str, body: &[u8]) -> (u16, String) {
    let headers = format!("{}{kind}content-length: {}\r\n", basic("admin"), body.len());
    send(world, "POST /api/v1/groups", &headers, body)
}

#[test]
fn bodies_that_browsers_send_for_others_are_refused() {
    let world = World::start();
    let good = br#"{"name":"fresh"}"#;
    for kind in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "content-type: multipart/form-data; boundary=x\r\n",
        "content-type: text/plain; application/json\r\n",
        "content-type: application/jsonp\r\n",
        "content-type: application/merge-patch+json\r\n",
    ] {
        let (status, text) = post(&world, kind, good);
        assert_eq!(status, 415, "{kind}: {text}");
    }
    let asked = send(&world, "OPTIONS /api/v1/groups", "origin: https://evil.example\r\naccess-control-request-method: POST\r\n", b"");
    assert!(asked.0 >= 400 && !asked.1.to_lowercase().contains("access-control-allow"), "{}", asked.1);
    assert_eq!(post(&world, "content-type: Application/JSON; charset=utf-8\r\n", good).0, 201);
}

#[test]
fn bodies_that_are_none_are_refused_with_few_words() {
    let world = World::start();
    let deep = [b"{\"name\":".to_vec(), b"[".repeat(30_000)].concat();
    let many: String = (0..6000).map(|number| format!("\"x{number}\":1,")).collect();
    let many = format!("{{{many}\"name\":\"fresh\"}}");
    for body in [
        &b""[..],
        b"\xff\xfe{}",
        b"{\"name\":\"\xc3\x28\"}",
        b"{\"name\":\"a\",\"name\":\"b\"}",
        b"{\"name\":\"fresh\"}{\"name\":\"two\"}",
        b"\xef\xbb\xbf{\"name\":\"fresh\"}",
        b"{\"name\":1e999}",
        &deep,
        many.as_bytes(),
    ] {
        let (status, text) = post(&world, "content-type: application/json\r\n", body);
        assert_eq!(status, 400, "{:?}: {text:.300}", String::from_utf8_lossy(body).get(..30));
        assert!(text.len() < 64 * 1024, "{} bytes are answered to {}", text.len(), body.len());
    }
}

#[test]
fn long_bodies_are_for_those_who_may_send_them() {
    let world = World::start();
    let announced = |headers: &str| {
        let headers = format!("{headers}content-type: application/json\r\ncontent-length: 30000000\r\n");
        send(&world, "POST /api/v1/state/apply", &headers, b"{")
    };
    // Nobody is waited for who has no say: neither answer waits for the rest of the body.
    assert_eq!(announced("").0, 401);
    let wrong = format!("authorization: Basic {}\r\n", STANDARD.encode("nora:wrong"));
    assert_eq!(announced(&wrong).0, 401);
    assert_eq!(announced("authorization: Bearer spectacles_wrong\r\n").0, 401);
    assert_eq!(announced(&basic("nora")).0, 413);
    let text = "x".repeat(100_000);
    let answer = |body: &str| -> Answer {
        let headers = [("content-type", "application/json")];
        http::send(
            &reqwest::Method::POST,
            &format!("{}/api/v1/state/plan", world.spectacles().url()),
            administrator().credentials(),
            &headers,
            body,
        )
    };
    let planned = answer(&format!(r#"{{"document":{{"version":1,"groups":{{"fresh":{{"description":"{text}"}}}}}}}}"#));
    assert_eq!(planned.status, 400, "read, and the description is too long: {:.300}", planned.text());
}
