//! What kind of place an address is, by its text alone: nothing is asked for here.

use crate::name::RegistryUrl;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Whether the host of a URL is this machine by its very text: `localhost`, a name below it, or an address of the loopback interface.
pub fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(ip)) => unwrapped(ip.into()).is_loopback(),
        Some(Host::Ipv6(ip)) => unwrapped(ip.into()).is_loopback(),
        None => false,
    }
}

/// Whether a name is this machine by its very text: `localhost`, or a name below it.
pub fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

impl RegistryUrl {
    /// Whether it is this machine by its very text: see [`is_local`].
    pub fn is_local(&self) -> bool {
        self.as_str().parse().is_ok_and(|url| is_local(&url))
    }
}

/// Whether an address is one that the whole network reaches: none of a private network, of this machine, or of a special use (RFC 6890).
pub fn is_public(ip: IpAddr) -> bool {
    match unwrapped(ip) {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special = match ip.octets() {
        // This network; and what is kept for later, which ends with the broadcast.
        [0 | 240..=255, ..] => true,
        // Between carriers and their customers (RFC 6598).
        [100, second, ..] => second & 0b1100_0000 == 64,
        // Protocols, and the relays of 6to4, which are no more.
        [192, 0, 0, _] | [192, 88, 99, _] => true,
        // Benchmarks.
        [198, 18 | 19, ..] => true,
        [..] => false,
    };
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // Protocols, tunnels with an address in them (Teredo) and benchmarks are below 2001:200::; examples are 2001:db8:: and 3fff::.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// The IPv4 address in an IPv6 address that only wraps one: mapped, compatible (RFC 4291), translated (RFC 6052) or tunnelled (RFC 3056).
pub fn unwrapped(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let [a, b, c, d, e, f, g, h] = six.segments();
    let four = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => four(g, h),
        (0, 0, 0, 0, 0, 0) if g != 0 => four(g, h),
        (0x2002, ..) => four(b, c),
        (..) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_for_everybody_is_not_public_however_it_is_written() {
        for ip in [
            "10.0.0.7",
            "172.16.0.1",
            "192.168.1.2",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "192.0.0.192",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.7",
            "::10.0.0.7",
            "64:ff9b::a00:7",
            "64:ff9b:1::1",
            "2002:a00:7::1",
            "2001:0:1::1",
            "2001:db8::1",
            "3fff::1",
            "fd12::7",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in
            ["8.8.8.8", "100.128.0.1", "172.32.0.1", "198.20.0.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450::1", "2001:4860::1"]
        {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn this_machine_is_known_by_the_text_of_a_url() {
        for (url, local) in [
            ("http://localhost:5000", true),
            ("http://LOCALHOST.", true),
            ("http://a.localhost", true),
            ("http://127.1:5000", true),
            ("http://2130706433", true),
            ("http://[::1]", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://localhost.example.com", false),
            ("http://10.0.0.7:5000", false),
            ("https://registry.example.com", false),
        ] {
            assert_eq!(url.parse::<RegistryUrl>().unwrap().is_local(), local, "{url}");
        }
    }
}
