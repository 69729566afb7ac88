//! Several administrators at once.

use super::desk::{administrator, desk};
use serde_json::{Value, json};
use std::sync::Barrier;
use std::thread;

#[test]
fn of_those_who_change_what_they_have_seen_one_wins_each_time() {
    let desk = desk();
    desk.make_user("raced");
    for round in 0..5 {
        let tag = desk.admin("GET", "/users/raced", &Value::Null).header("etag").to_owned();
        let start = Barrier::new(4);
        let statuses: Vec<u16> = thread::scope(|scope| {
            let racers: Vec<_> = (0..4)
                .map(|racer| {
                    let (desk, tag, start) = (&desk, &tag, &start);
                    scope.spawn(move || {
                        start.wait();
                        let body = json!({ "display_name": format!("round {round} racer {racer}") });
                        desk.call(&administrator(), "PATCH", "/users/raced", &[("if-match", tag)], &body).status
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().expect("a racer")).collect()
        });
        let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
        assert_eq!((count(200), count(412)), (1, 3), "{statuses:?}");
    }
}

#[test]
fn the_same_request_sent_by_many_at_once_is_carried_out_once() {
    let desk = desk();
    desk.admin("POST", "/services", &json!({ "name": "hurried" }));
    let start = Barrier::new(6);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let senders: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let headers = [("idempotency-key", "all-at-once")];
                    desk.call(&administrator(), "POST", "/services/hurried/secrets", &headers, &json!({})).status
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().expect("a sender")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(desk.get("/services/hurried/secrets")["items"].as_array().map(Vec::len), Some(1));
}
