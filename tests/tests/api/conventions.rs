//! What all operations have in common.

use super::desk::{administrator, desk, places};
use crate::support::http::Credentials;
use crate::support::world::Role;
use serde_json::{Value, json};

#[test]
fn nobody_calls_without_credentials_and_everybody_learns_who_he_is() {
    let desk = desk();
    for path in ["/me", "/users", "/users/alice", "/registries/registry.test/namespaces/team", "/audit", "/state"] {
        let answer = desk.as_nobody("GET", path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Basic"), "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
    let wrong = crate::support::http::get(&format!("{}/api/v1/me", desk.spectacles.url()), Credentials::Basic("admin", "wrong"));
    assert_eq!(wrong.status, 401);
    let me = desk.call(&Role::Read.person(), "GET", "/me", &[], &Value::Null).json();
    assert_eq!((me["name"].as_str(), me["admin"].as_bool()), (Some("reader"), Some(false)));
}

#[test]
fn a_thing_is_created_read_changed_and_deleted() {
    let desk = desk();
    let made =
        desk.call(&administrator(), "POST", "/users", &[], &json!({ "name": "zoe", "email": "zoe@example.com", "privileges": ["puller"] }));
    assert_eq!((made.status, made.header("location")), (201, "users/zoe"));
    let shown = desk.call(&administrator(), "GET", "/users/zoe", &[], &Value::Null);
    assert_eq!(shown.json(), made.json(), "what was created is what is there");
    assert_eq!(shown.header("etag"), made.header("etag"));
    let tag = shown.header("etag");
    let changed =
        desk.call(&administrator(), "PATCH", "/users/zoe", &[("if-match", tag)], &json!({ "email": null, "display_name": "Zoe" }));
    assert_eq!(changed.status, 200, "{}", changed.text());
    let zoe = changed.json();
    assert_eq!((&zoe["email"], &zoe["display_name"], &zoe["privileges"]), (&Value::Null, &json!("Zoe"), &json!(["puller"])));
    assert_eq!(desk.call(&administrator(), "DELETE", "/users/zoe", &[], &Value::Null).status, 204);
    assert_eq!(desk.call(&administrator(), "GET", "/users/zoe", &[], &Value::Null).status, 404);
}

#[test]
fn changes_need_to_say_what_was_seen() {
    let desk = desk();
    desk.make_user("stale");
    let first = desk.call(&administrator(), "GET", "/users/stale", &[], &Value::Null);
    let tag = first.header("etag").to_owned();
    let change = |tag: Option<&str>, name: &str| {
        let headers: Vec<_> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        desk.call(&administrator(), "PATCH", "/users/stale", &headers, &json!({ "display_name": name })).status
    };
    assert_eq!(change(None, "A"), 428);
    assert_eq!(change(Some(&tag), "B"), 200);
    assert_eq!(change(Some(&tag), "C"), 412, "it has changed since");
    assert_eq!(change(Some("\"other\", W/\"another\""), "D"), 412);
    assert_eq!(change(Some("nonsense"), "E"), 400);
    assert_eq!(desk.get("/users/stale")["display_name"], "B");
    assert_eq!(change(Some("*"), "F"), 200);
    // Whatever is shown counts, not only the fields of the thing itself.
    desk.admin("POST", "/groups", &json!({ "name": "stale-group" }));
    let before = desk.call(&administrator(), "GET", "/groups/stale-group", &[], &Value::Null).header("etag").to_owned();
    desk.admin("PUT", "/groups/stale-group/members/stale", &json!({}));
    let delete = |tag: &str| desk.call(&administrator(), "DELETE", "/groups/stale-group", &[("if-match", tag)], &Value::Null).status;
    assert_eq!(delete(&before), 412, "somebody joined meanwhile");
    let now = desk.call(&administrator(), "GET", "/groups/stale-group", &[("if-none-match", &before)], &Value::Null);
    assert_eq!(now.status, 200);
    let known = desk.call(&administrator(), "GET", "/groups/stale-group", &[("if-none-match", now.header("etag"))], &Value::Null);
    assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, now.header("etag")));
    // Only if it is not there yet.
    let put =
        |headers: &[(&str, &str)]| desk.call(&administrator(), "PUT", "/groups/stale-group/members/admin", headers, &json!({})).status;
    assert_eq!(put(&[("if-none-match", "*")]), 200);
    assert_eq!(put(&[("if-none-match", "*")]), 412);
    assert_eq!(delete(now.header("etag")), 412);
    assert_eq!(delete("*"), 204);
    assert_eq!(delete("*"), 404);
}

#[test]
fn a_request_with_a_key_is_carried_out_once() {
    let desk = desk();
    let create = |key: &str, body: &Value| desk.call(&administrator(), "POST", "/groups", &[("idempotency-key", key)], body);
    let first = create("key-1", &json!({ "name": "once only" }));
    let again = create("key-1", &json!({ "name": "once only" }));
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text());
    assert_eq!((first.json(), first.header("location")), (again.json(), again.header("location")));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(create("key-1", &json!({ "name": "something else" })).status, 422);
    assert_eq!(create("key-2", &json!({ "name": "once only" })).status, 409, "another request");
    assert_eq!(create("", &json!({ "name": "x" })).status, 400);
    // A request that failed can be made again with the same key.
    assert_eq!(create("key-3", &json!({ "name": "7" })).status, 400);
    assert_eq!(create("key-3", &json!({ "name": "seven" })).status, 201);
    // Secrets are shown once.
    desk.admin("POST", "/services", &json!({ "name": "once" }));
    let secret = || desk.call(&administrator(), "POST", "/services/once/secrets", &[("idempotency-key", "key-4")], &json!({}));
    let (one, two) = (secret(), secret());
    assert_eq!((one.status, two.status), (201, 409), "{}", two.text());
    assert!(one.json()["secret"].as_str().is_some_and(|secret| secret.len() > 20));
    assert_eq!(desk.get("/services/once/secrets")["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn everything_that_is_wrong_with_a_body_is_told_with_its_place() {
    let desk = desk();
    let post = |body: &str, kind: &str| {
        let url = format!("{}/api/v1/users", desk.spectacles.url());
        crate::support::http::send(&reqwest::Method::POST, &url, administrator().credentials(), &[("content-type", kind)], body)
    };
    let long = "x".repeat(1001);
    for (body, wrong) in [
        (json!({ "name": "Bad Name", "email": "none", "admin": "yes", "nmae": 1 }), vec!["#/nmae", "#/admin", "#/email", "#/name"]),
        (json!({}), vec!["#"]),
        (json!({ "admin": 3 }), vec!["#/admin", "#"]),
        (json!({ "name": "fine", "display_name": long }), vec!["#/display_name"]),
        (json!({ "name": "fine", "privileges": ["puller", "root"] }), vec!["#/privileges"]),
        (json!({ "name": null }), vec!["#/name"]),
        (json!([1]), vec!["#"]),
        (json!("x"), vec!["#"]),
        (json!({ "name": "fine", "a/b~c": 1 }), vec!["#/a~1b~0c"]),
    ] {
        let answer = post(&body.to_string(), "application/json");
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        let mut found = places(&answer);
        found.sort_unstable();
        let mut wrong = wrong.clone();
        wrong.sort_unstable();
        assert_eq!(found, wrong, "{body}: {}", answer.text());
    }
    for body in ["", "{", r#"{"name":"a","name":"b"}"#, "{\"name\":\"\u{0}\"}", &"[".repeat(5000)] {
        let answer = post(body, "application/json");
        assert_eq!(answer.status, 400, "{body:.40}: {}", answer.text());
    }
    assert_eq!(post("{\"name\":\"x\"}", "text/plain").status, 415);
    assert_eq!(post("name=x", "application/x-www-form-urlencoded").status, 415);
    let huge = post(&json!({ "name": "x", "display_name": "y".repeat(100_000) }).to_string(), "application/json");
    assert_eq!(huge.status, 413);
    let null = desk.call(&administrator(), "PATCH", "/users/admin", &[("if-match", "*")], &json!({ "admin": null, "enabled": null }));
    assert_eq!((null.status, places(&null)), (400, vec!["#/admin".to_owned(), "#/enabled".to_owned()]));
}

#[test]
fn lists_are_paged_filtered_ordered_counted_and_cut_to_fields() {
    let desk = desk();
    for number in 0..7 {
        desk.admin(
            "POST",
            "/groups",
            &json!({ "name": format!("page {number}"), "description": if number % 2 == 0 { "even" } else { "" } }),
        );
    }
    let mut seen = Vec::new();
    let mut path = "/groups?filter=name+page+%25&limit=3&order=-name&total=true&fields=name".to_owned();
    loop {
        let answer = desk.admin("GET", &path, &Value::Null);
        let page = answer.json();
        assert_eq!(page["total"], 7);
        for item in page["items"].as_array().expect("items") {
            assert_eq!(item.as_object().map(|item| item.keys().cloned().collect::<Vec<_>>()), Some(vec!["name".to_owned()]));
            seen.push(item["name"].as_str().expect("a name").to_owned());
        }
        let link = answer.header("link");
        assert_eq!(link.is_empty(), page["next"].is_null());
        match link.strip_prefix("<?").and_then(|link| link.split_once(">; rel=\"next\"")) {
            Some((query, _)) => path = format!("/groups?{query}"),
            None => break,
        }
    }
    assert_eq!(seen, ["page 6", "page 5", "page 4", "page 3", "page 2", "page 1", "page 0"]);
    let names = |query: &str| -> Vec<String> {
        let page = desk.get(&format!("/groups?filter=name+page+%25&{query}"));
        page["items"].as_array().expect("items").iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("filter=description+empty"), ["page 1", "page 3", "page 5"]);
    assert_eq!(names("filter=description+!empty&limit=2&offset=1"), ["page 2", "page 4"]);
    assert_eq!(names("filter=name+(page+1,page+2)&order=-created"), ["page 2", "page 1"]);
    assert_eq!(names("filter=created+%3E-1h&limit=0").len(), 7);
    assert_eq!(names("filter=created+%3C-1h").len(), 0);
    for (query, parameter) in [
        ("filter=nmae+x", "filter"),
        ("filter=created+soon", "filter"),
        ("order=members", "order"),
        ("after=junk", "after"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("offset=x", "offset"),
        ("total=maybe", "total"),
        ("fields=nmae", "fields"),
        ("colour=red", "colour"),
        ("limit=1&limit=2", ""),
    ] {
        let answer = desk.call(&administrator(), "GET", &format!("/groups?{query}"), &[], &Value::Null);
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert!(parameter.is_empty() || places(&answer) == [parameter], "{query}: {}", answer.text());
    }
}

#[test]
fn names_with_signs_are_parts_of_paths() {
    let desk = desk();
    desk.admin("POST", "/groups", &json!({ "name": "R&D / 100% ü?" }));
    let answer = desk.admin("GET", "/groups/R%26D%20%2F%20100%25%20%C3%BC%3F", &Value::Null);
    assert_eq!(answer.json()["name"], "R&D / 100% ü?");
    desk.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "deep/er" }));
    assert_eq!(desk.get("/registries/registry.test/namespaces/deep%2Fer")["path"], "deep/er");
    desk.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "/" }));
    assert_eq!(desk.get("/registries/registry.test/namespaces/%2F")["path"], "/");
    for path in ["/groups/%ff", "/users/%00", "/users/..%2f..%2fx", "/groups/", "/registries/registry.test/namespaces/deep/er", "/nothing"]
    {
        let answer = desk.call(&administrator(), "GET", path, &[], &Value::Null);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[test]
fn answers_carry_the_id_of_their_request_and_methods_are_told() {
    let desk = desk();
    let given = desk.call(&administrator(), "GET", "/me", &[("x-request-id", "mine-1")], &Value::Null);
    assert_eq!(given.header("x-request-id"), "mine-1");
    let strange = desk.call(&administrator(), "GET", "/me", &[("x-request-id", "no spaces")], &Value::Null);
    assert!(strange.header("x-request-id").len() >= 16, "{}", strange.header("x-request-id"));
    let problem = desk.call(&administrator(), "GET", "/users/ghost", &[("x-request-id", "mine-2")], &Value::Null).json();
    assert_eq!((problem["request_id"].as_str(), problem["type"].as_str()), (Some("mine-2"), Some("urn:spectacles:problem:not-found")));
    let method = desk.call(&administrator(), "PUT", "/users", &[], &json!({}));
    assert_eq!((method.status, method.header("allow")), (405, "GET, HEAD, POST"));
    let head = desk.call(&administrator(), "HEAD", "/users/admin", &[], &Value::Null);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(!head.header("etag").is_empty());
}

#[test]
fn everything_is_found_by_a_part_of_its_name() {
    let desk = desk();
    desk.admin("POST", "/groups", &json!({ "name": "needle \"in\" 100% hay" }));
    desk.admin("POST", "/users", &json!({ "name": "the-needle" }));
    desk.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "hay/needle" }));
    let found = desk.get("/search?q=needle");
    assert_eq!(found["groups"], json!(["needle \"in\" 100% hay"]));
    assert_eq!(found["users"], json!(["the-needle"]));
    assert_eq!(found["namespaces"], json!([{ "registry": "registry.test", "path": "hay/needle" }]));
    assert_eq!(desk.get("/search?q=%22in%22+100%25")["groups"], json!(["needle \"in\" 100% hay"]), "no sign has a meaning");
    assert_eq!(desk.get("/search?q=n%25hay")["groups"], json!([]));
    let nobody = desk.call(&Role::Nobody.person(), "GET", "/search?q=needle", &[], &Value::Null).json();
    assert!(["users", "groups", "namespaces"].iter().all(|kind| nobody[kind] == json!([])), "{nobody}");
    for query in ["", "?q=", "?q=x&limit=0", "?q=x&limit=101"] {
        assert_eq!(desk.call(&administrator(), "GET", &format!("/search{query}"), &[], &Value::Null).status, 400, "{query}");
    }
}
