//! Which addresses are reached.
//!
//! Whoever may say where a registry is could otherwise have this server speak to what only it can reach: the machine itself, its neighbours on
//! the wire, and the services by which a cloud gives credentials to machines. Private networks are where registries live, and are reached; but where a
//! registry sends us on is its own word, and leads to its own host or to public addresses.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use spectacles_core::registry::place::{is_local_name, is_public, unwrapped};
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

/// Checks where storage is that a registry sends us to, as far as it can be seen without asking for addresses of names.
///
/// # Errors
/// [`Forbidden`] for what [`check`] refuses, and for every address that is not public.
pub(super) fn check_public(url: &Url) -> Result<(), Forbidden> {
    check(url, false)?;
    let ip: IpAddr = match url.host() {
        Some(Host::Ipv4(ip)) => ip.into(),
        Some(Host::Ipv6(ip)) => ip.into(),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    if is_public(ip) { Ok(()) } else { Err(Forbidden(format!("{ip} is {NOT_PUBLIC}"))) }
}

/// Why an address is not reached.
fn refusal(ip: IpAddr, loopback: bool) -> Option<&'static str> {
    let ip = unwrapped(ip);
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

/// What of an address that is not public.
const NOT_PUBLIC: &str = "no public address: storage may be at one only where it is on the host of the registry itself";

/// Which addresses are reached, of those that may be at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Those of a registry, which somebody here has said.
    Registry,
    /// Those that a registry says: public ones.
    Public,
}

/// Asks the system for the addresses of a name, and leaves out those that must not be reached.
pub(super) struct Guard(pub(super) Reach);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(permitted(name.as_str(), found, reach)?)
        })
    }
}

fn permitted(name: &str, found: impl Iterator<Item = SocketAddr>, reach: Reach) -> Result<Addrs, Forbidden> {
    let verdict = |ip: IpAddr| match reach {
        Reach::Registry => refusal(ip, is_local_name(name)),
        Reach::Public => refusal(ip, false).or_else(|| (!is_public(ip)).then_some(NOT_PUBLIC)),
    };
    let (mut good, mut refused) = (Vec::new(), None);
    for address in found {
        match verdict(address.ip()) {
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
    use spectacles_core::registry::place::is_local;

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

    fn count(ips: &[&str], name: &str, reach: Reach) -> Result<usize, Forbidden> {
        let found: Vec<_> = ips.iter().map(|ip| SocketAddr::new(ip.parse().expect("an address"), 0)).collect();
        permitted(name, found.into_iter(), reach).map(Iterator::count)
    }

    #[test]
    fn a_registry_leads_to_public_addresses_only() {
        let to = |url: &str| check_public(&url.parse().expect("a URL"));
        for url in ["http://10.0.0.7/", "http://127.0.0.1/", "http://localhost/", "http://[fd12::7]/", "http://[::ffff:192.168.1.2]/"] {
            assert!(to(url).is_err(), "{url}");
        }
        for url in ["https://8.8.8.8/", "https://bucket.example.com/"] {
            assert_eq!(to(url), Ok(()), "{url}");
        }
        let at = |ips: &[&str]| count(ips, "bucket.example.com", Reach::Public);
        assert_eq!(at(&["8.8.8.8", "10.0.0.7", "::1"]), Ok(1), "what is good of several is taken");
        let refused = at(&["10.0.0.7"]).expect_err("must be refused");
        assert!(refused.to_string().contains("no public address"), "{refused}");
        assert!(count(&["127.0.0.1"], "localhost", Reach::Public).is_err());
    }

    #[test]
    fn a_name_leads_nowhere_it_must_not() {
        let at = |ips: &[&str], name: &str| count(ips, name, Reach::Registry);
        assert_eq!(at(&["127.0.0.1", "::1"], "localhost"), Ok(2));
        assert_eq!(at(&["10.0.0.7"], "registry.example.com"), Ok(1));
        // What is good of several is taken.
        assert_eq!(at(&["127.0.0.1", "10.0.0.7"], "registry.example.com"), Ok(1));
        let refused = at(&["127.0.0.1"], "registry.example.com").expect_err("must be refused");
        assert!(refused.to_string().contains("this machine itself"), "{refused}");
        assert!(at(&["169.254.169.254"], "metadata.google.internal").is_err());
    }
}
