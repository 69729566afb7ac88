//! Pictures of users.

use super::desk::{Desk, desk};
use crate::support::http::{Answer, Credentials, send_bytes};
use crate::support::image::{picture, png};
use crate::support::server::Person;
use crate::support::web::Form;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

/// One more than a picture may have bytes.
const TOO_LONG: usize = 1024 * 1024 + 1;

impl Desk {
    /// Sends a picture to the API.
    fn put(&self, person: &Person, query: &str, media: &str, bytes: &[u8]) -> Answer {
        let url = format!("{}/api/v1/users/{}/avatar{query}", self.url(), person.name);
        send_bytes(&Method::PUT, &url, person.credentials(), &[("content-type", media)], bytes)
    }

    fn avatar(&self, person: &Person, of: &str, size: &str) -> Answer {
        self.api_as(person, "GET", &format!("/users/{of}/avatar{size}"), &Value::Null)
    }
}

/// The colour in the middle of a picture, and its width.
fn look(answer: &Answer) -> ([u8; 4], u32) {
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{}", answer.text());
    let read = image::load_from_memory_with_format(&answer.body, ImageFormat::Png).expect("a PNG").to_rgba8();
    assert_eq!(read.width(), read.height());
    (read.get_pixel(read.width() / 2, read.height() / 2).0, read.width())
}

#[test]
fn somebody_without_a_picture_has_one_that_is_drawn_from_his_name() {
    let desk = desk();
    let person = desk.user("has-no-picture");
    let drawn = desk.avatar(&person, "has-no-picture", "");
    assert_eq!((drawn.status, drawn.header("content-type")), (200, "image/svg+xml"));
    assert!(drawn.text().starts_with("<svg "));
    assert_eq!(drawn.header("cache-control"), "private, no-cache");
    assert_eq!(desk.avatar(&person, "has-no-picture", "?size=150").body, drawn.body, "always the same");
    assert_ne!(desk.avatar(&super::desk::root(), "root", "").body, drawn.body);
    for bad in ["?size=31", "?size=", "?size=x", "?width=30"] {
        assert_eq!(desk.avatar(&person, "has-no-picture", bad).status, 400, "{bad}");
    }
}

#[test]
fn a_picture_is_kept_in_three_sizes_until_it_is_taken_away() {
    let desk = desk();
    let person = desk.user("has-a-picture");
    for (media, bytes) in [("image/png", png(300, 100)), ("image/jpeg", picture(300, 100, ImageFormat::Jpeg))] {
        let answer = desk.put(&person, "?x=200&y=0&size=100", media, &bytes);
        assert_eq!(answer.status, 204, "{}", answer.text());
        for size in [30, 60, 150] {
            let ([red, _, blue, _], width) = look(&desk.avatar(&person, "has-a-picture", &format!("?size={size}")));
            assert!(red < 10 && blue > 245 && width == size, "{size}");
        }
    }
    let seen = desk.avatar(&person, "has-a-picture", "");
    let tag = seen.header("etag").to_owned();
    let url = format!("{}/api/v1/users/has-a-picture/avatar", desk.url());
    let known = send_bytes(&Method::GET, &url, person.credentials(), &[("if-none-match", &tag)], b"");
    assert_eq!((known.status, known.body.len()), (304, 0));
    let headers = [("content-type", "image/png"), ("if-match", tag.as_str())];
    let changed = send_bytes(&Method::PUT, &format!("{url}?size=50"), person.credentials(), &headers, &png(50, 50));
    assert_eq!(changed.status, 204, "{}", changed.text());
    let stale = send_bytes(&Method::PUT, &url, person.credentials(), &headers, &png(50, 50));
    assert_eq!(stale.status, 412, "{}", stale.text());

    for _ in 0..2 {
        assert_eq!(desk.api_as(&person, "DELETE", "/users/has-a-picture/avatar", &Value::Null).status, 204);
        assert_eq!(desk.avatar(&person, "has-a-picture", "").header("content-type"), "image/svg+xml");
    }
    // It goes with the user: who gets the name has not his face.
    assert_eq!(desk.put(&person, "", "image/png", &png(20, 20)).status, 204);
    desk.make_nothing("DELETE", "/users/has-a-picture");
    let person = desk.user("has-a-picture");
    assert_eq!(desk.avatar(&person, "has-a-picture", "").header("content-type"), "image/svg+xml");
}

impl Desk {
    fn make_nothing(&self, method: &str, path: &str) {
        let answer = self.api(method, path, &Value::Null);
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
}

#[test]
fn what_is_no_picture_is_refused_with_a_sentence() {
    let desk = desk();
    let person = desk.user("sends-garbage");
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let good = png(40, 20);
    for (query, media, bytes, status) in [
        ("", "image/png", &b"garbage"[..], 400),
        ("", "image/png", b"", 400),
        ("", "image/png", svg, 400),
        ("", "image/svg+xml", svg, 415),
        ("", "image/gif", b"GIF89a", 415),
        ("", "application/json", b"{}", 415),
        ("", "text/html", &good, 415),
        ("", "image/png", &good[..good.len() / 2], 400),
        ("", "image/png", &vec![0; TOO_LONG], 413),
        ("?x=1&y=0&size=40", "image/png", &good, 400),
        ("?x=21&size=20", "image/png", &good, 400),
        ("?size=0", "image/png", &good, 400),
        ("?x=-1", "image/png", &good, 400),
        ("?x=4294967295&y=4294967295&size=4294967295", "image/png", &good, 400),
        ("?x=99999999999", "image/png", &good, 400),
        ("?size=1.5", "image/png", &good, 400),
        ("?width=3", "image/png", &good, 400),
        ("", "image/png", &png(4097, 1), 400),
    ] {
        let answer = desk.put(&person, query, media, bytes);
        assert_eq!(answer.status, status, "{query} {media} {}: {}", bytes.len(), answer.text());
        assert!(!answer.json()["detail"].as_str().unwrap_or_default().is_empty());
    }
    assert_eq!(desk.avatar(&person, "sends-garbage", "").header("content-type"), "image/svg+xml", "nothing of it was kept");
    // As long as one may be, and a PNG in front: what is behind is not kept.
    let mut polyglot = good;
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    polyglot.resize(TOO_LONG - 1, b' ');
    assert_eq!(desk.put(&person, "", "image/png", &polyglot).status, 204);
    let kept = desk.avatar(&person, "sends-garbage", "?size=150");
    assert!(!kept.text().contains("<script") && kept.body.len() < 20_000);
    let stranger = send_bytes(
        &Method::PUT,
        &format!("{}/api/v1/users/sends-garbage/avatar", desk.url()),
        Credentials::None,
        &[("content-type", "image/png")],
        &polyglot,
    );
    assert_eq!(stranger.status, 401, "{}", stranger.text());
}

#[test]
fn pictures_are_seen_by_those_who_know_the_name() {
    let desk = desk();
    let (one, other, far) = (desk.user("shares-a"), desk.user("shares-b"), desk.user("shares-nothing"));
    desk.make("POST", "/groups", &json!({ "name": "share a group" }));
    desk.make("POST", "/groups/share%20a%20group/members", &json!({ "users": ["shares-a", "shares-b"] }));
    assert_eq!(desk.put(&one, "", "image/png", &png(20, 20)).status, 204);
    assert_eq!(desk.avatar(&other, "shares-a", "").header("content-type"), "image/png");
    let (hidden, missing) = (desk.avatar(&far, "shares-a", ""), desk.avatar(&far, "nobody-at-all", ""));
    assert_eq!((hidden.status, missing.status), (404, 404));
    assert_eq!(hidden.text().replace("shares-a", "?").len(), missing.text().replace("nobody-at-all", "?").len());
    let url = format!("{}/api/v1/users/shares-a/avatar", desk.url());
    let refused = send_bytes(&Method::PUT, &url, other.credentials(), &[("content-type", "image/png")], &png(9, 9));
    assert_eq!(refused.status, 404, "to see is not to change: {}", refused.text());
    let page = desk.visitor(&other).page("/groups/share%20a%20group");
    assert!(page.contains("/users/shares-a/picture?size=30") && page.contains("loading=\"lazy\""), "{page}");
    assert!(desk.root().page("/users?filter=name%20%22shares-a%22").contains("/users/shares-a/picture?size=30"));
}

#[test]
fn a_picture_is_uploaded_without_scripts() {
    let desk = desk();
    let person = desk.user("uploads");
    let mut visitor = desk.visitor(&person);
    let page = visitor.page("/users/uploads");
    assert!(page.contains("/users/uploads/picture?size=150") && page.contains("href=\"/users/uploads/avatar\""), "{page}");
    let form = visitor.form("/users/uploads/avatar", "file");
    for (form, file, status, says) in [
        (form.clone(), Vec::new(), 400, "No file was chosen."),
        (form.clone(), b"garbage".to_vec(), 400, "no picture that can be read"),
        (form.clone(), vec![7; TOO_LONG], 413, "longer than 1048576 bytes"),
        (form.clone().with("size", "41"), png(40, 40), 400, "does not lie within"),
        (form.clone().with("x", "-1"), png(40, 40), 400, "invalid digit"),
        (form.clone().with("y", "a lot"), png(40, 40), 400, "invalid digit"),
        (form.clone().with("_csrf", "another"), png(40, 40), 403, "nothing was done"),
        (form.clone().with("_csrf", ""), png(40, 40), 403, "nothing was done"),
    ] {
        let answer = visitor.upload(&form, "me.png", &file);
        assert_eq!(answer.status, status, "{says}: {}", answer.text());
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    let drawn = visitor.get("/users/uploads/picture?size=60");
    assert_eq!((drawn.status, drawn.header("content-type")), (200, "image/svg+xml"), "nothing was changed so far");
    assert!(drawn.header("content-security-policy").contains("script-src 'self'"));
    let answer = visitor.upload(&form.clone().with("x", "60").with("y", "0").with("size", "40"), "me.png", &png(100, 40));
    assert_eq!((answer.status, answer.header("location")), (303, "/users/uploads"), "{}", answer.text());
    assert!(visitor.page("/users/uploads").contains("Saved."));
    let shown = visitor.get("/users/uploads/picture?size=60");
    let ([red, _, blue, _], width) = look(&shown);
    assert!(red < 10 && blue > 245 && width == 60);
    let tag = shown.header("etag").to_owned();
    assert_eq!(visitor.get_with("/users/uploads/picture?size=60", &[("if-none-match", &tag)]).status, 304);

    let remove = visitor.form("/users/uploads/avatar", "users.avatar.delete");
    assert_eq!(visitor.submit(&remove), "/users/uploads");
    assert_eq!(visitor.get("/users/uploads/picture").header("content-type"), "image/svg+xml");
}

#[test]
fn only_pages_of_ours_upload_and_only_for_those_they_are_for() {
    let desk = desk();
    let (person, other) = (desk.user("uploads-own"), desk.user("uploads-other"));
    let mut visitor = desk.visitor(&person);
    let form = visitor.form("/users/uploads-own/avatar", "file");
    assert_eq!(visitor.get("/users/uploads-other/avatar").status, 404);
    let elsewhere = Form { action: "/users/uploads-other/avatar".to_owned(), ..form.clone() };
    assert_eq!(visitor.upload(&elsewhere, "a.png", &png(9, 9)).status, 404);
    let mut cross = desk.visitor(&other);
    let answer = cross.upload(&form, "a.png", &png(9, 9));
    assert_eq!(answer.status, 403, "a form of somebody else: {}", answer.text());
    let answer = visitor.upload_from("https://evil.example", &form, &png(9, 9));
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(visitor.get("/users/uploads-own/picture").header("content-type"), "image/svg+xml");
    let mut root = desk.root();
    let form = root.form("/users/uploads-own/avatar", "file");
    assert_eq!(root.upload(&form, "a.png", &png(9, 9)).status, 303, "administrators do it for others");
    assert_eq!(visitor.get("/users/uploads-own/picture").header("content-type"), "image/png");
}
