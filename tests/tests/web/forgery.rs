//! Forms that were not sent by pages of ours do nothing, whatever page they are sent to.

use super::desk::desk;
use crate::support::web::{Form, Visitor};
use serde_json::{Value, json};

/// Every page, with names in its path.
fn paths() -> Vec<(&'static str, String)> {
    let mut paths = Vec::new();
    for (id, path) in spectacles_http::pages() {
        let parts = path.split('/').map(|part| {
            if part == "{user}" {
                "root"
            } else if part.starts_with('{') {
                "forged"
            } else {
                part
            }
        });
        paths.push((id, parts.collect::<Vec<_>>().join("/")));
    }
    assert!(paths.len() > 15, "{paths:?}");
    paths
}

#[test]
fn every_page_refuses_forms_that_are_not_ours() {
    let desk = desk();
    let mut victim = desk.root();
    let mut other = desk.visitor(&desk.user("forger"));
    let (token, foreign) = (victim.csrf(), other.csrf());
    assert_ne!(token, foreign);
    let host = desk.url();
    for (id, path) in paths() {
        let mut fields = vec![
            ("_do", "groups.create"),
            ("name", "forged"),
            ("password", "Corr3ct-horse:root"),
            ("current", "Corr3ct-horse:root"),
            ("new", "Forged-1-password"),
            ("again", "Forged-1-password"),
        ];
        for with_operation in [true, false] {
            if !with_operation {
                fields.remove(0);
            }
            let with = |token| [&fields[..], &[("_csrf", token)]].concat();
            for (what, headers, sent) in [
                ("without a token", &[][..], fields.clone()),
                ("with an empty token", &[], with("")),
                ("with the token of somebody else", &[], with(foreign.as_str())),
                ("from another server", &[("origin", "https://evil.example")], with(token.as_str())),
                ("from a page without an origin", &[("origin", "null")], with(token.as_str())),
                ("across sites", &[("sec-fetch-site", "cross-site")], with(token.as_str())),
                ("from a sister of ours", &[("sec-fetch-site", "same-site"), ("origin", host.as_str())], with(token.as_str())),
            ] {
                let answer = victim.post(&path, headers, &sent);
                assert_eq!(answer.status, 403, "{id} {what}: {}", answer.text());
            }
            let as_text = victim.post(&path, &[("content-type", "text/plain")], &with(token.as_str()));
            assert!(as_text.status >= 400, "{id}: what browsers send without asking is no form: {}", as_text.status);
        }
        // Whoever is not signed in has nothing to forge with.
        let answer = Visitor::new(&desk.url()).post(&path, &[], &fields);
        assert!(matches!(answer.status, 303 | 403), "{id}: {}", answer.status);
    }
    assert_eq!(desk.api("GET", "/groups/forged", &Value::Null).status, 404);
    assert_eq!(victim.get("/").status, 200, "he is still signed in, by the same password");
    let headers = [("origin", host.as_str()), ("sec-fetch-site", "same-origin")];
    let answer = victim.post("/groups/new", &headers, &[("_csrf", &token), ("_do", "groups.create"), ("name", "not forged")]);
    assert_eq!(answer.status, 303, "his own form: {}", answer.text());
}

#[test]
fn forms_name_operations_that_there_are() {
    let desk = desk();
    let mut root = desk.root();
    let token = root.csrf();
    let send = |visitor: &mut Visitor, fields: &[(&str, &str)]| {
        let fields = [fields, &[("_csrf", token.as_str())]].concat();
        visitor.post("/groups/new", &[], &fields).status
    };
    assert_eq!(send(&mut root, &[("_do", "nothing.of.this.name")]), 400);
    assert_eq!(send(&mut root, &[("_do", "users.list")]), 400, "what only reads is no form");
    assert_eq!(send(&mut root, &[("_do", "groups.delete")]), 400, "which?");
    assert_eq!(send(&mut root, &[]), 400, "this page has none of its own");
    assert_eq!(send(&mut root, &[("_do", "groups.delete"), (":group", "../users/root")]), 404);
    let next = [("_do", "groups.create"), ("name", "goes-where"), ("_next", "https://evil.example/{name}"), ("_csrf", token.as_str())];
    assert_eq!(root.post("/groups/new", &[], &next).header("location"), "/");
}

#[test]
fn what_is_deleted_for_ever_is_typed_first() {
    let desk = desk();
    desk.make("POST", "/groups", &json!({ "name": "typed first" }));
    let mut root = desk.root();
    let form = root.form("/groups/typed%20first", "groups.delete");
    for typed in ["", "typed", "Typed first"] {
        let answer = root.send(&form.clone().with("_typed", typed));
        assert_eq!(answer.status, 400, "{typed}");
        assert!(answer.text().contains("type <code>typed first</code> to confirm it"), "{}", answer.text());
    }
    assert_eq!(desk.api("GET", "/groups/typed%20first", &Value::Null).status, 200);
    assert_eq!(root.submit(&form.with("_typed", "typed first")), "/groups");
    assert!(root.page("/groups").contains("Done: it is gone."));
    assert!(!root.page("/groups").contains("Done: it is gone."), "it is said once");
    assert_eq!(desk.api("GET", "/groups/typed%20first", &Value::Null).status, 404);
}

#[test]
fn pages_run_nothing_that_is_written_into_them() {
    let desk = desk();
    let mut root = desk.root();
    let mut seen = 0;
    for (id, path) in paths() {
        let answer = root.get(&path);
        assert!(answer.status < 500, "{id}: {}", answer.text());
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{id}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{id}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{id}");
        // Pictures are kept, and asked for each time.
        let kept = if id == "users.picture" { "private, no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), kept, "{id}");
        let text = answer.text();
        seen += usize::from(text.contains("<main"));
        assert!(!text.contains("<style") && !text.contains("<script>") && !text.contains(" style=\""), "{id}: {text}");
        assert!(!text.contains(" onclick=") && !text.contains("javascript:"), "{id}: {text}");
        let forms = text.matches("method=\"post\"").count();
        assert_eq!(text.matches("name=\"_csrf\"").count(), forms, "{id}: each form has its token");
        if answer.status == 200 && forms > 0 {
            assert!(!Form::on(&text, &["_csrf"]).expect("a form").value("_csrf").is_empty(), "{id}");
        }
    }
    assert!(seen > 10, "{seen} pages");
}
