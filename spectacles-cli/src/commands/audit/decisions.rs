//! `spectacles audit decisions`

use crate::commands::context::Context;
use crate::commands::listing::{Watch, Which};
use crate::commands::values::{or_dash, span_ago, text_or_dash};
use crate::failure::Failure;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use spectacles_core::model::{DecisionEntry, Outcome, RecordedScope};
use spectacles_core::name::ServiceName;
use spectacles_http::client::Wanted;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only of this principal, as tokens name it: `alice`, `service:ci@node7`; of failed logins what was typed
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,
    /// Only for this registry, by its service name
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    /// Only those that ended like this: granted, reduced (less than was asked for), refused, or lost (not recorded)
    #[arg(long, value_parser = PossibleValuesParser::new(Outcome::ALL.iter().map(|outcome| outcome.as_str())).try_map(|word| word.parse::<Outcome>()))]
    outcome: Option<Outcome>,
    /// Only of the last so many days, hours or minutes, as in 7d, 12h or 30m
    #[arg(long, value_name = "SPAN", value_parser = span_ago)]
    since: Option<Duration>,
    #[command(flatten)]
    which: Which,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    watch: Watch,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let wanted = args.which.up_to(args.limit);
    let since = args.since.and_then(|span| context.clock().now().before(span));
    let filters = [
        args.principal.map(|principal| format!("principal {}", quoted(&principal))),
        args.registry.map(|service| format!("service {}", quoted(service.as_str()))),
        args.outcome.map(|outcome| format!("outcome {outcome}")),
        since.map(|since| format!("at >={since}")),
    ];
    let wanted = Wanted { filters: filters.into_iter().flatten().chain(wanted.filters.iter().cloned()).collect(), ..wanted };
    let entries = async || Ok(context.client().decisions().all(&wanted).await?);
    let head = ["when", "who", "from", "registry", "outcome", "asked and given", "because"];
    let show = |entries: &[DecisionEntry]| context.print_list(entries, "No such decision was recorded.", head, row);
    args.watch.run(context, true, entries, show).await
}

/// As a filter takes what is meant letter by letter.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn row(entry: &DecisionEntry) -> [String; 7] {
    let record = &entry.record;
    let scopes: Vec<String> = record.scopes.iter().map(scope).collect();
    let rules: Vec<&str> =
        record.reason.as_deref().into_iter().chain(record.scopes.iter().filter_map(|scope| scope.rule.as_deref())).collect();
    let who = if record.principal.is_empty() { "anonymous" } else { &record.principal };
    [
        record.at.to_rfc3339_seconds(),
        printable(who),
        or_dash(record.address.as_deref()),
        printable(&text_or_dash(&record.service)),
        record.outcome.to_string(),
        printable(&text_or_dash(&scopes.join(" "))),
        text_or_dash(&rules.join(", ")),
    ]
}

/// `repository:team/app:pull,push` where all was given, `repository:team/app:pull,push->pull` where less was.
fn scope(scope: &RecordedScope) -> String {
    let RecordedScope { resource, asked, given, .. } = scope;
    let nothing = |actions: &str| if actions.is_empty() { "nothing".to_owned() } else { actions.to_owned() };
    if asked == given { format!("{resource}:{}", nothing(asked)) } else { format!("{resource}:{}->{}", nothing(asked), nothing(given)) }
}

/// What strangers typed, without signs that a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}
