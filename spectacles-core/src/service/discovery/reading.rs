//! What a manifest and its configuration say, read without trust.
//!
//! Registries keep whatever was pushed. What is not as it should be is left out, and what there is too much of is cut off: a manifest that nobody
//! can make sense of is listed with its digest and nothing else.

use crate::model::{History, Layer, ManifestDetails, Platform};
use crate::name::{Digest, MediaType};
use crate::registry::RawManifest;
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How many layers, platforms or steps of a build are kept.
const MOST: usize = 256;
/// How many labels or annotations.
const MOST_LABELS: usize = 128;
/// How much of a text, in bytes.
const LONGEST: usize = 1024;

/// What a manifest says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// What is in it. Platforms are those of [`children`](Self::children).
    pub(super) details: ManifestDetails,
    /// The configuration of an image.
    pub(super) config: Option<Digest>,
    /// The manifests that an index leads to, without those that only say something about others.
    pub(super) children: Vec<Child>,
    /// Its own bytes, and those of configuration and layers as it tells them.
    pub(super) size: u64,
}

/// A manifest that an index leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Child {
    pub(super) digest: Digest,
    pub(super) platform: Option<Platform>,
}

/// Reads a manifest.
pub(super) fn manifest(raw: &RawManifest) -> Reading {
    let own = u64::try_from(raw.bytes.len()).unwrap_or(u64::MAX);
    let Ok(Value::Object(fields)) = serde_json::from_slice(&raw.bytes) else { return Reading { size: own, ..Reading::default() } };
    let mut reading = if is_index(&raw.media_type, &fields) { index(&fields) } else { image(&fields) };
    reading.size = reading.size.saturating_add(own);
    reading.details.annotations = labels(fields.get("annotations"));
    reading.details.subject = fields.get("subject").and_then(digest);
    reading
}

/// Some registries do not tell the types of manifests apart, but the manifests do.
fn is_index(media_type: &MediaType, fields: &Map<String, Value>) -> bool {
    match media_type.as_str() {
        "application/vnd.docker.distribution.manifest.list.v2+json" | "application/vnd.oci.image.index.v1+json" => true,
        _ => fields.contains_key("manifests") && !fields.contains_key("layers"),
    }
}

fn index(fields: &Map<String, Value>) -> Reading {
    let mut reading = Reading::default();
    for entry in items(fields.get("manifests")).take(MOST) {
        let Some(digest) = digest(entry) else { continue };
        let platform = entry.get("platform").map(|platform| Platform { digest: Some(digest.clone()), ..self::platform(platform) });
        // Attestations of buildx: about another manifest of the same index, for no platform.
        if platform.as_ref().is_some_and(|platform| platform.os == "unknown") {
            continue;
        }
        reading.children.push(Child { digest, platform });
    }
    reading.details.artifact_type = text(fields.get("artifactType"));
    reading
}

fn image(fields: &Map<String, Value>) -> Reading {
    let mut reading = Reading::default();
    let config = fields.get("config");
    reading.details.config_size = config.map(size).filter(|size| *size > 0);
    reading.size = reading.details.config_size.unwrap_or_default();
    let config_type = config.and_then(|config| text(config.get("mediaType"))).unwrap_or_default();
    let is_image = matches!(
        config_type.as_str(),
        "application/vnd.docker.container.image.v1+json" | "application/vnd.oci.image.config.v1+json" | "application/octet-stream"
    );
    if is_image {
        reading.config = config.and_then(digest);
    }
    let says = text(fields.get("artifactType"));
    let by_config = (!is_image && !config_type.is_empty() && config_type != "application/vnd.oci.empty.v1+json").then_some(config_type);
    reading.details.artifact_type = says.or(by_config);
    // Layers of images, blobs of artifacts before OCI 1.1, and the layers of Docker's first manifests, the uppermost first.
    for entry in items(fields.get("layers")).chain(items(fields.get("blobs"))) {
        reading.size = reading.size.saturating_add(size(entry));
        if let Some(digest) = digest(entry).filter(|_| reading.details.layers.len() < MOST) {
            let media_type = text(entry.get("mediaType")).unwrap_or_default();
            reading.details.layers.push(Layer { digest, media_type, size: size(entry) });
        }
    }
    let first: Vec<_> = items(fields.get("fsLayers")).take(MOST).collect();
    for entry in first.into_iter().rev() {
        if let Some(digest) = entry.get("blobSum").and_then(Value::as_str).and_then(|digest| digest.parse().ok()) {
            reading.details.layers.push(Layer { digest, media_type: "application/octet-stream".to_owned(), size: 0 });
        }
    }
    if let Some(architecture) = text(fields.get("architecture")) {
        reading.details.platforms.push(Platform { architecture, ..Platform::default() });
    }
    reading
}

/// Adds what the configuration of an image says. What a pull of it brings is `size`.
pub(super) fn add_config(details: &mut ManifestDetails, bytes: &[u8], size: u64) {
    let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(bytes) else { return };
    details.created = moment(fields.get("created"));
    details.author = text(fields.get("author"));
    let whole = Value::Object(fields);
    let platform = platform(&whole);
    if !platform.os.is_empty() || !platform.architecture.is_empty() {
        details.platforms = vec![Platform { size: Some(size), ..platform }];
    }
    details.history = items(whole.get("history"))
        .take(MOST)
        .map(|step| History {
            created: moment(step.get("created")),
            created_by: text(step.get("created_by")).unwrap_or_default(),
            comment: text(step.get("comment")).unwrap_or_default(),
            empty_layer: step.get("empty_layer").and_then(Value::as_bool).unwrap_or_default(),
        })
        .collect();
    if let Some(config) = whole.get("config") {
        details.labels = labels(config.get("Labels"));
        let words = |name| items(config.get(name)).filter_map(|word| text(Some(word)));
        details.command = words("Entrypoint").chain(words("Cmd")).take(MOST).collect();
    }
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn digest(descriptor: &Value) -> Option<Digest> {
    descriptor.get("digest")?.as_str()?.parse().ok()
}

fn size(descriptor: &Value) -> u64 {
    // No layer has more: it is what somebody made up, and sums of it would be no numbers of a store.
    const LARGEST: u64 = 1 << 44;
    descriptor.get("size").and_then(Value::as_u64).filter(|size| *size <= LARGEST).unwrap_or_default()
}

fn platform(value: &Value) -> Platform {
    let word = |name| text(value.get(name)).unwrap_or_default();
    let (os, architecture) = (word("os"), word("architecture"));
    Platform { os, architecture, variant: text(value.get("variant")), ..Platform::default() }
}

fn moment(value: Option<&Value>) -> Option<Timestamp> {
    // Images that are built reproducibly say the first moment of all, or the first of Go.
    value?.as_str()?.parse::<Timestamp>().ok().filter(|moment| moment.unix_millis() > 0)
}

/// A text that says something, as much of it as is worth keeping. Control characters are none of it: terminals obey them, and databases
/// refuse some.
fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let kept = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    let kept: String = kept.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    Some(kept).filter(|kept| !kept.trim().is_empty())
}

fn labels(value: Option<&Value>) -> BTreeMap<String, String> {
    let Some(fields) = value.and_then(Value::as_object) else { return BTreeMap::new() };
    // A name that was cut would be another name.
    let whole = |name: &str| name.len() <= 255 && !name.is_empty() && !name.contains(char::is_control);
    let labels = fields.iter().filter(|(name, _)| whole(name)).take(MOST_LABELS);
    labels.filter(|(_, value)| value.is_string()).map(|(name, value)| (name.clone(), text(Some(value)).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn raw(media_type: &str, manifest: &Value) -> RawManifest {
        let bytes = serde_json::to_vec(manifest).unwrap();
        RawManifest { digest: Digest::sha256(&bytes), media_type: media_type.parse().unwrap(), bytes }
    }

    fn of(text: &str) -> Digest {
        Digest::sha256(text.as_bytes())
    }

    #[test]
    fn an_image_is_its_layers_and_what_its_configuration_says() {
        for (media_type, config_type) in [
            ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.container.image.v1+json"),
            ("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json"),
        ] {
            let layer = json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 1000, "digest": of("layer") });
            let image = raw(
                media_type,
                &json!({ "schemaVersion": 2, "config": { "mediaType": config_type, "size": 70, "digest": of("config") }, "layers": [layer, layer],
                         "annotations": { "a": "b", "": "no name" }, "subject": { "digest": of("subject") } }),
            );
            let mut reading = manifest(&image);
            let whole = 2070 + u64::try_from(image.bytes.len()).unwrap();
            assert_eq!((reading.size, reading.config.clone(), reading.details.layers.len()), (whole, Some(of("config")), 2));
            assert_eq!(reading.details.annotations, BTreeMap::from([("a".to_owned(), "b".to_owned())]));
            assert_eq!((reading.details.subject.clone(), reading.details.artifact_type.clone()), (Some(of("subject")), None));
            let config = json!({ "os": "linux", "architecture": "arm64", "variant": "v8", "created": "2026-01-02T03:04:05Z", "author": "me",
                "config": { "Labels": { "version": "1" }, "Entrypoint": ["/bin/sh"], "Cmd": ["-c", "true"] },
                "history": [{ "created_by": "COPY . .", "created": "0001-01-01T00:00:00Z" }, { "empty_layer": true, "created_by": "ENV\u{1b}[2J" }] });
            add_config(&mut reading.details, &serde_json::to_vec(&config).unwrap(), whole);
            let details = &reading.details;
            let [platform] = details.platforms.as_slice() else { panic!("{details:?}") };
            assert_eq!((platform.os.as_str(), platform.variant.as_deref(), platform.size), ("linux", Some("v8"), Some(whole)));
            assert_eq!(details.command, ["/bin/sh", "-c", "true"]);
            assert_eq!(details.created.unwrap().to_string(), "2026-01-02T03:04:05Z");
            assert_eq!((details.history[0].created, details.history[1].created_by.as_str()), (None, "ENV [2J"));
        }
    }

    #[test]
    fn an_index_is_its_platforms_without_attestations() {
        let entry = |name: &str, os: &str| json!({ "digest": of(name), "size": 5, "platform": { "os": os, "architecture": "amd64" } });
        let manifests = json!({ "manifests": [entry("one", "linux"), entry("attestation", "unknown"), entry("two", "windows"), { "digest": of("bare") }] });
        for media_type in
            ["application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json", "text/plain"]
        {
            let index = raw(media_type, &manifests);
            let reading = manifest(&index);
            let children: Vec<_> = reading.children.iter().map(|child| child.digest.clone()).collect();
            assert_eq!(children, [of("one"), of("two"), of("bare")], "{media_type}");
            assert_eq!(reading.size, u64::try_from(index.bytes.len()).unwrap());
        }
    }

    #[test]
    fn an_artifact_says_what_it_is() {
        let oci = "application/vnd.oci.image.manifest.v1+json";
        let config = |media_type: &str| json!({ "mediaType": media_type, "digest": of("{}"), "size": 2 });
        let empty = "application/vnd.oci.empty.v1+json";
        for (fields, expected) in [
            (json!({ "artifactType": "application/x-sbom", "config": config(empty) }), Some("application/x-sbom")),
            (json!({ "config": config("application/vnd.cncf.helm.config.v1+json") }), Some("application/vnd.cncf.helm.config.v1+json")),
            (json!({ "config": config(empty) }), None),
        ] {
            let reading = manifest(&raw(oci, &fields));
            assert_eq!((reading.details.artifact_type.as_deref(), reading.config), (expected, None));
        }
    }

    #[test]
    fn junk_is_left_out_and_too_much_is_cut_off() {
        let long = "x".repeat(100_000);
        let many: Vec<_> = (0..10_000).map(|number| json!({ "digest": of(&number.to_string()), "size": 1 })).collect();
        let labels: Map<String, Value> = (0..10_000).map(|number| (format!("label{number}"), json!(long.get(..2000)))).collect();
        for junk in [
            json!(null),
            json!([1, 2]),
            json!("text"),
            json!({ "layers": "none", "config": 7, "annotations": [1], "manifests": { "a": 1 }, "subject": "x" }),
            json!({ "layers": [1, null, { "digest": "sha256:short", "size": -1 }, { "size": 1e300 }, { "size": u64::MAX }] }),
            json!({ "manifests": [null, { "digest": 5 }, { "platform": [] }] }),
            json!({ "layers": many, "annotations": labels, "artifactType": long }),
            json!({ "manifests": many }),
        ] {
            let reading = manifest(&raw("application/vnd.oci.image.manifest.v1+json", &junk));
            assert!(
                reading.details.layers.len() <= MOST && reading.children.len() <= MOST && reading.details.annotations.len() <= MOST_LABELS
            );
            assert!(reading.details.annotations.values().all(|value| value.len() <= LONGEST));
            assert!(i64::try_from(reading.size).is_ok());
            let mut details = ManifestDetails::default();
            let config = json!({ "config": junk, "history": junk, "os": junk, "created": long });
            add_config(&mut details, &serde_json::to_vec(&config).unwrap(), 1);
            assert!(details.history.len() <= MOST && details.created.is_none());
        }
        add_config(&mut ManifestDetails::default(), b"\xff\x00{", 1);
    }
}
