//! What is printed: results on standard output, for people or for programs; everything else on standard error.

mod data;

pub(crate) use data::Data;

use crate::failure::Failure;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};

/// How results are printed, as it is said on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Choice {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
    /// For programs, and for people who want to see everything
    Yaml,
    /// For spreadsheets: a line for each thing, with what is a list joined by blanks
    Csv,
    /// Only what things are called, a line for each
    Name,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Data(Data),
}

impl From<Choice> for Format {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Table => Self::Table,
            Choice::Json => Self::Data(Data::Json),
            Choice::Yaml => Self::Data(Data::Yaml),
            Choice::Csv => Self::Data(Data::Csv),
            Choice::Name => Self::Data(Data::Name),
        }
    }
}

/// Prints text as it is.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::writing(&error))
}

/// Prints a line.
pub(crate) fn line(line: &str) -> Result<(), Failure> {
    text(&format!("{line}\n"))
}

/// Prints JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(|error| Failure::failed(format!("the result is no JSON: {error}")))?;
    line(&json)
}

/// Says something beside the result, on standard error.
pub(crate) fn note(message: &str) {
    // Where standard error is closed, nobody wants to know.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A list with a line for each thing.
pub(crate) fn list<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Result<(), Failure> {
    let mut table = plain_table();
    table.set_header(head.map(str::to_uppercase));
    table.add_rows(rows);
    print_table(&table)
}

/// A list without a head, inside of something else.
pub(crate) fn rows<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Result<(), Failure> {
    let mut table = plain_table();
    table.add_rows(rows);
    print_table(&table)
}

/// One thing, with a line for each of its fields.
pub(crate) fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Result<(), Failure> {
    let mut table = plain_table();
    table.add_rows(fields.into_iter().map(|(name, value)| [name.to_owned(), value]));
    print_table(&table)
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    // Into a file or pipe each thing is one line, whatever its length: other programs look for it. A terminal that is narrower than a few
    // words does not know its width.
    let fits = std::io::stdout().is_terminal() && table.width().is_some_and(|columns| columns >= 40);
    table.set_content_arrangement(if fits { ContentArrangement::Dynamic } else { ContentArrangement::Disabled });
    table
}

fn print_table(table: &Table) -> Result<(), Failure> {
    let lines: String = table.lines().map(|line| format!("{}\n", line.trim_end().strip_prefix(' ').unwrap_or_default())).collect();
    text(&lines)
}
