//! Images made out of nothing: one layer with one file, as an OCI layout directory. No base image, no network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::run;

/// An image on disk. Its configuration's digest identifies it: docker re-packs layers and rewrites the manifest, but every
/// client keeps the configuration byte for byte, and checks that the unpacked layers are the ones it names.
pub(crate) struct Image {
    directory: TempDir,
    pub(crate) manifest: String,
    pub(crate) config: String,
    pub(crate) layer: String,
}

impl Image {
    /// An image whose only file says `content`. The same content makes the same image, byte for byte.
    pub(crate) fn new(content: &str) -> Self {
        // podman takes the path for a name when it looks at images it has pulled, and names are in lower case.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("image-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir().expect("a temporary directory");
        let place = directory.path();
        fs::create_dir_all(place.join("blobs/sha256")).expect("a directory");
        let (unpacked, packed) = layer(place, content);
        let diff = sha256(&unpacked);
        let layer = store(place, &packed);
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "config": { "Cmd": ["/hello.txt"] },
            "rootfs": { "type": "layers", "diff_ids": [diff] },
        });
        let config = store(place, config.to_string().as_bytes());
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config.0, "size": config.1 },
            "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer.0, "size": layer.1 }],
        });
        let manifest = store(place, manifest.to_string().as_bytes());
        let index = json!({
            "schemaVersion": 2,
            "manifests": [{
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": manifest.0,
                "size": manifest.1,
                "annotations": { "org.opencontainers.image.ref.name": "v1" },
            }],
        });
        fs::write(place.join("index.json"), index.to_string()).expect("a file");
        fs::write(place.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("a file");
        Self { manifest: manifest.0, config: config.0, layer: layer.0, directory }
    }

    /// What skopeo, podman and buildah call it.
    pub(crate) fn layout(&self) -> String {
        format!("oci:{}:v1", self.directory.path().display())
    }

    /// The same under a name in a file that docker and containerd load, in `place`.
    pub(crate) fn docker_archive(&self, place: &Path, name: &str) -> PathBuf {
        let archive = place.join("image.tar");
        let _ = fs::remove_file(&archive);
        let target = format!("docker-archive:{}:{name}", archive.display());
        let packed = run(Command::new("skopeo").args(["copy", "-q", &self.layout(), &target]), "");
        assert!(packed.succeeded(), "the image cannot be packed: {}", packed.text());
        archive
    }
}

/// The configuration of the image in an OCI layout directory, after checking that every blob it needs is there and is what
/// its name says.
pub(crate) fn config_of_layout(place: &Path) -> String {
    let index: Value = serde_json::from_slice(&fs::read(place.join("index.json")).expect("an index")).expect("JSON");
    let manifest = checked_blob(place, index["manifests"][0]["digest"].as_str().expect("a manifest"));
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    for layer in manifest["layers"].as_array().expect("layers") {
        checked_blob(place, layer["digest"].as_str().expect("a digest"));
    }
    let config = manifest["config"]["digest"].as_str().expect("a configuration").to_owned();
    checked_blob(place, &config);
    config
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hex: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// A tar archive of one file, and the same packed.
fn layer(place: &Path, content: &str) -> (Vec<u8>, Vec<u8>) {
    let tree = place.join("tree");
    fs::create_dir(&tree).expect("a directory");
    fs::write(tree.join("hello.txt"), content).expect("a file");
    let archive = place.join("layer.tar");
    let mut tar = Command::new("tar");
    tar.args(["--mtime=@0", "--owner=0", "--group=0", "--mode=0644", "-C"]).arg(&tree).arg("-cf").arg(&archive).arg("hello.txt");
    assert!(run(&tar, "").succeeded(), "tar failed");
    let unpacked = fs::read(&archive).expect("an archive");
    assert!(run(Command::new("gzip").arg("-n").arg(&archive), "").succeeded(), "gzip failed");
    let packed = fs::read(place.join("layer.tar.gz")).expect("a packed archive");
    (unpacked, packed)
}

fn store(place: &Path, bytes: &[u8]) -> (String, usize) {
    let digest = sha256(bytes);
    fs::write(blob(place, &digest), bytes).expect("a blob");
    (digest, bytes.len())
}

fn checked_blob(place: &Path, digest: &str) -> Vec<u8> {
    let bytes = fs::read(blob(place, digest)).unwrap_or_else(|error| panic!("{digest} did not arrive: {error}"));
    assert_eq!(sha256(&bytes), digest, "a blob arrived damaged");
    bytes
}

fn blob(place: &Path, digest: &str) -> PathBuf {
    place.join("blobs").join(digest.replace(':', "/"))
}

/// A picture for people, as a PNG: red on the left, blue on the right.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ::image::ImageFormat::Png)
}

/// The same, in this format.
pub(crate) fn picture(width: u32, height: u32, format: ::image::ImageFormat) -> Vec<u8> {
    let colour = |x, _| ::image::Rgb(if x < width / 2 { [255, 0, 0] } else { [0, 0, 255] });
    let mut bytes = std::io::Cursor::new(Vec::new());
    ::image::RgbImage::from_fn(width, height, colour).write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}
