//! Reads what is to be imported.

use super::super::state;
use crate::failure::Failure;
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
