//! Others than administrators do not see what they may not do, and do it no more for that.

use super::desk::desk;
use crate::support::server::Person;
use crate::support::web::Form;
use serde_json::{Value, json};

#[test]
fn ordinary_users_have_no_forms_of_administrators() {
    let desk = desk();
    let person = desk.user("may-little");
    desk.make("POST", "/groups", &json!({ "name": "his-group" }));
    desk.make("POST", "/groups/his-group/members", &json!({ "users": ["may-little"] }));
    desk.make("POST", "/groups", &json!({ "name": "not-his-group" }));
    desk.make("POST", "/apps", &json!({ "name": "his-app", "publication": ["his-group"] }));
    desk.make("POST", "/services", &json!({ "name": "not-his-service" }));
    let mut visitor = desk.visitor(&person);
    for list in ["/groups", "/apps", "/services"] {
        let page = visitor.page(list);
        assert!(!page.contains(&format!("href=\"{list}/new\"")), "{list}");
        assert!(!page.contains("not-his"), "{page}");
        assert_eq!(visitor.get(&format!("{list}/new")).status, 403, "{list}");
    }
    for operation in ["groups.change", "groups.delete", "groups.members.add", "groups.members.delete"] {
        assert!(Form::on(&visitor.page("/groups/his-group"), &[operation]).is_none(), "{operation}");
    }
    for operation in ["apps.change", "apps.delete", "apps.publications.add", "apps.publications.delete"] {
        assert!(Form::on(&visitor.page("/apps/his-app"), &[operation]).is_none(), "{operation}");
    }
    for path in ["/groups/not-his-group", "/services/not-his-service", "/users/root", "/users/root/tokens", "/users/root/sessions"] {
        assert_eq!(visitor.get(path).status, 404, "{path}");
    }
    assert_eq!(visitor.get("/users/new").status, 403);

    // Forms that are sent nevertheless.
    let token = visitor.csrf();
    for (path, fields, status) in [
        ("/groups/his-group", &[("_do", "groups.create"), ("name", "by-force")][..], 403),
        ("/groups/his-group", &[("_do", "groups.change"), (":group", "his-group"), ("description", "by force")], 403),
        ("/groups/his-group", &[("_do", "groups.delete"), (":group", "not-his-group")], 404),
        ("/", &[("_do", "users.change"), (":user", "may-little"), ("admin", "true")], 403),
        ("/", &[("_do", "sessions.clear"), (":user", "root")], 404),
        ("/", &[("_do", "tokens.create"), (":user", "root"), ("name", "by-force")], 404),
    ] {
        let fields = [fields, &[("_csrf", &token)]].concat();
        let answer = visitor.post(path, &[], &fields);
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
    }
    assert_eq!(desk.read("/groups/his-group")["description"], "");
    assert_eq!(desk.api("GET", "/groups/by-force", &Value::Null).status, 404);
}

#[test]
fn auditors_read_everything_and_have_no_forms_for_it() {
    let desk = desk();
    desk.user("audits-pages");
    desk.make("PATCH", "/users/audits-pages", &json!({ "auditor": true }));
    desk.make("POST", "/groups", &json!({ "name": "audited" }));
    let mut visitor = desk.visitor(&Person::new("audits-pages"));
    for path in ["/groups/audited", "/users/root", "/users/root/tokens", "/users/root/sessions"] {
        let page = visitor.page(path);
        assert!(!page.contains("name=\"_do\""), "{path}: {page}");
    }
    assert!(visitor.page("/users/root").contains("Last changes"));
}
