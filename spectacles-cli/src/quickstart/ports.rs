//! Ports that are free.

use crate::failure::Failure;
use crate::output;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener};

/// Where the authorization server listens: the same as `serve`.
pub(super) const SERVER: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5001));
/// Where registries listen.
pub(super) const REGISTRY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5000));
/// How many ports are tried.
const TRIES: u16 = 200;

/// Where something may listen, by precedence.
pub(super) struct Wanted {
    /// What was asked for. It is that or nothing.
    pub(super) option: Option<SocketAddr>,
    /// What was chosen the last time.
    pub(super) remembered: Option<SocketAddr>,
    pub(super) usual: SocketAddr,
}

/// Chooses where `what` listens: not at `taken`, which is free only for now.
pub(super) fn choose(what: &str, wanted: Wanted, taken: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
    let is_free = |address: &SocketAddr| taken.is_none_or(|taken| taken.port() != address.port()) && TcpListener::bind(address).is_ok();
    if let Some(address) = wanted.option {
        return match is_free(&address) {
            true => Ok(address),
            false => Err(Failure::failed(format!("{what} cannot listen on {address}: it is taken, or not an address of this machine"))),
        };
    }
    let first = wanted.remembered.unwrap_or(wanted.usual);
    if is_free(&first) {
        return Ok(first);
    }
    // The usual ports are left to those who are told so.
    let usual = [SERVER.port(), REGISTRY.port()];
    let others = (1..TRIES).filter_map(|step| first.port().checked_add(step)).filter(|port| !usual.contains(port));
    let found = others.map(|port| SocketAddr::new(first.ip(), port)).find(is_free);
    let found = found.ok_or_else(|| Failure::failed(format!("there is no free port for {what} near {first}")))?;
    output::note(&format!("Port {} is taken by another program, so {what} uses {}.", first.port(), found.port()));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_port_is_taken_only_where_nobody_asked_for_this_one() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let busy = busy.local_addr().map(|address| (address, busy)).unwrap();
        let wanted = |option, remembered| Wanted { option, remembered, usual: busy.0 };
        let other = choose("x", wanted(None, None), None).unwrap();
        assert!(other != busy.0 && other.ip() == busy.0.ip());
        assert_eq!(choose("x", wanted(None, Some(other)), None).unwrap(), other);
        assert_ne!(choose("x", wanted(None, Some(other)), Some(other)).unwrap(), other);
        assert!(choose("x", wanted(Some(busy.0), None), None).is_err());
    }
}
