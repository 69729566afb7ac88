//! `spectacles schema`: what files and requests look like, for programs that check or make them.

use super::state;
use crate::failure::Failure;
use crate::output;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Of what
    #[arg(value_enum, default_value_t = What::State)]
    what: What,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// Files for `plan` and `apply`: a JSON Schema
    State,
    /// The REST API: an OpenAPI document
    Api,
}

/// Prints what was asked for. It needs no database, and makes none.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match args.what {
        What::State => state::schema(),
        What::Api => output::json(spectacles_http::openapi()),
    }
}
