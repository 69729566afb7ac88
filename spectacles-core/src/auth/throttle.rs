//! Limits on failed attempts.

use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;

/// Counts failed attempts per account and per address, and says when there were too many.
///
/// A number of failures are free; each is forgotten after a while, and while too many are remembered nobody gets an answer for that account
/// or address. Attempts that were turned away do not count, so that the limit cannot be kept up for ever by knocking on.
/// Whoever logged in a moment ago is remembered and does not come here.
pub(super) struct Throttle {
    accounts: Limit<String>,
    addresses: Limit<IpAddr>,
}

impl Throttle {
    /// 20 failures of one account, one more every 5 seconds; 100 from one address, one more each second.
    pub(super) fn new() -> Self {
        Self { accounts: Limit::new(20, Duration::from_secs(5)), addresses: Limit::new(100, Duration::from_secs(1)) }
    }

    /// Whether an attempt may be made now; otherwise, after how long.
    ///
    /// # Errors
    /// The time to wait.
    pub(super) fn check(&self, account: &str, address: Option<IpAddr>, now: Duration) -> Result<(), Duration> {
        self.accounts.check(&key(account), now)?;
        address.map_or(Ok(()), |address| self.addresses.check(&network(address), now))
    }

    /// An attempt has failed.
    pub(super) fn failed(&self, account: &str, address: Option<IpAddr>, now: Duration) {
        self.accounts.failed(key(account), now);
        if let Some(address) = address {
            self.addresses.failed(network(address), now);
        }
    }
}

/// Accounts are kept by a prefix, so that endless names do not fill the memory.
fn key(account: &str) -> String {
    account.chars().take(64).collect()
}

/// Who has one address of IPv6 has a network of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// The generic cell rate algorithm, counting failures only: for each key the moment at which all its failures are forgotten.
struct Limit<K> {
    forgotten_at: Cache<K, Duration>,
    free: u32,
    each: Duration,
}

impl<K: std::hash::Hash + Eq + Send + Sync + 'static> Limit<K> {
    fn new(free: u32, each: Duration) -> Self {
        let forgotten_at = Cache::builder().max_capacity(100_000).time_to_live(each * (free + 1)).build();
        Self { forgotten_at, free, each }
    }

    fn check(&self, key: &K, now: Duration) -> Result<(), Duration> {
        let Some(forgotten_at) = self.forgotten_at.get(key) else { return Ok(()) };
        let remembered = forgotten_at.saturating_sub(now);
        let most = self.each * (self.free - 1);
        if remembered > most { Err(remembered - most) } else { Ok(()) }
    }

    fn failed(&self, key: K, now: Duration) {
        let each = self.each;
        self.forgotten_at.entry(key).and_upsert_with(|known| known.map_or(now, |known| known.into_value().max(now)) + each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Duration = Duration::from_secs(1000);

    #[test]
    fn the_twenty_first_attempt_has_to_wait_and_one_more_is_free_after_a_while() {
        let throttle = Throttle::new();
        for _ in 0..20 {
            assert_eq!(throttle.check("alice", None, AT), Ok(()));
            throttle.failed("alice", None, AT);
        }
        let wait = throttle.check("alice", None, AT).unwrap_err();
        assert_eq!(wait, Duration::from_secs(5));
        assert_eq!(throttle.check("bob", None, AT), Ok(()));
        assert_eq!(throttle.check("alice", None, AT + wait), Ok(()));
        throttle.failed("alice", None, AT + wait);
        assert!(throttle.check("alice", None, AT + wait).is_err());
    }

    #[test]
    fn an_address_is_limited_over_all_accounts_and_ipv6_by_network() {
        let throttle = Throttle::new();
        let address = |text: &str| Some(text.parse().unwrap());
        for n in 0..100 {
            throttle.failed(&format!("user{n}"), address(&format!("2001:db8::{n:x}")), AT);
        }
        assert!(throttle.check("new", address("2001:db8::ffff"), AT).is_err());
        assert!(throttle.check("new", address("2001:db8:0:1::1"), AT).is_ok());
        assert!(throttle.check("new", address("192.0.2.1"), AT).is_ok());
    }
}
