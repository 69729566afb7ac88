//! Which registries it is time to look at.

use super::super::Error;
use super::Discovery;
use crate::model::{Registry, SyncState};
use crate::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// How long it takes at most until a registry that failed is tried again, unless it is looked at more seldom anyway.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

impl Discovery {
    /// The registries that it is time to look at: those that somebody wants to be looked at first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn due(&self) -> Result<Vec<Registry>, Error> {
        const PAGE: u32 = 500;
        let now = self.administration.clock().now();
        let mut tx = self.administration.read().await?;
        let states: HashMap<_, _> = tx.sync_states().await?.into_iter().map(|state| (state.registry, state)).collect();
        let (mut due, mut after) = (Vec::new(), None);
        loop {
            let page = tx.registries(after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            after = page.last().map(|registry| registry.service.clone());
            due.extend(page.into_iter().filter(|registry| is_due(registry, states.get(&registry.id), now)));
            if is_last {
                break;
            }
        }
        due.sort_by_key(|registry| {
            let state = states.get(&registry.id);
            (state.is_none_or(|state| state.wanted.is_none()), state.and_then(|state| state.begun))
        });
        Ok(due)
    }
}

fn is_due(registry: &Registry, state: Option<&SyncState>, now: Timestamp) -> bool {
    if !registry.enabled {
        return false;
    }
    if state.is_some_and(|state| state.wanted.is_some()) {
        return true;
    }
    let seconds = registry.connection.sync_seconds.get();
    if seconds == 0 {
        return false;
    }
    let Some((state, begun)) = state.and_then(|state| Some((state, state.begun?))) else { return true };
    let interval = Duration::from_secs(seconds.into());
    let wait = interval.saturating_mul(1 << state.failures.min(16)).min(LONGEST_WAIT.max(interval));
    // Not all at the same time, for ever: up to a tenth later, by chance enough.
    let chance = registry.id.get().wrapping_mul(7919).wrapping_add(begun.unix_millis()).rem_euclid(101);
    let jitter = wait.saturating_mul(u32::try_from(chance).unwrap_or_default()) / 1000;
    // A clock that was put back would keep it waiting until it is that time again.
    begun > now || begun.after(wait + jitter) <= now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RegistryId;
    use crate::model::{Anonymous, Connection, Policy, TokenSettings};

    fn registry(id: i64, seconds: u32) -> Registry {
        Registry {
            id: RegistryId::new(id),
            service: "registry".parse().unwrap(),
            url: "http://registry".parse().unwrap(),
            external_url: None,
            enabled: true,
            read_only: false,
            delete_enabled: true,
            anonymous: Anonymous::Off,
            policy: Policy::Both,
            restricted: true,
            token: TokenSettings::default(),
            connection: Connection { sync_seconds: seconds.try_into().unwrap(), ..Connection::default() },
            event_secret: None,
            created: Timestamp::from_unix_millis(0),
            updated: Timestamp::from_unix_millis(0),
        }
    }

    /// After how many seconds it is due again.
    fn wait(registry: &Registry, failures: u32) -> u64 {
        let begun = Timestamp::from_unix_millis(1_000_000_000);
        let state = SyncState { begun: Some(begun), failures, ..SyncState::new(registry.id) };
        (0..2_000_000).find(|seconds| is_due(registry, Some(&state), begun.after(Duration::from_secs(*seconds)))).unwrap()
    }

    #[test]
    fn registries_are_looked_at_at_their_pace_and_more_seldom_while_they_fail() {
        for (seconds, failures, from, to) in [
            (30, 0, 30, 33),
            (30, 1, 60, 66),
            (30, 3, 240, 264),
            (30, 4, 480, 528),
            (30, 5, 600, 660),
            (30, 4_000_000_000, 600, 660),
            (3600, 9, 3600, 3960),
            (604_800, 9, 604_800, 665_280),
        ] {
            let waits: Vec<_> = (1..20).map(|id| wait(&registry(id, seconds), failures)).collect();
            assert!(waits.iter().all(|wait| (from..=to).contains(wait)), "{seconds} {failures}: {waits:?}");
        }
        let waits: std::collections::HashSet<_> = (1..20).map(|id| wait(&registry(id, 600), 0)).collect();
        assert!(waits.len() > 10, "not all at the same time");
    }

    #[test]
    fn what_is_wanted_is_due_at_once_and_what_is_never_looked_at_never() {
        let now = Timestamp::from_unix_millis(1_000_000);
        let (never, usual) = (registry(1, 0), registry(2, 30));
        let begun = SyncState { begun: Some(now), ..SyncState::new(usual.id) };
        let wanted = SyncState { wanted: Some(now), failures: 9, ..begun.clone() };
        let ahead = SyncState { begun: Some(now.after(Duration::from_secs(9_999))), ..begun.clone() };
        assert!(is_due(&usual, None, now) && !is_due(&never, None, now));
        assert!(!is_due(&usual, Some(&begun), now) && is_due(&usual, Some(&ahead), now));
        assert!(is_due(&usual, Some(&wanted), now) && is_due(&never, Some(&wanted), now));
        assert!(!is_due(&Registry { enabled: false, ..usual }, Some(&wanted), now));
    }
}
