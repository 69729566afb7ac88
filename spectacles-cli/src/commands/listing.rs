//! Which things of a list are wanted, and how often.

use super::context::Context;
use crate::failure::Failure;
use crate::output::{self, Format};
use serde::Serialize;
use spectacles_http::client::Wanted;
use std::collections::HashSet;
use std::io::IsTerminal as _;
use std::time::Duration;

/// Which, in what order.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Which {
    /// Only those of which this is true: a field, and what is said of it, as in 'name a%', 'created >-2d', 'email empty'; may be repeated
    #[arg(long = "filter", value_name = "FILTER")]
    filters: Vec<String>,
    /// By these fields, separated by commas; `-` before one that descends, as in --order=-created
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    order: Option<String>,
}

/// Which, and how many.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Listing {
    #[command(flatten)]
    which: Which,
    /// How many at most [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

/// Whether to go on listing.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Watch {
    /// List again every so many seconds, 2 where nothing is said, until Ctrl-C. Where no terminal is, what is new follows as lines of JSON
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    watch: Option<u64>,
}

impl Which {
    /// At most so many of them.
    pub(super) fn up_to(&self, limit: u32) -> Wanted {
        Wanted { filters: self.filters.clone(), order: self.order.clone(), limit: Some(limit), ..Wanted::default() }
    }
}

impl Listing {
    /// In this order, where nothing else is said.
    pub(super) fn ordered(&self, order: &str) -> Wanted {
        let wanted = self.wanted();
        Wanted { order: wanted.order.or_else(|| Some(order.to_owned())), ..wanted }
    }

    /// What is said instead of an empty list: `none` is, where all of them were asked for.
    pub(super) fn none<'n>(&self, none: &'n str) -> &'n str {
        if self.which.filters.is_empty() { none } else { "Nothing fits what --filter says." }
    }

    /// As the API is asked.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted { limit: self.limit, ..self.which.up_to(0) }
    }
}

impl Watch {
    /// Shows what `list` finds, once or again and again. `list` has the newest first where `newest_first`.
    pub(super) async fn run<T: Serialize>(
        &self,
        context: &Context<'_>,
        newest_first: bool,
        list: impl AsyncFn() -> Result<Vec<T>, Failure>,
        show: impl Fn(&[T]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        /// To the upper left corner, and nothing below it (ECMA-48).
        const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";
        let Some(seconds) = self.watch else { return show(&list().await?) };
        let redraws = context.global().output() == Format::Table && std::io::stdout().is_terminal();
        let mut known = HashSet::new();
        let forever = async {
            loop {
                let things = list().await?;
                if redraws {
                    output::text(CLEAR)?;
                    show(&things)?;
                } else {
                    known = print_new(&things, newest_first, &known)?;
                }
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
        };
        tokio::select! {
            ended = forever => ended,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    }
}

/// Prints what was not there, or was otherwise, the last time; says what is there now.
fn print_new(things: &[impl Serialize], newest_first: bool, known: &HashSet<String>) -> Result<HashSet<String>, Failure> {
    let line = |thing| serde_json::to_string(thing).map_err(|error| Failure::failed(format!("the result is no JSON: {error}")));
    let mut lines = things.iter().map(line).collect::<Result<Vec<String>, _>>()?;
    if newest_first {
        lines.reverse();
    }
    for line in lines.iter().filter(|line| !known.contains(*line)) {
        output::line(line)?;
    }
    Ok(lines.into_iter().collect())
}
