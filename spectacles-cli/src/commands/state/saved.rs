//! Plans that are kept, to be looked at and applied later.

use super::{refused, text};
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spectacles_core::declarative::{Declaration, Plan, Tree};
use std::path::Path;

/// What a plan rests on, and what it says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    /// Of this format.
    plan_version: u32,
    prune: bool,
    plan: Plan,
    /// As it is written in files.
    document: Value,
}

const VERSION: u32 = 1;

/// Keeps a plan.
pub(super) fn write(file: &Path, declaration: &Declaration, prune: bool, plan: &Plan) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("{} cannot be written: {error}", file.display()));
    let document = serde_json::to_value(&declaration.document).map_err(|error| failed(&error))?;
    let saved = Saved { plan_version: VERSION, prune, plan: plan.clone(), document };
    let text = serde_json::to_string_pretty(&saved).map_err(|error| failed(&error))?;
    std::fs::write(file, text + "\n").map_err(|error| failed(&error))
}

/// Reads one.
pub(super) fn read(file: &Path) -> Result<(Declaration, bool, Plan), Failure> {
    let text = text(file)?;
    let saved: Saved = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{} is no plan that `spectacles plan --save` wrote: {error}", file.display())))?;
    if saved.plan_version != VERSION {
        return Err(Failure::usage(format!("{} is a plan of another version of Spectacles; plan again", file.display())));
    }
    let declaration = Declaration::read(&Tree::from(saved.document)).map_err(|problems| refused(file, &problems))?;
    Ok((declaration, saved.prune, saved.plan))
}
