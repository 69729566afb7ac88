//! Keys and certificates made with openssl, as people have them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::run;

/// A private key and its certificate, in PEM files.
pub(crate) struct KeyFiles {
    pub(crate) key: PathBuf,
    pub(crate) certificate: PathBuf,
}

impl KeyFiles {
    /// A key with a certificate that it signed itself. `algorithm` is what `openssl req -newkey` takes: `rsa:2048`, `ec:P-256`.
    pub(crate) fn self_signed(directory: &Path, name: &str, algorithm: &str) -> Self {
        let files = Self { key: directory.join(format!("{name}.key")), certificate: directory.join(format!("{name}.crt")) };
        let mut command = openssl();
        command.args(["req", "-x509", "-nodes", "-sha256", "-days", "365", "-subj", &format!("/CN={name}")]);
        command.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
        match algorithm.split_once(':') {
            Some(("ec", curve)) => command.args(["-newkey", "ec", "-pkeyopt", &format!("ec_paramgen_curve:{curve}")]),
            _ => command.args(["-newkey", algorithm]),
        };
        must(command.arg("-keyout").arg(&files.key).arg("-out").arg(&files.certificate));
        files
    }

    /// A key whose certificate is signed by `root`.
    pub(crate) fn signed_by(root: &Self, directory: &Path, name: &str, algorithm: &str) -> Self {
        let files = Self::self_signed(directory, name, algorithm);
        let request = directory.join(format!("{name}.csr"));
        must(
            openssl()
                .args(["req", "-new", "-subj", &format!("/CN={name}"), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-key"])
                .arg(&files.key)
                .arg("-out")
                .arg(&request),
        );
        let mut sign = openssl();
        sign.args(["x509", "-req", "-days", "365", "-copy_extensions", "copy", "-CAcreateserial", "-in"])
            .arg(&request)
            .arg("-CA")
            .arg(&root.certificate);
        must(sign.arg("-CAkey").arg(&root.key).arg("-out").arg(&files.certificate));
        files
    }

    /// Rewrites the key in the form that older tools write: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`.
    pub(crate) fn in_traditional_form(self) -> Self {
        let rewritten = self.key.with_extension("traditional");
        must(openssl().args(["pkey", "-traditional", "-in"]).arg(&self.key).arg("-out").arg(&rewritten));
        std::fs::rename(&rewritten, &self.key).expect("the key can be replaced");
        self
    }

    pub(crate) fn key(&self) -> &str {
        self.key.to_str().expect("temporary paths are text")
    }

    pub(crate) fn certificate(&self) -> &str {
        self.certificate.to_str().expect("temporary paths are text")
    }
}

fn openssl() -> Command {
    Command::new("openssl")
}

fn must(command: &Command) {
    let outcome = run(command, "");
    assert!(outcome.succeeded(), "{command:?}: {}", outcome.text());
}
