//! How long and from where something holds: as options, and in tables.

use super::context::Context;
use super::values::{joined, or_dash};
use ipnet::IpNet;
use spectacles_core::model::{Terms, parse_network};
use spectacles_core::time::Timestamp;
use std::fmt::Display;
use std::time::Duration;

/// A moment, or how long it is until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    In(Duration),
}

/// Until when.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Until {
    /// When it ends: 2027-01-31T12:00:00Z, 2027-01-31 (00:00 UTC), or from now on 12h, 30m, 90d, 2w
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Moment>,
}

/// Until when, and from where.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Limits {
    #[command(flatten)]
    until: Until,
    /// Only for requests from these networks, such as 192.0.2.0/24, separated by commas
    #[arg(long = "from", value_name = "CIDR", value_delimiter = ',', value_parser = parse_network)]
    networks: Vec<IpNet>,
}

impl Until {
    pub(super) fn moment(&self, context: &Context<'_>) -> Option<Timestamp> {
        self.counted_from(context.clock().now())
    }

    /// The moment, where spans are counted from `now`.
    pub(super) fn counted_from(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.map(|moment| match moment {
            Moment::At(moment) => moment,
            Moment::In(span) => now.after(span),
        })
    }
}

impl Limits {
    pub(super) fn terms(self, context: &Context<'_>) -> Terms {
        Terms { until: self.until.moment(context), networks: self.networks.into() }
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    let midnight = || format!("{text}T00:00:00Z").parse();
    if let Ok(moment) = text.parse().or_else(|_| midnight()) {
        return Ok(Moment::At(moment));
    }
    humantime::parse_duration(text).map(Moment::In).map_err(|_| {
        let text = spectacles_core::name::excerpt(text);
        format!("`{text}` is no moment: write 2027-01-31T12:00:00Z, 2027-01-31, or how long from now: 30m, 12h, 90d, 2w")
    })
}

/// Names of those who count now, and of those whose end is over, with their ends: `alice, bob (until ...), carol (expired ...)`.
pub(super) fn with_ends<'a, N: Display + PartialEq + 'a>(
    current: &'a [N],
    limited: impl Iterator<Item = (&'a N, Timestamp, bool)> + Clone,
) -> String {
    let end_of = |name: &N| limited.clone().find(|(limited, _, _)| *limited == name);
    let current = current.iter().map(|name| match end_of(name) {
        Some((_, until, _)) => format!("{name} (until {})", until.to_rfc3339_seconds()),
        None => name.to_string(),
    });
    let over = limited.clone().filter(|(_, _, expired)| *expired);
    joined(current.chain(over.map(|(name, until, _)| format!("{name} (expired {})", until.to_rfc3339_seconds()))))
}

/// ` (until ..., from ...)`, or nothing.
pub(super) fn in_brackets(terms: &Terms, expired: bool) -> String {
    let until = terms.until.map(|until| format!("{} {}", if expired { "expired" } else { "until" }, until.to_rfc3339_seconds()));
    let from = (!terms.networks.is_empty()).then(|| format!("from {}", networks(terms)));
    let both: Vec<_> = until.into_iter().chain(from).collect();
    if both.is_empty() { String::new() } else { format!(" ({})", both.join(", ")) }
}

/// The networks, or a dash for anywhere.
pub(super) fn networks(terms: &Terms) -> String {
    joined(&terms.networks)
}

/// The end with a mark when it is over, or a dash for none.
pub(super) fn end(until: Option<Timestamp>, expired: bool) -> String {
    or_dash(until.map(|until| format!("{}{}", until.to_rfc3339_seconds(), if expired { " (expired)" } else { "" })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let at = |text: &str| Ok(Moment::At(text.parse().unwrap()));
        assert_eq!(moment("2027-01-31T12:00:00Z"), at("2027-01-31T12:00:00Z"));
        assert_eq!(moment("2027-01-31T12:00:00+02:00"), at("2027-01-31T10:00:00Z"));
        assert_eq!(moment("2027-01-31"), at("2027-01-31T00:00:00Z"));
        for (text, hours) in [("12h", 12), ("90d", 90 * 24), ("2w", 14 * 24), ("1d 12h", 36)] {
            assert_eq!(moment(text), Ok(Moment::In(Duration::from_secs(hours * 60 * 60))), "{text}");
        }
        for wrong in ["", "tomorrow", "2027-02-30", "2027-01-31 12:00", "-1d", "90", "31.1.2027"] {
            assert!(moment(wrong).unwrap_err().contains("2027-01-31"), "{wrong}");
        }
    }

    #[test]
    fn ends_are_shown_with_names() {
        let until = "2027-01-31T00:00:00Z".parse().unwrap();
        let limited = [("bob", until, false), ("carol", until, true)];
        let shown = with_ends(&["alice", "bob"], limited.iter().map(|(name, until, expired)| (name, *until, *expired)));
        assert_eq!(shown, "alice, bob (until 2027-01-31T00:00:00Z), carol (expired 2027-01-31T00:00:00Z)");
        let terms = Terms { until: Some(until), networks: ["10.0.0.0/8".parse().unwrap()].into() };
        assert_eq!(in_brackets(&terms, false), " (until 2027-01-31T00:00:00Z, from 10.0.0.0/8)");
        assert_eq!(in_brackets(&Terms::none(), false), "");
    }
}
