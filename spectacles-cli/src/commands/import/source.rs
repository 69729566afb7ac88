//! Reads what is to be imported.

use super::super::state;
use crate::failure::Failure;
use spectacles_core::auth::{ExposeSecret as _, SecretString};
use spectacles_core::declarative::Tree;
use std::path::Path;

/// More than any configuration of another program has, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The text of a file, or of standard input.
pub(super) fn text(file: &Path) -> Result<String, Failure> {
    state::text_up_to(file, LARGEST)
}

/// What a file in YAML says.
pub(super) fn tree(file: &Path) -> Result<Tree, Failure> {
    state::yaml::read(&text(file)?).map_err(|problem| state::refused(file, &[problem]))
}

/// A URL of a database with a password that was not typed with it.
pub(super) fn with_password(url: &str, password: &SecretString) -> Result<String, Failure> {
    let wrong = || Failure::usage("with --password-stdin, write the URL as mysql://user@host/database");
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (user, rest) = rest.split_once('@').filter(|(user, _)| !user.is_empty() && !user.contains(':')).ok_or_else(wrong)?;
    let mut encoded = String::new();
    for byte in password.expose_secret().bytes() {
        encoded.push_str(&format!("%{byte:02X}"));
    }
    Ok(format!("{scheme}://{user}:{encoded}@{rest}"))
}

/// Writes a file that only its owner may read: keys of a storage may be in it.
pub(super) fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |error: std::io::Error| Failure::failed(format!("{} cannot be written: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(file).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}
