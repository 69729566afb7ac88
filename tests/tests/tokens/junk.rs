//! Requests that no client should send: each is refused or understood, none breaks anything.

use super::desk::{Desk, SERVICE, refusal, refusal_of};
use crate::support::http::{self, Answer, form};
use crate::support::world::Role;

through_both_frameworks!(
    strange_but_possible_scopes_are_understood,
    impossible_scopes_are_refused_with_a_reason,
    too_much_is_refused,
    unknown_parameters_are_ignored,
    bytes_that_are_no_text_are_refused,
    forms_that_are_none_are_refused,
);

fn ask(desk: &Desk, scope: &str) -> Answer {
    desk.ask(Role::Nobody.person().credentials(), &[scope])
}

fn strange_but_possible_scopes_are_understood(desk: &Desk) {
    for scope in [
        "",
        " ",
        "repository:busybox:pull",
        "repository:a/b/c:pull",
        "repository:host:5000/a/b:pull,push",
        "repository:registry.example.com/a:pull",
        "repository(plugin):plug/p:pull",
        "repository:nowhere/app:",
        "repository:nowhere/app:,pull,,frobnicate",
        "registry:catalog:*",
        "registry:catalog:",
        "sandwich:ham:eat",
    ] {
        let answer = ask(desk, scope);
        assert_eq!(answer.status, 200, "{scope:?}: {}", answer.text());
    }
}

fn impossible_scopes_are_refused_with_a_reason(desk: &Desk) {
    for scope in [
        "x",
        ":",
        "::",
        "::::",
        "repository",
        "repository:pull",
        "repository::pull",
        ":team/app:pull",
        "repository(:team/app:pull",
        "repository():team/app:pull",
        "repository:team/UPPER:pull",
        "repository:team//app:pull",
        "repository:/team:pull",
        "repository:team/:pull",
        "repository:../../etc/passwd:pull",
        "repository:team/*:pull",
        "repository:team/app\0:pull",
        "repository:team/app\r\nx-injected: 1:pull",
        "repository:téam/app:pull",
        "repository:team/app:pull x",
        "\u{202e}",
    ] {
        let answer = ask(desk, scope);
        refusal_of(scope, &answer, 400);
        assert!(!answer.headers.contains_key("x-injected"), "{scope:?}");
        assert!(!answer.text().contains(['\r', '\0']), "{scope:?} comes back raw: {}", answer.text());
    }
}

fn too_much_is_refused(desk: &Desk) {
    for scope in [
        format!("repository:{}:pull", "a/".repeat(5000) + "a"),
        format!("repository:{}:pull", "a".repeat(10_000)),
        "x".repeat(10_000),
        (0..1000).map(|n| format!("repository:many/app{n}:pull ")).collect::<String>(),
    ] {
        refusal_of(&scope[..60], &ask(desk, &scope), 400);
    }
    // The same one many times is one.
    assert_eq!(ask(desk, &"repository:team/app:pull ".repeat(300)).status, 200);
    let head = "Host: localhost\r\nConnection: close\r\n";
    let port = desk.spectacles.port();
    let huge_header = format!("GET /token_auth?service={SERVICE} HTTP/1.1\r\n{head}X-Huge: {}\r\n\r\n", "x".repeat(1 << 20));
    let (status, text) = http::raw(port, huge_header.as_bytes());
    assert!((400..500).contains(&status), "{}", &text[..text.len().min(500)]);
    // The length alone says that it is too much: nothing of it is waited for.
    let form = "Content-Type: application/x-www-form-urlencoded";
    let (status, text) =
        http::raw(port, format!("POST /token_auth HTTP/1.1\r\n{head}{form}\r\nContent-Length: 99999999\r\n\r\n").as_bytes());
    assert_eq!(status, 413, "{text}");
}

fn unknown_parameters_are_ignored(desk: &Desk) {
    let query = [("service", SERVICE), ("scope", "repository:shared/app:pull"), ("frobnicate", "1"), ("client_id", ""), ("", "")];
    let answer = desk.spectacles.token(Role::Nobody.person().credentials(), &query);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn bytes_that_are_no_text_are_refused(desk: &Desk) {
    let port = desk.spectacles.port();
    for target in [
        "/token_auth?service=registry.test&scope=%ff%fe",
        "/token_auth?service=%ff",
        "/token_auth?service=registry.test&account=%c3%28",
        "/token_auth?service=registry.test&scope=%",
        "/token_auth?service=registry.test&scope=%zz",
        "/token_auth?%ff=%ff&&&===&service",
        "/token_auth?service=registry.test&service=other.test",
    ] {
        let (status, text) = http::raw(port, format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes());
        assert!((400..500).contains(&status), "{target}: {text}");
    }
    for bytes in [
        &b"GET /token_auth?service=\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"[..],
        b"GET /token_auth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic \xff\xfe\r\n\r\n",
        b"GET /token_auth HTTP/9.9\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ] {
        let (status, text) = http::raw(port, bytes);
        assert!((400..500).contains(&status), "{:?}: {text}", String::from_utf8_lossy(bytes));
    }
}

fn forms_that_are_none_are_refused(desk: &Desk) {
    let url = format!("{}/token_auth", desk.spectacles.url());
    let valid =
        form(&[("grant_type", "password"), ("username", "nobody"), ("password", &Role::Nobody.person().password), ("service", SERVICE)]);
    for (kind, body) in [
        ("application/json", r#"{"grant_type":"password"}"#),
        ("text/plain", &valid),
        ("", &valid),
        ("multipart/form-data", &valid),
        ("application/x-www-form-urlencoded", ""),
        ("application/x-www-form-urlencoded", "%ff=%ff"),
        ("application/x-www-form-urlencoded", "grant_type=password&grant_type=refresh_token"),
        ("application/x-www-form-urlencoded", "&&&===&&"),
        ("application/x-www-form-urlencoded", "\u{0}"),
    ] {
        let answer = http::send(&reqwest::Method::POST, &url, http::Credentials::None, &[("content-type", kind)], body);
        assert!((400..500).contains(&answer.status), "{kind} {body:?}: {} {}", answer.status, answer.text());
        refusal(&answer, answer.status);
    }
    let answer = http::send(
        &reqwest::Method::POST,
        &url,
        http::Credentials::None,
        &[("content-type", "application/x-www-form-urlencoded; charset=UTF-8")],
        &valid,
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
}
