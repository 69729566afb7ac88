//! Where somebody is signed in, and what ends that.

use super::desk::desk;
use crate::support::http::{Credentials, send};
use crate::support::web::{Form, Visitor};
use reqwest::Method;
use serde_json::Value;

#[test]
fn sessions_are_listed_and_ended_one_by_one_and_together() {
    let desk = desk();
    let person = desk.user("many-sessions");
    let path = "/users/many-sessions/sessions";
    let [mut here, mut there, mut elsewhere] = [0; 3].map(|_| desk.visitor(&person));
    let page = here.page(path);
    assert_eq!(page.matches("sessions.delete").count(), 2, "this one is not ended here: {page}");
    assert_eq!(page.matches("this one").count(), 1);
    // The newest is first.
    let form = Form::on(&page, &["sessions.delete"]).expect("a form");
    assert_eq!(here.submit(&form), path);
    assert_eq!([here.get("/").status, there.get("/").status, elsewhere.get("/").status], [200, 200, 303]);
    let again = here.send(&form);
    assert_eq!(again.status, 404, "{}", again.text());
    let form = here.form(path, "sessions.clear");
    assert_eq!(here.submit(&form), path);
    assert_eq!([here.get("/").status, there.get("/").status], [200, 303]);
    assert!(Form::on(&here.page(path), &["sessions.clear"]).is_none(), "there are no others");

    let mut root = desk.root();
    let form = root.form(path, "sessions.clear");
    assert_eq!(root.submit(&form), path);
    assert_eq!(here.get("/").status, 303, "administrators end all of them");
    assert_eq!(root.get("/").status, 200);
}

#[test]
fn the_api_lists_and_ends_sessions_but_not_for_api_tokens() {
    let desk = desk();
    let person = desk.user("api-sessions");
    let mut visitor = desk.visitor(&person);
    let list = || desk.api_as(&person, "GET", "/users/api-sessions/sessions", &Value::Null).json()["items"].clone();
    let sessions = list();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    let id = sessions[0]["id"].as_i64().expect("an id");
    let made = desk.api_as(&person, "POST", "/users/api-sessions/tokens", &serde_json::json!({ "name": "ends none" })).json();
    let token = Credentials::Bearer(made["secret"].as_str().expect("a secret"));
    for path in [format!("/sessions/{id}"), "/sessions".to_owned()] {
        let url = format!("{}/api/v1/users/api-sessions{path}", desk.url());
        assert_eq!(send(&Method::DELETE, &url, token, &[], "").status, 403);
    }
    let all = format!("/users/api-sessions/sessions?spare={id}");
    assert_eq!(desk.api_as(&person, "DELETE", &all, &Value::Null).status, 204);
    assert_eq!(visitor.get("/").status, 200, "it was spared");
    assert_eq!(desk.api_as(&person, "DELETE", "/users/api-sessions/sessions?spare=x", &Value::Null).status, 400);
    let tokens = desk.api_as(&person, "DELETE", &format!("/users/api-sessions/sessions/{}", made["id"]), &Value::Null);
    assert_eq!(tokens.status, 404, "an API token is no session");
    for (number, status) in [("0", 404), ("-1", 404), ("x", 404), (id.to_string().as_str(), 204), (id.to_string().as_str(), 404)] {
        let answer = desk.api_as(&person, "DELETE", &format!("/users/api-sessions/sessions/{number}"), &Value::Null);
        assert_eq!(answer.status, status, "{number}: {}", answer.text());
    }
    assert_eq!(visitor.get("/").status, 303);
    assert_eq!(list(), serde_json::json!([]));
}

#[test]
fn a_new_password_ends_all_sessions_but_the_one_where_it_is_typed() {
    let desk = desk();
    let person = desk.user("new-password");
    let (mut here, mut there) = (desk.visitor(&person), desk.visitor(&person));
    let form = here.form("/password", "again").with("current", &person.password).with("new", "Another-1-password");
    for (form, status, says) in [
        (form.clone().with("again", "Another-2-password"), 400, "The two passwords are not the same."),
        (form.clone().with("current", "wrong").with("again", "Another-1-password"), 403, "password"),
        (form.clone().with("new", "").with("again", ""), 400, "password"),
    ] {
        let answer = here.send(&form);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains("class=\"notice bad\"") && answer.text().contains(says), "{}", answer.text());
        assert!(!answer.text().contains("Another-1") && !answer.text().contains(&person.password));
    }
    assert_eq!(there.get("/").status, 200, "nothing has changed so far");
    assert_eq!(here.submit(&form.with("again", "Another-1-password")), "/users/new-password");
    assert!(here.page("/users/new-password").contains("Saved."), "he goes on");
    assert_eq!(there.get("/").status, 303);
    let mut anew = Visitor::new(&desk.url());
    assert_eq!(anew.sign_in("new-password", &person.password).status, 401);
    assert_eq!(anew.sign_in("new-password", "Another-1-password").status, 303);
}
