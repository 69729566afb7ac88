//! Which addresses are reached.
//!
//! Whoever may say where a registry is could otherwise have this server speak to what only it can reach: the machine itself, its neighbours on
//! the wire, and the services by which a cloud gives credentials to machines. Private networks are where registries live, and are reached.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// An address that must not be reached, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Forbidden(String);

/// Services of clouds that give credentials to machines, where their addresses are of no kind that is refused anyway.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether the host of a URL is this machine by its very text: `localhost`, a name below it, or an address of the loopback interface.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(ip)) => plain(ip.into()).is_loopback(),
        Some(Host::Ipv6(ip)) => plain(ip.into()).is_loopback(),
        None => false,
    }
}

/// Checks what can be seen without asking for addresses of names.
///
/// # Errors
/// [`Forbidden`] for an address that must not be reached, and for this machine, unless that is what was `meant`.
pub(super) fn check(url: &Url, meant: bool) -> Result<(), Forbidden> {
    let ip: IpAddr = match url.host() {
        Some(Host::Ipv4(ip)) => ip.into(),
        Some(Host::Ipv6(ip)) => ip.into(),
        Some(Host::Domain(name)) if is_local_name(name) && !meant => {
            return Err(Forbidden(format!("`{name}` is this machine itself")));
        }
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    match refusal(ip, meant) {
        Some(why) => Err(Forbidden(format!("{ip} is {why}"))),
        None => Ok(()),
    }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Why an address is not reached.
fn refusal(ip: IpAddr, loopback: bool) -> Option<&'static str> {
    let ip = plain(ip);
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    let nowhere = match ip {
        IpAddr::V4(ip) => ip.octets()[0] == 0 || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unspecified(),
    };
    if METADATA.contains(&ip) {
        Some("a metadata service of a cloud")
    } else if link_local {
        Some("an address of the local link, where clouds have their metadata services")
    } else if ip.is_multicast() {
        Some("an address of many machines")
    } else if nowhere {
        Some("no address of a machine")
    } else if ip.is_loopback() && !loopback {
        Some("this machine itself, which is reached by `localhost` or an address only")
    } else {
        None
    }
}

/// The IPv4 address in an IPv6 address that only wraps one: mapped, compatible (RFC 4291), translated (RFC 6052) or tunnelled (RFC 3056).
fn plain(ip: IpAddr) -> IpAddr {
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

/// Asks the system for the addresses of a name, and leaves out those that must not be reached.
pub(super) struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(permitted(name.as_str(), found)?)
        })
    }
}

fn permitted(name: &str, found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, Forbidden> {
    let local = is_local_name(name);
    let (mut good, mut refused) = (Vec::new(), None);
    for address in found {
        match refusal(address.ip(), local) {
            None => good.push(address),
            Some(why) => refused = Some(Forbidden(format!("`{name}` is {}: {why}", address.ip()))),
        }
    }
    match refused {
        Some(refused) if good.is_empty() => Err(refused),
        Some(_) | None => Ok(Box::new(good.into_iter())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(url: &str) -> bool {
        let url: Url = url.parse().expect("a URL");
        check(&url, is_local(&url)).is_ok()
    }

    #[test]
    fn addresses_that_must_not_be_reached_are_refused_however_they_are_written() {
        for url in [
            "http://169.254.169.254/",
            "http://169.254.1.1:5000",
            "http://0xa9fea9fe/",
            "http://2852039166/",
            "http://[::ffff:169.254.169.254]/",
            "http://[::169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://[2002:a9fe:a9fe::1]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://100.100.100.200/",
            "http://0.0.0.0:5000/",
            "http://0/",
            "http://[::]/",
            "http://224.0.0.1/",
            "http://[ff02::1]/",
            "http://255.255.255.255/",
        ] {
            assert!(!verdict(url), "{url}");
        }
        for url in [
            "http://localhost:5000",
            "http://registry.localhost",
            "http://127.0.0.1:5000",
            "http://127.1:5000",
            "http://[::1]:5000",
            "https://registry.example.com",
            "http://10.0.0.7:5000",
            "http://192.168.1.2",
            "http://[fd12::7]:5000",
            "http://8.8.8.8",
        ] {
            assert!(verdict(url), "{url}");
        }
    }

    #[test]
    fn this_machine_is_reached_only_when_it_was_meant() {
        for url in ["http://localhost/", "http://a.localhost./", "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"] {
            let url: Url = url.parse().expect("a URL");
            assert!(check(&url, true).is_ok() && check(&url, false).is_err(), "{url}");
        }
    }

    #[test]
    fn a_name_leads_nowhere_it_must_not() {
        let at = |ips: &[&str], name: &str| {
            let found: Vec<_> = ips.iter().map(|ip| SocketAddr::new(ip.parse().expect("an address"), 0)).collect();
            permitted(name, found.into_iter()).map(Iterator::count)
        };
        assert_eq!(at(&["127.0.0.1", "::1"], "localhost"), Ok(2));
        assert_eq!(at(&["10.0.0.7"], "registry.example.com"), Ok(1));
        // What is good of several is taken.
        assert_eq!(at(&["127.0.0.1", "10.0.0.7"], "registry.example.com"), Ok(1));
        let refused = at(&["127.0.0.1"], "registry.example.com").expect_err("must be refused");
        assert!(refused.to_string().contains("this machine itself"), "{refused}");
        assert!(at(&["169.254.169.254"], "metadata.google.internal").is_err());
    }
}
