//! Forgotten passwords.

use super::desk::desk;
use crate::support::http::Credentials;
use crate::support::web::{Form, Visitor, plain};

const NEW: &str = "Another-1-password";

/// The link that an administrator makes on the page of a user.
fn link(root: &mut Visitor, name: &str) -> String {
    let form = root.form(&format!("/users/{name}"), "users.password_reset");
    let answer = root.send(&form);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let page = answer.text();
    let (_, rest) = page.split_once("<pre id=\"link\" tabindex=\"0\"><code>").expect("a link");
    plain(rest.split("</code>").next().unwrap_or_default())
}

#[test]
fn a_link_of_an_administrator_leads_to_a_new_password() {
    let desk = desk();
    let person = desk.user("forgets");
    let (mut here, mut root) = (desk.visitor(&person), desk.root());
    let mut stranger = Visitor::new(&desk.url());
    let login = stranger.page("/login");
    assert!(login.contains("href=\"/forgot\""), "{login}");
    assert!(stranger.page("/forgot").contains("Ask an administrator"));

    let link = link(&mut root, "forgets");
    assert!(!root.page("/users/forgets").contains("/reset#"), "it is shown once");
    let (address, code) = link.split_once('#').expect("a fragment");
    assert_eq!(address, format!("{}/reset", desk.url()));
    let form = stranger.form("/reset", "again").with("code", code).with("new", NEW).with("again", NEW);
    for (form, status, says) in [
        (form.clone().with("again", "Another-2-password"), 400, "The two passwords are not the same."),
        (form.clone().with("new", "simple").with("again", "simple"), 400, "too simple"),
        (form.clone().with("code", "1-nonsense"), 403, "not good"),
        (form.clone().with("_csrf", "another"), 403, "nothing was done"),
    ] {
        let answer = stranger.send(&form);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains(says) && !answer.text().contains(NEW), "{}", answer.text());
    }
    assert_eq!(here.get("/").status, 200, "nothing has changed so far");
    assert_eq!(stranger.submit(&form.clone().with("code", &link)), "/login", "the whole link is as good");
    assert!(stranger.page("/login").contains("The new password is set"));
    assert!(!stranger.page("/login").contains("The new password is set"), "it is said once");
    assert_eq!(here.get("/").status, 303, "all sessions have ended");
    assert_eq!(stranger.sign_in("forgets", &person.password).status, 401);
    assert_eq!(stranger.sign_in("forgets", NEW).status, 303);
    let again = Visitor::new(&desk.url()).send_again(&form);
    assert_eq!(again, 403, "it was used");
}

impl Visitor {
    /// Sends the same fields, as somebody else.
    fn send_again(mut self, form: &Form) -> u16 {
        let csrf = self.form("/reset", "again").value("_csrf").to_owned();
        self.send(&form.clone().with("_csrf", &csrf)).status
    }
}

#[test]
fn links_are_for_administrators_to_make_and_for_others_than_themselves() {
    let desk = desk();
    let person = desk.user("makes-no-links");
    let mut visitor = desk.visitor(&person);
    assert!(Form::on(&visitor.page("/users/makes-no-links"), &["users.password_reset"]).is_none());
    assert!(Form::on(&desk.root().page("/users/root"), &["users.password_reset"]).is_none());
    // The form of an administrator does nothing for somebody else.
    let form = desk.root().form("/users/makes-no-links", "users.password_reset");
    let csrf = visitor.csrf();
    let answer = visitor.send(&form.with("_csrf", &csrf));
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(!answer.text().contains("spectacles_"), "{}", answer.text());
}

#[test]
fn the_api_answers_the_code_once_with_its_link_and_its_end() {
    let desk = desk();
    let person = desk.user("api-reset");
    let answer = desk.api("POST", "/users/api-reset/password-reset", &serde_json::json!({}));
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.text());
    let made = answer.json();
    let code = made["code"].as_str().expect("a code");
    assert_eq!(made["link"], format!("{}/reset#{code}", desk.url()));
    assert!(made["until"].is_string() && made["user"] == "api-reset", "{made}");
    let refused = desk.api_as(&person, "POST", "/users/api-reset/password-reset", &serde_json::json!({}));
    assert_eq!(refused.status, 403, "{}", refused.text());
    let login = crate::support::http::get(&format!("{}/api/v1/me", desk.url()), Credentials::Basic("api-reset", code));
    assert_eq!(login.status, 401, "a code is no password");
}
