//! Leases.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::store::{LeaseWrites, StoreError};
use spectacles_core::time::Timestamp;
use std::time::Duration;

#[async_trait]
impl LeaseWrites for MemoryTx {
    async fn take_lease(&mut self, name: &str, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError> {
        let leases = &mut self.state_mut().leases;
        if leases.get(name).is_some_and(|(other, expires)| other != holder && *expires > now) {
            return Ok(false);
        }
        leases.insert(name.to_owned(), (holder.to_owned(), now.after(lifetime)));
        Ok(true)
    }

    async fn release_lease(&mut self, name: &str, holder: &str) -> Result<(), StoreError> {
        let leases = &mut self.state_mut().leases;
        if leases.get(name).is_some_and(|(of, _)| of == holder) {
            leases.remove(name);
        }
        Ok(())
    }
}
