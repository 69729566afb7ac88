//! `spectacles export`, `plan`, `apply` and `schema`: the configuration as a file.

pub(super) mod apply;
pub(super) mod export;
pub(super) mod plan;
mod saved;
pub(super) mod show;
pub(super) mod yaml;

use crate::failure::Failure;
use crate::output;
use spectacles_core::declarative::{self, Declaration, Plan, Problem};
use spectacles_core::service::StateError;
use spectacles_http::client::ClientError;
use spectacles_http::resources::{Apply, Look};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// More than any configuration has, in bytes.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// Prints the schema of documents.
pub(super) fn schema() -> Result<(), Failure> {
    output::json(&declarative::schema())
}

/// The text of a file, or of standard input.
fn text(file: &Path) -> Result<String, Failure> {
    text_up_to(file, LARGEST_FILE)
}

/// The text of a file, or of standard input, of at most so many bytes.
pub(super) fn text_up_to(file: &Path, largest: u64) -> Result<String, Failure> {
    let shown = file.display();
    let unreadable = |error: std::io::Error| Failure::failed(format!("{shown} cannot be read: {error}"));
    let mut bytes = Vec::new();
    let limit = largest.saturating_add(1);
    if file == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(file).map_err(unreadable)?.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > largest {
        return Err(Failure::usage(format!("{shown} is larger than {} MB", largest / (1024 * 1024))));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        Failure::usage(format!("{shown}:{line}: this is no UTF-8"))
    })
}

/// Reads a document.
fn declaration(file: &Path) -> Result<Declaration, Failure> {
    let text = text(file)?;
    let tree = yaml::read(&text).map_err(|problem| refused(file, &[problem]))?;
    Declaration::read(&tree).map_err(|problems| refused(file, &problems))
}

/// What is wrong with a file, one line each.
pub(super) fn refused(file: &Path, problems: &[Problem]) -> Failure {
    /// More than anybody mends at once.
    const SHOWN: usize = 50;
    let file = file.display();
    let mut message = match problems.len() {
        1 => String::new(),
        count => format!("there are {count} problems"),
    };
    for problem in problems.iter().take(SHOWN) {
        if !message.is_empty() {
            message.push_str("\n  ");
        }
        message.push_str(&match problem.at {
            Some(_) => format!("{file}:{problem}"),
            None => format!("{file}: {problem}"),
        });
    }
    if problems.len() > SHOWN {
        message.push_str(&format!("\n  and {} more", problems.len() - SHOWN));
    }
    Failure::usage(message)
}

/// A document, as the API takes it.
fn request(declaration: &Declaration, prune: bool, plan: Option<Plan>, look: Look) -> Result<Apply, Failure> {
    let document = serde_json::to_value(&declaration.document);
    let document = document.map_err(|error| Failure::failed(format!("the document is no JSON: {error}")))?;
    Ok(Apply { document, prune, plan, look })
}

/// What went wrong, for people who gave this file.
fn failure(file: &Path, declaration: &Declaration, error: ClientError) -> Failure {
    const ASSERTIONS: &str = "assert";
    let ClientError::Refused(refusal) = &error else { return error.into() };
    let mut problems = Vec::new();
    for fault in &refusal.faults {
        let Some(path) = fault.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("#/document/")) else { return error.into() };
        problems.push(Problem { at: declaration.place(path), path: path.to_owned(), message: fault.detail.clone() });
    }
    match problems.as_slice() {
        [] => error.into(),
        problems if problems.iter().all(|problem| problem.path == ASSERTIONS) => {
            show::not_holding(problems.iter().map(|problem| &problem.message))
        }
        problems => refused(file, problems),
    }
}

/// The same for what was done without the API.
pub(super) fn failure_here(file: &Path, error: StateError) -> Failure {
    match error {
        StateError::Document(problems) => refused(file, &problems),
        StateError::Assertions(broken) => show::broken(&broken),
        StateError::Moved => Failure::failed(error.to_string()),
        StateError::Other(error) => error.into(),
    }
}
