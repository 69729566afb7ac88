//! Room for connections, and not all of it for one client.

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use spectacles_core::auth::network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many connections are open at once, where the system gives as many files.
const CONNECTIONS: u64 = 8_192;
/// How many files are needed for everything else.
const OTHER_FILES: u64 = 128;

/// So many connections, half of them at most for one network. Connections that wait for their next request cost the client nothing, so that
/// one alone could otherwise keep everybody out.
pub(super) struct Room {
    all: Arc<Semaphore>,
    share: usize,
    held: Mutex<HashMap<IpAddr, usize>>,
    /// Everybody comes through them.
    proxies: Vec<IpNet>,
}

/// The place of one connection. Dropping it leaves it to another.
pub(super) struct Place {
    room: Arc<Room>,
    network: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(proxies: Vec<IpNet>) -> Arc<Self> {
        Self::of(connections(), proxies)
    }

    fn of(connections: usize, proxies: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { all: Arc::new(Semaphore::new(connections)), share: connections / 2, held: Mutex::default(), proxies })
    }

    /// Waits until there is room for another connection, whosever it will be.
    pub(super) async fn next(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// Gives the room to this client, unless he has his share already.
    pub(super) fn give(self: &Arc<Self>, permit: OwnedSemaphorePermit, client: IpAddr) -> Option<Place> {
        let network = network(client);
        let exempt = self.proxies.iter().any(|proxy| proxy.contains(&client.to_canonical()));
        let mut held = self.held();
        let count = held.entry(network).or_default();
        if *count >= self.share && !exempt {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Place { room: Arc::clone(self), network, _permit: permit })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Nothing that holds it can panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.room.held();
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

/// How many there is room for. The limit that programs begin with is low for the sake of old ones, and may be raised.
fn connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let files = if raised.is_ok() { limit.maximum } else { limit.current };
    // No limit is one that is never reached.
    let connections = files.unwrap_or(u64::MAX).saturating_sub(OTHER_FILES).clamp(16, CONNECTIONS);
    usize::try_from(connections).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_client_never_has_all_the_room() {
        let room = Room::of(8, vec!["192.0.2.128/25".parse().unwrap()]);
        let enter = async |client: &str| {
            let permit = room.next().await.unwrap();
            room.give(permit, client.parse().unwrap())
        };
        let mut places = Vec::new();
        for n in 0..4 {
            places.push(enter(&format!("2001:db8::{n}")).await.unwrap());
        }
        assert!(enter("2001:db8::ffff").await.is_none(), "one network has half of it");
        let other = enter("192.0.2.1").await;
        assert!(other.is_some(), "the rest is for others");
        places.pop();
        assert!(enter("2001:db8::ffff").await.is_some(), "what was left can be had again");
        drop((places, other));
        for _ in 0..8 {
            std::mem::forget(enter("192.0.2.200").await.unwrap());
        }
        assert!(room.all.try_acquire().is_err(), "a proxy may have it all");
        assert_eq!(room.held().len(), 1, "nothing is remembered of who has left");
    }
}
