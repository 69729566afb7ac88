//! A real registry without a server of ours: tokens are made in the test's own process.

use super::{connect, limits};
use crate::support::process::{Process, free_port};
use serde_json::json;
use spectacles_core::key::{KeyRing, TokenKey, generate};
use spectacles_core::model::{Algorithm, TokenSettings};
use spectacles_core::name::{Digest, MediaType, Reference, RepositoryName};
use spectacles_core::random::SystemRandom;
use spectacles_core::registry::{Login, RawManifest, RegistryClient, Target};
use spectacles_core::time::{Clock as _, SystemClock};
use spectacles_core::token::SystemTokens;
use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// What a registry asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Nothing,
    Password,
    Tokens,
}

pub(super) const PASSWORD: &str = "Corr3ct-horse:registry";
/// The same with bcrypt, as registries want it.
const HASH: &str = "$2b$04$abcdefghijklmnopqrstuumtGajhC52m5uXQYgCpaDybct2vty0cG";

/// A running registry of its own.
pub(super) struct Alone {
    target: Target,
    _process: Process,
    _directory: TempDir,
}

impl Alone {
    /// A registry that asks for this. `more` goes to its environment.
    pub(super) fn start(asks: Asks, more: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let port = free_port();
        let bundle = directory.path().join("bundle.pem");
        let passwords = directory.path().join("passwords");
        let (auth, login) = match asks {
            Asks::Nothing => (json!({}), Login::None),
            Asks::Password => {
                fs::write(&passwords, format!("system:{HASH}\n")).expect("a file");
                let login = Login::Basic { username: "system".to_owned(), password: PASSWORD.to_owned().into() };
                (json!({ "htpasswd": { "realm": "here", "path": passwords } }), login)
            }
            Asks::Tokens => {
                let (tokens, pem) = tokens();
                fs::write(&bundle, pem).expect("a file");
                let auth = json!({ "token": { "realm": "http://127.0.0.1:1/token", "service": "registry.test",
                                              "issuer": "tests", "rootcertbundle": bundle } });
                (auth, Login::Tokens(Arc::new(tokens)))
            }
        };
        let config = json!({
            "version": "0.1",
            "storage": {
                "filesystem": { "rootdirectory": directory.path().join("storage") },
                "delete": { "enabled": true },
            },
            "http": { "addr": format!("127.0.0.1:{port}"), "secret": "the same for all" },
            "auth": auth,
        });
        // Every JSON document is a YAML document.
        let file = directory.path().join("config.yml");
        fs::write(&file, config.to_string()).expect("a file");
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(&file).envs(more.iter().copied()).env("OTEL_TRACES_EXPORTER", "none").current_dir(directory.path());
        let mut process = Process::start("registry", directory.path(), &command);
        process.wait_until_ready(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        let target = Target { login, ..super::target(&format!("http://127.0.0.1:{port}")) };
        Self { target, _process: process, _directory: directory }
    }

    pub(super) fn client(&self) -> Arc<dyn RegistryClient> {
        connect(self.target(), limits()).expect("a client")
    }

    pub(super) fn target(&self) -> Target {
        self.target.clone()
    }
}

/// Tokens of a key of their own, and the certificate that makes a registry believe them.
pub(super) fn tokens() -> (SystemTokens, String) {
    let now = SystemClock::new().now();
    let made = generate(Algorithm::Es256, now).expect("a key");
    let key = TokenKey::from_pem(&made.private_pem, Some(&made.certificate_pem), now).expect("the key");
    let ring = Arc::new(KeyRing::new(vec![key]).expect("a ring of one"));
    let tokens = SystemTokens {
        keys: Box::new(move || Arc::clone(&ring)),
        issuer: "tests".to_owned(),
        settings: TokenSettings::default(),
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandom),
    };
    (tokens, made.certificate_pem)
}

/// Uploads a blob in one piece.
pub(super) async fn upload(client: &dyn RegistryClient, to: &RepositoryName, blob: &[u8]) -> Digest {
    let digest = Digest::sha256(blob);
    let mut upload = client.upload_blob(to).await.expect("an upload");
    upload.write(blob.to_vec()).await.expect("it is taken");
    assert_eq!(upload.offset(), blob.len() as u64);
    upload.finish(&digest).await.expect("it is put in its place");
    digest
}

/// What kinds of manifest there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Docker,
    Oci,
}

impl Kind {
    pub(super) fn image(self) -> &'static str {
        match self {
            Self::Docker => "application/vnd.docker.distribution.manifest.v2+json",
            Self::Oci => "application/vnd.oci.image.manifest.v1+json",
        }
    }

    pub(super) fn index(self) -> &'static str {
        match self {
            Self::Docker => "application/vnd.docker.distribution.manifest.list.v2+json",
            Self::Oci => "application/vnd.oci.image.index.v1+json",
        }
    }

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Docker => ("application/vnd.docker.container.image.v1+json", "application/vnd.docker.image.rootfs.diff.tar.gzip"),
            Self::Oci => ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"),
        }
    }
}

/// Pushes an image with these layers, by this reference or by its digest.
pub(super) async fn push(
    client: &dyn RegistryClient,
    to: &RepositoryName,
    reference: Option<&Reference>,
    kind: Kind,
    layers: &[&[u8]],
) -> RawManifest {
    let (config_type, layer_type) = kind.parts();
    let config =
        json!({ "os": "linux", "architecture": "amd64", "config": {}, "rootfs": { "type": "layers", "diff_ids": [] } }).to_string();
    let mut uploaded = Vec::new();
    for layer in layers {
        let digest = upload(client, to, layer).await;
        uploaded.push(json!({ "mediaType": layer_type, "digest": digest, "size": layer.len() }));
    }
    let digest = upload(client, to, config.as_bytes()).await;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": kind.image(),
        "config": { "mediaType": config_type, "digest": digest, "size": config.len() },
        "layers": uploaded,
    });
    put(client, to, reference, kind.image(), manifest).await
}

/// Pushes an index of these images, for as many platforms.
pub(super) async fn push_index(
    client: &dyn RegistryClient,
    to: &RepositoryName,
    reference: Option<&Reference>,
    kind: Kind,
    images: &[(&str, &RawManifest)],
) -> RawManifest {
    let entries: Vec<_> = images
        .iter()
        .map(|(architecture, image)| {
            json!({ "mediaType": image.media_type, "digest": image.digest, "size": image.bytes.len(),
                    "platform": { "os": "linux", "architecture": architecture } })
        })
        .collect();
    put(client, to, reference, kind.index(), json!({ "schemaVersion": 2, "mediaType": kind.index(), "manifests": entries })).await
}

/// Pushes a manifest.
pub(super) async fn put(
    client: &dyn RegistryClient,
    to: &RepositoryName,
    reference: Option<&Reference>,
    media_type: &str,
    manifest: serde_json::Value,
) -> RawManifest {
    let bytes = serde_json::to_vec_pretty(&manifest).expect("JSON");
    let media_type: MediaType = media_type.parse().expect("a type");
    let manifest = RawManifest { digest: Digest::sha256(&bytes), media_type, bytes };
    let by_digest = Reference::Digest(manifest.digest.clone());
    client.put_manifest(to, reference.unwrap_or(&by_digest), &manifest).await.expect("the registry takes it");
    manifest
}
