//! What scanners look for: how pages and their cookies travel.

use crate::support::http::Answer;
use crate::support::server::{Person, Spectacles};
use crate::support::web::{Form, Visitor};
use reqwest::Method;

/// What a proxy says that has spoken TLS with the browser.
const OVER_TLS: [(&str, &str); 1] = [("x-forwarded-proto", "https")];

/// The cookies that an answer sets, with what is said of them.
fn cookies(answer: &Answer) -> Vec<String> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    cookies.map(|cookie| cookie.to_str().expect("a cookie of text").to_owned()).collect()
}

/// That nobody on the way, no script and no page of another server gets at a cookie.
fn assert_sealed(answer: &Answer) -> Vec<String> {
    let cookies = cookies(answer);
    for cookie in &cookies {
        for term in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/;"] {
            assert!(cookie.contains(term), "{cookie} has no {term}");
        }
        assert!(!cookie.contains("Domain="), "{cookie}");
    }
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    cookies
}

#[test]
fn over_tls_every_cookie_is_for_tls_only() {
    let mut spectacles = Spectacles::new().with("SPECTACLES_TRUSTED_PROXIES", "127.0.0.1/32");
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.serve(&[]);
    let mut visitor = Visitor::new(&spectacles.url());
    let page = visitor.request(&Method::GET, "/login", &OVER_TLS, "");
    assert!(assert_sealed(&page)[0].starts_with("__Host-spectacles_visit="));
    let token = Form::on(&page.text(), &["password"]).expect("a form").value("_csrf").to_owned();
    let sent = visitor.post("/login", &OVER_TLS, &[("_csrf", &token), ("name", &admin.name), ("password", &admin.password)]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(assert_sealed(&sent).iter().any(|cookie| cookie.starts_with("__Host-spectacles_session=")));

    let page = visitor.request(&Method::GET, "/groups/new", &OVER_TLS, "").text();
    let token = Form::on(&page, &["groups.create"]).expect("a form").value("_csrf").to_owned();
    let preferred = visitor.post("/preferences", &OVER_TLS, &[("_csrf", &token), ("theme", "dark"), ("language", "de"), ("next", "/")]);
    assert!(!assert_sealed(&preferred).is_empty(), "what people prefer is kept");
    let made =
        visitor.post("/groups/new", &OVER_TLS, &[("_csrf", &token), ("_do", "groups.create"), ("name", "sealed"), ("_next", "/groups")]);
    assert_eq!(made.status, 303, "{}", made.text());
    assert!(!assert_sealed(&made).is_empty(), "what was done is said on the next page");
    assert!(assert_sealed(&visitor.request(&Method::GET, "/groups", &OVER_TLS, "")).iter().all(|cookie| cookie.contains("Max-Age=0")));
    // Without TLS the same browser has no session here.
    assert_eq!(visitor.get("/groups").status, 303);
}
