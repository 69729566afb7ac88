//! The page about the API.

use super::desk::{Desk, desk};
use super::document::document;
use crate::support::http::{self, Answer, Credentials};
use regex::Regex;
use std::collections::BTreeSet;

fn fetch(desk: &Desk, path: &str) -> Answer {
    http::get(&format!("{}{path}", desk.spectacles.url()), Credentials::None)
}

/// Every value of an attribute.
fn values(page: &str, attribute: &str) -> BTreeSet<String> {
    let pattern = Regex::new(&format!("[< ]{attribute}=\"([^\"]*)\"")).expect("a pattern");
    pattern.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

#[test]
fn browsers_run_nothing_and_fetch_only_the_style() {
    let desk = desk();
    for (path, kind) in [("/api/docs", "text/html; charset=utf-8"), ("/api/docs/style.css", "text/css; charset=utf-8")] {
        let answer = fetch(&desk, path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("referrer-policy")), ("nosniff", "no-referrer"), "{path}");
        assert_eq!(answer.headers.get_all("cache-control").iter().count(), 1, "{path}");
    }
    let page = fetch(&desk, "/api/docs").text();
    for strange in ["<script", "<img", "<iframe", " style=", "javascript:"] {
        assert!(!page.contains(strange), "{strange}");
    }
    assert_eq!(values(&page, "on[a-z]+"), BTreeSet::new());
    assert!(!fetch(&desk, "/api/docs/style.css").text().contains("url("));
}

#[test]
fn every_operation_and_schema_is_there_and_every_link_leads_somewhere() {
    let desk = desk();
    let page = fetch(&desk, "/api/docs").text();
    let ids = values(&page, "id");
    let paths = document()["paths"].as_object().expect("paths");
    let operations = paths.values().flat_map(|item| item.as_object().expect("operations").values());
    let names = operations.map(|operation| operation["operationId"].as_str().expect("an id").to_owned());
    let schemas = document()["components"]["schemas"].as_object().expect("schemas").keys().map(|name| format!("schema-{name}"));
    for id in names.chain(schemas) {
        assert!(ids.contains(&id), "{id} is not there");
    }
    for link in values(&page, "href") {
        match link.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "{link} leads nowhere"),
            // Relative, so that it does not matter what a proxy puts in front of the path.
            None => assert_eq!(fetch(&desk, &format!("/api/{link}")).status, 200, "{link}"),
        }
    }
}
