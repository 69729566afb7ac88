//! What is shown where there is no page, and what is said to whoever is refused, in both languages.

use super::desk::desk;
use crate::support::http::{self, Credentials};
use crate::support::server::Spectacles;
use crate::support::web::{Form, Visitor};
use reqwest::Method;
use serde_json::json;

/// What only programmers understand.
const TRACES: [&str; 8] = ["panicked", ".rs:", "stack", "sqlx", "Problem {", "urn:spectacles", "{\"errors\"", "SELECT "];

/// That a page says what is wrong and what to do next, and nothing of what is inside.
fn is_a_page_that_helps(what: &str, text: &str, language: &str, says: &[&str]) {
    assert!(text.starts_with("<!DOCTYPE html>") && text.contains(&format!("<html lang=\"{language}\"")), "{what}: {text}");
    assert!(text.contains("class=\"button primary\""), "{what}: there is a way on: {text}");
    for word in says {
        assert!(text.contains(word), "{what} does not say `{word}`: {text}");
    }
    for trace in TRACES {
        assert!(!text.contains(trace), "{what} tells {trace}: {text}");
    }
}

#[test]
fn where_there_is_no_page_there_is_one_that_says_so() {
    let desk = desk();
    let person = desk.user("gets-lost");
    // The method, the path, the status, whether somebody is signed in, and what is said in English and in German.
    #[rustfmt::skip]
    let table = [
        ("GET", "/nothing-is-here", 404, false, ["There is no such thing", "Look at the address again"], ["Das gibt es nicht", "Sieh dir die Adresse"]),
        ("GET", "/nothing/is/here", 404, true, ["There is no such thing", "by the search above"], ["Das gibt es nicht", "mit der Suche oben"]),
        ("GET", "/users/root", 404, true, ["There is no such thing", "by the search above"], ["Das gibt es nicht", "mit der Suche oben"]),
        ("GET", "/groups/%ff", 400, true, ["makes no sense here", "look at what was sent"], ["Das ergibt hier keinen Sinn", "sieh nach, was gesendet"]),
        ("GET", "/users/new", 403, true, ["not yours to see or do", "ask an administrator"], ["Dafür fehlt das Recht", "frage einen Administrator"]),
        ("GET", "/register", 403, false, ["not yours to see or do", "Sign in"], ["Dafür fehlt das Recht", "Melde dich an"]),
        ("DELETE", "/groups", 405, true, ["takes no forms", "Open the page again"], ["nimmt keine Formulare an", "Öffne die Seite"]),
        ("DELETE", "/login", 405, false, ["takes no forms", "Open the page again"], ["nimmt keine Formulare an", "Öffne die Seite"]),
    ];
    for (method, path, status, is_in, english, german) in table {
        for (language, says) in [("en", english), ("de", german)] {
            let mut visitor = Visitor::new(&desk.url()).reading(language);
            if is_in {
                assert_eq!(visitor.sign_in(&person.name, &person.password).status, 303);
            }
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = visitor.request(&method, path, &[], "");
            let what = format!("{method} {path} in {language}");
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            is_a_page_that_helps(&what, &answer.text(), language, &says);
            assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        }
    }
    // Programs read what they understand.
    let answer = http::send(&Method::GET, &format!("{}/nothing-is-here", desk.url()), Credentials::None, &[("accept", "*/*")], "");
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/json"));
}

#[test]
fn what_is_sent_and_cannot_be_taken_is_answered_by_a_page() {
    let desk = desk();
    let person = desk.user("sends-much");
    for (language, large, strange) in [
        ("en", ["This is too large", "send less at once"], "use the form"),
        ("de", ["Das ist zu groß", "sende weniger"], "benutze das Formular"),
    ] {
        let mut visitor = Visitor::new(&desk.url()).reading(language);
        assert_eq!(visitor.sign_in(&person.name, &person.password).status, 303);
        let answer = visitor.request(&Method::POST, "/groups/new", &[], &format!("name={}", "a".repeat(70_000)));
        assert_eq!(answer.status, 413);
        is_a_page_that_helps("a large form", &answer.text(), language, &large);
        let answer = visitor.post("/groups/new", &[("content-type", "text/plain")], &[("name", "a")]);
        assert_eq!(answer.status, 415);
        is_a_page_that_helps("no form", &answer.text(), language, &[strange]);
    }
}

#[test]
fn who_has_tried_too_often_is_told_to_wait() {
    let desk = desk();
    desk.user("is-guessed-at");
    let mut visitor = Visitor::new(&desk.url()).reading("de");
    let mut last = visitor.sign_in("is-guessed-at", "wrong");
    assert!(last.text().contains("Name oder Passwort"), "{}", last.text());
    for _ in 0..50 {
        if last.status == 429 {
            break;
        }
        last = visitor.sign_in("is-guessed-at", "wrong");
    }
    assert_eq!(last.status, 429);
    assert!(last.text().contains("Zu viele Versuche sind gescheitert"), "{}", last.text());
    assert!(Form::on(&last.text(), &["password"]).is_some(), "he can try again from here");
}

#[test]
fn who_comes_first_reads_in_his_language_what_is_wrong() {
    let mut spectacles = Spectacles::new();
    spectacles.serve(&[]);
    let mut first = Visitor::new(&spectacles.url()).reading("de");
    let form = first.form("/welcome", "again").with("name", "chief").with("password", "Corr3ct-horse").with("again", "Corr3ct-horse");
    for (form, says) in [
        (form.clone().with("password", "short").with("again", "short"), "Dieses Passwort geht nicht"),
        (form.clone().with("name", "Not A Name"), "Dieser Name geht nicht"),
        (form.clone().with("email", "nowhere"), "Das ist keine Mailadresse"),
        (form.with("again", "Corr3ct-horsf"), "Die beiden"),
    ] {
        let answer = first.send(&form);
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
}

#[test]
fn refusals_are_in_the_language_of_the_page() {
    let desk = desk();
    desk.user("is-there");
    desk.make("POST", "/groups", &json!({ "name": "is-stale" }));
    let mut root = Visitor::new(&desk.url()).reading("de");
    assert_eq!(root.sign_in("root", "Corr3ct-horse:root").status, 303);
    let good = "Corr3ct-horse:new";
    for (fields, status, says) in [
        ([("name", "is-there"), ("password", good)], 409, "Eines mit diesem Namen gibt es schon."),
        ([("name", "Not A Name"), ("password", good)], 400, "Dieser Name geht nicht"),
    ] {
        let form = fields.iter().fold(root.form("/users/new", "users.create"), |form, (name, value)| form.with(name, value));
        let answer = root.send(&form);
        assert_eq!(answer.status, status, "{fields:?}");
        assert!(answer.text().contains(says), "{fields:?}: {}", answer.text());
        assert!(!answer.text().contains(good), "no password is shown again");
    }
    let form = root.form("/groups/is-stale", "groups.change").with("description", "mine");
    desk.make("PATCH", "/groups/is-stale", &json!({ "description": "theirs" }));
    let answer = root.send(&form);
    assert_eq!(answer.status, 412);
    assert!(answer.text().contains("Jemand hat es inzwischen geändert"), "{}", answer.text());
    let form = root.form("/groups/is-stale", "groups.delete").with("_typed", "something else");
    let answer = root.send(&form);
    assert!(answer.text().contains("Es ist nichts geschehen"), "{}", answer.text());

    let mut ordinary = Visitor::new(&desk.url()).reading("de");
    assert_eq!(ordinary.sign_in("is-there", "Corr3ct-horse:is-there").status, 303);
    let token = ordinary.csrf();
    let answer = ordinary.post("/", &[], &[("_csrf", &token), ("_do", "groups.create"), ("name", "by-force")]);
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("Das darfst du nicht."), "{}", answer.text());
}
