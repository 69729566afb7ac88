//! Taking back what was just taken away.

use super::desk::desk;
use crate::support::web::{Form, Visitor};
use serde_json::{Value, json};

/// Takes something away by the form with these signs, takes that back, and says where it was.
fn there_and_back(visitor: &mut Visitor, path: &str, signs: &[&str]) -> Form {
    let form = Form::on(&visitor.page(path), signs).unwrap_or_else(|| panic!("no form with {signs:?} on {path}"));
    assert_eq!(visitor.submit(&form), path);
    let page = visitor.page(path);
    let (_, notice) = page.split_once("<div class=\"notice good\" role=\"status\">").expect("it says that it was done");
    let undo = Form::on(notice, &["_do"]).expect("a form that takes it back");
    assert!(!visitor.page(path).contains("class=\"undo\""), "it is offered once");
    assert_eq!(visitor.submit(&undo), path);
    assert!(!visitor.page(path).contains("class=\"undo\""), "what was taken back is there");
    undo
}

#[test]
fn what_was_taken_away_comes_back_as_it_was() {
    let desk = desk();
    desk.user("undo-ann");
    desk.make("POST", "/groups", &json!({ "name": "undo & do" }));
    desk.make("POST", "/apps", &json!({ "name": "undo-app" }));
    desk.make("POST", "/registries", &json!({ "service": "x-undo.test", "url": "http://127.0.0.1:9" }));
    let namespace = "/registries/x-undo.test/namespaces/undone";
    desk.make("POST", "/registries/x-undo.test/namespaces", &json!({ "path": "undone" }));
    let (until, networks) = ("2030-01-31T12:00:00Z", ["192.0.2.0/24", "2001:db8::/32"]);
    let right = json!({ "right": "WRITE", "until": until, "networks": networks });
    desk.make("PUT", &format!("{namespace}/grants/user/undo-ann"), &right);
    desk.make("PUT", &format!("{namespace}/assignments/group/undo%20&%20do"), &json!({ "until": until }));
    desk.make("PUT", "/groups/undo%20&%20do/members/undo-ann", &json!({ "until": until }));
    desk.make("PUT", "/registries/x-undo.test/publications/undo%20&%20do", &json!({}));
    desk.make("PUT", "/apps/undo-app/responsibles/undo%20&%20do", &json!({ "until": until }));
    let lists = [
        format!("{namespace}/grants"),
        format!("{namespace}/assignments"),
        "/groups/undo%20&%20do/members".to_owned(),
        "/registries/x-undo.test/publications".to_owned(),
        "/apps/undo-app/responsibles".to_owned(),
    ];
    let all = || lists.iter().map(|list| desk.read(list)["items"].clone()).collect::<Vec<Value>>();
    let before = all();
    let mut root = desk.root();
    for (path, signs) in [
        (namespace, ["namespaces.grants.delete", "undo-ann"]),
        (namespace, ["namespaces.assignments.delete", "undo &#38; do"]),
        ("/groups/undo%20&%20do", ["groups.members.delete", "undo-ann"]),
        ("/registries/x-undo.test", ["registries.publications.delete", "undo &#38; do"]),
        ("/apps/undo-app", ["apps.responsibles.delete", "undo &#38; do"]),
    ] {
        there_and_back(&mut root, path, &signs);
    }
    assert_eq!(all(), before);
}

#[test]
fn nobody_is_made_to_take_back_what_he_did_not_do() {
    let desk = desk();
    desk.user("undo-ben");
    desk.make("POST", "/groups", &json!({ "name": "undo-ours" }));
    desk.make("PUT", "/groups/undo-ours/members/undo-ben", &json!({}));
    let mut root = desk.root();
    let form = Form::on(&root.page("/groups/undo-ours"), &["groups.members.delete"]).expect("the form");
    root.submit(&form);
    let cookie = root.cookie("spectacles_done").expect("a cookie").to_owned();
    // Of another session it is worth nothing, and neither is one that was written by somebody else.
    let mut other = desk.root();
    for cookie in [cookie.as_str(), "groups.members.delete~X2RvPWdyb3Vwcy5tZW1iZXJzLnNldA~AAAA", "~~~", "nothing"] {
        other.take("spectacles_done", cookie);
        assert!(!other.page("/groups/undo-ours").contains("class=\"undo\""), "{cookie}");
    }
    // What takes away is not offered as taking back.
    desk.make("PUT", "/groups/undo-ours/members/undo-ben", &json!({}));
    let form = Form::on(&root.page("/groups/undo-ours"), &["groups.members.delete"]).expect("the form");
    root.submit(&form.with("_undo", "_do=groups.delete&:group=undo-ours"));
    assert!(!root.page("/groups/undo-ours").contains("class=\"undo\""));
}
