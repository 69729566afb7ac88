//! For how long, and from where, something holds.

use crate::id::GroupId;
use crate::time::Timestamp;
use ipnet::{IpNet, Ipv4Net};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Under what circumstances something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// When.
    pub at: Timestamp,
    /// Where the request comes from, as seen through trusted proxies; where that is known.
    pub from: Option<IpAddr>,
}

/// What limits a right or an assignment. Where they do not hold, it counts as absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Holds before this moment; for ever where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Holds for requests from these networks; from anywhere where there are none. A request from nobody knows where is from none of them.
    #[serde(default, deserialize_with = "read_networks", skip_serializing_if = "<[IpNet]>::is_empty")]
    #[schemars(with = "Vec<crate::schema::Network>")]
    pub networks: Box<[IpNet]>,
}

impl Terms {
    /// No limits.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there are no limits.
    pub fn is_none(&self) -> bool {
        self.until.is_none() && self.networks.is_empty()
    }

    /// Whether what they limit holds.
    pub fn hold(&self, circumstances: &Circumstances) -> bool {
        is_current(self.until, circumstances.at) && self.admit(circumstances.from)
    }

    /// Whether a request may come from there.
    pub fn admit(&self, from: Option<IpAddr>) -> bool {
        let inside = |address: IpAddr| self.networks.iter().any(|network| network.contains(&address.to_canonical()));
        self.networks.is_empty() || from.is_some_and(inside)
    }
}

/// Whether something with this expiry is still there.
pub fn is_current(until: Option<Timestamp>, at: Timestamp) -> bool {
    until.is_none_or(|until| at < until)
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network; write it like 192.0.2.0/24 or 2001:db8::/32, or as one address")]
pub struct BadNetwork(String);

/// The one way to write a network: bits behind the prefix are cleared, and what lies within the IPv4 addresses of IPv6 is of IPv4, as the
/// addresses are that it is compared with.
pub fn canonical_network(network: IpNet) -> IpNet {
    /// Where in an IPv6 address an IPv4 address begins.
    const MAPPED: u8 = 96;
    let network = network.trunc();
    if let IpNet::V6(six) = network
        && let Some(four) = six.network().to_ipv4_mapped()
        && let Some(prefix) = six.prefix_len().checked_sub(MAPPED)
        && let Ok(four) = Ipv4Net::new(four, prefix)
    {
        return IpNet::V4(four);
    }
    network
}

/// Reads a network in CIDR notation, or one address, as [`canonical_network`] writes it.
///
/// # Errors
/// [`BadNetwork`].
pub fn parse_network(text: &str) -> Result<IpNet, BadNetwork> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(canonical_network).map_err(|_| BadNetwork(crate::name::excerpt(text)))
}

/// Networks as people write them, wherever they are read.
fn read_networks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Box<[IpNet]>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse_network(text).map_err(serde::de::Error::custom)).collect()
}

/// A group in which somebody is, or to which something is published, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TimedGroup {
    /// The group.
    pub group: GroupId,
    /// Until when; for ever where there is nothing.
    pub until: Option<Timestamp>,
}

impl TimedGroup {
    /// For ever.
    pub const fn always(group: GroupId) -> Self {
        Self { group, until: None }
    }

    /// Whether it still counts.
    pub fn is_current(&self, at: Timestamp) -> bool {
        is_current(self.until, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_hold_before_their_end_and_inside_their_networks() {
        let at = |millis, from: Option<&str>| Circumstances {
            at: Timestamp::from_unix_millis(millis),
            from: from.map(|address| address.parse().unwrap()),
        };
        assert!(Terms::none().hold(&at(i64::MAX, None)));
        let until = Terms { until: Some(Timestamp::from_unix_millis(10)), ..Terms::none() };
        assert!(until.hold(&at(9, None)) && !until.hold(&at(10, None)));
        let networks = ["192.0.2.0/24", "2001:db8::/32"].map(|network| network.parse().unwrap());
        let inside = Terms { networks: networks.into(), ..Terms::none() };
        for (from, holds) in
            [("192.0.2.7", true), ("::ffff:192.0.2.7", true), ("2001:db8::1", true), ("192.0.3.1", false), ("2001:db9::", false)]
        {
            assert_eq!(inside.hold(&at(0, Some(from))), holds, "{from}");
        }
        assert!(!inside.hold(&at(0, None)), "from nobody knows where is from none of them");
    }

    #[test]
    fn networks_are_read_as_people_write_them() {
        for (text, network) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("192.0.2.7", "192.0.2.7/32"),
            ("2001:db8::", "2001:db8::/128"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:0:0/95", "::fffe:0:0/95"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(parse_network(text).unwrap().to_string(), network);
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "example.com", "10.0.0.0/8 "] {
            assert!(parse_network(wrong).is_err(), "{wrong}");
        }
    }
}
