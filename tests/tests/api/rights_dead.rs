//! Who has nothing to say: nobody, and API tokens that are none any more.

use super::rights::operations;
use super::rights_table::TABLE;
use super::rights_world::World;
use crate::support::http::Credentials;
use crate::support::process::{PATIENCE, poll};
use serde_json::{Value, json};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[test]
fn without_credentials_or_with_a_token_that_is_none_any_more_nothing_can_be_done() {
    let world = World::start();
    let operations = operations(&world);
    let (expired, revoked, disabled) = dead_tokens(&world);
    let (_, good) = world.token("uma", &json!({}));
    let never = "spectacles_0123456789012345678901234567890123456789012";
    let before = world.admin("GET", "/audit?limit=1", &Value::Null);
    for row in TABLE {
        let (method, _) = &operations[row.operation];
        let path = row.path.replace("{token of uma}", "1").replace("{token}", "1").replace("{secret}", "1").replace("{me}", "mia");
        for (what, credentials) in [
            ("nobody", Credentials::None),
            ("expired", Credentials::Bearer(&expired)),
            ("revoked", Credentials::Bearer(&revoked)),
            ("disabled", Credentials::Bearer(&disabled)),
            ("a token as password", Credentials::Basic("uma", &good)),
            ("never", Credentials::Bearer(never)),
        ] {
            let answer = world.ask(credentials, method, &path, row.body);
            // Too many wrong ones are not even looked at.
            assert!(matches!(answer.status, 401 | 429), "{} {what}: {} {}", row.operation, answer.status, answer.text());
            assert!(answer.status == 429 || answer.header("www-authenticate").starts_with("Basic"));
        }
    }
    assert_eq!(world.admin("GET", "/audit?limit=1", &Value::Null), before, "something was changed");
}

/// Tokens that were good: one that has expired, one that was revoked, one of somebody who was disabled.
fn dead_tokens(world: &World) -> (String, String, String) {
    let (id, revoked) = world.token("admin", &json!({}));
    world.revoke("admin", id);
    let (_, disabled) = world.token("vera", &json!({}));
    world.admin("PATCH", "/users/vera", &json!({ "enabled": false }));
    let soon = (OffsetDateTime::now_utc() + Duration::from_secs(1)).format(&Rfc3339).expect("a moment");
    let expired = world.token_with("admin", &json!({ "until": soon })).1;
    let over = poll(PATIENCE, || (world.ask(Credentials::Bearer(&expired), "GET", "/me", "").status == 401).then_some(()));
    assert!(over.is_some(), "the token goes on after its end");
    (expired, revoked, disabled)
}
