//! Whatever people type is text on every page.

use super::desk::desk;
use crate::support::web::Visitor;
use serde_json::json;

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

fn is_text(visitor: &mut Visitor, path: &str) {
    let answer = visitor.get(path);
    let text = answer.text();
    assert_eq!(answer.status, 200, "{path}: {text}");
    assert!(!text.contains("<script>") && !text.contains("<img src=x"), "{path}: {text}");
    assert!(text.contains("alert(1)"), "{path} does not show it: {text}");
}

#[test]
fn texts_are_shown_as_they_are() {
    let desk = desk();
    let user = desk.user("types-scripts");
    desk.make("PATCH", "/users/types-scripts", &json!({ "display_name": SCRIPT }));
    desk.make("POST", "/groups", &json!({ "name": format!("g{SCRIPT}"), "slug": "scripts", "description": SCRIPT }));
    desk.make(
        "POST",
        "/apps",
        &json!({ "name": format!("a{SCRIPT}"), "slug": "scripts", "description": SCRIPT, "responsible": [format!("g{SCRIPT}")] }),
    );
    desk.make("POST", "/services", &json!({ "name": "types-scripts", "description": SCRIPT, "app": format!("a{SCRIPT}") }));
    let made = desk.api_as(&user, "POST", "/users/types-scripts/tokens", &json!({ "name": SCRIPT }));
    assert_eq!(made.status, 201, "{}", made.text());
    let mut root = desk.root();
    let encoded = |name: String| form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    let (group, app) = (encoded(format!("g{SCRIPT}")), encoded(format!("a{SCRIPT}")));
    for path in [
        "/users?q=types-scripts",
        "/users/types-scripts",
        "/users/types-scripts/tokens",
        "/groups?q=script",
        &format!("/groups/{group}"),
        "/apps?q=script",
        &format!("/apps/{app}"),
        "/services?q=types-scripts",
        "/services/types-scripts",
    ] {
        is_text(&mut root, path);
    }
    // What a browser says that it is, and what somebody looks for.
    let token = root.csrf();
    let fields = [("_csrf", token.as_str()), ("name", "root"), ("password", "Corr3ct-horse:root")];
    assert_eq!(root.post("/login", &[("user-agent", "<script>alert(1)</script>")], &fields).status, 303);
    is_text(&mut root, "/users/root/sessions");
    for path in ["/groups?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/login?next=/%22%3E%3Cscript%3Ealert(1)"] {
        let text = root.get(path).text();
        assert!(!text.contains("<script>"), "{path}: {text}");
    }
}

#[test]
fn refused_forms_show_what_was_typed_as_text() {
    let desk = desk();
    let mut root = desk.root();
    for (path, operation, field) in [
        ("/groups/new", "groups.create", "slug"),
        ("/apps/new", "apps.create", "slug"),
        ("/services/new", "services.create", "name"),
        ("/users/new", "users.create", "email"),
        ("/users/root/tokens", "tokens.create", "limits.namespace"),
    ] {
        let form = root.form(path, operation).with("name", "refused-scripts").with(field, SCRIPT);
        let answer = root.send(&form);
        let text = answer.text();
        assert_eq!(answer.status, 400, "{path}: {text}");
        assert!(!text.contains("<script>") && !text.contains("<img src=x") && text.contains("alert(1)"), "{path}: {text}");
    }
    let mut nobody = Visitor::new(&desk.url());
    let answer = nobody.sign_in(SCRIPT, "wrong");
    assert_eq!(answer.status, 401);
    assert!(!answer.text().contains("<script>"), "{}", answer.text());
}
