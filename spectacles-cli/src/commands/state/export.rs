//! `spectacles export`

use super::super::context::Context;
use crate::failure::Failure;
use crate::output::{self, Data, Format};
use spectacles_core::declarative::{Declaration, Document, Tree};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to write it; standard output, where nothing is said. YAML, or JSON with `--output json`
    file: Option<PathBuf>,
}

/// What the file begins with: where it came from, and how an editor learns what may be in it.
const HEAD: &str = "# The configuration of Spectacles, without secrets. `spectacles plan FILE` says what it would change, `spectacles apply FILE` \
                    does it.\n";

pub(crate) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let exported = context.client().state().await?;
    // By the reader of documents, so that its parts are in the order in which people read them.
    let read = Declaration::read(&Tree::from(exported)).map_err(|_| Failure::failed("the server writes documents of another version"))?;
    let document = read.document;
    let text = match context.global().output() {
        Format::Data(Data::Json) => json(&document)?,
        Format::Table | Format::Data(Data::Yaml) => format!("{HEAD}{}", yaml(&document)?),
        Format::Data(Data::Csv | Data::Name) => return Err(Failure::usage("a configuration is written as YAML or JSON")),
    };
    match &args.file {
        None => output::text(&text),
        Some(file) => {
            std::fs::write(file, text).map_err(|error| Failure::failed(format!("{} cannot be written: {error}", file.display())))?;
            context.done(&format!("wrote {}", file.display()))
        }
    }
}

fn json(document: &Document) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Failure::failed(format!("the result is no JSON: {error}")))?;
    Ok(text + "\n")
}

/// A document in YAML.
pub(in crate::commands) fn yaml(document: &Document) -> Result<String, Failure> {
    // One line a text: blocks would be folded differently with each change of a word.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(document, options).map_err(|error| Failure::failed(format!("the result is no YAML: {error}")))
}
