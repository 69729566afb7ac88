//! What a registry sends, read without trust.
//!
//! Source: the notifications of CNCF Distribution 2.8 and 3.x. Both send the same, under different media types, which are not looked at.

use crate::name::{Digest, MediaType, RepositoryName, TagName};
use crate::time::Timestamp;
use serde_json::Value;

/// Something that happened to a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// How the registry calls it.
    pub(super) id: Option<String>,
    pub(super) at: Timestamp,
    pub(super) what: What,
    pub(super) repository: RepositoryName,
    /// Who, as the subject of the token says; empty where there is none.
    pub(super) principal: String,
    pub(super) address: Option<String>,
    pub(super) agent: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A manifest is there, by a tag or, like those that an index leads to, without.
    Push { tag: Option<TagName>, digest: Digest, media_type: MediaType },
    /// Somebody got a manifest.
    Pull { tag: Option<TagName>, digest: Digest },
    /// A manifest went, with all its tags.
    Delete(Digest),
    /// A tag went.
    Untag(TagName),
}

/// What an envelope had in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) notices: Vec<Notice>,
    /// What is of no interest: blobs, and what this server does itself by reading.
    pub(super) ignored: usize,
    /// What makes no sense, and what is more than an envelope may hold.
    pub(super) junk: usize,
}

/// So many events of one envelope are looked at. Registries send few at once, most of them one.
const MOST: usize = 2_000;

/// Reads an envelope that came in now from a registry where this server logs in as `login`, if by a name. What is no envelope is one that has junk in it: the registry would send it for ever, and nothing after it.
pub(super) fn read(body: &[u8], login: Option<&str>, now: Timestamp) -> Envelope {
    let mut envelope = Envelope::default();
    let events = match serde_json::from_slice(body) {
        Ok(Value::Object(mut fields)) => match fields.remove("events") {
            Some(Value::Array(events)) => events,
            Some(_) | None => vec![Value::Null],
        },
        Ok(_) | Err(_) => vec![Value::Null],
    };
    envelope.junk = events.len().saturating_sub(MOST);
    for event in events.into_iter().take(MOST) {
        match notice(&event, login, now) {
            Read::Notice(notice) => envelope.notices.push(*notice),
            Read::Ignored => envelope.ignored += 1,
            Read::Junk => envelope.junk += 1,
        }
    }
    envelope
}

enum Read {
    Notice(Box<Notice>),
    Ignored,
    Junk,
}

fn notice(event: &Value, login: Option<&str>, now: Timestamp) -> Read {
    let word = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(repository) = word("/target/repository").and_then(|name| name.parse().ok()) else { return Read::Junk };
    let media_type = word("/target/mediaType").map(|text| text.split(';').next().unwrap_or_default().trim());
    let tag = match word("/target/tag").map(str::parse) {
        Some(Ok(tag)) => Some(tag),
        Some(Err(_)) => return Read::Junk,
        None => None,
    };
    let digest: Option<Digest> = word("/target/digest").and_then(|digest| digest.parse().ok());
    let principal = word("/actor/name").map(short).unwrap_or_default();
    let agent = word("/request/useragent").map(short);
    let what = match (word("/action"), tag, digest, media_type) {
        // Deleting says nothing of the type.
        (Some("delete"), Some(tag), _, _) => What::Untag(tag),
        (Some("delete"), None, Some(digest), _) => What::Delete(digest),
        (Some("push" | "pull" | "mount"), _, _, Some(media_type)) if !is_manifest(media_type) => return Read::Ignored,
        (Some("pull"), _, _, _) if is_ours(&principal, login) => return Read::Ignored,
        (Some("push" | "mount"), tag, Some(digest), Some(media_type)) => match media_type.parse() {
            Ok(media_type) => What::Push { tag, digest, media_type },
            Err(_) => return Read::Junk,
        },
        (Some("pull"), tag, Some(digest), _) => What::Pull { tag, digest },
        _ => return Read::Junk,
    };
    // A clock that is ahead must not keep what happens later from counting.
    let at = word("/timestamp").and_then(|text| text.parse().ok()).unwrap_or(now).min(now);
    let address = word("/request/addr").map(|address| short(without_port(address)));
    // One that was cut would be another.
    let id = word("/id").filter(|id| id.len() <= LONGEST_ID && !id.contains(char::is_control)).map(str::to_owned);
    Read::Notice(Box::new(Notice { id, at, what, repository, principal, address, agent }))
}

/// The longest name of an event. Those of Distribution have 36 characters.
const LONGEST_ID: usize = 128;

/// Manifests and indexes have these types, blobs have others: `application/octet-stream`, or those of layers and configurations.
fn is_manifest(media_type: &str) -> bool {
    media_type.contains(".manifest.") || media_type.contains(".image.index.")
}

/// The subject of the tokens that this server makes for itself. Nobody else has this name.
const SYSTEM: &str = "system";

/// Whether it is this server that reads. Its own look at a registry is no pull of anybody, and there are a great many of them.
///
/// The registry says who it was, by a token or a password that it has checked. What programs say of themselves anybody can say.
fn is_ours(principal: &str, login: Option<&str>) -> bool {
    principal == SYSTEM || login == Some(principal)
}

/// `192.0.2.1:1234`, `[2001:db8::1]:1234`, or an address alone.
fn without_port(address: &str) -> &str {
    match address.parse::<std::net::SocketAddr>() {
        Ok(_) => address.rsplit_once(':').map_or(address, |(host, _)| host.trim_start_matches('[').trim_end_matches(']')),
        Err(_) => address,
    }
}

/// As much of somebody's text as is worth keeping, without control characters.
fn short(text: &str) -> String {
    const LONGEST: usize = 255;
    let kept = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    kept.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_unix_millis(2_000_000_000_000);
    const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

    fn digest() -> Digest {
        Digest::sha256(b"manifest")
    }

    fn event(action: &str, target: Value) -> Value {
        let mut event = json!({ "id": "e1", "timestamp": "2026-11-21T10:00:00.123456789Z", "action": action, "target": target,
            "request": { "id": "r", "addr": "192.0.2.7:40000", "host": "registry", "method": "PUT", "useragent": "docker/28" },
            "actor": { "name": "alice" }, "source": { "addr": "registry:5000", "instanceID": "i" }, "new": [1] });
        event["target"]["repository"] = json!("team/app");
        event
    }

    fn one(event: &Value) -> Envelope {
        read(&serde_json::to_vec(&json!({ "events": [event] })).unwrap(), Some("reader"), NOW)
    }

    #[test]
    fn each_kind_of_event_is_understood() {
        let (digest, tag) = (digest(), Some("v1".parse().unwrap()));
        let media_type: MediaType = MANIFEST.parse().unwrap();
        let at = |target: Value| json!({ "mediaType": MANIFEST, "digest": digest, "size": 500, "tag": target });
        for (action, target, expected) in [
            ("push", at(json!("v1")), What::Push { tag: tag.clone(), digest: digest.clone(), media_type: media_type.clone() }),
            ("push", at(json!("")), What::Push { tag: None, digest: digest.clone(), media_type }),
            ("pull", at(json!("v1")), What::Pull { tag: tag.clone(), digest: digest.clone() }),
            ("pull", json!({ "digest": digest }), What::Pull { tag: None, digest: digest.clone() }),
            ("delete", json!({ "digest": digest, "mediaType": "" }), What::Delete(digest.clone())),
            ("delete", json!({ "digest": "", "tag": "v1" }), What::Untag("v1".parse().unwrap())),
        ] {
            let envelope = one(&event(action, target));
            let [notice] = envelope.notices.as_slice() else { panic!("{envelope:?}") };
            assert_eq!((&notice.what, notice.principal.as_str(), notice.id.as_deref()), (&expected, "alice", Some("e1")));
            assert_eq!((notice.address.as_deref(), notice.agent.as_deref()), (Some("192.0.2.7"), Some("docker/28")));
            assert_eq!(notice.at.to_string(), "2026-11-21T10:00:00.123Z");
        }
    }

    #[test]
    fn blobs_and_our_own_reading_are_of_no_interest() {
        for media_type in [
            "application/octet-stream",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.oci.image.layer.v1.tar+gzip",
        ] {
            for action in ["push", "pull", "mount"] {
                assert_eq!(one(&event(action, json!({ "mediaType": media_type, "digest": digest() }))).ignored, 1, "{action} {media_type}");
            }
        }
        let target = json!({ "mediaType": MANIFEST, "digest": digest(), "tag": "v1" });
        let (mut pull, mut push) = (event("pull", target.clone()), event("push", target));
        for event in [&mut pull, &mut push] {
            event["actor"]["name"] = json!("system");
        }
        assert_eq!((one(&pull).ignored, one(&push).notices.len()), (1, 1), "what this server pushes is there all the same");
        pull["actor"]["name"] = json!("reader");
        assert_eq!(one(&pull).ignored, 1, "it logs in by this name there");
    }

    #[test]
    fn nobody_hides_what_he_pulls_by_what_his_program_says_of_itself() {
        let target = json!({ "mediaType": MANIFEST, "digest": digest(), "tag": "v1" });
        let mut pull = event("pull", target);
        pull["request"]["useragent"] = json!(concat!("Spectacles/", env!("CARGO_PKG_VERSION")));
        for name in ["alice", "", "System", "readers"] {
            pull["actor"]["name"] = json!(name);
            assert_eq!((one(&pull).ignored, one(&pull).notices.len()), (0, 1), "{name}");
        }
        // Where this server has no name, nobody has its name.
        pull["actor"]["name"] = json!("");
        let body = serde_json::to_vec(&json!({ "events": [pull] })).unwrap();
        assert_eq!(read(&body, None, NOW).notices.len(), 1);
    }

    #[test]
    fn of_an_envelope_without_end_the_beginning_counts() {
        let good = event("pull", json!({ "mediaType": MANIFEST, "digest": digest(), "tag": "v1" }));
        let envelope = read(&serde_json::to_vec(&json!({ "events": vec![good; MOST + 5] })).unwrap(), None, NOW);
        assert_eq!((envelope.notices.len(), envelope.junk), (MOST, 5));
    }

    #[test]
    fn junk_is_left_out_and_counted() {
        let good = event("push", json!({ "mediaType": MANIFEST, "digest": digest(), "tag": "v1" }));
        let with = |path: &str, value: Value| {
            let mut event = good.clone();
            *event.pointer_mut(path).unwrap() = value;
            event
        };
        for junk in [
            json!(null),
            json!(7),
            json!({}),
            json!({ "target": [] }),
            with("/action", json!("dance")),
            with("/target/repository", json!("../Etc")),
            with("/target/digest", json!("sha256:x")),
            with("/target/tag", json!("-wrong")),
            with("/target/mediaType", json!(5)),
        ] {
            let envelope = read(&serde_json::to_vec(&json!({ "events": [junk, good] })).unwrap(), None, NOW);
            assert_eq!((envelope.junk, envelope.notices.len()), (1, 1), "{junk}");
        }
        for body in [&b""[..], b"{\"events\":[{", b"[]", b"{\"events\":{}}", b"\xff\xfe", b"null"] {
            assert_eq!(read(body, None, NOW), Envelope { junk: 1, ..Envelope::default() }, "{body:?}");
        }
        let odd = with("/timestamp", json!("yesterday"));
        assert_eq!(one(&odd).notices[0].at, NOW);
        assert_eq!(one(&with("/timestamp", json!("2999-01-01T00:00:00Z"))).notices[0].at, NOW, "a clock that is ahead");
        let long = with("/request/useragent", json!("x\u{7}".repeat(10_000)));
        let agent = one(&long).notices[0].agent.clone().unwrap();
        assert!(agent.chars().count() <= 255 && !agent.contains(char::is_control));
    }

    #[test]
    fn addresses_lose_their_ports() {
        for (address, expected) in
            [("192.0.2.1:80", "192.0.2.1"), ("[2001:db8::1]:80", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("host:80", "host:80")]
        {
            assert_eq!(without_port(address), expected);
        }
    }
}
