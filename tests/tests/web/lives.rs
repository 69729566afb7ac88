//! What pages are for, from its beginning to its end: by forms alone.

use super::desk::{Desk, desk};
use crate::support::web::{Form, Visitor};
use serde_json::{Value, json};

/// The values of a field of everything in a list of the API.
fn all(desk: &Desk, path: &str, field: &str) -> Vec<String> {
    let list = desk.read(path);
    list["items"].as_array().expect("a list").iter().map(|item| item[field].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_group() {
    let desk = desk();
    for name in ["group-ann", "group-ben"] {
        desk.user(name);
    }
    let mut root = desk.root();
    assert!(root.page("/groups").contains("href=\"/groups/new\""));
    let form = root.form("/groups/new", "groups.create").with("name", "Life & Times");
    let refused = root.send(&form.clone().with("slug", "Not A Slug"));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(refused.text().matches("role=\"alert\"").count(), 1, "it is said once");
    let shown = Form::on(&refused.text(), &["groups.create"]).expect("the form again");
    assert_eq!((shown.value("name"), shown.value("slug")), ("Life & Times", "Not A Slug"), "nothing has to be typed twice");
    assert!(refused.text().contains("aria-invalid=\"true\""), "it says where");
    let path = root.submit(&form.with("slug", "life").with("description", "of a group"));
    assert_eq!(path, "/groups/Life%20&%20Times");
    let page = root.page(&path);
    assert!(page.contains("groups/life/…") && page.contains("Nobody is in this group.") && page.contains("Done."), "{page}");

    let form = root.form(&path, "groups.members.add").with("until", "2030-01-31T12:00");
    assert_eq!(root.submit(&form.and("users", "group-ann").and("users", "group-ben")), path);
    let members = desk.read("/groups/Life%20&%20Times/members");
    assert_eq!(members["items"][0], json!({ "user": "group-ann", "until": "2030-01-31T12:00:00Z", "expired": false }));
    let page = root.page(&path);
    let remove = Form::on(&page, &["groups.members.delete", "group-ann"]).expect("a form");
    assert_eq!(root.submit(&remove), path);
    assert_eq!(all(&desk, "/groups/Life%20&%20Times/members", "user"), ["group-ben"]);
    let again = root.send(&remove);
    assert_eq!(again.status, 404, "he is out already: {}", again.text());
    assert!(again.text().contains("there is no member"), "the page says so, though the form is gone: {}", again.text());

    let form = root.form(&path, "groups.change");
    assert_eq!((form.value("name"), form.value("slug"), form.value("description")), ("Life & Times", "life", "of a group"));
    let path = root.submit(&form.with("name", "Lives").with("slug", "").with("description", ""));
    assert_eq!(path, "/groups/Lives", "to where it is now");
    let group = desk.read(&path);
    assert_eq!((&group["slug"], &group["description"]), (&Value::Null, &json!("")), "what is emptied is removed");
    let form = root.form(&path, "groups.delete").with("_typed", "Lives");
    assert_eq!(root.submit(&form), "/groups");
    assert_eq!(root.get(&path).status, 404);
}

#[test]
fn an_app() {
    let desk = desk();
    for name in ["app-builders", "app-users"] {
        desk.make("POST", "/groups", &json!({ "name": name }));
    }
    let mut root = desk.root();
    let form = root.form("/apps/new", "apps.create").with("name", "app-of-life").with("description", "lives");
    let path = root.submit(&form.and("responsible", "app-builders"));
    assert_eq!(path, "/apps/app-of-life");
    let app = desk.read(&path);
    assert_eq!((&app["slug"], &app["responsible"]), (&json!("app-of-life"), &json!(["app-builders"])));
    let form = root.form(&path, "apps.publications.add").with("until", "2030-01-31T12:00");
    root.submit(&form.and("groups", "app-users").and("groups", "app-builders"));
    assert_eq!(all(&desk, "/apps/app-of-life/publications", "group"), ["app-builders", "app-users"]);
    let page = root.page(&path);
    let remove = Form::on(&page, &["apps.publications.delete", "app-builders"]).expect("a form");
    root.submit(&remove);
    let remove = Form::on(&page, &["apps.responsibles.delete", "app-builders"]).expect("a form");
    root.submit(&remove);
    assert_eq!(all(&desk, "/apps/app-of-life/publications", "group"), ["app-users"]);
    assert_eq!(desk.read(&path)["responsible"], json!([]));
    desk.make("POST", "/services", &json!({ "name": "runs-app-of-life", "app": "app-of-life" }));
    assert!(root.page(&path).contains("href=\"/services/runs-app-of-life\""));
    let form = root.form(&path, "apps.change").with("description", "");
    assert_eq!(root.submit(&form), path);
    let form = root.form(&path, "apps.delete").with("_typed", "app-of-life");
    assert_eq!(root.submit(&form), "/apps");
    assert_eq!(desk.read("/services/runs-app-of-life")["app"], Value::Null);
}

#[test]
fn a_service_account_whose_name_has_a_slash() {
    let desk = desk();
    let owner = desk.user("owns-life");
    let mut root = desk.root();
    let form = root.form("/services/new", "services.create").with("name", "team/life").with("owner", "owns-life");
    let path = root.submit(&form);
    assert_eq!(path, "/services/team%2Flife");
    assert!(root.page("/services").contains("href=\"/services/team%2Flife\""));
    let mut owner = desk.visitor(&owner);
    let page = owner.page(&path);
    assert!(Form::on(&page, &["services.delete"]).is_none(), "{page}");
    let form = Form::on(&page, &["services.change"]).expect("a form");
    assert!(!form.fields.iter().any(|(name, _)| name == "owner"), "what decides about rights is not his: {form:?}");
    assert_eq!(owner.submit(&form.with("description", "changed by its owner")), path);
    assert_eq!(desk.read(&path)["description"], "changed by its owner");
    let form = root.form(&path, "services.change");
    let mut without = form.with("owner", "");
    without.fields.retain(|(name, _)| name != "enabled");
    root.submit(&without);
    let service = desk.read(&path);
    assert_eq!((&service["owner"], &service["enabled"]), (&Value::Null, &json!(false)), "a box that is not checked says no");
    assert_eq!(owner.get(&path).status, 404);
    let form = root.form(&path, "services.delete").with("_typed", "team/life");
    assert_eq!(root.submit(&form), "/services");
}

#[test]
fn a_user() {
    let desk = desk();
    let mut root = desk.root();
    let form = root.form("/users/new", "users.create").with("name", "life-user").with("password", "Corr3ct-horse:life-user");
    let path = root.submit(&form.and("privileges", "puller"));
    assert_eq!(path, "/users/life-user");
    assert_eq!(desk.read(&path)["privileges"], json!(["puller"]));
    let mut himself = Visitor::new(&desk.url());
    assert_eq!(himself.sign_in("life-user", "Corr3ct-horse:life-user").status, 303);
    let form = himself.form(&path, "users.change");
    assert!(!form.fields.iter().any(|(name, _)| name == "admin"), "{form:?}");
    himself.submit(&form.clone().with("display_name", "Life").with("email", "life@example.com"));
    assert_eq!(desk.read(&path)["email"], "life@example.com");
    let forged = himself.send(&himself_with_admin(form));
    assert_eq!(forged.status, 403, "{}", forged.text());
    let form = root.form(&path, "users.delete").with("_typed", "life-user");
    assert_eq!(root.submit(&form), "/users");
    assert_eq!(himself.get("/").status, 303, "he is signed in no more");
}

fn himself_with_admin(form: Form) -> Form {
    form.with("_seen", "*").with("admin", "true")
}

#[test]
fn what_somebody_else_has_changed_meanwhile_is_not_overwritten() {
    let desk = desk();
    desk.make("POST", "/groups", &json!({ "name": "stale" }));
    let mut root = desk.root();
    let form = root.form("/groups/stale", "groups.change").with("description", "mine");
    desk.make("PATCH", "/groups/stale", &json!({ "description": "theirs" }));
    let answer = root.send(&form);
    assert_eq!(answer.status, 412);
    assert!(answer.text().contains("it has changed since you read it"), "{}", answer.text());
    assert!(answer.text().contains("<strong>root</strong> <code>group.set</code>"), "who has changed it: {}", answer.text());
    assert!(answer.text().contains("There is now: <strong>theirs</strong>"), "and to what: {}", answer.text());
    assert_eq!(desk.read("/groups/stale")["description"], "theirs");
    let again = Form::on(&answer.text(), &["groups.change"]).expect("the form again");
    assert_eq!(again.value("description"), "mine", "nothing has to be typed again");
    root.submit(&again);
    assert_eq!(desk.read("/groups/stale")["description"], "mine", "now he knows of it");
}

#[test]
fn things_that_are_called_as_pages_are() {
    let desk = desk();
    let mut root = desk.root();
    let form = root.form("/groups/new", "groups.create").with("name", "new");
    let path = root.submit(&form);
    assert!(root.page(&path).contains("<h1>new</h1>"));
    assert!(root.page("/groups?q=new").contains(&format!("href=\"{path}\"")));
    assert!(root.page("/groups/new").contains("<h1>New group</h1>"));
    let form = root.form(&path, "groups.delete").with("_typed", "new");
    assert_eq!(root.submit(&form), "/groups");
}
