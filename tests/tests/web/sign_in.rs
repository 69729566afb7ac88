//! Signing in and out, and the first administrator.

use super::desk::desk;
use crate::support::server::{Person, Spectacles};
use crate::support::web::{Form, Visitor};
use reqwest::Method;

#[test]
fn the_first_who_comes_becomes_administrator_and_nobody_after_him() {
    let mut spectacles = Spectacles::new();
    spectacles.serve(&[]);
    let mut first = Visitor::new(&spectacles.url());
    assert_eq!(first.get("/").header("location"), "/login");
    assert_eq!(first.get("/login").header("location"), "/welcome");
    let form = first.form("/welcome", "again").with("name", "chief").with("password", "Corr3ct-horse");
    let unequal = first.send(&form.clone().with("again", "Corr3ct-horsf"));
    assert_eq!(unequal.status, 400);
    assert!(unequal.text().contains("not the same"), "{}", unequal.text());
    assert!(!unequal.text().contains("Corr3ct"), "no password is shown again");
    let weak = first.send(&form.clone().with("password", "a").with("again", "a"));
    assert_eq!(weak.status, 400, "{}", weak.text());

    // Somebody else has the same page open.
    let mut late = Visitor::new(&spectacles.url());
    let too_late = late.form("/welcome", "again").with("name", "late").with("password", "Corr3ct-horse").with("again", "Corr3ct-horse");
    assert_eq!(first.submit(&form.with("again", "Corr3ct-horse")), "/registries/new");
    assert!(first.page("/users/chief").contains("administrator"));

    assert_eq!(late.get("/welcome").header("location"), "/login", "the page is closed");
    let refused = late.send(&too_late);
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(first.get("/users/late").status, 404);
    assert_eq!(late.get("/register").status, 403);
}

#[test]
fn only_who_knows_the_password_is_let_in() {
    let desk = desk();
    let person = desk.user("signs-in");
    let mut visitor = Visitor::new(&desk.url());
    for (name, password) in [(person.name.as_str(), "wrong"), ("nobody-of-this-name", "wrong"), (&person.name, "")] {
        let answer = visitor.sign_in(name, password);
        assert_eq!(answer.status, 401, "{name}");
        let text = answer.text();
        assert!(text.contains("Name or password is not right."), "{text}");
        assert_eq!(Form::on(&text, &["password"]).expect("the form").value("name"), name, "the name need not be typed again");
        assert_eq!(visitor.cookie("spectacles_session"), None);
    }
    assert_eq!(visitor.get("/groups?q=a").header("location"), "/login?next=%2Fgroups%3Fq%3Da");
    let form = visitor.form("/login?next=%2Fgroups%3Fq%3Da", "password").with("name", &person.name).with("password", &person.password);
    let answer = visitor.send(&form);
    assert_eq!((answer.status, answer.header("location")), (303, "/groups?q=a"), "where he wanted to go");
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("spectacles_session=")).expect("a session");
    assert!(session.contains("; HttpOnly") && session.contains("; SameSite=Lax") && session.contains("; Path=/"), "{session}");
    assert_eq!(visitor.get("/groups").status, 200);
    for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example"] {
        let mut visitor = Visitor::new(&desk.url());
        let form = visitor.form("/login", "password").with("name", &person.name).with("password", &person.password);
        assert_eq!(visitor.submit(&form.with("next", elsewhere)), "/", "{elsewhere}");
    }
}

#[test]
fn who_has_signed_out_is_out() {
    let desk = desk();
    let person = desk.user("signs-out");
    let mut visitor = desk.visitor(&person);
    let stolen = visitor.cookie("spectacles_session").expect("a session").to_owned();
    let page = visitor.page("/groups");
    assert_eq!(visitor.get("/logout").header("location"), "/", "following a link signs nobody out");
    assert_eq!(visitor.get("/groups").status, 200);
    let token = visitor.csrf();
    assert_eq!(visitor.post("/logout", &[], &[("_csrf", &token)]).header("location"), "/login");
    assert_eq!(visitor.cookie("spectacles_session"), None);
    assert_eq!(visitor.get("/groups").status, 303);
    let mut thief = Visitor::new(&desk.url());
    thief.take("spectacles_session", &stolen);
    assert_eq!(thief.get("/groups").status, 303, "the session has ended, not only the cookie");
    // A form of before does nothing.
    let form = Form::on(&page, &["theme"]).expect("a form");
    assert_eq!(thief.send(&form.with("theme", "dark")).status, 403);
}

#[test]
fn who_signs_in_anew_has_a_new_secret() {
    let desk = desk();
    let person = desk.user("signs-in-anew");
    let mut visitor = desk.visitor(&person);
    let before = visitor.cookie("spectacles_session").expect("a session").to_owned();
    let token = visitor.csrf();
    let fields = [("_csrf", token.as_str()), ("name", &person.name), ("password", &person.password)];
    assert_eq!(visitor.post("/login", &[], &fields).status, 303);
    assert_ne!(visitor.cookie("spectacles_session"), Some(before.as_str()));
    let mut thief = Visitor::new(&desk.url());
    thief.take("spectacles_session", &before);
    assert_eq!(thief.get("/").status, 303);
    // Nobody decides beforehand which secret a session will have.
    let mut victim = Visitor::new(&desk.url());
    victim.take("spectacles_session", &before);
    assert_eq!(victim.sign_in(&person.name, &person.password).status, 303);
    assert_ne!(victim.cookie("spectacles_session"), Some(before.as_str()));
}

#[test]
fn pages_are_in_the_language_of_whoever_reads_them() {
    let desk = desk();
    let mut visitor = Visitor::new(&desk.url()).reading("de-AT,de;q=0.9,en;q=0.5");
    assert_eq!(visitor.sign_in("ordinary", &Person::new("ordinary").password).status, 303);
    let page = visitor.page("/groups");
    assert!(page.contains("<html lang=\"de\"") && page.contains("<h1>Gruppen</h1>"), "{page}");
    let form = Form::on(&page, &["language"]).expect("a form");
    assert_eq!(visitor.submit(&form.clone().with("language", "en")), "/groups");
    assert!(visitor.page("/groups").contains("<h1>Groups</h1>"));
    assert_eq!(visitor.submit(&form.with("theme", "dark")), "/groups");
    assert!(visitor.page("/groups").contains("data-theme=\"dark\""));
}

#[test]
fn credentials_for_programs_open_no_page() {
    use crate::support::http::{Credentials, send};
    let desk = desk();
    let root = super::desk::root();
    let answer = send(&Method::GET, &format!("{}/users", desk.url()), root.credentials(), &[], "");
    assert_eq!((answer.status, answer.header("location")), (303, "/login?next=%2Fusers"));
    let made = desk.make("POST", "/users/root/tokens", &serde_json::json!({ "name": "for no page" }));
    let secret = made["secret"].as_str().expect("a secret");
    let mut visitor = Visitor::new(&desk.url());
    visitor.take("spectacles_session", secret);
    assert_eq!(visitor.get("/users").status, 303, "an API token is no session");
    // And a session is no API token.
    let session = desk.root().cookie("spectacles_session").expect("a session").to_owned();
    let answer = send(&Method::GET, &format!("{}/api/v1/me", desk.url()), Credentials::Bearer(&session), &[], "");
    assert_eq!(answer.status, 401);
}
