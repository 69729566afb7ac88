//! `spectacles man`

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output;
use clap::CommandFactory as _;
use clap_mangen::Man;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write a page for every command into this directory, such as ~/.local/share/man/man1, instead of the first one to standard output
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        Man::new(Cli::command()).render(&mut page).map_err(|error| Failure::writing(&error))?;
        return output::text(&String::from_utf8_lossy(&page));
    };
    let failed = |error: std::io::Error| Failure::failed(format!("{} cannot be written: {error}", dir.display()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), dir).map_err(failed)
}
