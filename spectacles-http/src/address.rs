//! Where a request comes from.

use http::HeaderMap;
use http::header::HeaderName;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The address at the other end of the connection. Adapters put it into the extensions of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: that of the peer, or what a trusted proxy says.
///
/// Each proxy appends the address it was called from, so that the list is read from its end, as long as those who wrote are trusted.
/// Anybody can send the header: without trusted proxies it means nothing.
pub(crate) fn client(peer: Option<Peer>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut address = peer?.0.to_canonical();
    if trusted.is_empty() {
        return Some(address);
    }
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let lines: Vec<&[u8]> = headers.get_all(FORWARDED_FOR).iter().map(|value| value.as_bytes()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        if !is_trusted(address) {
            break;
        }
        match parse(hop) {
            Some(before) => address = before.to_canonical(),
            None => break,
        }
    }
    Some(address)
}

/// Whether a request has come over TLS: as the connection did, or as a trusted proxy says of the one before it.
pub(crate) fn is_secure(peer: Option<Peer>, headers: &HeaderMap, trusted: &[IpNet], is_https: bool) -> bool {
    let is_trusted = peer.is_some_and(|peer| trusted.iter().any(|network| network.contains(&peer.0.to_canonical())));
    match headers.get("x-forwarded-proto").filter(|_| is_trusted) {
        Some(value) => {
            value.as_bytes().rsplit(|byte| *byte == b',').next().is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"https"))
        }
        None => is_https,
    }
}

/// An address as proxies write it: some add the port, and then put brackets around one of IPv6.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, header: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in header {
            headers.append(FORWARDED_FOR, http::HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client(Some(Peer(peer.parse().unwrap())), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(from("192.0.2.1", &["10.0.0.9"], &[]), "192.0.2.1");
        assert_eq!(from("192.0.2.1", &["10.0.0.9"], &["127.0.0.0/8"]), "192.0.2.1");
        assert_eq!(from("127.0.0.1", &["10.0.0.9"], &["127.0.0.0/8"]), "10.0.0.9");
        assert_eq!(from("::ffff:127.0.0.1", &["10.0.0.9"], &["127.0.0.0/8"]), "10.0.0.9");
    }

    #[test]
    fn proxies_may_add_ports_and_clients_junk() {
        for (header, client) in [
            ("10.0.0.9:4711", "10.0.0.9"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("ä, 10.0.0.9", "10.0.0.9"),
        ] {
            assert_eq!(from("127.0.0.1", &[header], &["127.0.0.0/8"]), client, "{header}");
        }
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_reached() {
        assert_eq!(from("127.0.0.1", &["1.1.1.1, 10.0.0.9"], &["127.0.0.0/8"]), "10.0.0.9");
        assert_eq!(from("127.0.0.1", &["1.1.1.1", "10.0.0.9,127.0.0.2"], &["127.0.0.0/8"]), "10.0.0.9");
        assert_eq!(from("127.0.0.1", &["10.0.0.9, junk"], &["127.0.0.0/8"]), "127.0.0.1");
    }
}
