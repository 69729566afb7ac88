//! What changes would mean, asked by a form.

use super::desk::desk;
use crate::support::server::Person;
use crate::support::web::Form;
use serde_json::{Value, json};

const PATH: &str = "/access/simulate";

fn form_on(page: &str) -> Form {
    Form::on(page, &["document"]).expect("the form")
}

#[test]
fn administrators_see_who_would_gain_and_lose_what_and_nothing_is_changed() {
    let desk = desk();
    for name in ["sim-ann", "sim-ben"] {
        desk.user(name);
    }
    desk.make("POST", "/registries", &json!({ "service": "x-simulated.test", "url": "http://127.0.0.1:9" }));
    desk.make("POST", "/registries/x-simulated.test/namespaces", &json!({ "path": "simulated" }));
    desk.make("POST", "/groups", &json!({ "name": "simulants" }));
    desk.make("PUT", "/registries/x-simulated.test/namespaces/simulated/grants/user/sim-ben", &json!({ "right": "FULL" }));
    let mut root = desk.root();
    let link = format!("{PATH}?registry=x-simulated.test&amp;namespace=simulated");
    assert!(root.page("/registries/x-simulated.test/namespaces/simulated").contains(&link));
    let form = form_on(&root.page(&link.replace("&amp;", "&")));
    assert_eq!((form.value("registry"), form.value("namespace")), ("x-simulated.test", "simulated"));

    // A right for a group that nobody is in means nothing, and with a member it does.
    let form = form.with("grantee_kind", "group").with("grantee", "simulants").with("right", "READ").with("add", "grants");
    let told = root.send(&form);
    assert_eq!(told.status, 200, "{}", told.text());
    assert!(told.text().contains("Nothing: everybody may do afterwards"), "{}", told.text());
    let form = form_on(&told.text()).with("group", "simulants").with("user", "sim-ann").with("add", "member");
    let told = root.send(&form).text();
    assert!(
        told.contains("user sim-ann") && told.contains("<span class=\"badge good\">pull</span>") && !told.contains("user sim-ben"),
        "{told}"
    );

    // And somebody loses what he has.
    let form = form_on(&told).with("grantee_kind", "user").with("grantee", "sim-ben").with("right", "").with("add", "grants");
    let told = root.send(&form).text();
    assert!(told.contains("user sim-ben") && told.contains("<span class=\"badge bad\">"), "{told}");
    let document: Value = serde_json::from_str(form_on(&told).value("document")).expect("a document");
    assert_eq!(document.as_array().map(Vec::len), Some(3), "{document}");

    // What is pasted is tried as well, and what makes no sense is told.
    let told = root.send(&form_on(&told).with("document", &json!([document[2]]).to_string())).text();
    assert!(told.contains("user sim-ben") && !told.contains("user sim-ann"), "{told}");
    for (document, expected) in [("{", "no JSON"), (r#"[{"method":"GET","path":"/api/v1/users"}]"#, "nothing at this path")] {
        let refused = root.send(&form_on(&told).with("document", document));
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.text().contains(expected), "{}", refused.text());
        assert!(form_on(&refused.text()).value("document").starts_with(&document[..1]), "nothing has to be typed again");
    }
    let grants = desk.read("/registries/x-simulated.test/namespaces/simulated/grants");
    assert_eq!(grants["items"].as_array().map(Vec::len), Some(1), "{grants}");
    assert_eq!(desk.read("/groups/simulants/members")["items"], json!([]));
}

#[test]
fn others_than_administrators_and_auditors_do_not_ask() {
    let desk = desk();
    let ordinary = desk.user("sim-nobody");
    desk.user("sim-audits");
    desk.make("PATCH", "/users/sim-audits", &json!({ "auditor": true }));
    let mut visitor = desk.visitor(&ordinary);
    assert_eq!(visitor.get(PATH).status, 403);
    assert!(!visitor.page("/access").contains(PATH));
    let token = visitor.csrf();
    assert_eq!(visitor.post(PATH, &[], &[("_csrf", &token), ("document", "[]")]).status, 403);
    let mut auditor = desk.visitor(&Person::new("sim-audits"));
    assert!(auditor.page("/access").contains(PATH));
    let form = form_on(&auditor.page(PATH)).with("group", "nobody-knows").with("user", "root").with("add", "member");
    assert_eq!(auditor.send(&form).status, 400);
}
