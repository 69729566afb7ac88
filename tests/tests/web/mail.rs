//! Forgotten passwords, where mail is sent.

use crate::support::mail::MailServer;
use crate::support::server::{Person, Spectacles};
use crate::support::web::Visitor;

#[test]
fn a_link_comes_by_mail_and_the_answer_is_the_same_for_everybody() {
    let post = MailServer::start();
    let mut spectacles = Spectacles::new()
        .with("SPECTACLES_MAIL_URL", format!("smtp://127.0.0.1:{}", post.port))
        .with("SPECTACLES_MAIL_FROM", "Spectacles <spectacles@example.com>");
    let person = Person::new("forgets");
    spectacles.create_user(&person, &["--email", "forgets@example.com"]);
    spectacles.serve(&[]);
    let mut visitor = Visitor::new(&spectacles.url());
    let form = visitor.form("/forgot", "name");
    let answers = ["nobody", "nobody@example.com", "forgets"].map(|who| {
        let answer = visitor.send(&form.clone().with("name", who));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    });
    assert!(answers[0].contains("If there is such a user"), "{}", answers[0]);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2], "nothing tells who is there");

    let mail = post.next();
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("spectacles@example.com", &["forgets@example.com".to_owned()][..]));
    let (_, rest) = mail.text.split_once(&format!("{}/reset#", spectacles.url())).unwrap_or_else(|| panic!("no link: {}", mail.text));
    let code = rest.split_whitespace().next().expect("a code");
    let new = "Another-1-password";
    let form = visitor.form("/reset", "again").with("code", code).with("new", new).with("again", new);
    assert_eq!(visitor.submit(&form), "/login");
    assert_eq!(visitor.sign_in("forgets", new).status, 303);
    assert_eq!(Visitor::new(&spectacles.url()).sign_in("forgets", &person.password).status, 401);
}
