//! Limits on failed attempts.

use super::ServiceLogin;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use moka::ops::compute::Op;
use moka::sync::Cache;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// Counts failed attempts, and says when there were too many.
///
/// A number of failures are free; each is forgotten after a while, and while too many are remembered there is no answer. Attempts that were
/// turned away do not count, so that a limit cannot be kept up for ever by knocking on.
///
/// | failures of | free | one more each | against |
/// |---|---|---|---|
/// | an account from a network | 20 | 5 s | guessing at one password, without locking its owner out elsewhere |
/// | an account from anywhere | 200 | 1 s | the same by many machines |
/// | a network | 100 | 1 s | trying one password with many accounts |
///
/// Whoever logged in a moment ago from the same network is remembered and does not come here. Asking what is remembered is a guess too, a
/// cheap one; so those who were turned away 100 times are not looked up any more.
pub(super) struct Throttle {
    from_there: Limit<(String, IpAddr)>,
    accounts: Limit<String>,
    networks: Limit<IpAddr>,
    turned_away: Limit<(String, IpAddr)>,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            from_there: Limit::new(20, Duration::from_secs(5)),
            accounts: Limit::new(200, Duration::from_secs(1)),
            networks: Limit::new(100, Duration::from_secs(1)),
            turned_away: Limit::new(100, Duration::from_secs(1)),
        }
    }

    /// Whether an attempt may be made now; otherwise, after how long.
    pub(super) fn check(&self, account: &str, address: Option<IpAddr>, now: Duration) -> Result<(), Duration> {
        let (account, network) = (key(account), network_of(address));
        let both = (account.clone(), network);
        let limits = [
            self.from_there.check(&both, now),
            self.accounts.check(&account, now),
            // Where nobody knows the address, all would share it.
            address.map_or(Ok(()), |_| self.networks.check(&network, now)),
        ];
        let checked = limits.into_iter().collect::<Result<(), Duration>>();
        if checked.is_err() {
            self.turned_away.count(both, now);
        }
        checked
    }

    /// The same for attempts that name no account.
    pub(super) fn check_network(&self, address: Option<IpAddr>, now: Duration) -> Result<(), Duration> {
        address.map_or(Ok(()), |address| self.networks.check(&network(address), now))
    }

    /// An attempt has failed that named no account.
    pub(super) fn failed_from(&self, address: Option<IpAddr>, now: Duration) {
        if let Some(address) = address {
            self.networks.count(network(address), now);
        }
    }

    /// Whether this may be compared with what is remembered.
    pub(super) fn may_be_remembered(&self, account: &str, address: Option<IpAddr>, now: Duration) -> bool {
        self.turned_away.is_empty() || self.turned_away.check(&(key(account), network_of(address)), now).is_ok()
    }

    /// An attempt has failed.
    pub(super) fn failed(&self, account: &str, address: Option<IpAddr>, now: Duration) {
        let (account, network) = (key(account), network_of(address));
        self.from_there.count((account.clone(), network), now);
        self.accounts.count(account, now);
        if address.is_some() {
            self.networks.count(network, now);
        }
    }
}

/// What an account is counted by. A service account is one wherever it says that it runs; and endless names do not fill the memory.
fn key(account: &str) -> String {
    const LONGEST: usize = 64;
    let name = ServiceLogin::parse(account).map(|(name, _)| format!("{}{name}", ServiceLogin::ROBOT));
    let account = name.unwrap_or_else(|| account.to_owned());
    if account.len() <= LONGEST { account } else { HEXLOWER.encode(digest(&SHA256, account.as_bytes()).as_ref()) }
}

/// What stands for whoever is at this address: who has one of IPv6 has a network of them.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// The same of an address that may not be known. Whoever is not known is somewhere together.
pub(super) fn network_of(address: Option<IpAddr>) -> IpAddr {
    address.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), network)
}

/// The generic cell rate algorithm: for each key the moment at which everything counted is forgotten.
pub(crate) struct Limit<K> {
    forgotten_at: Cache<K, Duration>,
    free: u32,
    each: Duration,
}

impl<K: std::hash::Hash + Eq + Send + Sync + 'static> Limit<K> {
    pub(crate) fn new(free: u32, each: Duration) -> Self {
        let forgotten_at = Cache::builder().max_capacity(100_000).time_to_live(each * (free + 1)).build();
        Self { forgotten_at, free, each }
    }

    /// Whether nothing is counted, as far as that can be seen for nothing.
    fn is_empty(&self) -> bool {
        self.forgotten_at.entry_count() == 0
    }

    fn check(&self, key: &K, now: Duration) -> Result<(), Duration> {
        let Some(forgotten_at) = self.forgotten_at.get(key) else { return Ok(()) };
        let remembered = forgotten_at.saturating_sub(now);
        let most = self.each * (self.free - 1);
        if remembered > most { Err(remembered - most) } else { Ok(()) }
    }

    /// Counts one more, unless there were too many: the same as to check and to count, for those who do so side by side.
    ///
    /// # Errors
    /// After how long there is one more.
    pub(crate) fn take(&self, key: K, now: Duration) -> Result<(), Duration> {
        let most = self.each * (self.free - 1);
        let mut refused = None;
        self.forgotten_at.entry(key).and_compute_with(|known| {
            let remembered = known.map_or(now, |known| known.into_value().max(now));
            match remembered.saturating_sub(now).checked_sub(most).filter(|wait| !wait.is_zero()) {
                Some(wait) => {
                    refused = Some(wait);
                    Op::Nop
                }
                None => Op::Put(remembered + self.each),
            }
        });
        refused.map_or(Ok(()), Err)
    }

    /// Counts one more, and never more than are free: what many did at once is not held against them for longer.
    fn count(&self, key: K, now: Duration) {
        let (each, most) = (self.each, now + self.each * self.free);
        self.forgotten_at.entry(key).and_upsert_with(|known| (known.map_or(now, |known| known.into_value().max(now)) + each).min(most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Duration = Duration::from_secs(1000);

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

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
    fn what_is_taken_is_given_back_one_by_one() {
        let limit = Limit::new(3, Duration::from_secs(5));
        let take = |at: Duration| limit.take("alice", at);
        assert_eq!([take(AT), take(AT), take(AT), take(AT)], [Ok(()), Ok(()), Ok(()), Err(Duration::from_secs(5))]);
        assert_eq!(limit.take("bob", AT), Ok(()));
        let later = AT + Duration::from_secs(5);
        assert_eq!([take(later), take(later)], [Ok(()), Err(Duration::from_secs(5))], "who was refused is not counted");
    }

    #[test]
    fn a_service_account_is_one_wherever_it_runs_and_none_is_like_another() {
        let throttle = Throttle::new();
        for node in 0..20 {
            throttle.failed(&format!("ns/ci@node{node}"), None, AT);
        }
        assert!(throttle.check("ns/ci@another", None, AT).is_err() && throttle.check("robot$ns/ci", None, AT).is_err());
        assert_eq!(throttle.check("ns/cd@node1", None, AT), Ok(()));
        let long = "x".repeat(100);
        for _ in 0..20 {
            throttle.failed(&format!("robot${long}1"), None, AT);
        }
        assert!(throttle.check(&format!("robot${long}1"), None, AT).is_err());
        assert_eq!(throttle.check(&format!("robot${long}2"), None, AT), Ok(()));
    }

    #[test]
    fn nobody_is_locked_out_from_elsewhere_until_many_guess_at_him() {
        let throttle = Throttle::new();
        for _ in 0..60 {
            throttle.failed("alice", address("192.0.2.1"), AT);
        }
        assert_eq!(throttle.check("alice", address("192.0.2.1"), AT), Err(Duration::from_secs(5)), "what came at once is not added up");
        assert_eq!(throttle.check("alice", address("192.0.2.2"), AT), Ok(()));
        for machine in 0..200 {
            throttle.failed("alice", address(&format!("198.51.100.{machine}")), AT);
        }
        assert!(throttle.check("alice", address("192.0.2.2"), AT).is_err());
    }

    #[test]
    fn a_network_is_limited_over_all_accounts_and_ipv6_by_its_first_half() {
        let throttle = Throttle::new();
        for n in 0..100 {
            throttle.failed(&format!("user{n}"), address(&format!("2001:db8::{n:x}")), AT);
        }
        assert!(throttle.check("new", address("2001:db8::ffff"), AT).is_err());
        assert!(throttle.check("new", address("2001:db8:0:1::1"), AT).is_ok());
        assert!(throttle.check("new", address("192.0.2.1"), AT).is_ok());
    }

    #[test]
    fn who_was_turned_away_too_often_is_not_even_looked_up() {
        let throttle = Throttle::new();
        let (there, elsewhere) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..20 {
            throttle.failed("alice", there, AT);
        }
        for _ in 0..100 {
            assert!(throttle.may_be_remembered("alice", there, AT));
            assert!(throttle.check("alice", there, AT).is_err());
        }
        throttle.turned_away.forgotten_at.run_pending_tasks();
        assert!(!throttle.may_be_remembered("alice", there, AT));
        assert!(throttle.may_be_remembered("alice", elsewhere, AT) && throttle.may_be_remembered("bob", there, AT));
    }
}
