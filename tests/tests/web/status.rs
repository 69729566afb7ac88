//! How the server is doing, for those who may know.

use super::desk::desk;
use crate::support::server::Person;
use serde_json::json;

#[test]
fn administrators_and_auditors_see_how_the_server_is_doing() {
    let desk = desk();
    desk.user("status-audits");
    desk.make("PATCH", "/users/status-audits", &json!({ "auditor": true }));
    desk.make("POST", "/registries", &json!({ "service": "x-status.test", "url": "http://127.0.0.1:9" }));
    let status = desk.read("/status");
    assert_eq!(status["database"]["kind"], "SQLite");
    assert!(status["database"]["bytes"].as_u64() > Some(0) && status["database"]["migration"].as_u64() > Some(0), "{status}");
    assert!(status["keys"][0]["active"] == true, "{status}");
    let setting = |name: &str| {
        let all = status["server"]["settings"].as_array().expect("settings");
        all.iter().find(|setting| setting["name"] == name).unwrap_or_else(|| panic!("no {name} in {status}")).clone()
    };
    let listen = setting("SPECTACLES_LISTEN");
    let address = desk.url().replace("http://", "");
    assert_eq!((&listen["value"], &listen["is_default"]), (&json!(address), &json!(false)), "it was typed");
    assert_eq!(setting("SPECTACLES_FRAMEWORK")["is_default"], true);
    for mut visitor in [desk.root(), desk.visitor(&Person::new("status-audits"))] {
        assert!(visitor.page("/").contains("href=\"/status\""));
        let page = visitor.page("/status");
        for text in ["SQLite", "x-status.test", "SPECTACLES_LISTEN", &address, "never"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("PRIVATE KEY"), "{page}");
    }
    assert!(desk.printed(&["status"]).contains("x-status.test"), "the command says it as well");
}

#[test]
fn others_are_told_where_to_ask_why_they_do_not() {
    let desk = desk();
    let person = desk.user("status-nobody");
    let mut visitor = desk.visitor(&person);
    assert!(!visitor.page("/").contains("href=\"/status\""));
    let refused = visitor.get("/status");
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(!refused.text().contains("SPECTACLES_LISTEN"), "{}", refused.text());
    assert!(refused.text().contains("href=\"/access?\">Why?"), "{}", refused.text());
}
